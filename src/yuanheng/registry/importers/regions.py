from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.importing import Batch, Plan, TableImporter, register
from yuanheng.kernel.policies import IMPORT, policy_for
from yuanheng.registry.importers.finders import division_code
from yuanheng.registry.models import Region
from yuanheng.registry.models.region import KINDS

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
class RegionImporter(TableImporter):
    """Tables of administrative divisions: provinces, then cities, then counties."""

    code = "regions"
    title = gettext_lazy("Administrative divisions")
    hint = gettext_lazy(
        "Provinces first, then cities, counties and, if wanted, townships; one file each or all "
        "in one. What lies above a division follows from its code."
    )
    order = 10
    model = Region
    done_url_name = "region-list"
    only = ("code", "name")
    headings: Mapping[str, tuple[str, ...]] = {
        "code": ("行政区划代码", "区划代码"),
        "name": ("行政区划名称", "名称"),
    }

    def normal_key(self, raw: str) -> str:
        return division_code(raw)

    def derive(self, batch: Batch) -> None:
        """What kind of division it is, from its code; the one above must be there."""
        rows = Region.objects.exclude(kind="township").values_list("code", flat=True)
        known = {*rows, *(key for key in batch.keys if key)}
        kinds: list[Any] = [None] * len(batch)
        for at, code in enumerate(batch.keys):
            if not code or not code.isdecimal() or len(code) not in KINDS:
                said = _("“%(code)s” is no division code: it has 2, 4, 6 or 9 digits.")
                batch.fault(at, "code", said % {"code": code})
                continue
            kinds[at] = KINDS[len(code)].value
            above = above_of(code)
            if above and above not in known:
                said = _(
                    "The division %(above)s, in which %(code)s lies, is missing. Import it first."
                )
                batch.fault(at, "code", said % {"above": above, "code": code})
        if not batch.found:
            batch.values["kind"] = kinds
            return
        batch.values["kind"] = [
            None if at in batch.found else kind for at, kind in enumerate(kinds)
        ]

    def check_area(self, batch: Batch, changed: Mapping[int, Mapping[str, Any]]) -> None:
        place = policy_for(Region).place(batch.user, IMPORT)  # type: ignore[attr-defined]
        for at in list(batch.places()):
            is_written = at in changed or at not in batch.found
            if is_written and not place.covers(division_code=batch.keys[at] or ""):
                said = _("This division lies outside the area that you manage.")
                batch.fault(at, "code", said)

    def insert_order(self, plan: Plan, places: list[int]) -> list[list[int]]:
        """Shorter codes first, so that each finds the division above it."""
        groups: dict[int, list[int]] = defaultdict(list)
        for at in places:
            groups[len(plan.keys[at])].append(at)
        return [groups[length] for length in sorted(groups)]

    def before_insert(self, plan: Plan, places: list[int]) -> None:
        kinds = {KINDS[len(code)] for at in places if (code := above_of(plan.keys[at]))}
        known = dict(Region.objects.filter(kind__in=kinds).values_list("code", "pk"))
        column = plan.values.setdefault("parent_id", [None] * len(plan.keys))
        for at in places:
            column[at] = known.get(above_of(plan.keys[at]))
