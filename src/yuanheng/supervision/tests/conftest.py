from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from yuanheng.accounts.models import Grant, OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.kernel import clock
from yuanheng.registry.tests.world import make_world
from yuanheng.supervision.tests.walking import DEADLINE, TODAY, Walk

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: str):
    """Stop the clock at nine o'clock of a day."""
    return clock.stopped_at(datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI))


def make_offices_world():
    """The small world, with two bureaus of the city and their officers."""
    made = make_world()
    for name, title in (("works", "市住建局"), ("plan", "市发改委")):
        org_unit = OrgUnit.objects.create(code=name, name=title, kind="bureau", parent=made.city)
        setattr(made, name, org_unit)
        setattr(made, f"{name}_officer", make_user(f"{name}_officer", "bureau_officer", org_unit))
    Grant.objects.filter(valid_from__lte=clock.today(), valid_until=None).update(
        valid_from=date(2020, 1, 1)
    )
    return made


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows():
        return make_offices_world()


@pytest.fixture
def world(db, kept_world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    with at(TODAY):
        yield deepcopy(kept_world)


@pytest.fixture
def walk(world):
    return Walk(world)


__all__ = ["DEADLINE", "at"]
