"""The light of a case: a colour and words, from its date and the day; never stored."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.calendars import WorkCalendar
from yuanheng.kernel import clock
from yuanheng.kernel.clocks.calendar import current_calendar
from yuanheng.kernel.clocks.words import time_left_in_words

SOON = 3  # working days


@dataclass(frozen=True)
class CaseLight:
    """What ``kernel/components/light.html`` draws."""

    colour: str
    words: str
    clause: str = ""


def lights() -> Lights:
    """The lights of today."""
    return Lights(clock.today())


# A list asks for each of its rows; the calendar changes a few times a year.
_KEPT_SECONDS = 5.0
_kept: list[tuple[float, WorkCalendar]] = []


def _calendar() -> WorkCalendar:
    now = time.monotonic()
    if not _kept or now - _kept[0][0] > _KEPT_SECONDS:
        _kept[:] = [(now, current_calendar())]
    return _kept[0][1]


class Lights:
    """What light a case has on a day."""

    def __init__(self, today: date) -> None:
        self.today = today

    def of(self, case: Any, due_on: date | None = None) -> CaseLight | None:
        """The light of a case, or of a part of it that is due on another day; none without one."""
        due_on = due_on or case.due_on
        if case.closed_at is not None or due_on is None:
            return None
        if case.suspended_at is not None:
            return CaseLight("grey", _("suspended"))
        left = self.days_left(due_on)
        colour = "red" if left < 0 else "yellow" if left <= SOON else "green"
        return CaseLight(colour, time_left_in_words("working", left))

    def days_left(self, due_on: date) -> int:
        """Working days to the date: 0 on the last one, negative when it is over."""
        left = self.between(self.today, due_on)
        return left or (-1 if due_on < self.today else 0)

    def between(self, first: date, last: date) -> int:
        """Working days after the first day, up to and with the last."""
        return _calendar().count(first, last).days
