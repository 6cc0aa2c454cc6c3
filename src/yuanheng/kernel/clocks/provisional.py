"""Clocks that were counted through a year whose days off nobody has entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from yuanheng.calc.calendars import Reckoned
from yuanheng.kernel import clock as wall
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.clocks.calendar import Calendars, current_calendar, forget_recent_calendars
from yuanheng.kernel.clocks.firing import plan_next, take_owed
from yuanheng.kernel.clocks.reckoning import Extension, Pause, replayed
from yuanheng.kernel.models import Clock, ClockEvent
from yuanheng.kernel.models.clocks import ClockState

_OPEN = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True, slots=True)
class Missing:
    """How many open clocks are provisional, for want of which years."""

    clocks: int
    years: list[int]


def provisional_clocks() -> Any:
    """Open clocks with a provisional date."""
    return Clock.objects.filter(state__in=_OPEN).exclude(provisional_years=[])


def missing_years() -> Missing:
    """For the report of a tick, the check of an installation and the administrators' home."""
    found = [
        set(years) for years in provisional_clocks().values_list("provisional_years", flat=True)
    ]
    return Missing(len(found), sorted(set().union(*found)))


def year_is_due() -> int | None:
    """The coming year, from November on, while its days off are not known."""
    today = wall.today()
    calendar = current_calendar()
    if today.year not in calendar.known_years:
        return today.year
    coming = today.year + 1
    return coming if today.month >= 11 and coming not in calendar.known_years else None


def recount_provisional(*, acting_user: Any) -> int:
    """Give provisional clocks their date by the years that are known now; how many moved.

    A clock that was due by today keeps its date. Called inside the action that enters the year.
    """
    forget_recent_calendars()
    calendars = Calendars()
    moved = 0
    for clock in _each_locked():
        if set(clock.provisional_years) & calendars.current.known_years:
            moved += correct_clock(acting_user=acting_user, clock=clock, calendars=calendars)
    return moved


def _each_locked() -> Iterator[Clock]:
    for pk in list(provisional_clocks().order_by("pk").values_list("pk", flat=True)):
        row = Clock.objects.select_for_update().filter(pk=pk, state__in=_OPEN).first()
        if row is not None:
            yield row


@action("kernel.correct_clock")
def correct_clock(*, acting_user: Any, clock: Clock, calendars: Calendars) -> bool:
    """Count a locked clock anew; whether its date moved."""
    now = wall.now()
    if clock.state == ClockState.RUNNING:
        take_owed(clock, now, calendars)
    seen_from = timezone.localtime(clock.paused_at or now).date()
    before = clock.due_on
    found = recounted(clock, calendars)
    already_due = before <= seen_from
    if not already_due:
        # A year that turns out longer never makes a term end in the past.
        clock.due_on = max(found.day, seen_from)
    clock.provisional_years = [] if already_due else list(found.missing_years)
    if clock.state == ClockState.RUNNING:
        plan_next(clock, calendars)
    clock.save(update_fields=["due_on", "provisional_years", "next_check_at"])
    ClockEvent.objects.create(
        clock=clock,
        at=now,
        kind="kept" if clock.due_on == before else "corrected",
        acting_user=acting_user,
        due_on=clock.due_on,
        details={"earlier_due_on": before} if clock.due_on != before else {},
    )
    record(clock, before={"due_on": before}, after={"due_on": clock.due_on})
    return clock.due_on != before


def recounted(clock: Clock, calendars: Calendars) -> Reckoned:
    """The end of a clock after everything that happened to it, by the calendar it started with
    and the years that have become known."""
    changes: list[tuple[Any, Pause | Extension]] = []
    for pause in clock.pauses.filter(resumed_at__isnull=False):
        days = [timezone.localtime(at).date() for at in (pause.paused_at, pause.resumed_at)]
        changes.append((pause.resumed_at, Pause(*days)))
    for extension in clock.extensions.all():
        changes.append((extension.granted_at, Extension(extension.until)))
    changes.sort(key=lambda one: one[0])
    return replayed(
        calendars.of(clock.rule["calendar"]),
        clock.counting,
        timezone.localtime(clock.started_at).date(),
        clock.days,
        clock.first_due_on if clock.days is None else None,
        [change for _at, change in changes],
    )
