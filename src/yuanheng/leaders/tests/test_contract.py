"""The registers of this room keep what every register promises."""

from __future__ import annotations

from datetime import date

from yuanheng.kernel.testing import ResourceContract
from yuanheng.leaders.actions import add_leader, add_link, record_visit


class TestLeaders(ResourceContract):
    resource_name = "leader"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"title": "市政协主席", "name": "周正", "position": 2}
    change = {"name": "周正明"}
    invalid = {"title": "", "position": -3}
    text_field = "name"

    def make(self, world, number):
        return add_leader(acting_user=world.supervisor, values={"title": f"副市长{number}"})


class TestLinks(ResourceContract):
    resource_name = "leaderlink"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"leader": "L001", "kind": "chain", "name": "新材料产业链", "duties": "链长",
             "valid_from": "2026-01-01"}  # fmt: skip
    change = {"duties": "链长，每月调度"}
    invalid = {"kind": "city", "leader": "", "valid_from": "前天"}
    text_field = "duties"

    def make(self, world, number):
        return add_link(
            acting_user=world.supervisor,
            values={"leader": world.mayor, "kind": "project", "name": f"项目{number}"},
        )


class TestVisits(ResourceContract):
    resource_name = "visit"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"link": "K2026-001", "visited_on": "2026-03-01", "saw": "主体封顶"}
    change = {"saw": "主体已经封顶"}
    invalid = {"visited_on": "前天", "saw": ""}
    text_field = "saw"

    def make(self, world, number):
        return record_visit(
            acting_user=world.supervisor, link=world.link,
            values={"visited_on": date(2026, 2, 1), "saw": f"情况{number}"},
        )  # fmt: skip
