from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.importing import RegisterImporter, RowFault, register
from yuanheng.kernel.policies import IMPORT, policy_for
from yuanheng.registry.importers.finders import division_code
from yuanheng.registry.models import Region
from yuanheng.registry.models.region import KINDS
from yuanheng.tabular import FieldSpec

# Length of a code → length of the code above it
_ABOVE = {2: 0, 4: 2, 6: 4, 9: 6}


def above_of(code: str) -> str:
    """The code of the division above, empty for a province.

    A city without counties (东莞, 中山, 儋州 …) has its townships directly below it; their codes
    carry 00 where the county would be.
    """
    above = code[: _ABOVE[len(code)]]
    return above[:4] if len(above) == 6 and above.endswith("00") else above


@register
class RegionImporter(RegisterImporter):
    """Tables of administrative divisions: provinces, then cities, then counties."""

    code = "regions"
    title = gettext_lazy("Administrative divisions")
    hint = gettext_lazy(
        "Provinces first, then cities, counties and, if wanted, townships; one file each or all "
        "in one. What lies above a division follows from its code."
    )
    order = 10
    model = Region
    id_field = "code"
    done_url_name = "region-list"
    fields = (
        FieldSpec("code", "text", ("行政区划代码", "区划代码", "code"), required=True),
        FieldSpec("name", "text", ("行政区划名称", "名称", "name"), required=True),
    )

    def normal_key(self, raw: str) -> str:
        return division_code(raw)

    def lookups(self, rows: list[dict[str, Any]], user: Any) -> Any:
        known = set(Region.objects.exclude(kind="township").values_list("code", flat=True))
        place = policy_for(Region).place(user, IMPORT)  # type: ignore[attr-defined]
        return known | {row["code"] for row in rows}, place

    def values(self, row: dict[str, Any], lookups: Any) -> dict[str, Any]:
        code = row["code"]
        if not code.isdecimal() or len(code) not in KINDS:
            raise RowFault(
                _("“%(code)s” is no division code: it has 2, 4, 6 or 9 digits.") % {"code": code},
                "code",
            )
        above = above_of(code)
        if above and above not in lookups[0]:
            raise RowFault(
                _("The division %(above)s, in which %(code)s lies, is missing. Import it first.")
                % {"above": above, "code": code},
                "code",
            )
        return {"name": row["name"], "kind": KINDS[len(code)].value}

    def in_area(self, values: dict[str, Any], existing: Any, lookups: Any) -> bool:
        return True  # asked in extra_changes, which knows the code

    def extra_changes(
        self, row: dict[str, Any], existing: Any, lookups: Any
    ) -> list[tuple[str, str, str]]:
        if not lookups[1].covers(division_code=row["code"]):
            raise RowFault(_("This division lies outside the area that you manage."), "code")
        return []

    def _insert(self, rows: list[models.Model]) -> None:
        """Shorter codes first, so that each finds the division above it."""

        def length(row: Any) -> int:
            return len(row.code)

        for _size, group in groupby(sorted(rows, key=length), key=length):
            batch = list(group)
            codes = {above_of(row.code) for row in batch}  # type: ignore[attr-defined]
            kinds = {KINDS[len(code)] for code in codes if code}
            known = dict(Region.objects.filter(kind__in=kinds).values_list("code", "pk"))
            for row in batch:
                row.parent_id = known.get(above_of(row.code))  # type: ignore[attr-defined]
            super()._insert(batch)
