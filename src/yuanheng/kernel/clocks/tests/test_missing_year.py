"""A year that nobody has published yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from yuanheng.kernel import clock as wall
from yuanheng.kernel.clocks import Term, pause_clock, start_clock, tick
from yuanheng.kernel.clocks.tests.conftest import at, model
from yuanheng.kernel.clocks.years import enter_year
from yuanheng.kernel.models import CalendarDay, CalendarYear, Clock
from yuanheng.kernel.policies import Refused

pytestmark = pytest.mark.django_db
YEAR = {"year": 2027, "clause": "示例:2027 年放假通知", "note": ""}


@pytest.fixture
def chief(city):
    user = model("User").objects.create(username="chief", org_unit=city)
    model("Grant").objects.create(
        user=user, role="administrator", org_unit=city, valid_from=date(2020, 1, 1)
    )
    return user


def _enter_days() -> None:
    """Made up: New Year 1 to 4 January (Monday the 4th too), ten days from 1 February."""
    off = [date(2027, 1, day) for day in range(1, 5)]
    off += [date(2027, 2, 1) + timedelta(days=n) for n in range(10)]
    for day in off:
        CalendarDay.objects.create(day=day, kind="off", name="示例", year=2027, clause="示例")
    CalendarDay.objects.create(
        day=date(2027, 1, 9), kind="work", name="示例", year=2027, clause="示例"
    )


def _start(bureau, person, moment: str, days: int) -> Clock:
    with wall.stopped_at(at(moment)):
        term = Term("t", "答复", days=days)
        return start_clock(acting_user=person, subject=bureau, term=term, responsible=bureau.pk)


def test_a_date_through_a_missing_year_is_provisional_and_said_loudly(
    bureau, person, chief, client
):
    clock = _start(bureau, person, "2026-12-28 10:00", 5)
    assert (clock.due_on, clock.provisional_years) == (date(2027, 1, 4), [2027])
    report = tick(at("2026-12-28 11:00"))
    assert (report.provisional, report.missing_years) == (1, [2027])
    client.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")
    home = client.get("/").text
    assert "2027 年的放假安排还没有录入" in home
    assert "1 个到期日是暂定的" in home
    page = client.get(f"/clocks/{clock.token}/").text
    assert "这个日期只扣除了周末，是暂定的" in page
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert "放假安排还没有录入" not in client.get("/").text


def test_entering_the_year_gives_the_right_date_and_writes_it_down(bureau, person, chief):
    clock = _start(bureau, person, "2026-12-28 10:00", 5)
    long = _start(bureau, person, "2026-12-28 10:00", 300)  # into 2028, which is missing still
    settled = _start(bureau, person, "2026-12-21 10:00", 3)
    _enter_days()
    with wall.stopped_at(at("2026-12-29 10:00")):
        enter_year(acting_user=chief, values=dict(YEAR))
    clock.refresh_from_db()
    # Tue 29, Wed 30, Thu 31, then Tue 5 and Wed 6 January.
    assert (clock.due_on, clock.provisional_years) == (date(2027, 1, 6), [])
    event = clock.events.last()
    assert (event.kind, event.acting_user) == ("corrected", chief)
    assert event.details == {"earlier_due_on": "2027-01-04"}
    assert long.due_on != Clock.objects.get(pk=long.pk).due_on
    assert Clock.objects.get(pk=long.pk).provisional_years == [2028]
    assert Clock.objects.get(pk=settled.pk).events.count() == 1
    report = tick(at("2026-12-29 11:00"))
    assert report.missing_years == [2028]


def test_what_was_due_already_stays(bureau, person, chief):
    clock = _start(bureau, person, "2026-12-28 10:00", 5)
    _enter_days()
    with wall.stopped_at(at("2027-01-04 10:00")):
        enter_year(acting_user=chief, values=dict(YEAR))
    clock.refresh_from_db()
    assert (clock.due_on, clock.provisional_years) == (date(2027, 1, 4), [])
    assert clock.events.last().kind == "kept"


def test_a_clock_that_stands_still_is_corrected_too(bureau, person, chief):
    clock = _start(bureau, person, "2026-12-28 10:00", 5)
    with wall.stopped_at(at("2026-12-29 10:00")):
        pause_clock(acting_user=person, clock=clock, reason="等待材料")
    _enter_days()
    with wall.stopped_at(at("2027-01-20 10:00")):
        enter_year(acting_user=chief, values=dict(YEAR))
    clock.refresh_from_db()
    assert (clock.due_on, clock.state, clock.next_check_at) == (date(2027, 1, 6), "paused", None)


def test_days_that_are_entered_do_not_count_before_the_year_is_confirmed(bureau, person):
    _enter_days()
    assert _start(bureau, person, "2026-12-28 10:00", 5).provisional_years == [2027]


def test_a_year_is_confirmed_only_when_its_days_are_there(chief, person):
    with pytest.raises(ValidationError, match="2027 年只录入了 0 个放假日"):
        enter_year(acting_user=chief, values=dict(YEAR))
    with pytest.raises(ValidationError, match="软件自带 2026 年"):
        enter_year(acting_user=chief, values=YEAR | {"year": 2026})
    _enter_days()
    with pytest.raises(Refused, match="最上级单位的管理员"):
        enter_year(acting_user=person, values=dict(YEAR))
    assert not CalendarYear.objects.exists()


def test_a_corrected_day_of_a_known_year_counts_for_clocks_started_later(bureau, person):
    before = _start(bureau, person, "2026-11-02 10:00", 3)
    CalendarDay.objects.create(
        day=date(2026, 11, 4), kind="off", name="示例", year=2026, clause="示例"
    )
    after = _start(bureau, person, "2026-11-02 10:00", 3)
    assert (before.due_on, after.due_on) == (date(2026, 11, 5), date(2026, 11, 6))
    assert before.days_left(date(2026, 11, 2)) == 3  # still by the calendar it started with
