from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import Committees
from yuanheng.kernel.actions import record_rows
from yuanheng.kernel.bulk import update_rows
from yuanheng.kernel.importing import Batch, ExchangeField, Plan, TableImporter, register
from yuanheng.registry.importers.finders import RegionFinder, division_code
from yuanheng.registry.models import Park, Region

Changes = dict[int, list[tuple[str, str, str]]]


@register
class ParkImporter(TableImporter):
    """The park register, or a table of statistical units."""

    code = "parks"
    title = gettext_lazy("Parks")
    hint = gettext_lazy(
        "One row a park. Several parks may name the same committee; a committee that isn't known "
        "yet is added. A park of a zone names the zone under “上级园区”."
    )
    order = 20
    model = Park
    done_url_name = "park-list"
    leave_out = ("committee",)  # below: one that isn't known yet is added
    headings: Mapping[str, tuple[str, ...]] = {
        "code": ("园区代码",),
        "name": ("园区名称",),
        "short_name": ("简称",),
        "rank": ("级别", "园区级别"),
        "region": ("所在县区", "county"),
        "parent_zone": ("上级园区",),
        "leading_industries": ("主导产业",),
        "special_industry": ("特色产业",),
        "positioning": ("发展定位",),
        "land_area_mu": ("规划面积",),
        "built_area_mu": ("建成面积",),
        "approved_on": ("批准日期",),
        "address": ("地址", "详细地址"),
    }
    words: Mapping[str, Mapping[str, str]] = {"rank": {"其它": "other"}}
    extra_fields = (ExchangeField("committee", "text", ("管委会", "management committee")),)
    finders = {"region": RegionFinder}

    def derive(self, batch: Batch) -> None:
        """A park's code may begin with its county's; a committee that is known is taken."""
        self._find_regions(batch)
        committees = Committees(batch.user)
        found = [
            committees.find(text) if isinstance(text, str) else None
            for text in batch.column("committee")
        ]
        batch.values["committee_id"] = [one.pk if one else None for one in found]

    def _find_regions(self, batch: Batch) -> None:
        codes = {division_code((key or "")[:6]) for key in batch.keys}
        hints = {one.code: one for one in Region.objects.filter(code__in=codes)}
        texts = batch.column("region")
        column = batch.values.setdefault("region_id", [None] * len(batch))
        for at, key in enumerate(batch.keys):
            hint = hints.get(division_code((key or "")[:6]))
            if hint is not None and texts[at] == hint.name:
                column[at] = hint.pk
                left = [one for one in batch.faults.pop(at, ()) if one[0] != "region"]
                if left:
                    batch.faults[at] = left
            elif hint is not None and texts[at] is None and at not in batch.found:
                column[at] = hint.pk
            if column[at] is None and at not in batch.found and texts[at] is None:
                said = _("The region is missing. Write the county under “所在县区”.")
                batch.fault(at, "region", said)

    def extra_changes(self, batch: Batch) -> Changes:
        """A committee yet to be added."""
        found: Changes = {}
        committees = Committees(batch.user)
        known = batch.values["committee_id"]
        for at, text in enumerate(batch.column("committee")):
            if isinstance(text, str) and known[at] is None and at in batch.found:
                now = batch.known["committee_id"][batch.found[at][1]]
                added = _("%(name)s (to be added)") % {"name": text}
                found[at] = [(_("committee"), committees.name_of(now), added)]
        return found

    def after_write(self, plan: Plan, places: Sequence[int], acting_user: Any, event: Any) -> None:
        """Add the committees that aren't known."""
        texts = plan.extras.get("committee") or [None] * len(plan.keys)
        ids = plan.values["committee_id"]
        missing = [at for at in places if isinstance(texts[at], str) and ids[at] is None]
        if not missing:
            return
        committees = Committees(acting_user)
        parks = Park.objects.select_related("region").in_bulk([plan.pks[at] for at in missing])
        updates, told = [], []
        for at in missing:
            park = parks[plan.pks[at]]
            committee = committees.find_or_add(
                texts[at], code=f"committee-{park.code}", near=park.region.code
            )
            updates.append((park.pk, {"committee_id": committee.pk}))
            if at in plan.changed or park.committee_id is not None:
                before = {"committee_id": park.committee_id}
                told.append((park.pk, before, {"committee_id": committee.pk}))
        update_rows(Park, updates)
        record_rows(event, Park, told)

    def extra_values(self, rows: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        names = dict(Park.objects.filter(pk__in=rows).values_list("pk", "committee__name"))
        return {"committee": [names.get(pk) for pk in rows]}
