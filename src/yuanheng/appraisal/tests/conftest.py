"""A city with three bureaus, a town and a committee; tasks, targets, a park's score, entries."""

from __future__ import annotations

import shutil
from copy import deepcopy
from datetime import date

import pytest
from django.conf import settings

from yuanheng.accounts.models import Grant, OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.appraisal.models import ListedMatter, ParkLink
from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.ledger.api import (
    Catalogue,
    EntrySource,
    NewFigure,
    add_target,
    load_catalogue,
    subjects_of,
    write_figures,
)
from yuanheng.registry.tests.world import make_world
from yuanheng.supervision.models import Source, Task
from yuanheng.supervision.tests.conftest import at
from yuanheng.supervision.tests.walking import Walk

TODAY = "2026-11-10"
YEAR = 2026
FOLDERS = ("runs", "store", "work")


def clear_home():
    for name in FOLDERS:
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


@pytest.fixture(autouse=True)
def _clean_home():
    yield
    clear_home()


def make_units_world():
    made = make_world()
    for code, title, kind in (
        ("zj", "市住建局", "bureau"), ("sw", "市商务局", "bureau"), ("kj", "市科技局", "bureau"),
        ("lq", "兰清街道", "street"),
    ):  # fmt: skip
        org_unit = OrgUnit.objects.create(code=code, name=title, kind=kind, parent=made.city)
        setattr(made, code, org_unit)
        made_user = make_user(f"{code}_officer", "bureau_officer", org_unit)
        setattr(made, f"{code}_officer", made_user)
    made.second = make_user("second", "analyst", made.city)
    Grant.objects.filter(valid_from__lte=clock.today(), valid_until=None).update(
        valid_from=date(2020, 1, 1)
    )
    load_catalogue(acting_user=made.root)
    return made


def make_task(world, number, lead, deadline, finished=None, closed=False):
    """A task as it stands in the end; its way is the business of the supervision's own tests."""
    source, _new = Source.objects.get_or_create(
        code="s-1", defaults={"title": "调度会", "kind": "meeting", "owner": world.city,
                              "held_on": date(YEAR, 1, 1)}
    )  # fmt: skip
    return Task.objects.create(
        flow_code="task", year=YEAR, serial=100 + number, code=f"task-{YEAR}-{100 + number}",
        number=f"督〔{YEAR}〕{number}号", title=f"任务{number}", org_unit=world.city,
        state="closed" if closed else "working", opened_by=world.supervisor,
        opened_at=clock.now(), closed_at=clock.now() if closed else None, source=source,
        office=world.city, lead=lead, deadline=deadline, issued_on=date(YEAR, 2, 1),
        finished_on=finished,
    )  # fmt: skip


def put_in(world):
    """市住建局: two tasks in time, one late; 市商务局: one not closed; both with a target."""
    for number, (lead, deadline, finished, closed) in enumerate(
        [
            (world.zj, date(YEAR, 5, 31), date(YEAR, 5, 20), True),
            (world.zj, date(YEAR, 6, 30), date(YEAR, 6, 30), True),
            (world.zj, date(YEAR, 7, 31), date(YEAR, 8, 5), True),
            (world.zj, date(YEAR, 12, 20), None, False),
        ],
        1,
    ):
        make_task(world, number, lead, deadline, finished, closed)
    world.works, world.works_officer = world.sw, world.sw_officer
    with at("2026-03-02"):  # due on 31 March: late, with a red light
        Walk(world).to("working", lead=world.sw, title="催办的任务")
    for lead, name, aim, members in (
        ("市住建局", "建成标准厂房", 4, "一期\n二期"), ("市商务局", "新引进项目", 2, "甲\n乙\n丙"),
    ):  # fmt: skip
        add_target(
            acting_user=world.analyst,
            values={"year": YEAR, "name": name, "kind": "listed", "aim": aim, "lead": lead,
                    "members": members},
        )  # fmt: skip
    park = subjects_of("park", ["LSJ"], acting_user=world.analyst)["LSJ"]
    score = NewFigure(park, Catalogue().by_code["evaluation_score"].pk, Period.parse("2026"), 80.0)
    write_figures(
        acting_user=world.analyst, figures=[score], source=EntrySource.FEED, title="得分"
    )
    for unit in (world.zj, world.lq):
        ParkLink.objects.create(org_unit=unit, park=world.zone, valid_from=date(2025, 1, 1))
    for unit, kind, title, points in (
        (world.zj, "contribution", "引荐项目", "4"), (world.zj, "bonus", "省级表彰", "2"),
        (world.sw, "black", "招商进度末位", None), (world.sw, "deduction", "迟报", "0.5"),
    ):  # fmt: skip
        ListedMatter.objects.create(
            org_unit=unit, kind=kind, title=title, points=points, reason="会议通报",
            happened_on=date(YEAR, 4, 1),
        )  # fmt: skip


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    with kept_rows(), at(TODAY):
        return make_units_world()


@pytest.fixture
def world(db, kept_world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    with at(TODAY):
        yield deepcopy(kept_world)


@pytest.fixture
def put(world):
    put_in(world)
    return world
