"""``yh reckon per-mu``: the same figures as the page's, and the same refusals."""

from __future__ import annotations

import csv
import json

import pytest

from yuanheng.cli.ending import PROBLEMS, WRONG, run
from yuanheng.estate.models import AreaItem, Reckoning, TaxKind, TaxPaid
from yuanheng.estate.tests.conftest import kept, world
from yuanheng.kernel.models import AuditEvent
from yuanheng.ledger.models import Observation

CALL = ["reckon", "per-mu", "2024", "--user"]


@pytest.fixture
def landed(world):
    AreaItem.objects.create(enterprise=world.steel, kind="own", title="自有", area_mu="50")
    AreaItem.objects.create(enterprise=world.steel, kind="leased_out", title="租出", area_mu="8")
    TaxKind.objects.create(name="增值税", counts=True, share=100, valid_from="2020-01-01")
    TaxPaid.objects.create(
        enterprise=world.steel, year=2024, tax_kind="增值税", amount_yuan="800000"
    )
    return world


def test_it_reckons_enters_and_writes_a_table(landed, tmp_path, capsys):
    out = tmp_path / "亩均.csv"
    assert run([*CALL, landed.analyst.username, "--out", str(out)]) == 0
    assert "共1家企业" in capsys.readouterr().out
    with out.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["name"], row["area_mu"], row["tax_yuan"]) == (
        landed.steel.name,
        "42.0",
        "800000.0",
    )
    values = Observation.objects.filter(subject__code=landed.steel.credit_code)
    assert sorted(values.values_list("value", flat=True)) == [42.0, 800000.0]
    assert AuditEvent.objects.filter(
        action_code="estate.reckon_year", acting_user=landed.analyst
    ).exists()
    # Done twice it brings nothing new.
    assert run([*CALL, landed.analyst.username, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["rows"][0]["area_mu"] == 42.0
    assert Reckoning.objects.count() == 1


def test_what_is_missing_is_told_and_ends_with_1(landed, capsys):
    TaxPaid.objects.create(enterprise=landed.steel, year=2024, tax_kind="无名税", amount_yuan="1")
    assert run([*CALL, landed.analyst.username]) == PROBLEMS
    assert "无名税" in capsys.readouterr().err


@pytest.mark.parametrize("who", ["reporter", "auditor", "reader", "firm", "nobody"])
def test_who_may_not_reckon_gets_the_sentence(landed, who, capsys):
    assert run([*CALL, getattr(landed, who).username]) == WRONG
    assert capsys.readouterr().err.strip()
    assert not Reckoning.objects.exists()


def test_a_wrong_call_is_told(landed, capsys):
    assert run([*CALL[:2], "24", "--user", landed.analyst.username]) == WRONG
    assert "四位年度" in capsys.readouterr().err
    assert run([*CALL, "谁也不是"]) == WRONG
    assert "没有用户" in capsys.readouterr().err
    AreaItem.objects.all().delete()
    TaxPaid.objects.all().delete()
    assert run([*CALL, landed.analyst.username]) == WRONG
    assert "没有" in capsys.readouterr().err
