from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import transaction

from yuanheng.accounts.tests.notices import receiver as told_by
from yuanheng.kernel import clock
from yuanheng.kernel.models import Delivery, Notice, NoticeSettings
from yuanheng.kernel.notices import (
    DigestLine,
    add_digest_line,
    deliver_due,
    digest,
    notify,
    outbox,
    posting,
    send_digests,
)
from yuanheng.kernel.notices.actions import change_channel

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def tell(*people, code="flow.overdue", text="诉求 12 号已超期"):
    notify(people=people, code=code, text=text, link="/cases/12/")


def test_nothing_leaves_without_a_channel(office):
    tell(office.wang, office.liu)
    assert Notice.objects.count() == 2
    assert not Delivery.objects.exists()


def test_an_outbox_goes_back_with_its_action(office, channel):
    channel()

    def half_way():
        with transaction.atomic():
            tell(office.wang)
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        half_way()
    assert not Delivery.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("kind", "is_signed"),
    [
        ("dingtalk", told_by.dingtalk_is_signed),
        ("feishu", told_by.feishu_is_signed),
        ("webhook", told_by.webhook_is_signed),
        ("wecom", lambda call: "sign" not in call["path"]),
    ],
)
def test_a_robot_gets_one_signed_message_for_all_whom_it_concerns(
    office, channel, robot, kind, is_signed
):
    channel(kind)
    tell(office.wang, office.liu)
    report = deliver_due()
    assert (report.sent, report.failed) == (1, 0)
    assert deliver_due().sent == 0
    [call] = robot.calls
    assert is_signed(call)
    said = call["body"].decode()
    assert "王敏、刘芳：诉求 12 号已超期" in said
    assert "https://park.example/cases/12/" in said
    row = Delivery.objects.get()
    assert call["headers"]["X-Yuanheng-Delivery"] == str(row.token)
    assert row.state == "sent"
    kinds = {"webhook": "id", "feishu": "msg_type"}
    assert kinds.get(kind, "msgtype") in json.loads(call["body"])


def test_only_a_code_of_nought_counts_as_a_yes(office, channel, robot):
    channel()
    robot.answers = [(200, {"errcode": 310000, "errmsg": "sign not match"}), (200, b"<html>")]
    tell(office.wang)
    assert deliver_due().failed == 1
    row = Delivery.objects.get()
    assert row.last_error == "接收方拒绝了消息：310000 sign not match"
    deliver_due(row.next_attempt_at)
    assert Delivery.objects.get().last_error == "无法识别接收方的应答。"


def test_a_message_is_tried_with_growing_pauses_and_then_given_up(office, channel, robot):
    channel("webhook")
    robot.answers = [(503, b"")]
    tell(office.wang)
    now, pauses = MONDAY + timedelta(days=4000), []
    for _attempt in range(6):
        report = deliver_due(now)
        row = Delivery.objects.get()
        pauses.append(row.next_attempt_at - now)
        assert deliver_due(now).failed == 0  # not before its time
        now = row.next_attempt_at
    minutes = [pause.total_seconds() / 60 for pause in pauses[:5]]
    assert minutes == [1, 5, 30, 120, 720]
    assert report.dead == 1
    assert row.state == "dead"
    assert row.last_error == "接收方返回状态码 503。"
    assert len(robot.calls) == 6
    assert len({call["headers"]["X-Yuanheng-Delivery"] for call in robot.calls}) == 1


def test_two_workers_send_a_message_once(office, channel, robot, monkeypatch):
    channel()
    tell(office.wang)
    send = outbox.send_now

    def meanwhile(row):
        assert deliver_due(clock.now() + timedelta(minutes=2)).sent == 0  # the other worker
        send(row)

    monkeypatch.setattr(outbox, "send_now", meanwhile)
    assert deliver_due().sent == 1
    assert len(robot.calls) == 1


def test_a_worker_that_died_leaves_its_message_to_the_next(office, channel, robot, monkeypatch):
    channel()
    tell(office.wang)

    def die(_row):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "send_now", die)
        with pytest.raises(KeyboardInterrupt):
            deliver_due()
    assert deliver_due().sent == 0
    assert deliver_due(clock.now() + outbox.LEASE).sent == 1


def test_a_dead_server_holds_up_nobody_else(office, channel, robot, monkeypatch):
    monkeypatch.setattr(posting, "CONNECT_SECONDS", 0.6)
    slow, good = channel(name="1 慢"), channel("webhook", name="2 好")
    robot.answers = ["hang", (200, {})]
    for _time in range(3):
        tell(office.wang)
    report = deliver_due()
    assert (report.sent, report.failed) == (3, 1)  # the slow one is asked once a round
    assert Delivery.objects.filter(channel=good, state="sent").count() == 3
    failed = Delivery.objects.exclude(last_error="").get()
    assert failed.channel == slow
    assert failed.last_error == "接收方未在规定时间内应答。"


def test_whoever_answers_drop_by_drop_is_cut_off(office, channel, robot, monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.3)
    channel()
    robot.answers = ["drip"]
    tell(office.wang)
    assert deliver_due().failed == 1


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((302, b""), "接收方返回状态码 302。"),
        ((200, b" " * 70_000), "接收方的应答过长，无法读取。"),
    ],
)
def test_redirects_and_floods_are_refused(office, channel, robot, answer, sentence):
    channel("webhook")
    robot.answers = [answer]
    tell(office.wang)
    deliver_due()
    assert Delivery.objects.get().last_error == sentence
    assert len(robot.calls) == 1


@pytest.mark.parametrize(
    ("host", "inside", "allowed"),
    [
        ("8.8.8.8", False, True),
        ("10.1.2.3", False, False),
        ("10.1.2.3", True, True),
        ("127.0.0.1", True, False),
        ("169.254.169.254", True, False),
        ("::ffff:10.0.0.1", False, False),
        ("0.0.0.0", True, False),
    ],
)
def test_addresses_inside_a_network_are_called_only_when_told_so(host, inside, allowed):
    if allowed:
        assert posting.checked_address(host, 443, inside=inside) == host
    else:
        with pytest.raises(posting.NotSent, match="内网地址"):
            posting.checked_address(host, 443, inside=inside)


def test_a_robot_is_not_asked_more_often_than_it_allows(office, channel, robot):
    channel()
    now = clock.now()
    for _time in range(25):
        tell(office.wang)
    assert deliver_due(now + timedelta(seconds=5)).sent == outbox.A_MINUTE
    assert deliver_due(now + timedelta(seconds=20)).sent == 0
    assert deliver_due(now + timedelta(seconds=70)).sent == 25 - outbox.A_MINUTE


def test_kinds_places_and_peoples_choices_decide(office, channel, robot):
    channel(wanted="clock flow")
    channel("webhook", org_unit=office.committee, shows_text=False)
    tell(office.stranger)  # another city
    tell(office.wang, code="import.done")  # not what the city's robot wants
    assert Delivery.objects.count() == 1
    deliver_due()
    assert "诉求" not in robot.calls[0]["body"].decode()
    NoticeSettings.objects.create(user=office.wang, no_robot="flow", no_email="flow")
    tell(office.wang)
    assert Delivery.objects.count() == 1


def test_mail_goes_to_the_person_by_the_nearest_channel(office, channel, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail_channel = {"kind": "email", "address": "smtps://user@127.0.0.1", "secret": "pw"}
    channel(**mail_channel, sender="city@example.cn")
    channel(**mail_channel, sender="gwh@example.cn", org_unit=office.committee)
    tell(office.wang, office.liu, text="诉求 12 号\n已超期")  # 刘芳 has no address
    assert deliver_due().sent == 1
    [message] = mail.outbox
    assert (message.to, message.from_email) == (["wang@example.cn"], "gwh@example.cn")
    assert message.subject == "【园衡】诉求 12 号 已超期"
    assert "https://park.example/cases/12/" in message.body
    assert str(Delivery.objects.get().token) in message.extra_headers["Message-ID"]


def test_mail_is_spoken_over_a_real_socket(office, channel, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with told_by.mail_server() as (port, lines):
        row = channel("email", address=f"smtp-plain://127.0.0.1:{port}", secret="", is_inside=True)
        tell(office.wang)
        assert deliver_due().sent == 1
        assert "rcpt TO:<wang@example.cn>" in lines
    with told_by.mail_server(b"550 no such user") as (port, _lines):
        values = {"address": f"smtp-plain://127.0.0.1:{port}"}
        change_channel(acting_user=office.chief, channel=row, values=values)
        tell(office.wang)
        assert deliver_due().failed == 1
    failed = Delivery.objects.exclude(last_error="").get()
    assert failed.last_error == "邮件服务器拒收地址 wang@example.cn。"


def test_the_daily_summary_comes_once_a_working_day(office, channel, monkeypatch):
    monkeypatch.setattr(digest, "_lines", {})
    assert send_digests(MONDAY, is_working_day=lambda _day: True) == 0
    add_digest_line(
        "sample",
        lambda user, _today: [
            DigestLine("待办", 5 if user == office.wang else 0),
            DigestLine("已超期", 0),
        ],
    )
    channel()  # a robot gets no summary
    assert send_digests(MONDAY, is_working_day=lambda _day: False) == 0
    early = MONDAY - timedelta(hours=1)
    assert send_digests(early, is_working_day=lambda _day: True) == 0
    assert send_digests(MONDAY, is_working_day=lambda _day: True) == 1
    assert send_digests(MONDAY, is_working_day=lambda _day: True) == 0
    assert Notice.objects.get().text == "今日提醒：待办 5"
    assert not Delivery.objects.exists()
    NoticeSettings.objects.filter(user=office.wang).update(wants_digest=False)
    later = MONDAY + timedelta(days=1)
    assert send_digests(later, is_working_day=lambda _day: True) == 0
