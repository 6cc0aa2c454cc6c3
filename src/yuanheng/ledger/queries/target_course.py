"""Where a target stood month by month: what a task made of it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yuanheng.calc.periods import CUMULATIVE, MONTH, Period
from yuanheng.kernel import clock
from yuanheng.kernel.figures import figure
from yuanheng.ledger.choices import TargetKind
from yuanheng.ledger.models import Target
from yuanheng.ledger.queries.courses import Courses
from yuanheng.ledger.queries.hidden import is_masked
from yuanheng.ledger.queries.since import Known


@dataclass(frozen=True, slots=True)
class TargetCourse:
    """``reached`` is where it stood at the end of each month (what is added up: since January), in
    the unit of its aim, the earliest first; ``months`` is what each month brought, of a level or a
    count where it stood."""

    name: str
    whose: str
    unit: str
    decimals: int
    is_less_better: bool
    reached: list[Known]
    months: list[Known]


def course_of_target(user: Any, code: str) -> TargetCourse | None:
    """As the target's own page counts it: a region's figure is its own where it is reported, else
    its parks' together. None for who does not see it, or not its figures."""
    rows = Target.objects.visible_to(user).filter(code=code)
    row = rows.select_related("indicator", "region", "park", "enterprise").first()
    if row is None or is_masked(user, row):
        return None
    course = Courses([row], row.year, user).of(row)
    one = row.indicator if row.kind == TargetKind.FIGURE else None
    factor, decimals = (one.shown_factor, one.decimals) if one is not None else (1.0, 0)
    reached, months = [], []
    for year, ends in sorted({**course.earlier, row.year: course.reached}.items()):
        shown = [end * factor for end in ends]
        steps = [now - before for before, now in pairwise([0.0, *shown])]
        first = clock.today().month if row.kind == TargetKind.LISTED else 1  # counted now
        for month, (end, step) in enumerate(zip(shown, steps, strict=True), first):
            at, brought = period_of(row, year, month), step if _adds_up(row) else end
            by_month = Period(year * 12 + month - 1, MONTH)
            reached.append(Known(at, end, figure(end, decimals)))
            months.append(Known(by_month, brought, figure(brought, decimals)))
    return TargetCourse(
        row.name, str(row.bearer or ""), one.unit_shown if one else "", decimals,
        one is not None and one.direction == "lower", reached, months,
    )  # fmt: skip


def period_of(row: Target, year: int, month: int) -> Period:
    """Of what is added up January to the month, of a level or a count the month."""
    if _adds_up(row):
        return Period(year * 12, CUMULATIVE + month)
    return Period(year * 12 + month - 1, MONTH)


def _adds_up(row: Target) -> bool:
    return row.kind == TargetKind.FIGURE and row.is_flow
