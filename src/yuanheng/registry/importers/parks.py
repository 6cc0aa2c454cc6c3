from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import Committees, Place
from yuanheng.kernel.figures import figure
from yuanheng.kernel.importing import RegisterImporter, RowFault, RowPlan, register
from yuanheng.kernel.policies import IMPORT, policy_for
from yuanheng.registry.importers.finders import ParkFinder, RegionFinder, one_of
from yuanheng.registry.models import Park, Region
from yuanheng.tabular import FieldSpec

RANKS = {"国家级": "national", "省级": "provincial", "其他": "other", "其它": "other"}
_CENT = Decimal("0.01")


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number)).quantize(_CENT)


@dataclass
class _Lookups:
    regions: RegionFinder
    parks: ParkFinder
    committees: Committees
    place: Place
    codes_in_file: set[str]
    names_in_file: dict[str, str]


@register
class ParkImporter(RegisterImporter):
    """The park register, or a table of statistical units."""

    code = "parks"
    title = gettext_lazy("Parks")
    hint = gettext_lazy(
        "One row a park. Several parks may name the same committee; a committee that isn't known "
        "yet is added. A park of a zone names the zone under “上级园区”."
    )
    order = 20
    model = Park
    id_field = "code"
    done_url_name = "park-list"
    fields = (
        FieldSpec("code", "text", ("园区代码", "code"), required=True),
        FieldSpec("name", "text", ("园区名称", "name"), required=True),
        FieldSpec("short_name", "text", ("简称", "short_name")),
        FieldSpec("rank", "text", ("级别", "园区级别", "rank")),
        FieldSpec("committee", "text", ("管委会", "committee")),
        FieldSpec("region", "text", ("所在县区", "county", "region")),
        FieldSpec("parent_zone", "text", ("上级园区", "parent_zone")),
        FieldSpec("leading_industries", "text", ("主导产业", "leading_industries")),
        FieldSpec("special_industry", "text", ("特色产业", "special_industry")),
        FieldSpec("land_area_mu", "number", ("规划面积", "land_area_mu"), unit="亩", low=0),
        FieldSpec("built_area_mu", "number", ("建成面积", "built_area_mu"), unit="亩", low=0),
        FieldSpec("approved_on", "date", ("批准日期", "approved_on")),
        FieldSpec("address", "text", ("地址", "address")),
        FieldSpec("positioning", "text", ("发展定位", "positioning")),
    )

    def lookups(self, rows: list[dict[str, Any]], user: Any) -> _Lookups:
        place = policy_for(Park).place(user, IMPORT)  # type: ignore[attr-defined]
        texts = {row.get("region") for row in rows} | {row["code"][:6] for row in rows}
        return _Lookups(
            RegionFinder(texts, place),
            ParkFinder(user),
            Committees(user),
            place,
            {row["code"] for row in rows},
            {row["name"]: row["code"] for row in rows if row.get("name")},
        )

    def values(self, row: dict[str, Any], lookups: _Lookups) -> dict[str, Any]:
        region = lookups.regions.find(row.get("region"), row["code"])
        committee = lookups.committees.find(row.get("committee"))
        return {
            "name": row.get("name"),
            "short_name": row.get("short_name"),
            "rank": one_of(row.get("rank"), RANKS, "rank"),
            "committee_id": committee.pk if committee else None,
            "region_id": region.pk if region else None,
            "leading_industries": row.get("leading_industries"),
            "special_industry": row.get("special_industry"),
            "land_area_mu": _decimal(row.get("land_area_mu")),
            "built_area_mu": _decimal(row.get("built_area_mu")),
            "approved_on": row.get("approved_on"),
            "address": row.get("address"),
            "positioning": row.get("positioning"),
        }

    def in_area(self, values: dict[str, Any], existing: Any, lookups: _Lookups) -> bool:
        region_id = values.get("region_id") or (existing and existing.region_id)
        if not region_id:
            raise RowFault(_("The region is missing. Write the county under “所在县区”."))
        region = lookups.regions.by_pk.get(region_id)
        if region is None:
            return True  # its region stays as it is, and the row itself is writable
        committee_id = values.get("committee_id")
        return lookups.place.covers(division_code=region.code, org_unit_id=committee_id)

    def shown(self, name: str, value: Any, lookups: _Lookups) -> str:
        if name == "region_id":
            region = lookups.regions.by_pk.get(value) or Region.objects.get(pk=value)
            return region.name
        if name == "committee_id":
            return lookups.committees.name_of(value)
        if name in ("land_area_mu", "built_area_mu"):
            return figure(value)
        return super().shown(name, value, lookups)

    def extra_changes(
        self, row: dict[str, Any], existing: Any, lookups: _Lookups
    ) -> list[tuple[str, str, str]]:
        """The zone, which may stand further down in the file; a committee yet to be added."""
        changes = []
        committee = row.get("committee")
        if committee and lookups.committees.find(committee) is None:
            before = lookups.committees.name_of(existing.committee_id) if existing else ""
            added = _("%(name)s (to be added)") % {"name": committee}
            changes.append((_("committee"), before, added))
        zone = row.get("parent_zone")
        if zone:
            code = self._zone_code(zone, row, lookups)
            now = lookups.parks.by_pk.get(existing.parent_zone_id) if existing else None
            if now is None or now.code != code:
                changes.append((_("zone it belongs to"), now.name if now else "—", zone))
        return changes

    def after_write(self, rows: list[RowPlan], acting_user: Any) -> None:
        committees = Committees(acting_user)
        named = [one for one in rows if one.row.get("committee") or one.row.get("parent_zone")]
        if not named:
            return
        parks = ParkFinder(acting_user)
        stored = {
            park.code: park
            for park in Park.objects.filter(code__in=[one.key for one in named]).select_related(
                "region"
            )
        }
        every = {park.name: park for park in stored.values()}
        for one in named:
            park = stored[one.key]
            if one.row.get("committee"):
                committee = committees.find_or_add(
                    one.row["committee"], code=f"committee-{park.code}", near=park.region.code
                )
                park.committee_id = committee.pk
            zone = one.row.get("parent_zone")
            if zone:
                park.parent_zone = stored.get(zone) or every.get(zone) or parks.find(zone)
        Park.objects.bulk_update(stored.values(), ["committee", "parent_zone"], batch_size=200)

    def _zone_code(self, zone: str, row: dict[str, Any], lookups: _Lookups) -> str:
        in_file = zone if zone in lookups.codes_in_file else lookups.names_in_file.get(zone)
        code = in_file or lookups.parks.find(zone, "parent_zone").code  # type: ignore[union-attr]
        if code == row["code"]:
            raise RowFault(_("A park can't be a part of itself."), "parent_zone")
        return code
