"""Whatever happens to a clock and whenever a tick comes by: every step once, none lost.

The expected steps are found by walking through the days one by one, with no tick at all.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.kernel import clock as wall
from yuanheng.kernel.clocks import (
    ClockRefused,
    Step,
    Term,
    extend_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
    tick,
)
from yuanheng.kernel.clocks.calendar import package_calendar
from yuanheng.kernel.clocks.tests.conftest import SHANGHAI
from yuanheng.kernel.models import Clock, ClockStep, Slip

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BEGAN = datetime(2026, 9, 21, 10, 30, tzinfo=SHANGHAI)
END = datetime(2026, 12, 18, 12, tzinfo=SHANGHAI)
LADDER = (
    Step(-2),
    Step(0),
    Step(1, what="slip", colour="yellow"),
    Step(4, to="superior", what="slip", colour="red", every=6),
)
KINDS = ("pause", "resume", "extend", "stop", "tick", "tick")


def works(day: date) -> bool:
    calendar = package_calendar()
    weekday = day.weekday() < 5 and day not in calendar.days_off
    return weekday or day in calendar.make_up_workdays


def moved(day: date, number: int) -> date:
    """``number`` working days on, or back."""
    step = DAY if number > 0 else -DAY
    while number:
        day += step
        if works(day):
            number -= 1 if number > 0 else -1
    return day


class Walk:
    """The same clock, walked through by hand."""

    def __init__(self, days: int) -> None:
        self.due = moved(BEGAN.date(), days)
        self.round, self.began, self.now = 1, BEGAN, BEGAN
        self.paused: date | None = None
        self.over = False
        self.taken: set[tuple[int, int, int]] = set()

    def until(self, moment: datetime) -> None:
        self.now = moment
        if self.over or self.paused:
            return
        for index, step in enumerate(LADDER):
            for occurrence in range(30 if step.every else 1):
                day = moved(self.due, step.days + occurrence * step.every)
                at = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
                if self.began < at <= moment:
                    self.taken.add((self.round, index, occurrence))

    def do(self, kind: str, days: int) -> None:
        today = self.now.date()
        if kind == "pause":
            self.paused = today
        elif kind == "resume":
            stood = sum(
                works(self.paused + n * DAY) for n in range(1, (today - self.paused).days + 1)
            )
            was_open = self.due >= self.paused
            self.due = moved(self.due, stood)
            if was_open and today > self.paused:
                self.due = max(self.due, today)
            self.paused = None
        elif kind == "extend":
            self.due = today + days * DAY
            self.round, self.began = self.round + 1, self.now
        elif kind == "stop":
            self.over = True


def allowed(kind: str, walk: Walk, days: int) -> bool:
    if walk.over:
        return False
    if kind == "resume":
        return walk.paused is not None
    if kind == "pause":
        return walk.paused is None
    if kind == "extend":
        return walk.now.date() + days * DAY > walk.due
    return True


@st.composite
def happenings(draw):
    hours = draw(st.lists(st.integers(1, 24 * 80), min_size=0, max_size=12, unique=True))
    return [
        (BEGAN + timedelta(hours=hour), draw(st.sampled_from(KINDS)), draw(st.integers(1, 25)))
        for hour in sorted(hours)
    ]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happenings(), st.integers(1, 12))
def test_every_step_once_and_none_lost(city, bureau, person, leader, happened, days):
    sid = transaction.savepoint()
    term = Term("t", "答复", days=days, ladder=LADDER, superior_roles=("leader",))
    walk = Walk(days)
    with wall.stopped_at(BEGAN):
        row = start_clock(acting_user=person, subject=bureau, term=term, responsible=bureau.pk)
    for moment, kind, number in happened:
        walk.until(moment)
        with wall.stopped_at(moment):
            if kind == "tick":
                tick()
            else:
                _act(kind, row, person, moment.date() + number * DAY, allowed(kind, walk, number))
                if allowed(kind, walk, number):
                    walk.do(kind, number)
        row = Clock.objects.get(pk=row.pk)
        assert row.due_on == walk.due
    walk.until(END)
    tick(END)
    tick(END - 3 * DAY)  # the machine's clock is set back
    tick(END)
    taken = list(ClockStep.objects.order_by("pk").values_list("round", "step", "occurrence"))
    assert len(taken) == len(set(taken))
    assert set(taken) == walk.taken
    numbers = list(Slip.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == sum(LADDER[step].what == "slip" for _round, step, _o in taken)
    transaction.savepoint_rollback(sid)


def _act(kind, row, person, until, is_allowed) -> None:
    calls = {
        "pause": lambda: pause_clock(acting_user=person, clock=row, reason="等待材料"),
        "resume": lambda: resume_clock(acting_user=person, clock=row),
        "extend": lambda: extend_clock(acting_user=person, clock=row, until=until, reason="会商"),
        "stop": lambda: stop_clock(acting_user=person, clock=row),
    }
    if is_allowed:
        calls[kind]()
    else:
        with pytest.raises(ClockRefused):
            calls[kind]()
