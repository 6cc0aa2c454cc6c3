"""The registers of this room keep what every register promises."""

from __future__ import annotations

from datetime import date

import pytest

from yuanheng.kernel.testing import ResourceContract
from yuanheng.supervision.actions import add_source
from yuanheng.supervision.models import ScoreRule, Source
from yuanheng.supervision.tests.walking import Walk


class TestSources(ResourceContract):
    resource_name = "source"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"kind": "speech", "title": "在全市园区会议上的讲话", "said_by": "王书记",
             "held_on": "2026-03-01"}  # fmt: skip
    change = {"title": "在全市园区建设会议上的讲话"}
    invalid = {"kind": "chat", "title": "", "held_on": "前天"}
    text_field = "title"

    def make(self, world, number):
        return add_source(
            acting_user=world.supervisor,
            values={"kind": "meeting", "title": f"第{number}次例会", "held_on": date(2026, 2, 1)},
        )


class TestTasks(ResourceContract):
    resource_name = "task"
    editor, viewer, outsider = "supervisor", "", "stranger"
    valid = {"title": "盘活闲置土地", "source": "L2026-900"}
    invalid = {"title": ""}
    text_field = "title"
    public = "list"

    @pytest.fixture(autouse=True)
    def _source(self, world):
        Source.objects.create(code="L2026-900", kind="meeting", title="例会", owner=world.city)

    def make(self, world, number):
        return Walk(world).register(title=f"任务{number}")


class TestScoreRules(ResourceContract):
    resource_name = "scorerule"
    editor, viewer, outsider = "root", "reader", ""
    valid = {"formula": "核查得分 - 3 * 超期天数", "org_unit": None, "clause": "督办〔2026〕1号",
             "valid_from": "2026-01-01"}  # fmt: skip
    change = {"formula": "核查得分 - 4 * 超期天数"}
    invalid = {"formula": "核查得分 - 天数"}
    text_field = "clause"
    public = "rows"

    def make(self, world, number):
        return ScoreRule.objects.create(formula=f"核查得分 - {number + 1} * 超期天数")
