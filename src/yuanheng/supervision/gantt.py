"""A task's plan as bars on working days: the latest dates backwards from the deadline, what is
critical, where today is, and when it will be done at the pace so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from yuanheng.kernel import clock
from yuanheng.kernel.clocks.calendar import recent_calendars
from yuanheng.kernel.models import CaseMove
from yuanheng.supervision.models import PlanStep, Task
from yuanheng.supervision.planning import Step, critical, forecast_days, placed, slips_with


@dataclass(frozen=True)
class Bar:
    """One step. ``left`` and ``width`` are percent of the chart; the latest dates it may take.
    ``slack`` is what it can still slip as things stand; less than 0 where it is too late."""

    step: PlanStep
    starts_on: date
    ends_on: date
    left: float
    width: float
    slack: int
    is_critical: bool
    is_late: bool
    delays: tuple[int, ...]


@dataclass(frozen=True)
class Gantt:
    """``lacking`` are the working days that the plan as it stands needs beyond the deadline;
    ``earliest_on`` is when it can be finished then."""

    bars: list[Bar]
    begins_on: date
    ends_on: date
    today_at: float | None
    lacking: int
    earliest_on: date | None
    forecast_on: date | None
    is_behind: bool
    ticks: list[tuple[float, date]]


def work_days(first: date, last: date) -> list[date]:
    """The working days from the first to the last, both included if they are worked."""
    calendar = recent_calendars().current
    days = []
    day = first - timedelta(days=1)
    while (day := calendar.add(day, 1).day) <= last and len(days) < 1500:
        days.append(day)
    return days


def forecast_of(task: Task, begins_on: date) -> date | None:
    """When it will be finished at the pace of the progress reports; None where nothing can be
    said."""
    moves = CaseMove.objects.filter(case=task.pk, action="report").order_by("serial")
    points = []
    for at, changes in moves.values_list("at", "changes"):
        share = (changes.get("progress") or [None, None])[1]
        if share is not None:
            points.append(((timezone.localtime(at).date() - begins_on).days, float(share)))
    found = forecast_days(points, (clock.today() - begins_on).days)
    if found is None or found > 3650:
        return None
    return begins_on + timedelta(days=round(found))


def gantt_of(task: Task) -> Gantt | None:
    """None for a task without a plan or without a deadline."""
    steps = list(task.plan_steps.all())
    if not steps or task.finish_on is None:
        return None
    today = clock.today()
    begins_on = task.issued_on or min(timezone.localtime(task.opened_at).date(), task.finish_on)
    days = work_days(begins_on, task.finish_on)
    room = len(days)
    plain = [Step(one.number, one.days, tuple(one.after)) for one in steps]
    done = {one.number: len(work_days(begins_on, one.done_on)) for one in steps if one.done_on}
    now = len(work_days(begins_on, today)) if task.is_open else 0
    found = {one.number: one for one in placed(plain, room, done, now)}
    deciding = critical(list(found.values()), done)
    lacking = max(0, max(one.early_end for one in found.values()) - room)
    first = min(0, min(one.late_start for one in found.values()))
    span = max(room - first, 1)
    bars = [
        _bar(one, found[one.number], days, first, span, today, one.number in deciding,
             _delays(plain, one, room, done, now))
        for one in steps
    ]  # fmt: skip
    forecast = forecast_of(task, begins_on) if task.is_open else None
    return Gantt(
        bars=bars,
        begins_on=begins_on,
        ends_on=task.finish_on,
        today_at=_percent(len(work_days(begins_on, today)) - first, span)
        if begins_on <= today <= task.finish_on
        else None,
        lacking=lacking,
        earliest_on=_later(task.finish_on, lacking) if lacking and task.is_open else None,
        forecast_on=forecast,
        is_behind=forecast is not None and forecast > task.finish_on,
        ticks=[(_percent(i - first, span), days[i]) for i in range(0, room, max(1, room // 6))],
    )


def _later(last: date, by: int) -> date:
    """So many working days after the last."""
    return recent_calendars().current.add(last, by).day


def _delays(
    steps: list[Step], one: PlanStep, room: int, done: dict[int, int], now: int
) -> tuple[int, ...]:
    """What a week's delay of it delays with it; nothing of a step that is done."""
    if one.done_on is not None:
        return ()
    found = slips_with(steps, one.number, 5, room, done, now)
    return tuple(number for number in found if number != one.number)


def _bar(
    step: PlanStep, one: Any, days: list[date], first: int, span: int, today: date,
    is_critical: bool, delays: tuple[int, ...],
) -> Bar:  # fmt: skip
    starts = _date(days, one.late_start)
    ends = _date(days, one.late_end - 1)
    return Bar(
        step=step,
        starts_on=starts,
        ends_on=ends,
        left=_percent(one.late_start - first, span),
        width=max(_percent(one.late_end - one.late_start, span), 1.0),
        slack=one.slack,
        is_critical=is_critical,
        is_late=step.done_on is None and ends < today,
        delays=delays,
    )


def _date(days: list[date], at: int) -> date:
    """The working day with this number; before the first one, counted back by calendar days."""
    if not days:
        return clock.today()
    if at < 0:
        return days[0] + timedelta(days=at)
    return days[min(at, len(days) - 1)]


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)
