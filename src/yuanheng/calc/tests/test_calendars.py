from __future__ import annotations

import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanheng.calc import calendars
from yuanheng.calc.calendars import UnknownYear, WorkCalendar

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
days = st.dates(FIRST, LAST)


@st.composite
def work_calendars(draw) -> WorkCalendar:
    chosen = draw(st.sets(days, max_size=60))
    return WorkCalendar.of(
        days_off={day for day in chosen if day.weekday() < 5},
        make_up_workdays={day for day in chosen if day.weekday() >= 5},
        known_years=[2026],
    )


def slowly(calendar: WorkCalendar, after: date, until: date) -> int:
    """Working days one by one."""
    found, day = 0, after
    while day < until:
        day += DAY
        found += day in calendar.make_up_workdays or (
            day.weekday() < 5 and day not in calendar.days_off
        )
    return found


def test_the_examples_of_the_module():
    assert doctest.testmod(calendars).failed == 0


@settings(max_examples=50)
@given(work_calendars(), days, days)
def test_counting_is_what_counting_one_by_one_gives(calendar, one, other):
    first, last = sorted((one, other))
    assert calendar.count(first, last).days == slowly(calendar, first, last)
    assert calendar.count(last, first).days == -slowly(calendar, first, last)


@settings(max_examples=50)
@given(work_calendars(), days, st.integers(1, 60))
def test_within_n_working_days_ends_on_the_nth_working_day(calendar, day, number):
    due = calendar.add(day, number)
    assert slowly(calendar, day, due.day) == number
    assert slowly(calendar, day, due.day - DAY) == number - 1  # the end of that day, not earlier
    assert due.is_provisional == (due.day.year == 2027)
    assert calendar.add(due.day + DAY, -1).day == due.day


@settings(max_examples=50)
@given(work_calendars(), days, st.integers(0, 30), st.integers(0, 30))
def test_adding_twice_is_adding_once(calendar, day, one, other):
    twice = calendar.add(calendar.add(day, one).day, other)
    assert twice.day == calendar.add(day, one + other).day


@settings(max_examples=50)
@given(work_calendars(), days)
def test_every_day_is_worked_on_or_not_and_the_next_is(calendar, day):
    follows = calendar.next_workday(day)
    assert follows.day > day
    if follows.day.year == 2026:
        assert calendar.is_workday(follows.day)
        assert calendar.on_or_after(follows.day).day == follows.day


@settings(max_examples=50)
@given(work_calendars())
def test_a_calendar_comes_back_from_its_lists(calendar):
    assert WorkCalendar.from_dict(calendar.to_dict()) == calendar


def test_a_missing_year_is_never_taken_for_one_without_holidays():
    calendar = WorkCalendar.of(days_off=[], make_up_workdays=[], known_years=[2026])
    with pytest.raises(UnknownYear, match="2027") as caught:
        calendar.is_workday(date(2027, 3, 1))
    assert caught.value.years == (2027,)
    due = calendar.add(date(2026, 12, 30), 5)
    assert (due.day, due.missing_years) == (date(2027, 1, 6), (2027,))
    with pytest.raises(UnknownYear):
        due.certain()
    assert calendar.add(date(2026, 7, 1), 5).certain() == date(2026, 7, 8)
    assert calendar.count(date(2026, 12, 31), date(2028, 1, 1)).missing_years == (2027, 2028)


def test_what_cannot_be_counted_is_refused():
    calendar = WorkCalendar.of(days_off=[], make_up_workdays=[], known_years=[2026])
    with pytest.raises(ValueError, match="more than 10000"):
        calendar.add(FIRST, 10_001)
    with pytest.raises(ValueError, match="beyond the calendar"):
        calendar.add(date(9999, 12, 30), 5)
    with pytest.raises(ValueError, match="both"):
        WorkCalendar.of(days_off=[FIRST], make_up_workdays=[FIRST], known_years=[])
