from __future__ import annotations

from copy import deepcopy
from datetime import datetime

import pytest

from yuanheng.ledger.actions import load_catalogue
from yuanheng.meetings.models import Meeting
from yuanheng.supervision.tests.conftest import SHANGHAI, at, make_offices_world
from yuanheng.supervision.tests.walking import TODAY


def make_meetings_world():
    """The offices, and a meeting of the city today with one branch."""
    made = make_offices_world()
    load_catalogue(acting_user=made.root)
    made.meeting = Meeting.objects.create(
        code="M2026-001", title="园区推进会", place="一号会议室", owner=made.city,
        held_at=datetime.fromisoformat(f"{TODAY}T15:00").replace(tzinfo=SHANGHAI),
        branches="冷水江分会场 | 市政府三楼", chair="张市长",
        agenda="通报情况 | 市园区办 | 10\n讲话 | 张市长",
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_meetings_world()


@pytest.fixture
def world(db, kept_world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    with at(TODAY):
        yield deepcopy(kept_world)
