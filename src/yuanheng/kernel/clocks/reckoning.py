"""When a term ends and when each step of its ladder is owed. Pure: days in, days out.

The day of the event does not count, and a term ends with the end of its last day. A pause from one
day to another moves the end by the days after the first up to and with the second, so that a pause
and its end on the same day move nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from yuanheng.calc.calendars import Reckoned, WorkCalendar
from yuanheng.kernel.clocks.terms import CALENDAR, WORKING, Step

STEP_AT = time(9)
"""Steps are owed at the beginning of office hours: nobody is reminded at midnight."""
_HORIZON = 10_000  # occurrences of one repeated step that are looked at


def due_after(calendar: WorkCalendar, counting: str, start: date, days: int) -> Reckoned:
    """The last day of a term of ``days`` that began with an event on ``start``."""
    if counting == WORKING:
        return calendar.add(start, days)
    try:
        return Reckoned(start + timedelta(days=days))
    except OverflowError:
        raise ValueError(f"{days} days from {start} is beyond the calendar") from None


def shifted(
    calendar: WorkCalendar, counting: str, due: date, paused: date, resumed: date
) -> Reckoned:
    """The end of a term that stood still from ``paused`` to ``resumed``.

    It does not end while it stands still, unless it was over before.
    """
    if resumed <= paused:
        return Reckoned(due)
    if counting != WORKING:
        return Reckoned(due + (resumed - paused))
    stood = calendar.count(paused, resumed)
    moved = calendar.add(due, stood.days)
    day = max(moved.day, resumed) if due >= paused else moved.day
    return Reckoned(day, tuple(sorted({*stood.missing_years, *moved.missing_years})))


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still, over by now."""

    paused: date
    resumed: date


@dataclass(frozen=True, slots=True)
class Extension:
    """A new end that somebody granted."""

    until: date


def replayed(
    calendar: WorkCalendar,
    counting: str,
    start: date,
    days: int | None,
    fixed: date | None,
    changes: Sequence[Pause | Extension],
) -> Reckoned:
    """The end of a term after everything that happened to it, counted anew."""
    found = Reckoned(fixed) if fixed else due_after(calendar, counting, start, days or 0)
    missing = set(found.missing_years)
    day = found.day
    for change in changes:
        if isinstance(change, Extension):
            day, missing = change.until, set()
            continue
        moved = shifted(calendar, counting, day, change.paused, change.resumed)
        day = moved.day
        missing.update(moved.missing_years)
    return Reckoned(day, tuple(sorted(missing)))


@lru_cache(maxsize=4096)  # the rows of a list lie around the same few days
def days_left(calendar: WorkCalendar, counting: str, due: date, today: date) -> int:
    """Days from ``today`` to the end; 0 on the last day, negative when it is over."""
    if counting == WORKING:
        return calendar.count(today, due).days
    return (due - today).days


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """One step of a ladder with the moment at which it is owed."""

    at: datetime
    step: int
    occurrence: int
    missing_years: tuple[int, ...] = ()


def planned_steps(
    calendar: WorkCalendar, counting: str, due: date, ladder: Sequence[Step], zone: tzinfo
) -> Iterator[Iterator[Planned]]:
    """For each step its occurrences in order; a repeated one has no end of its own."""
    for index, step in enumerate(ladder):
        yield _occurrences(calendar, counting, due, index, step, zone)


def _occurrences(
    calendar: WorkCalendar, counting: str, due: date, index: int, step: Step, zone: tzinfo
) -> Iterator[Planned]:
    times = (step.times or _HORIZON) if step.every else 1
    for occurrence in range(times):
        number = step.days + occurrence * step.every
        try:
            found = _step_day(calendar, counting, due, number)
        except ValueError:  # beyond the calendar
            return
        at = datetime.combine(found.day, STEP_AT, tzinfo=zone)
        yield Planned(at, index, occurrence, found.missing_years)


def _step_day(calendar: WorkCalendar, counting: str, due: date, number: int) -> Reckoned:
    return due_after(calendar, WORKING if counting == WORKING else CALENDAR, due, number)


def owed_and_next(
    occurrences: Iterator[Iterator[Planned]],
    fired: Collection[tuple[int, int]],
    after: datetime,
    now: datetime,
) -> tuple[list[Planned], Planned | None]:
    """The steps that are owed at ``now`` in their order, and the first that is owed later.

    A step planned at or before ``after`` (when the round began) is not owed: nobody is told that
    three days are left of a term of two.
    """
    owed: list[Planned] = []
    later: list[Planned] = []
    for one_step in occurrences:
        for planned in one_step:
            if planned.at <= after or (planned.step, planned.occurrence) in fired:
                continue
            if planned.at > now:
                later.append(planned)
                break
            owed.append(planned)
    return sorted(owed), min(later, default=None)
