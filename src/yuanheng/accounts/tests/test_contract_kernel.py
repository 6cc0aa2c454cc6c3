"""The kernel's own registers (clocks, calendars, lights, channels, cases) keep the contract."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yuanheng.kernel import clock
from yuanheng.kernel.clocks import Term, start_clock
from yuanheng.kernel.flow import flow_for, open_case
from yuanheng.kernel.lights.shipped import shipped_rules
from yuanheng.kernel.models import (
    CalendarDay,
    CalendarYear,
    Delivery,
    LightRule,
    NoticeChannel,
    Slip,
    TermRule,
)
from yuanheng.kernel.models.clocks import ClockStep
from yuanheng.kernel.testing import ResourceContract
from yuanheng.kernel.tests.example_room.models import EnterpriseRequest

TERM = Term("test.answer", "答复企业诉求", days=5)


class TestClocks(ResourceContract):
    resource_name = "clock"
    public = "list"  # who holds a clock sees it without any role

    def make(self, world, number):
        return start_clock(
            acting_user=world.analyst, subject=world.city, term=TERM, responsible=world.city.pk
        )


class TestSlips(ResourceContract):
    resource_name = "slip"
    public = "list"

    def make(self, world, number):
        running = TestClocks().make(world, number)
        now = clock.now()
        step = ClockStep.objects.create(
            clock=running, round=1, step=0, occurrence=0, owed_at=now, fired_at=now, what="slip"
        )
        return Slip.objects.create(
            year=2026, number=number + 1, taken=step, clock=running, colour="yellow",
            addressee="娄底市", responsible=world.city, text="请尽快答复", issued_at=now,
        )  # fmt: skip


class TestTermRules(ResourceContract):
    resource_name = "termrule"
    editor, outsider, public = "chief", "", "rows"
    text_field = "title"
    valid = {"code": "answer", "title": "答复企业诉求", "org_unit": "ld", "counting": "working",
             "days": 5, "valid_from": "2026-01-01"}  # fmt: skip
    change = {"title": "答复诉求", "days": 7}
    invalid = {"title": "", "counting": "hourly", "org_unit": "cs", "days": 0}

    def make(self, world, number):
        return TermRule.objects.create(
            code=f"term{number}", title="办结", org_unit=world.city, counting="working", days=5
        )


class TestCalendarDays(ResourceContract):
    resource_name = "calendarday"
    editor, outsider, public = "root", "", "rows"
    valid = {"day": "2031-01-01", "kind": "off", "name": "元旦", "year": 2031,
             "clause": "国办发明电〔2030〕1号"}  # fmt: skip
    change = {"name": "元旦节"}
    invalid = {"day": "2031-02-30", "kind": "half", "name": ""}

    def make(self, world, number):
        day = date(2030, 1, 1) + timedelta(days=number)
        return CalendarDay.objects.create(day=day, kind="off", name="春节", year=2030, clause="x")


class TestCalendarYears(ResourceContract):
    resource_name = "calendaryear"
    editor, outsider, public = "root", "", "rows"
    text_field = "note"
    valid = {"year": 2031, "clause": "国办发明电〔2030〕1号", "note": "已核对"}
    invalid = {"clause": "", "year": -1}

    @pytest.fixture
    def world(self, world):
        """With the days off of 2031: only a whole year can be confirmed."""
        for day in range(1, 14):
            CalendarDay.objects.create(
                day=date(2031, 2, day), kind="off", name="春节", year=2031, clause="x"
            )
        return world

    def make(self, world, number):
        return CalendarYear.objects.create(year=2040 + number, clause="国办发明电")


class TestLightRules(ResourceContract):
    resource_name = "lightrule"
    editor, outsider, public = "chief", "", "rows"
    valid = {"code": "own", "name": "本市亮灯规则", "org_unit": "ld", "valid_from": "2026-01-01",
             "applies": shipped_rules()["suqian"].applies,
             "conditions": shipped_rules()["suqian"].conditions,
             "certainty": shipped_rules()["suqian"].certainty}  # fmt: skip
    change = {"name": "本市亮灯办法", "purpose": "企业诉求"}
    invalid = {"name": "", "org_unit": "cs", "conditions": "红灯 若 天晴", "certainty": "maybe"}

    def make(self, world, number):
        shipped = shipped_rules()["suqian"]
        return LightRule.objects.create(
            code=f"rule{number}", name="规则", org_unit=world.city, applies=shipped.applies,
            conditions=shipped.conditions,
        )  # fmt: skip


class TestNoticeChannels(ResourceContract):
    resource_name = "noticechannel"
    editor, viewer, outsider = "chief", "auditor", "strange_chief"
    valid = {"name": "钉钉群", "kind": "dingtalk", "org_unit": "ld", "secret": "SEC-tell-nobody",
             "address": "https://robot.example/send?access_token=tell-nobody"}  # fmt: skip
    change = {"name": "钉钉二群", "shows_text": False}
    invalid = {"name": "", "kind": "pigeon", "org_unit": "cs", "address": "ftp://example"}

    def make(self, world, number):
        return NoticeChannel.objects.create(
            name=f"渠道{number}", kind="dingtalk", org_unit=world.city,
            address_shown="robot.example", address_sealed="sealed-1", secret_sealed="sealed-2",
        )  # fmt: skip

    def test_address_and_secret_are_written_and_never_read(self, world, row):
        client = self.sign_in(world, self.editor)
        made = self.send(client, "POST", self.address, dict(self.valid))
        key = made.json()["id"]
        again = self.send(
            client, "PATCH", f"{self.address}{key}/", {"address": "https://robot.example/x",
            "secret": "SEC-tell-nobody-2", "wanted": ""},
        )  # fmt: skip
        assert (made.status_code, again.status_code) == (201, 200), again.text
        texts = [made.text, again.text, client.get("/api/v1/openapi.json").text]
        for address in (self.address, self.one(row), f"{self.address}{key}/history/"):
            texts.append(client.get(address).text)
        for text in texts:
            assert "tell-nobody" not in text
            assert "sealed" not in text
        stored = NoticeChannel.objects.get(pk=key)
        assert stored.address_sealed
        assert "tell-nobody" not in stored.address_sealed + stored.secret_sealed


class TestDeliveries(ResourceContract):
    resource_name = "delivery"
    editor, viewer, outsider = "chief", "auditor", "strange_chief"

    def make(self, world, number):
        channel = TestNoticeChannels().make(world, number)
        return Delivery.objects.create(
            key=f"key{number}", channel=channel, code="kernel.test", text="诉求即将到期", link="/"
        )


class TestCases(ResourceContract):
    """Of the example room: what every case type gets."""

    resource_name = "request"
    public = "list"  # who opened a case sees it without any role
    text_field = "title"
    valid = {"title": "厂区道路积水", "enterprise": "甲公司", "wish": "请修排水沟",
             "cost_wan": "12.00", "org_unit": "ld"}  # fmt: skip
    invalid = {"title": "", "enterprise": "", "cost_wan": "x"}

    def make(self, world, number):
        values = {**self.valid, "title": f"第{number}件", "org_unit": world.city}
        flow = flow_for(EnterpriseRequest)
        return open_case(acting_user=world.analyst, flow=flow, values=values)
