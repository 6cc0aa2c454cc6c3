from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from yuanheng.accounts.models import Grant, OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.kernel import clock
from yuanheng.publicworks.models import PublicProject
from yuanheng.registry.tests.world import make_world

TODAY = "2026-03-02"


def at(day: str):
    """Stop the clock at nine o'clock of a day."""
    moment = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return clock.stopped_at(moment)


def make_works_world():
    """The small world with two bureaus, and a project of a park that one of them leads."""
    made = make_world()
    for name, title in (("works", "市住建局"), ("plan", "市发改委")):
        org_unit = OrgUnit.objects.create(code=name, name=title, kind="bureau", parent=made.city)
        setattr(made, name, org_unit)
        setattr(made, f"{name}_officer", make_user(f"{name}_officer", "bureau_officer", org_unit))
    living = Grant.objects.filter(valid_from__lte=clock.today(), valid_until=None)
    living.update(valid_from=date(2020, 1, 1))
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
