"""A clock in words: days left, what happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuanheng.kernel.clocks.calendar import Calendars
from yuanheng.kernel.clocks.reckoning import days_left
from yuanheng.kernel.clocks.terms import WORKING
from yuanheng.kernel.figures import listed


def days_left_of(clock: Any, today: date, calendars: Calendars | None = None) -> int:
    """See ``Clock.days_left``."""
    calendar = (calendars or Calendars()).of(clock.rule["calendar"])
    seen_from = clock.paused_at or clock.ended_at
    if seen_from is not None:
        today = timezone.localtime(seen_from).date()
    return days_left(calendar, clock.counting, clock.due_on, today)


def time_left_in_words(counting: str, left: int) -> str:
    """``还剩 3 个工作日`` / ``今天到期`` / ``已超期 2 个工作日``."""
    if left == 0:
        return _("due today")
    number = abs(left)
    if counting == WORKING:
        if left > 0:
            text = ngettext("%(n)d working day left", "%(n)d working days left", number)
        else:
            text = ngettext("%(n)d working day overdue", "%(n)d working days overdue", number)
    elif left > 0:
        text = ngettext("%(n)d day left", "%(n)d days left", number)
    else:
        text = ngettext("%(n)d day overdue", "%(n)d days overdue", number)
    return text % {"n": number}


def time_kept_in_words(counting: str, left: int) -> str:
    """``提前 7 个工作日`` of a clock that has ended in time."""
    if left == 0:
        return _("on the last day")
    if counting == WORKING:
        text = ngettext("%(n)d working day early", "%(n)d working days early", left)
    else:
        text = ngettext("%(n)d day early", "%(n)d days early", left)
    return text % {"n": left}


def provisional_in_words(years: list[int]) -> str:
    """Why a date is provisional, and what to do."""
    named = listed(sorted(years))
    return _(
        "The days off of %(years)s have not been entered: this date counts weekends only and is "
        "provisional. It will be counted anew when the year is entered."
    ) % {"years": named}
