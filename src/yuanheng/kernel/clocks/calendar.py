"""The calendar in force: the package's years, and what the office has entered over them."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import date
from functools import cache
from typing import Any

import chinese_calendar

from yuanheng.calc.calendars import WorkCalendar
from yuanheng.kernel.models import CalendarDay, CalendarVersion, CalendarYear
from yuanheng.kernel.models.calendar import DayKind


@cache
def package_calendar() -> WorkCalendar:
    """The days off of the package ``chinesecalendar``: 2004 to the last year it knows."""
    off = frozenset(chinese_calendar.holidays)
    work = frozenset(chinese_calendar.workdays)
    last = max(day.year for day in off)
    return WorkCalendar(off, work, frozenset(range(min(day.year for day in off), last + 1)))


def current_calendar() -> WorkCalendar:
    """The package's calendar with the office's own days in place of its; two queries.

    A year that the package does not know counts only once it has been entered completely
    (`CalendarYear`); single days change a known year at once.
    """
    entered = dict(CalendarDay.objects.order_by("day").values_list("day", "kind"))
    years = frozenset(CalendarYear.objects.values_list("year", flat=True))
    known = package_calendar()
    if not entered and not years:
        return known
    off = {day for day in known.days_off if day not in entered}
    work = {day for day in known.make_up_workdays if day not in entered}
    off |= {day for day, kind in entered.items() if kind == DayKind.OFF}
    work |= {day for day, kind in entered.items() if kind == DayKind.WORK}
    known_years = known.known_years | years
    return WorkCalendar(
        frozenset(day for day in off if day.year in known_years),
        frozenset(day for day in work if day.year in known_years),
        known_years,
    )


class Calendars:
    """Calendars read once for a piece of work: the one in force, and earlier versions of it."""

    def __init__(self) -> None:
        self._current: WorkCalendar | None = None
        self._versions: dict[str, WorkCalendar] = {}
        self._filled: dict[str, WorkCalendar] = {}

    @property
    def current(self) -> WorkCalendar:
        """The one in force."""
        if self._current is None:
            self._current = current_calendar()
        return self._current

    def keep(self) -> str:
        """Keep the calendar in force and give the hash under which it is found again."""
        body, digest = _body_and_digest(self.current)
        if digest not in self._versions:
            CalendarVersion.objects.get_or_create(digest=digest, defaults={"body": body})
            self._versions[digest] = self.current
        return digest

    def of(self, digest: str) -> WorkCalendar:
        """The calendar of a running clock: as it was when the clock started; years that were not
        known then as they are known now."""
        if digest not in self._filled:
            if digest not in self._versions:
                body = CalendarVersion.objects.values_list("body", flat=True).get(digest=digest)
                self._versions[digest] = WorkCalendar.from_dict(body)
            self._filled[digest] = self._versions[digest].filled_from(self.current)
        return self._filled[digest]


_SECONDS = 10.0
_recent: list[tuple[float, Calendars]] = []


def recent_calendars() -> Calendars:
    """Calendars for showing many clocks on a page: at most ten seconds old."""
    now = time.monotonic()
    if not _recent or now - _recent[0][0] > _SECONDS:
        _recent[:] = [(now, Calendars())]
    return _recent[0][1]


def forget_recent_calendars() -> None:
    """After a year or a day has been entered."""
    _recent.clear()


@cache
def _body_and_digest(calendar: WorkCalendar) -> tuple[dict[str, Any], str]:
    body = calendar.to_dict()
    text = json.dumps(body, sort_keys=True)
    return body, hashlib.sha256(text.encode()).hexdigest()


def is_working_day(day: date) -> bool:
    """Whether offices work on ``day``; a year that is not known counts by weekends."""
    return current_calendar().on_or_after(day).day == day
