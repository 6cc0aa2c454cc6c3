"""From the ledger to a published result: frozen, evaluated, verified; later corrections change
nothing of it."""

from __future__ import annotations

import shutil

import pytest
from django.conf import settings

from yuanheng.calc.periods import Period
from yuanheng.evaluation.actions import publish_run, start_run, store_version
from yuanheng.evaluation.models import Result
from yuanheng.evaluation.tests.conftest import SCHEME
from yuanheng.evaluation.verifying import published_runs, verify_published
from yuanheng.ledger.api import (
    Catalogue,
    EntrySource,
    NewFigure,
    Scope,
    TableLayout,
    freeze_figures,
    load_catalogue,
    make_table,
    subjects_of,
    write_figures,
)
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code, make_world

FIGURES = {"tax_actual": 2e6, "land_area": 10.0, "revenue": 5e7}
YEAR = Period.parse("2024")


@pytest.fixture
def world(db):
    made = make_world()
    load_catalogue(acting_user=made.root)
    for number in range(10, 14):
        Enterprise.objects.create(
            credit_code=credit_code(number), name=f"企业{number}", park=made.zone,
            region=made.regions["431381"],
        )  # fmt: skip
    enter(made, 1.0)
    yield made
    for name in ("runs", "store", "work", "ledger"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


def enter(world, factor, reason=""):
    codes = [credit_code(number) for number in range(10, 14)]
    ids = subjects_of("enterprise", codes, acting_user=world.analyst)
    catalogue = Catalogue()
    figures = [
        NewFigure(ids[code], catalogue.by_code[name].pk, YEAR, value * factor * (1 + at / 10))
        for at, code in enumerate(codes)
        for name, value in FIGURES.items()
    ]
    write_figures(
        acting_user=world.analyst, figures=figures, source=EntrySource.WORKBOOK, title="年报",
        reason=reason,
    )  # fmt: skip


def test_an_evaluation_of_the_ledger_is_verified_and_no_correction_changes_it(world, client):
    version, _new = store_version(acting_user=world.analyst, text=SCHEME)
    layout = TableLayout("per_mu-1", "亩均评价", "enterprise", SCHEME)
    freeze, _new = freeze_figures(
        acting_user=world.analyst, scope=Scope(kind="enterprise"), period=YEAR, title="2024"
    )
    snapshot, _new = make_table(acting_user=world.analyst, freeze=freeze, layout=layout)
    assert [one["header"] for one in snapshot.reading["columns"]] == [
        "实缴税收（万元）", "用地面积（亩）", "营业收入（万元）",
    ]  # fmt: skip
    run, _new = start_run(
        acting_user=world.analyst, version=version, snapshot=snapshot, period="2024"
    )
    assert Result.objects.filter(run=run).count() == 4
    # 200 万元 on 10 亩 is the benchmark of 20 万元/亩: full marks of 60 and of 40.
    assert Result.objects.get(run=run, subject_id=credit_code(10)).score == 100
    publish_run(acting_user=world.analyst, run=run)
    enter(world, 3.0, reason="核减")
    again = list(verify_published(published_runs()))
    assert [(one.code, found.holds) for one, found in again] == [(run.code, True)]
    client.force_login(world.analyst, "django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/ledger/enterprise/{credit_code(10)}/tax_actual/2024/")
    assert f"/frozen/{freeze.code}/" in page.text  # the first figure went into it
    assert f"/evaluations/{run.code}/" in page.text or run.code in page.text
    assert "核减" in page.text


def test_a_frozen_table_that_was_changed_is_told(world):
    version, _new = store_version(acting_user=world.analyst, text=SCHEME)
    freeze, _new = freeze_figures(
        acting_user=world.analyst, scope=Scope(kind="enterprise"), period=YEAR
    )
    layout = TableLayout("per_mu-1", "亩均评价", "enterprise", SCHEME)
    snapshot, _new = make_table(acting_user=world.analyst, freeze=freeze, layout=layout)
    run, _new = start_run(
        acting_user=world.analyst, version=version, snapshot=snapshot, period="2024"
    )
    publish_run(acting_user=world.analyst, run=run)
    stored = next((settings.HOME / "store").glob(f"*/{snapshot.sha256}.parquet"))
    stored.chmod(0o640)
    stored.write_bytes(stored.read_bytes() + b"x")
    [(_run, found)] = verify_published(published_runs(run.code))
    assert [fault.code for fault in found.differences] == ["table_changed"]
    stored.unlink()
    [(_run, found)] = verify_published(published_runs(run.code))
    assert [fault.code for fault in found.differences] == ["table_gone"]
