from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock
from yuanheng.kernel.actions import record_rows
from yuanheng.kernel.bulk import insert_rows, update_rows
from yuanheng.kernel.importing import Batch, ExchangeField, Plan, TableImporter, register
from yuanheng.registry.importers.finders import RegionFinder
from yuanheng.registry.models import Enterprise, LadderRung, LadderStanding, Park
from yuanheng.tabular.credit_code import normal_credit_code

# Column of the file → rung of the ladder
RUNGS = {"high_tech": "high_tech", "specialised": "specialised"}
_CHUNK = 900


@register
class EnterpriseImporter(TableImporter):
    """The enterprise register."""

    code = "enterprises"
    title = gettext_lazy("Enterprises")
    hint = gettext_lazy(
        "One row an enterprise, known by its unified social credit code. A park is named by name "
        "or code; without a region, that of the park counts."
    )
    order = 30
    model = Enterprise
    done_url_name = "enterprise-list"
    key, key_check = "credit_code", "credit_code"
    match_by = ("name", "address")
    headings: Mapping[str, tuple[str, ...]] = {
        "credit_code": ("统一社会信用代码",),
        "name": ("企业名称",),
        "park": ("所属园区",),
        "region": ("所在县区", "county"),
        "industry_code": ("行业代码",),
        "industry_name": ("行业名称",),
        "above_scale": ("规上",),
        "founded_on": ("成立日期",),
        "landlord": ("出租方代码", "code of the landlord", "landlord_code"),
        "land_holding": ("用地方式",),
        "address": ("详细地址", "地址"),
    }
    extra_fields = (
        ExchangeField("high_tech", "flag", ("高新技术企业", "high-tech enterprise")),
        ExchangeField("specialised", "flag", ("专精特新", "specialised and new")),
    )
    finders = {"region": RegionFinder}

    def normal_key(self, raw: str) -> str:
        return normal_credit_code(raw)

    def derive(self, batch: Batch) -> None:
        """Without a region, that of the park counts."""
        parks = batch.values.get("park_id") or [None] * len(batch)
        regions = dict(
            Park.objects.filter(pk__in={pk for pk in parks if pk}).values_list("pk", "region")
        )
        column = batch.values.setdefault("region_id", [None] * len(batch))
        for at, park in enumerate(parks):
            if column[at] is not None:
                continue
            is_new = at not in batch.found
            if park and (is_new or batch.known["park_id"][batch.found[at][1]] != park):
                column[at] = regions.get(park)
            elif is_new and not park and at not in batch.faults:
                said = _(
                    "Neither park nor region is given. Write “所属园区” or “所在县区” in the file."
                )
                batch.fault(at, "region", said)

    def extra_changes(self, batch: Batch) -> dict[int, list[tuple[str, str, str]]]:
        """The rungs of the ladder."""
        columns = {name: batch.cells[name] for name in RUNGS if name in batch.cells}
        if not columns or not batch.found:
            return {}
        held = _held([pk for pk, _place in batch.found.values()])
        names = dict(LadderRung.objects.values_list("code", "name"))
        said = (_("No"), _("Yes"))
        found: dict[int, list[tuple[str, str, str]]] = {}
        for column, cells in columns.items():
            for at, (pk, _place) in batch.found.items():
                wanted = cells[at]
                if wanted in (True, False) and wanted != (RUNGS[column] in held[pk]):
                    line = (names[RUNGS[column]], said[not wanted], said[wanted])
                    found.setdefault(at, []).append(line)
        return found

    def after_write(self, plan: Plan, places: Sequence[int], acting_user: Any, event: Any) -> None:
        """Standings begin or end today."""
        columns = {name: plan.extras[name] for name in RUNGS if name in plan.extras}
        if not columns:
            return
        held = _held([plan.pks[at] for at in places])
        rungs = dict(LadderRung.objects.values_list("code", "pk"))
        won: list[tuple[Any, int]] = []
        lost: list[tuple[Any, str]] = []
        for column, cells in columns.items():
            code = RUNGS[column]
            for at in places:
                pk, wanted = plan.pks[at], cells[at]
                if wanted in (1, True) and code not in held[pk]:
                    won.append((pk, rungs[code]))
                elif wanted in (0, False) and wanted is not None and code in held[pk]:
                    lost.append((pk, code))
        self._begin(won, event)
        self._end(lost, event)

    def _begin(self, won: list[tuple[Any, int]], event: Any) -> None:
        today = clock.today().isoformat()
        columns = {
            "enterprise_id": [pk for pk, _rung in won],
            "rung_id": [rung for _pk, rung in won],
            "since": [today] * len(won),
        }
        made = insert_rows(LadderStanding, columns, len(won))
        record_rows(event, LadderStanding, ((pk, None, None) for pk in made))

    def _end(self, lost: list[tuple[Any, str]], event: Any) -> None:
        if not lost:
            return
        wanted = set(lost)
        ended = [
            pk
            for start in range(0, len(lost), _CHUNK)
            for pk, enterprise, code in LadderStanding.objects.filter(
                enterprise__in=[one for one, _code in lost[start : start + _CHUNK]],
                until__isnull=True,
            ).values_list("pk", "enterprise", "rung__code")
            if (enterprise, code) in wanted
        ]
        today = clock.today().isoformat()
        update_rows(LadderStanding, [(pk, {"until": today}) for pk in ended])
        told = ((pk, {"until": None}, {"until": today}) for pk in ended)
        record_rows(event, LadderStanding, told)

    def extra_values(self, rows: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        held = _held(list(rows))
        return {name: [code in held[pk] for pk in rows] for name, code in RUNGS.items()}


def _held(pks: Sequence[Any]) -> dict[Any, set[str]]:
    """The rungs on which each enterprise stands now."""
    held: dict[Any, set[str]] = defaultdict(set)
    standing = LadderStanding.objects.filter(until__isnull=True)
    if not standing.exists():
        return held
    for start in range(0, len(pks), _CHUNK):
        some = standing.filter(enterprise__in=pks[start : start + _CHUNK])
        for number, rung in some.values_list("enterprise_id", "rung__code"):
            held[number].add(rung)
    return held
