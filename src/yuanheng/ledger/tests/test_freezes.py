"""Frozen figures: the same content is kept once, and nothing that comes later changes them."""

from __future__ import annotations

import shutil

import duckdb
import numpy as np
import pytest
from django.conf import settings

from yuanheng.calc.periods import Period
from yuanheng.ledger import store
from yuanheng.ledger.actions import CannotFreeze, freeze_figures, make_table
from yuanheng.ledger.choices import Standing
from yuanheng.ledger.frozen import FIGURES, Frozen, write_columns
from yuanheng.ledger.mirror import FORMAT, Mirror, connect
from yuanheng.ledger.models import Entry, Freeze, LedgerHead, Observation, Snapshot
from yuanheng.ledger.queries.scopes import Scope

YEAR = Period.parse("2024")


@pytest.fixture(autouse=True)
def _clean_home():
    yield
    for name in ("store", "work", "ledger"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


@pytest.fixture
def year(book):
    """Two years of two parks of the city and one of another."""
    world = book.world
    for park, size in ((world.zone, 10), (world.elsewhere, 20)):
        book.many(
            (park, "total_income", "2023", size * 1e8),
            (park, "total_income", "2024", size * 1.2e8),
            (park, "tax_paid_in", "2024", size * 1e6), (park, "land_area", "2024", size * 10),
            (park, "firms", "2024-12", size), by=world.root,
        )  # fmt: skip
    return book


def freeze(book, **options):
    who = options.pop("by", book.world.analyst)
    return freeze_figures(acting_user=who, scope=Scope(), period=YEAR, **options)


def frozen_file(row: Freeze):
    return store.stored_path(row.sha256, FIGURES)


def test_only_the_own_area_is_frozen(year):
    row, is_new = freeze(year)
    assert (is_new, row.subjects, row.figures) == (True, 1, 5)
    everything, _new = freeze(year, by=year.world.root)
    assert (everything.subjects, everything.figures) == (2, 10)


def test_the_same_figures_are_kept_once_whenever_they_are_frozen(year):
    first, _new = freeze(year)
    again, is_new = freeze(year, title="again")
    assert (again, is_new) == (first, False)
    year(year.world.zone, "firms", "2020-01", 3)  # outside the window
    again, is_new = freeze(year)
    assert (again, is_new) == (first, False)
    assert len(list((settings.HOME / "store").glob("*/*.parquet"))) == 1


def test_a_later_correction_is_another_snapshot_and_the_first_stays(year):
    first, _new = freeze(year)
    before = frozen_file(first).read_bytes()
    year(year.world.zone, "firms", "2024-12", 11, reason="漏报")
    second, is_new = freeze(year)
    assert is_new
    assert second.sha256 != first.sha256
    assert frozen_file(first).read_bytes() == before
    assert [figure_of(one, "firms") for one in (first, second)] == [10, 11]
    then, is_new = freeze_figures(
        acting_user=year.world.analyst, scope=Scope(), period=YEAR, as_of=first.made_at
    )
    assert (then, is_new) == (first, False)


def figure_of(row: Freeze, code: str, period: Period = YEAR):
    reading = Frozen.of(row).reading()
    return reading.total(reading.catalogue.by_code[code], period).value


def test_the_frozen_file_knows_its_definitions(year):
    row, _new = freeze(year)
    assert figure_of(row, "tax_per_mu") == 1e5
    assert round(figure_of(row, "total_income_growth"), 9) == 20
    year.world.zone.name = "改名了"
    year.world.zone.save()
    assert Frozen.of(row).members[0].name == "冷水江经济开发区"


def test_only_what_has_come_so_far_is_frozen_where_asked(year):
    with pytest.raises(CannotFreeze):
        freeze(year, standing=Standing.ACCEPTED)
    year(year.world.zone, "scale_firms", "2024-12", 7, standing=Standing.ACCEPTED)
    row, _new = freeze(year, standing=Standing.ACCEPTED)
    assert row.figures == 1


def test_a_table_has_a_row_a_year_and_headings_with_units(year):
    row, _new = freeze(year)
    snapshot, is_new = make_table(acting_user=year.world.analyst, freeze=row)
    assert is_new
    assert snapshot.periods == ["2023", "2024"]
    path = store.stored_path(snapshot.sha256, snapshot.file_name)
    rows = duckdb.sql(
        'SELECT 年度, 园区代码, 级别, "技工贸总收入（亿元）", "亩均税收（万元/亩）", '
        '"固定资产投资（亿元）" '
        f"FROM read_parquet('{path}')"
    ).fetchall()
    assert rows == [
        ("2023", "LSJ", "省级", 10.0, None, None),
        ("2024", "LSJ", "省级", 12.0, 10.0, None),
    ]
    same, is_new = make_table(acting_user=year.world.analyst, freeze=row)
    assert (same, is_new) == (snapshot, False)
    assert Snapshot.objects.count() == 1


def test_the_mirror_is_made_anew_after_a_restore(year):
    Mirror()
    head = LedgerHead.objects.get()
    assert Mirror().up_to == head.last_id == Observation.objects.order_by("-pk")[0].pk
    first = Entry.objects.order_by("pk")[0]
    LedgerHead.objects.update(last_id=first.last_id)  # as in an older backup
    mirror = Mirror()
    assert mirror.segments[-1][1] == first.last_id
    with duckdb.connect() as con:
        found = con.execute(f"SELECT count(*) FROM {mirror.relation}").fetchone()
    assert found == (first.rows,)


def test_an_empty_ledger_freezes_to_nothing_in_words(book):
    with pytest.raises(CannotFreeze, match="2024"):
        freeze(book)


def test_the_page_has_a_worker_freeze_and_a_restart_loses_nothing(book, client):
    from datetime import timedelta

    from django.urls import reverse

    from yuanheng.kernel import clock
    from yuanheng.kernel.jobs.worker import claim, work_off
    from yuanheng.kernel.models import Job
    from yuanheng.ledger.models import Freeze

    book(book.world.zone, "revenue", "2024-07", 1e8)
    client.force_login(book.world.analyst)
    values = {"kind": "park", "period": "2024-07", "standing": "1"}
    answer = client.post(reverse("freeze-new"), values)
    row = Job.objects.get()
    assert answer.url == reverse("job-detail", args=[row.token])
    assert Freeze.objects.count() == 0
    claim("one that dies")
    with clock.stopped_at(clock.now() + timedelta(hours=1)):  # its lease has run out
        assert work_off() == 1
    assert Freeze.objects.get().figures == 1
    row.refresh_from_db()
    assert row.link == reverse("freeze-detail", args=[Freeze.objects.get().code])


@pytest.mark.parametrize("count", [0, 1, 122_880, 400_000])
def test_the_file_is_the_same_whatever_the_number_of_threads(tmp_path, count):
    rng = np.random.default_rng(7)
    columns = {
        "id": np.arange(count, dtype=np.int64) * 3,
        "subject_id": rng.integers(0, 20_000, count).astype(np.int32),
        "value": rng.normal(size=count).round(4),
    }
    write_columns(tmp_path / "ours.parquet", columns)
    ours = (tmp_path / "ours.parquet").read_bytes()
    for threads in (1, 2, 7):
        with connect() as con:
            con.execute(f"SET threads = {threads}")
            con.register("figures", columns)
            con.execute(f"COPY (SELECT * FROM figures) TO '{tmp_path / 'other.parquet'}' {FORMAT}")
        assert (tmp_path / "other.parquet").read_bytes() == ours, threads
