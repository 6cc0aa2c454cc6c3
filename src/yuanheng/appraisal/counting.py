"""What each organisation's figures of a year are made of: tasks, targets, parks, list entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from yuanheng.accounts.models import OrgUnit
from yuanheng.appraisal.choices import ListKind
from yuanheng.appraisal.models import ListedMatter, ParkLink
from yuanheng.calc.periods import Period
from yuanheng.kernel.figures import exact
from yuanheng.ledger.api import Catalogue, latest_values, subjects_known, targets_of_units
from yuanheng.registry.models import Park
from yuanheng.supervision.api import tasks_of_units

APPRAISED = ("bureau", "street", "committee", "platform")
"""Kinds of organisations that are appraised."""
INDICATORS = (
    "unit_tasks_due", "unit_tasks_in_time", "unit_tasks_red", "unit_targets",
    "unit_target_completion", "linked_park_score", "unit_contribution", "unit_bonus",
    "unit_deduction", "unit_red_list", "unit_black_list",
)  # fmt: skip
_LISTS = {
    ListKind.CONTRIBUTION: "unit_contribution", ListKind.BONUS: "unit_bonus",
    ListKind.DEDUCTION: "unit_deduction", ListKind.RED: "unit_red_list",
    ListKind.BLACK: "unit_black_list",
}  # fmt: skip


@dataclass(slots=True)
class UnitFigures:
    """One organisation: figures by code of the indicator (None: not known) and their parts."""

    org_unit: OrgUnit
    values: dict[str, float | None] = field(default_factory=dict)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, code: str, zh: str, en: str, value: float | None, href: str = "") -> None:
        self.parts[code].append({"zh": zh, "en": en, "value": value, "href": href})


def figures_of_units(
    user: Any, units: Sequence[OrgUnit], year: int, on: date
) -> list[UnitFigures]:
    """Each of these organisations as of a day of the year. A rate of nothing is not known, a count
    of nothing is 0."""
    found = {one.pk: UnitFigures(one) for one in units}
    first, last = date(year, 1, 1), min(on, date(year, 12, 31))
    _tasks(found, user, first, last)
    _targets(found, user, year, last)
    _parks(found, year, last)
    _lists(found, first, last)
    return list(found.values())


def _tasks(found: Mapping[int, UnitFigures], user: Any, first: date, last: date) -> None:
    tasks = defaultdict(list)
    for one in tasks_of_units(user, list(found), first, last):
        tasks[one.unit_id].append(one)
    for key, unit in found.items():
        due = [one for one in tasks[key] if one.finish_on <= last or one.is_closed]
        in_time = [one for one in due if one.in_time]
        red = [one for one in tasks[key] if one.light == "red"]
        unit.values |= {
            "unit_tasks_due": float(len(due)),
            "unit_tasks_in_time": float(len(in_time)),
            "unit_tasks_red": float(len(red)),
        }
        for one in due:
            zh, en = _how(one)
            unit.add("unit_tasks_due", f"{one.title}：{zh}", f"{one.title}: {en}", 1, one.href)
            if one.in_time:
                text = (f"{one.title}：{zh}", f"{one.title}: {en}")
                unit.add("unit_tasks_in_time", *text, 1, one.href)
        for one in red:
            day = one.finish_on.isoformat()
            unit.add("unit_tasks_red", f"{one.title}：时限 {day}", f"{one.title}: due {day}", 1,
                     one.href)  # fmt: skip


def _how(one: Any) -> tuple[str, str]:
    due = one.finish_on.isoformat()
    if one.in_time:
        return (f"时限 {due}，{one.finished_on} 报告办结，按期",
                f"due {due}, finished {one.finished_on}, in time")  # fmt: skip
    if one.is_closed:
        return (f"时限 {due}，{one.finished_on} 报告办结，超期",
                f"due {due}, finished {one.finished_on}, late")  # fmt: skip
    return f"时限 {due}，尚未销号", f"due {due}, not closed yet"


def _targets(found: Mapping[int, UnitFigures], user: Any, year: int, on: date) -> None:
    names = {key: one.org_unit.name for key, one in found.items()}
    known: dict[int, list[float]] = defaultdict(list)
    for one in targets_of_units(user, year, names, on=on):
        unit, done = found[one.unit_id], one.completion
        if done is None:
            zh, en = f"{one.name}：没有实际数，不计", f"{one.name}: no figure yet, left out"
            unit.add("unit_target_completion", zh, en, None, one.href)
            continue
        known[one.unit_id].append(done)
        said = {
            "name": one.name, "actual": exact(round(one.actual or 0, 4)), "unit": one.measure,
            "aim": exact(one.aim or 0), "done": f"{100 * (one.done or 0):.2f}",
            "due": f"{100 * (one.due or 0):.2f}", "day": one.day,
        }  # fmt: skip
        zh = ("{name}：截至 {day} 实际 {actual}{unit}，目标 {aim}{unit}，完成 {done}%，"
              "时序 {due}%").format(**said)  # fmt: skip
        en = ("{name}: {actual} {unit} by {day}, aim {aim}; {done}% done, {due}% due"
              ).format(**said)  # fmt: skip
        unit.add("unit_target_completion", zh, en, round(100 * done, 4), one.href)
        unit.add("unit_targets", one.name, one.name, 1, one.href)
    for key, unit in found.items():
        shares = known[key]
        unit.values["unit_targets"] = float(len(shares))
        mean = round(100 * sum(shares) / len(shares), 6) if shares else None
        unit.values["unit_target_completion"] = mean


def _parks(found: Mapping[int, UnitFigures], year: int, on: date) -> None:
    """The linked parks' scores by share; a committee's own parks where nothing is linked."""
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    rows = ParkLink.objects.filter(living, valid_from__lte=on, org_unit__in=list(found))
    links: dict[int, list[tuple[Park, float]]] = defaultdict(list)
    for link in rows.filter(archived_at__isnull=True).select_related("park"):
        links[link.org_unit_id].append((link.park, float(link.share)))
    own = Park.objects.current().filter(committee__in=list(found), parent_zone__isnull=True)
    for park in own:
        assert park.committee_id is not None
        if found[park.committee_id].org_unit.kind == "committee":
            links.setdefault(park.committee_id, []).append((park, 100.0))
    scores = _scores({park.code for parks in links.values() for park, _s in parks}, year)
    for key, unit in found.items():
        total = weight = 0.0
        is_known = bool(links[key])
        for park, share in links[key]:
            score, subject_href = scores.get(park.code, (None, ""))
            zh = f"{park.name}：比重 {share:g}，" + ("本期没有已发布的得分" if score is None
                                               else f"得分 {exact(score)}")  # fmt: skip
            en = f"{park.name}: share {share:g}, " + ("no published score" if score is None
                                                      else f"score {exact(score)}")  # fmt: skip
            unit.add("linked_park_score", zh, en, score, subject_href)
            is_known = is_known and score is not None
            total, weight = total + share * (score or 0.0), weight + share
        mean = round(total / weight, 6) if is_known and weight else None
        unit.values["linked_park_score"] = mean


def _scores(codes: set[str], year: int) -> dict[str, tuple[float | None, str]]:
    """The published evaluation score of each park in the ledger, and its passport."""
    indicator = Catalogue().by_code.get("evaluation_score")
    if indicator is None or not codes:
        return {}
    subjects = subjects_known(f"park:{code}" for code in codes)
    period = Period.parse(str(year))
    keys = {
        (pk, period.start, period.kind, indicator.pk): name.partition(":")[2]
        for name, pk in subjects.items()
    }
    values = latest_values(list(keys))
    return {
        code: (
            values.get(key),
            reverse("figure-passport", args=["park", code, indicator.code, period.label]),
        )
        for key, code in keys.items()
    }


def _lists(found: Mapping[int, UnitFigures], first: date, last: date) -> None:
    for unit in found.values():
        unit.values |= dict.fromkeys(_LISTS.values(), 0.0)
    rows = ListedMatter.objects.filter(
        org_unit__in=list(found), happened_on__gte=first, happened_on__lte=last,
        archived_at__isnull=True,
    )  # fmt: skip
    for row in rows.order_by("happened_on", "pk"):
        code = _LISTS[ListKind(row.kind)]
        unit, day = found[row.org_unit_id], row.happened_on.isoformat()
        value = float(row.points) if row.points is not None else 1.0
        text = f"{day} {row.title}（{row.reason}）"
        href = reverse("listedmatter-detail", args=[row.token])
        unit.add(code, text, text, value, href)
        unit.values[code] = round((unit.values[code] or 0.0) + value, 6)
