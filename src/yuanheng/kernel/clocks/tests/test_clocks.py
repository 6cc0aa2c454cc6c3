"""A clock from start to end, as the actions of a room use it."""

from __future__ import annotations

import sys
from datetime import date

import pytest
from django.db import OperationalError

from yuanheng.kernel import clock as wall
from yuanheng.kernel.clocks import (
    ClockRefused,
    Step,
    Term,
    clocks_of,
    extend_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
    tick,
)
from yuanheng.kernel.clocks.tests.conftest import at
from yuanheng.kernel.models import AuditEvent, Clock, ClockStep, Notice, Slip, TermRule
from yuanheng.kernel.notices import notify

pytestmark = pytest.mark.django_db

TERM = Term(
    "test.answer",
    "答复企业诉求",
    days=5,
    clause="某办发〔2026〕1号第三条",
    ladder=(
        Step(-1),
        Step(1, what="slip", colour="yellow"),
        Step(3, to="superior", what="slip", colour="red", every=2),
    ),
    superior_roles=("leader",),
)

# The tick sends the daily digest too; these are the notices of the ladder.
STEPS = Notice.objects.filter(code="clock.step")


@pytest.fixture
def started(bureau, person, leader):
    """Started on Monday 28 September 2026, due after the National Day holiday."""
    with wall.stopped_at(at("2026-09-28 10:00")):
        return start_clock(acting_user=person, subject=bureau, term=TERM, responsible=bureau.pk)


def test_the_day_of_the_event_and_holidays_do_not_count(started):
    # Tue 29, Wed 30, holiday 1 to 7 October, Thu 8, Fri 9, then Saturday 10 is worked on.
    assert started.due_on == date(2026, 10, 10)
    assert started.provisional_years == []
    assert started.days_left(date(2026, 9, 30)) == 3
    assert started.days_left(date(2026, 10, 10)) == 0
    assert started.days_left(date(2026, 10, 13)) == -2
    assert [one.pk for one in clocks_of(started.responsible)] == [started.pk]


def test_the_ladder_reminds_then_gives_slips_then_tells_the_superior(started, person, leader):
    told = []
    for moment in (
        "2026-10-09 08:59",
        "2026-10-09 09:00",
        "2026-10-12 09:30",
        "2026-10-14 12:00",
        "2026-10-16 12:00",
    ):
        tick(at(moment))
        told.append(
            (
                STEPS.filter(recipient=person).count(),
                STEPS.filter(recipient=leader).count(),
            )
        )
    assert told == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]
    texts = list(STEPS.order_by("pk").values_list("text", flat=True))
    assert texts[0] == "答复企业诉求 · 发改委：还剩 1 个工作日"
    assert texts[1] == "督〔2026〕1号（黄色）答复企业诉求 · 发改委：已超期 1 个工作日"
    assert [str(one) for one in Slip.objects.order_by("pk")] == [
        "督〔2026〕1号",
        "督〔2026〕2号",
        "督〔2026〕3号",
    ]
    assert Slip.objects.order_by("pk").last().addressee == "李副市长"


def test_a_tick_after_a_tick_takes_nothing_twice(started):
    assert tick(at("2026-10-12 09:30")).slips == 1
    again = tick(at("2026-10-12 09:30"))
    assert (again.clocks, again.slips, again.reminders) == (0, 0, 0)
    earlier = tick(at("2026-10-01 00:00"))  # the machine's clock was set back
    assert (earlier.clocks, ClockStep.objects.count()) == (0, 2)


def test_a_machine_that_was_off_catches_up_in_order_with_one_notice(started, person, leader):
    report = tick(at("2026-10-20 08:00"))
    assert (report.clocks, report.reminders, report.slips) == (1, 1, 3)
    steps = list(ClockStep.objects.order_by("pk").values_list("step", "occurrence"))
    assert steps == [(0, 0), (1, 0), (2, 0), (2, 1)]
    notice = STEPS.get(recipient=person)
    assert notice.text.endswith("已超期 1 个工作日（及此前 1 条提醒）")
    assert STEPS.filter(recipient=leader).count() == 1


def test_a_pause_moves_the_end_by_the_working_days_that_it_lasted(started, person):
    with wall.stopped_at(at("2026-09-29 09:00")):
        paused = pause_clock(acting_user=person, clock=started, reason="等待企业补正材料")
        assert (paused.state, paused.next_check_at) == ("paused", None)
        assert paused.days_left(date(2026, 12, 1)) == 4  # seen from the day of the pause
    assert tick(at("2026-10-20 09:00")).clocks == 0
    with wall.stopped_at(at("2026-10-10 16:00")):
        resumed = resume_clock(acting_user=person, clock=started)
    # Wed 30, Thu 8, Fri 9 and the worked Saturday 10: four days.
    assert resumed.due_on == date(2026, 10, 15)
    assert resumed.first_due_on == date(2026, 10, 10)


def test_a_pause_that_ends_the_same_day_moves_nothing(started, person):
    with wall.stopped_at(at("2026-09-29 09:00")):
        pause_clock(acting_user=person, clock=started, reason="核对")
    with wall.stopped_at(at("2026-09-29 17:00")):
        assert resume_clock(acting_user=person, clock=started).due_on == date(2026, 10, 10)


def test_an_extension_begins_the_ladder_anew_and_needs_a_reason(started, person):
    tick(at("2026-10-09 09:00"))
    with wall.stopped_at(at("2026-10-09 10:00")):
        with pytest.raises(ClockRefused, match="说明原因"):
            extend_clock(acting_user=person, clock=started, until=date(2026, 10, 20), reason=" ")
        with pytest.raises(ClockRefused, match="不晚于"):
            extend_clock(acting_user=person, clock=started, until=date(2026, 10, 10), reason="x")
        row = extend_clock(
            acting_user=person, clock=started, until=date(2026, 10, 20), reason="需要多部门会商"
        )
    assert (row.due_on, row.first_due_on, row.round) == (date(2026, 10, 20), date(2026, 10, 10), 2)
    assert tick(at("2026-10-16 12:00")).clocks == 0
    assert tick(at("2026-10-19 12:00")).reminders == 1


def test_a_clock_stopped_in_time_is_met_and_a_late_one_missed(started, bureau, person):
    with wall.stopped_at(at("2026-10-10 23:59")):
        done = stop_clock(acting_user=person, clock=started, outcome="met")
    assert (done.state, done.next_check_at) == ("met", None)
    with wall.stopped_at(at("2026-09-28 10:00")):
        other = start_clock(acting_user=person, subject=bureau, term=TERM, responsible=bureau.pk)
    with wall.stopped_at(at("2026-10-11 00:00")):
        late = stop_clock(acting_user=person, clock=other, outcome="met")
    assert late.state == "missed"
    with pytest.raises(ClockRefused, match="现在不能"):
        pause_clock(acting_user=person, clock=late, reason="x")


def test_stopping_late_still_gives_the_slip_that_was_owed(started, person):
    with wall.stopped_at(at("2026-10-12 11:00")):
        stop_clock(acting_user=person, clock=started)
    slip = Slip.objects.get()
    assert slip.colour == "yellow"
    assert slip.closed_at is not None
    assert Notice.objects.filter(recipient=person).count() == 1  # the reminder isn't sent any more


def test_a_changed_setting_counts_only_for_clocks_started_later(started, city, bureau, person):
    TermRule.objects.create(
        code="test.answer",
        title="答复",
        org_unit=city,
        days=2,
        ladder="+1 督办单 承办人 红色",
        clause="某办发〔2026〕9号",
        valid_from=date(2026, 9, 1),
    )
    started.refresh_from_db()
    assert started.due_on == date(2026, 10, 10)
    with wall.stopped_at(at("2026-09-28 10:00")):
        later = start_clock(acting_user=person, subject=bureau, term=TERM, responsible=bureau.pk)
    assert (later.due_on, later.rule["clause"]) == (date(2026, 9, 30), "某办发〔2026〕9号")
    tick(at("2026-10-12 09:00"))
    colours = set(Slip.objects.values_list("clock", "colour"))
    assert colours == {(started.pk, "yellow"), (later.pk, "red")}


def test_a_killed_tick_leaves_nothing_and_the_next_takes_everything(started, monkeypatch):
    def killed(**told):
        notify(**told)
        raise KeyboardInterrupt

    monkeypatch.setattr("yuanheng.kernel.clocks.firing.notify", killed)
    with pytest.raises(KeyboardInterrupt):
        tick(at("2026-10-12 09:30"))
    assert not Notice.objects.exists()
    assert not Slip.objects.exists()
    assert not AuditEvent.objects.filter(action_code="kernel.tick_clock").exists()
    monkeypatch.undo()
    assert tick(at("2026-10-12 09:31")).slips == 1
    assert [one.number for one in Slip.objects.all()] == [1]


def test_one_clock_that_fails_does_not_keep_the_others(started, bureau, person, caplog):
    with wall.stopped_at(at("2026-09-28 10:00")):
        broken = start_clock(acting_user=person, subject=bureau, term=TERM, responsible=bureau.pk)
    Clock.objects.filter(pk=broken.pk).update(rule={"calendar": "lost"})
    report = tick(at("2026-10-12 09:30"))
    assert report.slips == 1
    assert len(report.problems) == 1
    assert str(broken.pk) in report.problems[0]


@pytest.mark.parametrize(("times", "slips"), [(1, 1), (2, 0)])
def test_a_clock_that_waits_in_vain_is_tried_once_more(started, monkeypatch, times, slips):
    ticking = sys.modules["yuanheng.kernel.clocks.tick"]  # the name means the function
    take, failed = ticking._take_one, []

    def locked(*given):
        if len(failed) < times:
            failed.append(given)
            raise OperationalError("database is locked")
        return take(*given)

    monkeypatch.setattr(ticking, "_take_one", locked)
    report = tick(at("2026-10-12 09:30"))
    assert report.slips == slips
    told = f"{Clock._meta.label} {started.pk}: database is locked"
    assert report.problems == ([] if slips else [told])
    assert tick(at("2026-10-12 09:31")).slips == 1 - slips  # none lost, none twice


def test_a_step_that_finds_nobody_is_a_problem_that_the_report_names(city, person):
    with wall.stopped_at(at("2026-09-28 10:00")):
        start_clock(acting_user=person, subject=city, term=TERM, responsible=None)
    report = tick(at("2026-10-09 09:30"))
    assert report.untold == ["答复企业诉求 · 娄底市: -1 提醒 承办人"]


def test_everything_that_happened_is_an_event_and_an_audit_row(started, person):
    with wall.stopped_at(at("2026-09-29 09:00")):
        pause_clock(acting_user=person, clock=started, reason="核对")
    with wall.stopped_at(at("2026-09-30 09:00")):
        resume_clock(acting_user=person, clock=started)
    tick(at("2026-10-13 09:30"))
    kinds = list(started.events.values_list("kind", flat=True))
    assert kinds == ["started", "paused", "resumed", "remind", "slip"]
    codes = list(AuditEvent.objects.order_by("pk").values_list("action_code", flat=True))
    assert codes == [
        "kernel.start_clock",
        "kernel.pause_clock",
        "kernel.resume_clock",
        "kernel.tick_clock",
    ]
