"""What leaves with the tick, by the door that a server and ``yh tick`` use."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from yuanheng.kernel import clock, ticking
from yuanheng.kernel.clocks import tick
from yuanheng.kernel.models import ApiCall, Delivery, FormTicket, Notice, NoticeSettings
from yuanheng.kernel.notices import DigestLine, digest, notify, outbox

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_notice_leaves_by_its_channel_with_the_tick(office, channel, robot):
    channel()
    with clock.stopped_at(MONDAY):
        notify(people=[office.wang], code="flow.overdue", text="诉求 12 号已超期", link="/x/")
    report = tick(MONDAY + timedelta(seconds=5))
    assert report.problems == []
    assert report.parts["notices"] == {"sent": 1}
    assert len(robot.calls) == 1
    assert tick(MONDAY + timedelta(seconds=65)).parts["notices"] == {}
    assert len(robot.calls) == 1


def test_the_summary_is_sent_once_a_working_day_and_leaves_in_the_same_tick(
    office, channel, robot, monkeypatch
):
    lines = {"my-work": lambda user, day: [DigestLine("待办", 3 * (user == office.wang))]}
    monkeypatch.setattr(digest, "_lines", lines)
    sunday = MONDAY - timedelta(days=1)
    NoticeSettings.objects.update_or_create(user=office.wang, defaults={"wants_digest": True})
    assert tick(sunday).parts["digest"] == 0
    assert tick(MONDAY).parts["digest"] == 1
    assert tick(MONDAY + timedelta(minutes=1)).parts["digest"] == 0
    assert Notice.objects.get().text == "今日提醒：待办 3"
    assert tick(MONDAY + timedelta(days=1)).parts["digest"] == 1


def test_a_slow_server_does_not_hold_up_the_tick(office, channel, monkeypatch):
    for number in range(3):
        channel(name=f"群{number}")
    with clock.stopped_at(MONDAY):
        notify(people=[office.wang], code="flow.overdue", text="t", link="")
    assert Delivery.objects.count() == 3
    monkeypatch.setattr(ticking, "SENDING_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "send_now", lambda row: time.sleep(0.1))
    assert tick(MONDAY).parts["notices"] == {"sent": 1}
    assert Delivery.objects.filter(state="waiting").count() == 2


def test_what_nobody_sends_again_is_removed(office):
    old = MONDAY - timedelta(days=8)
    for age, word in ((old, "old"), (MONDAY, "new")):
        FormTicket.objects.create(user=office.wang, token=word * 8, digest="", used_at=age)
        ApiCall.objects.create(user=office.wang, key=word, asked="", at=age)
    report = tick(MONDAY)
    assert (report.parts["forms"], report.parts["programs"]) == (1, 1)
    assert FormTicket.objects.count() == ApiCall.objects.count() == 1
