from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.accounts.tests.notices.receiver import SECRET
from yuanheng.kernel import clock
from yuanheng.kernel.models import AuditEvent, Delivery, Notice, NoticeChannel, NoticeSettings
from yuanheng.kernel.notices import deliver_due, notify
from yuanheng.kernel.notices.actions import drop_delivery, retry_delivery, test_channel
from yuanheng.kernel.notices.sealing import Unreadable, seal, unseal
from yuanheng.kernel.policies import Refused

test_channel.__test__ = False  # type: ignore[attr-defined]  # an action, whatever its name
pytestmark = pytest.mark.django_db
TOKEN = "a1b2c3d4e5f6"


def form_of(office, **values):
    return {
        "name": "督办群",
        "kind": "dingtalk",
        "org_unit": office.city.pk,
        "address": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        "secret": SECRET,
        "wanted": ["flow", "clock"],
        "shows_text": "on",
        "is_active": "on",
        **values,
    }


def test_a_secret_is_never_shown_again(office, sign_in):
    client = sign_in(office.chief)
    assert client.post(reverse("noticechannel-create"), form_of(office)).status_code == 302
    row = NoticeChannel.objects.get()
    assert TOKEN not in row.address_sealed
    assert unseal(row.secret_sealed) == SECRET
    assert row.address_shown == "https://oapi.dingtalk.com/…e5f6"
    for page in ("detail", "edit"):
        text = client.get(reverse(f"noticechannel-{page}", args=[row.pk])).text
        assert TOKEN not in text
        assert SECRET not in text
        assert row.secret_sealed not in text
    audited = json.dumps(list(AuditEvent.objects.values("before", "after")), default=str)
    assert TOKEN not in audited
    assert SECRET not in audited
    assert row.address_sealed not in audited


def test_what_is_left_empty_stays_and_a_new_address_needs_its_secret_again(office, sign_in):
    client = sign_in(office.chief)
    client.post(reverse("noticechannel-create"), form_of(office))
    edit = reverse("noticechannel-edit", args=[NoticeChannel.objects.get().pk])
    client.post(edit, form_of(office, name="新名字", address="", secret=""))
    row = NoticeChannel.objects.get()
    assert (row.name, unseal(row.secret_sealed)) == ("新名字", SECRET)
    client.post(edit, form_of(office, address="https://elsewhere.example/", secret=""))
    assert unseal(NoticeChannel.objects.get().secret_sealed) == ""


@pytest.mark.parametrize(
    "address", ["", "file:///etc/passwd", "https://", "http://a:b:c/", "x" * 600]
)
def test_an_address_that_can_not_be_is_told(office, sign_in, address):
    answer = sign_in(office.chief).post(
        reverse("noticechannel-create"), form_of(office, address=address)
    )
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.text
    assert not NoticeChannel.objects.exists()


def test_sealed_text_opens_only_unchanged_and_with_the_same_key(settings):
    sealed = seal("密钥")
    assert unseal(sealed) == "密钥"
    assert seal("密钥") != sealed
    with pytest.raises(Unreadable):
        unseal(sealed[:-8] + "AAAAAAA=")
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable, match="请重新填写"):
        unseal(sealed)


@pytest.mark.parametrize(("who", "status"), [("wang", 403), ("stranger", 404), ("chief", 200)])
def test_channels_and_deliveries_are_for_their_administrators(
    office, channel, sign_in, who, status
):
    row = channel()
    notify(people=[office.wang], code="flow.new", text="新诉求")
    delivery = Delivery.objects.get()
    client = sign_in(getattr(office, who))
    for address in (
        reverse("noticechannel-detail", args=[row.pk]),
        reverse("noticechannel-test", args=[row.pk]),
        reverse("delivery-detail", args=[delivery.pk]),
        reverse("delivery-drop", args=[delivery.pk]),
    ):
        assert client.get(address).status_code in {status, 404 if status != 200 else 200}, address
    listed = client.get(reverse("delivery-list"))
    assert ("新诉求" in listed.text) == (who == "chief")


def test_actions_refuse_whoever_is_no_administrator_there(office, channel):
    row = channel()
    notify(people=[office.wang], code="flow.new", text="新诉求")
    delivery = Delivery.objects.get()
    for user in (office.wang, office.stranger):
        with pytest.raises(Refused):
            test_channel(acting_user=user, channel=row)
        with pytest.raises(Refused):
            retry_delivery(acting_user=user, delivery=delivery)
        with pytest.raises(Refused):
            drop_delivery(acting_user=user, delivery=delivery, reason="x")


def test_a_test_message_says_how_it_went(office, channel, robot, sign_in):
    address = reverse("noticechannel-test", args=[channel().pk])
    client = sign_in(office.chief)
    assert "立即通过本渠道发送" in client.get(address).text
    assert "消息已发送。" in client.post(address, follow=True).text
    robot.answers = [(200, {"errcode": 130101, "errmsg": "send too fast"})]
    sent = Delivery.objects.count()
    assert "只执行了一次" in client.post(address, follow=True).text  # a button pressed twice
    assert Delivery.objects.count() == sent
    with clock.stopped_at(clock.now() + timedelta(seconds=6)):
        again = client.post(address, follow=True)
    assert "消息未能发送：接收方拒绝了消息：130101" in again.text
    mail = channel("email", address="smtps://127.0.0.1")
    answer = client.post(reverse("noticechannel-test", args=[mail.pk]))
    assert answer.status_code == 422
    assert "请先在“通知设置”中填写" in answer.text


def test_the_dead_are_sent_again_or_dropped_with_a_reason(office, channel, robot, sign_in):
    channel()
    for text in ("一", "二"):
        notify(people=[office.wang], code="flow.new", text=text)
    Delivery.objects.update(state="dead", attempts=6, last_error="接收方返回状态码 503。")
    first, second = Delivery.objects.order_by("pk")
    client = sign_in(office.chief)
    listed = client.get(reverse("delivery-list") + "?state=dead").text
    assert listed.count("接收方返回状态码 503。") == 2
    again = client.post(reverse("delivery-retry", args=[first.pk]), follow=True)
    assert "消息已发送。" in again.text
    drop = reverse("delivery-drop", args=[second.pk])
    assert client.post(drop, {"reason": ""}).status_code == 422
    assert "已放弃发送" in client.post(drop, {"reason": "过时"}, follow=True).text
    second.refresh_from_db()
    assert (second.state, second.closed_reason) == ("dropped", "过时")
    assert client.post(drop, {"reason": "又一次"}).status_code == 422
    assert deliver_due().sent == 0
    codes = set(AuditEvent.objects.values_list("action_code", flat=True))
    assert codes >= {"kernel.retry_delivery", "kernel.drop_delivery"}
    with pytest.raises(ValidationError, match="请说明"):
        drop_delivery(acting_user=office.chief, delivery=first, reason=" ")


def test_the_bell_counts_and_a_notice_is_read_by_opening_it(office, sign_in):
    for n in range(3):
        notify(people=[office.wang], code="flow.new", text=f"诉求 {n}", link="/notices/settings/")
    notify(people=[office.liu], code="flow.new", text="别人的")
    client = sign_in(office.wang)
    page = client.get(reverse("notice-list")).text
    assert "通知，3 条未读" in page
    assert "别人的" not in page
    one = Notice.objects.filter(recipient=office.wang).first()
    assert client.get(reverse("notice-open", args=[one.token])).url == "/notices/settings/"
    assert "通知，2 条未读" in client.get(reverse("notice-list")).text
    unread = client.get(reverse("notice-list") + "?unread=1").text
    assert one.text not in unread
    assert "没有符合条件的记录" in client.get(reverse("notice-list") + "?kind=clock").text
    answer = client.post(reverse("notice-read-all"), follow=True).text
    assert "已将 2 条通知标为已读。" in answer
    others = Notice.objects.get(recipient=office.liu)
    assert others.read_at is None
    assert client.get(reverse("notice-open", args=[others.token])).status_code == 404


def test_a_notice_leads_nowhere_outside(office, sign_in):
    notify(people=[office.wang], code="flow.new", text="x", link="//evil.example/")
    token = Notice.objects.get().token
    answer = sign_in(office.wang).get(reverse("notice-open", args=[token]))
    assert answer.url == reverse("notice-list")


def test_a_person_chooses_what_reaches_them(office, channel, sign_in):
    channel()
    client = sign_in(office.wang)
    address = reverse("notice-settings")
    assert 'value="wang@example.cn"' in client.get(address).text
    values = {
        "email": "new@example.cn",
        "by_email": ["flow", "digest"],
        "by_robot": ["clock"],
        "digest_hour": "9",
    }
    assert client.post(address, values).status_code == 302
    row = NoticeSettings.objects.get(user=office.wang)
    assert (row.email, row.digest_hour, row.wants_digest) == ("new@example.cn", 9, False)
    assert row.refuses("robot", "flow")
    assert not row.refuses("email", "flow")
    notify(people=[office.wang], code="flow.new", text="新诉求")
    assert not Delivery.objects.exists()
    wrong = client.post(address, {"email": "no address", "by_robot": ["what"]})
    assert wrong.status_code == 422
    assert "invalid-feedback" in wrong.text
