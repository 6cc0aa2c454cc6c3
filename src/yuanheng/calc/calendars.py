"""Working days by an explicit calendar: days off, make-up workdays, and the years that are known.

A year whose days off nobody has entered is never taken for one without holidays: a question about
one of its days raises `UnknownYear`, and a date that was counted through it carries the year, so
that whoever shows the date can say that it is provisional.

>>> calendar = WorkCalendar.of(days_off=["2026-10-01"], make_up_workdays=["2026-10-10"],
...                            known_years=[2026])
>>> calendar.add(date(2026, 9, 29), 2)
Reckoned(day=datetime.date(2026, 10, 2), missing_years=())
>>> calendar.add(date(2026, 12, 30), 3)
Reckoned(day=datetime.date(2027, 1, 4), missing_years=(2027,))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_DAY = timedelta(days=1)
_SATURDAY = 5
LONGEST = 10_000
"""The most days that are counted at once: about 40 years of work."""


class UnknownYear(LookupError):  # noqa: N818  named for what it says
    """The days off of a year are not known; ``years`` says of which."""

    def __init__(self, years: tuple[int, ...]) -> None:
        self.years = years
        super().__init__(f"the days off of {', '.join(map(str, years))} are not known")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A day that was found by counting.

    ``missing_years`` are years that were counted through by weekends only, since their days off
    are not known: the day is provisional then.
    """

    day: date
    missing_years: tuple[int, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Whether the day may still change."""
        return bool(self.missing_years)

    def certain(self) -> date:
        """The day; `UnknownYear` if it is provisional."""
        if self.missing_years:
            raise UnknownYear(self.missing_years)
        return self.day


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of working days; provisional as in `Reckoned`."""

    days: int
    missing_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked on.

    ``days_off`` are holidays, ``make_up_workdays`` weekend days that are worked on (调休上班); in
    ``known_years`` every other day follows from its day of the week.
    """

    days_off: frozenset[date]
    make_up_workdays: frozenset[date]
    known_years: frozenset[int]

    @classmethod
    def of(
        cls,
        *,
        days_off: Iterable[date | str],
        make_up_workdays: Iterable[date | str],
        known_years: Iterable[int],
    ) -> WorkCalendar:
        """From dates or ISO texts. ValueError for a text that is no date or a day in both."""
        off, work = _dates(days_off), _dates(make_up_workdays)
        if off & work:
            raise ValueError(f"both a day off and a workday: {min(off & work).isoformat()}")
        return cls(off, work, frozenset(known_years))

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, ready for JSON; `from_dict` reads them."""
        return {
            "days_off": sorted(day.isoformat() for day in self.days_off),
            "make_up_workdays": sorted(day.isoformat() for day in self.make_up_workdays),
            "known_years": sorted(self.known_years),
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> WorkCalendar:
        """What `to_dict` wrote."""
        return cls.of(
            days_off=found["days_off"],
            make_up_workdays=found["make_up_workdays"],
            known_years=found["known_years"],
        )

    def filled_from(self, other: WorkCalendar) -> WorkCalendar:
        """This calendar, with the years that it does not know as ``other`` has them.

        >>> old = WorkCalendar.of(days_off=[], make_up_workdays=[], known_years=[2026])
        >>> new = WorkCalendar.of(days_off=["2026-05-01", "2027-01-01"], make_up_workdays=[],
        ...                       known_years=[2026, 2027])
        >>> sorted(day.isoformat() for day in old.filled_from(new).days_off)
        ['2027-01-01']
        """
        years = other.known_years - self.known_years
        if not years:
            return self
        return WorkCalendar(
            self.days_off | {day for day in other.days_off if day.year in years},
            self.make_up_workdays | {day for day in other.make_up_workdays if day.year in years},
            self.known_years | years,
        )

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked on; `UnknownYear` where its year is not known."""
        if day.year not in self.known_years:
            raise UnknownYear((day.year,))
        return self._works(day)

    def missing_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years from one day to another that are not known."""
        if last < first:
            first, last = last, first
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.known_years)

    def next_workday(self, day: date) -> Reckoned:
        """The first working day after ``day``.

        >>> plain = WorkCalendar.of(days_off=[], make_up_workdays=[], known_years=[2026])
        >>> plain.next_workday(date(2026, 7, 3)).day.isoformat()
        '2026-07-06'
        """
        return self.add(day, 1)

    def on_or_after(self, day: date) -> Reckoned:
        """``day`` itself if it is worked on, else the next working day."""
        return self.add(day - _DAY, 1)

    def add(self, day: date, number: int) -> Reckoned:
        """The end of the term "within ``number`` working days" of something that happened on
        ``day``: the day itself does not count. A negative number counts back; 0 is ``day``.

        ValueError for more than `LONGEST` days or a date beyond the calendar.

        >>> plain = WorkCalendar.of(days_off=[], make_up_workdays=[], known_years=[2026])
        >>> plain.add(date(2026, 7, 3), 5).day.isoformat()  # from a Friday
        '2026-07-10'
        >>> plain.add(date(2026, 7, 4), -1).day.isoformat()  # from a Saturday
        '2026-07-03'
        """
        if abs(number) > LONGEST:
            raise ValueError(f"more than {LONGEST} days: {number}")
        step = _DAY if number >= 0 else -_DAY
        left, found = abs(number), day
        try:
            while left:
                found += step
                left -= self._works(found)
        except OverflowError:
            raise ValueError(f"{number} working days from {day} is beyond the calendar") from None
        return Reckoned(found, self.missing_years(day, found) if number else ())

    def count(self, after: date, until: date) -> Counted:
        """Working days after ``after`` up to and with ``until``; negative if it lies before.

        >>> plain = WorkCalendar.of(days_off=[], make_up_workdays=[], known_years=[2026])
        >>> plain.count(date(2026, 7, 3), date(2026, 7, 10)).days
        5
        """
        first, last = min(after, until), max(after, until)
        # Whole weeks have five days; what deviates is looked up. Five years must cost no more
        # than five days.
        whole, rest = divmod((last - first).days, 7)
        days = 5 * whole
        tail = last - rest * _DAY
        days += sum((tail + n * _DAY).weekday() < _SATURDAY for n in range(1, rest + 1))
        days -= sum(first < day <= last and day.weekday() < _SATURDAY for day in self.days_off)
        days += sum(
            first < day <= last and day.weekday() >= _SATURDAY for day in self.make_up_workdays
        )
        missing = self.missing_years(first + _DAY, last) if first != last else ()
        return Counted(days if until >= after else -days, missing)

    def _works(self, day: date) -> bool:
        if day.weekday() >= _SATURDAY:
            return day in self.make_up_workdays
        return day not in self.days_off


def _dates(days: Iterable[date | str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) if isinstance(day, str) else day for day in days)
