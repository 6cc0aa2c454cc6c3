from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest

from yuanheng.publicworks.models import PublicProject
from yuanheng.supervision.tests.conftest import at, make_offices_world
from yuanheng.supervision.tests.walking import TODAY

BACKEND = "yuanheng.accounts.backends.PeopleBackend"


def make_works_world():
    """The offices, and a project of a park that a bureau of the city leads."""
    made = make_offices_world()
    made.lamps = PublicProject.objects.create(
        code="LSJ-01", name="园区北路夜间照明", park=made.zone, kind="light", urgency="3",
        lead=made.works, deadline=date(2026, 2, 20), begins_on=date(2025, 12, 1),
        budget_yuan=3800000, funded_yuan=3800000, batch="2026年第一批", progress=40,
        stage="working",
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_works_world()


@pytest.fixture
def world(db, kept_world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    with at(TODAY):
        yield deepcopy(kept_world)


@pytest.fixture
def enter(client, world):
    """``enter("supervisor")`` gives the client of that person."""

    def do(name):
        client.force_login(getattr(world, name), backend=BACKEND)
        return client

    return do
