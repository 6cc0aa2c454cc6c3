from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest

from yuanheng.leaders.models import Leader, LeaderLink
from yuanheng.ledger.actions import load_catalogue
from yuanheng.supervision.tests.conftest import at, make_offices_world
from yuanheng.supervision.tests.walking import TODAY, Walk


def make_leaders_world():
    """The offices, a vice mayor (the account of ``reader``) and a link to a park."""
    made = make_offices_world()
    load_catalogue(acting_user=made.root)
    # Past the actions: the registers' tests count what those leave in the log.
    made.mayor = Leader.objects.create(
        code="L001", title="副市长", name="陈远", user=made.reader, owner=made.city
    )
    made.link = LeaderLink.objects.create(
        code="K2026-001", leader=made.mayor, kind="park", park=made.zone,
        duties="每季度走访一次", valid_from=date(2025, 1, 1),
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_leaders_world()


@pytest.fixture
def world(db, kept_world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    with at(TODAY):
        yield deepcopy(kept_world)


@pytest.fixture
def walk(world):
    return Walk(world)
