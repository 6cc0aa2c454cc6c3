"""Take the steps of a ladder that are owed: tell people, give slips, write it down; once each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from yuanheng.kernel.clocks.calendar import Calendars
from yuanheng.kernel.clocks.people import people_for, words_for
from yuanheng.kernel.clocks.reckoning import Planned, days_left, owed_and_next, planned_steps
from yuanheng.kernel.clocks.slips import give_slip
from yuanheng.kernel.clocks.terms import SLIP, Step, ladder_of_rule
from yuanheng.kernel.clocks.words import time_left_in_words
from yuanheng.kernel.models import Clock, ClockEvent, ClockStep
from yuanheng.kernel.notices import notify


@dataclass(slots=True)
class Taken:
    """What was done for one clock."""

    reminders: int = 0
    slips: int = 0
    untold: list[str] = field(default_factory=list)  # steps that found nobody to tell

    def __bool__(self) -> bool:
        return bool(self.reminders or self.slips)


def plan_next(
    clock: Clock, calendars: Calendars, fired: Collection[tuple[int, int]] | None = None
) -> None:
    """Set ``next_check_at`` to the first step that is still owed; the caller saves."""
    taken = _fired(clock) if fired is None else fired
    earliest = datetime(1900, 1, 1, tzinfo=UTC)
    _owed, following = _look(clock, calendars, taken, earliest)
    clock.next_check_at = following.at if following else None
    if following and following.missing_years:
        clock.provisional_years = sorted({*clock.provisional_years, *following.missing_years})


def take_owed(clock: Clock, now: datetime, calendars: Calendars, *, quiet: bool = False) -> Taken:
    """Take, in their order, the steps of a locked running clock that are owed at ``now``.

    What is taken late is told to each person in one notice. With ``quiet`` (the clock is just
    being paused or stopped) reminders are written down but no longer sent; slips are.
    """
    fired = _fired(clock)
    owed, _following = _look(clock, calendars, fired, now)
    done = Taken()
    if not owed:
        return done
    ladder = ladder_of_rule(clock.rule)
    told: dict[int, Any] = {}
    texts: dict[int, list[str]] = {}
    for planned in owed:
        step = ladder[planned.step]
        people = people_for(clock, step)
        text = _take(clock, planned, step, people, now, calendars)
        is_slip = step.what == SLIP
        done.slips += is_slip
        done.reminders += not is_slip
        if not people:
            done.untold.append(f"{clock}: {step.to_line()}")
        if is_slip or not quiet:
            for person in people:
                told[person.pk] = person
                texts.setdefault(person.pk, []).append(text)
    fired |= {(one.step, one.occurrence) for one in owed}
    plan_next(clock, calendars, fired)
    clock.save(update_fields=["next_check_at", "provisional_years"])
    for pk, lines in texts.items():
        notify(people=[told[pk]], code="clock.step", text=_summary(lines), link=_link(clock))
    return done


def _look(
    clock: Clock, calendars: Calendars, fired: Collection[tuple[int, int]], now: datetime
) -> tuple[list[Planned], Planned | None]:
    occurrences = planned_steps(
        calendars.of(clock.rule["calendar"]),
        clock.counting,
        clock.due_on,
        ladder_of_rule(clock.rule),
        timezone.get_current_timezone(),
    )
    return owed_and_next(occurrences, fired, clock.round_began_at, now)


def _fired(clock: Clock) -> set[tuple[int, int]]:
    if clock.pk is None:
        return set()
    return set(
        ClockStep.objects.filter(clock=clock, round=clock.round).values_list("step", "occurrence")
    )


def _take(
    clock: Clock,
    planned: Planned,
    step: Step,
    people: list[Any],
    now: datetime,
    calendars: Calendars,
) -> str:
    """Write one step down; the sentence for those who are told."""
    taken = ClockStep.objects.create(
        clock=clock,
        round=clock.round,
        step=planned.step,
        occurrence=planned.occurrence,
        owed_at=planned.at,
        fired_at=now,
        what=step.what,
        told=len(people),
    )
    calendar = calendars.of(clock.rule["calendar"])
    on = timezone.localtime(planned.at).date()
    left = time_left_in_words(
        clock.counting, days_left(calendar, clock.counting, clock.due_on, on)
    )
    text = f"{clock}：{left}"
    details = {"line": step.to_line(), "owed_at": planned.at, "told": [str(p) for p in people]}
    if step.what == SLIP:
        slip = give_slip(clock, taken, step, text, words_for(clock, step, people), now)
        text = f"{slip}（{slip.get_colour_display()}）{text}"
        details["slip"] = str(slip)
    ClockEvent.objects.create(
        clock=clock, at=now, kind=step.what, due_on=clock.due_on, details=details
    )
    return text


def _summary(lines: list[str]) -> str:
    """The last thing first; how many came before while nobody ticked."""
    if len(lines) == 1:
        return lines[0]
    earlier = len(lines) - 1
    more = ngettext("and %(n)d earlier notice", "and %(n)d earlier notices", earlier)
    return f"{lines[-1]}（{more % {'n': earlier}}）"


def _link(clock: Clock) -> str:
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse("clock-detail", args=[clock.token])
    except NoReverseMatch:
        return ""
