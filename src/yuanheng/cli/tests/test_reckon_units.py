"""``yh reckon units``: the units' figures of a year into the ledger."""

from __future__ import annotations

import json

import pytest

from yuanheng.appraisal.models import UnitReckoning
from yuanheng.appraisal.tests.conftest import TODAY, YEAR, _clean_home, kept_world, world
from yuanheng.cli.ending import WRONG, run
from yuanheng.ledger.models import Observation
from yuanheng.supervision.tests.conftest import at


def test_the_units_figures_go_into_the_ledger(world, capsys):
    with at(TODAY):
        assert run(["reckon", "units", str(YEAR), "--user", world.analyst.username, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {row["code"] for row in said["rows"]} >= {"zj", "sw", "kj", "lq"}
    assert UnitReckoning.objects.filter(year=YEAR, is_current=True).count() == len(said["rows"])
    assert Observation.objects.filter(subject__kind="department").exists()


@pytest.mark.parametrize("who", ["zj_officer", "reporter", "auditor", "nobody"])
def test_who_may_not_appraise_gets_the_sentence(world, who, capsys):
    with at(TODAY):
        assert run(["reckon", "units", str(YEAR), "--user", getattr(world, who).username]) == WRONG
    assert capsys.readouterr().err.strip()
    assert not UnitReckoning.objects.exists()
