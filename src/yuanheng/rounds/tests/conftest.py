"""A city with twelve firms, one of which has people of its own, and rounds at every stage."""

from __future__ import annotations

import shutil
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.conf import settings

from yuanheng.accounts.models import OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.evaluation.actions import store_version
from yuanheng.evaluation.tests.conftest import SCHEME, write_figures
from yuanheng.kernel import clock, flow
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.ledger.api import freeze_file
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code, make_world
from yuanheng.rounds.models import EvaluationRound, Sheet

FOLDERS = ("runs", "store", "work")


def _clear_home():
    for name in FOLDERS:
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


@pytest.fixture(autouse=True)
def _clean_home():
    yield
    _clear_home()


@pytest.fixture(scope="module")
def kept(kept_rows, tmp_path_factory):
    """Firms, a scheme, frozen figures, and an analyst beside the one who begins rounds."""
    _clear_home()
    folder = tmp_path_factory.mktemp("rounds")
    with kept_rows():
        world = make_world()
        for number in range(2, 13):
            Enterprise.objects.create(
                credit_code=credit_code(number),
                name=f"企业{number}",
                region=world.regions["431381" if number <= 6 else "431322"],
                park=world.zone if number <= 3 else None,
            )
        firm = OrgUnit.objects.create(
            code=credit_code(2), name="企业2", kind="enterprise", parent=world.county
        )
        world.firm_unit = firm
        world.firm = make_user("firm", "enterprise_user", firm)
        world.second = make_user("second", "analyst", world.city)
        version, _new = store_version(acting_user=world.analyst, text=SCHEME)
        table = freeze_file(
            write_figures(folder / "企业数据.csv"),
            kind="enterprise",
            scheme_text=SCHEME,
            title="企业数据",
            acting_user=world.analyst,
        )
    for name in FOLDERS:
        if (settings.HOME / name).exists():
            (settings.HOME / name).rename(folder / name)
    return SimpleNamespace(world=world, version=version, table=table, folder=folder)


@pytest.fixture
def place(db, kept):
    """The same, for one test."""
    for name in FOLDERS:
        if (kept.folder / name).exists():
            shutil.copytree(kept.folder / name, settings.HOME / name, dirs_exist_ok=True)
    return SimpleNamespace(
        world=deepcopy(kept.world), version=deepcopy(kept.version), table=deepcopy(kept.table)
    )


@pytest.fixture
def world(place):
    return place.world


class Walk:
    """Takes a round along its way as people would."""

    def __init__(self, place):
        self.place, self.world = place, place.world

    def open(self, by=None, **more):
        values = {
            "title": "2024年度亩均评价",
            "scheme_version": self.place.version,
            "table": self.place.table,
            "period": "2024",
            **more,
        }
        return flow.open_case(
            acting_user=by or self.world.analyst,
            flow=flow.flow_for(EvaluationRound),
            values=values,
        )

    def do(self, case, action, by=None, **more):
        """An action, and the job that it asks for."""
        case = EvaluationRound.objects.get(pk=case.pk)
        flow.perform(acting_user=by or self.world.analyst, case=case, action=action, **more)
        work_off()
        return EvaluationRound.objects.get(pk=case.pk)

    def until(self, state, case=None):
        """A round in ``state``; every sheet is confirmed by the office on the way."""
        case = case or self.open()
        steps = {
            "draft": "prepare",
            "checking": "send_out",
            "confirming": "close_confirmation",
            "settled": "compute",
            "computed": "publicise",
            "publicity": "end_publicity",
            "heard": "finalise",
            "final": "publish",
        }
        while case.state != state:
            if case.state == "confirming":
                Sheet.objects.filter(round=case, answer="waiting").update(answer="confirmed")
            if case.state == "publicity":
                self.after(30)
            by = self.world.second if case.state == "final" else self.world.analyst
            case = self.do(case, steps[case.state], by)
        return case

    def after(self, days):
        """The clock goes on."""
        self.clock.after(days)

    def sheet(self, case, number):
        return Sheet.objects.select_related("round").get(
            round=case, subject_code=credit_code(number)
        )


class _Clock:
    def __init__(self, monkeypatch):
        self.monkeypatch, self.now = monkeypatch, clock.now

    def after(self, days):
        from datetime import timedelta

        real = self.now
        self.monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=days))


@pytest.fixture
def walk(place, monkeypatch, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    settings.ATTACHMENT_ROOT = tmp_path / "attachments"
    found = Walk(place)
    found.clock = _Clock(monkeypatch)
    return found
