"""The register of meetings keeps what every register promises."""

from __future__ import annotations

from datetime import UTC, datetime

from yuanheng.kernel.testing import ResourceContract
from yuanheng.meetings.actions import add_meeting


class TestMeetings(ResourceContract):
    resource_name = "meeting"
    editor, viewer, outsider = "supervisor", "auditor", "stranger"
    valid = {"title": "园区调度会", "held_at": "2026-03-05T15:00:00+08:00",
             "place": "一号会议室", "chair": "李副市长"}  # fmt: skip
    change = {"place": "二号会议室"}
    invalid = {"title": "", "held_at": "前天", "place": ""}
    text_field = "chair"

    def make(self, world, number):
        return add_meeting(
            acting_user=world.supervisor,
            values={"title": f"第{number}次例会", "place": "一号会议室",
                    "held_at": datetime(2026, 3, 9, 1, tzinfo=UTC)},
        )  # fmt: skip

    def form_data(self, world, values):
        found = super().form_data(world, values)
        if str(found.get("held_at", "")).startswith("2026"):
            found["held_at"] = "2026-03-05 15:00"
        return found
