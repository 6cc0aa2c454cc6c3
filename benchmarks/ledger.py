"""Twenty million figures: 20,000 enterprises × 20 indicators × 50 months, SQLite and PostgreSQL.

Rows are written past the application, month by month as offices report, a hundredth of them
corrected later. Measured are what the pages and the freezing really call:

- the year of one park, every indicator and month with the same month of last year;
- the year of a park put together from its enterprises (about fifty of them here);
- freezing a year of everything (with the year before: some 9.7 million figures) against a bare
  DuckDB copy of the very same rows out of a table in memory;
- bringing the copy in columns up to date after the load: once, what a first freezing waits for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.databases import on_each
from benchmarks.harness import Row, absolute

ENTERPRISES, INDICATORS, MONTHS = 20_000, 20, 50
FIRST_MONTH = 2021 * 12
ROUNDS = 5
MOST_SECONDS, MOST_TIMES = 0.100, 3.0


def rows() -> list[Row]:
    """The lines of this benchmark, one database after the other, each in its own process."""
    return on_each("the ledger", partial(_measured, "SQLite"), partial(_measured, "PostgreSQL"))


def _measured(name: str, url: str) -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "YUANHENG_HOME": home, "YUANHENG_DATABASE_URL": url}
        environ["DJANGO_SETTINGS_MODULE"] = "yuanheng.web.settings"
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.ledger", str(ENTERPRISES)],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    size = f"{found['rows'] / 1e6:.1f}M"
    return [
        absolute(f"{name} {size}: a park's year, all indicators", found["park"],
                 bar=MOST_SECONDS, unit="s", what="a bar of its own"),
        absolute(f"{name} {size}: a park's year out of its enterprises", found["members"],
                 bar=MOST_SECONDS, unit="s",
                 what=f"a bar of its own; {found['count']} enterprises"),
        Row(f"{name} {size}: freeze a year of everything", found["freeze"], found["copy"],
            found["freeze"] / found["copy"], MOST_TIMES,
            found["freeze"] <= MOST_TIMES * found["copy"], "s",
            f"bare DuckDB COPY of the same {found['figures']:,} rows"),
        absolute(f"{name} {size}: the copy in columns, made anew", found["mirror"],
                 bar=60.0, unit="s", what="once after the load; later only what is new"),
    ]  # fmt: skip


def measure(enterprises: int) -> dict[str, Any]:
    """In a process of its own: fill the database, measure."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from benchmarks.registers import load_enterprises, make_places
    from yuanheng.accounts.models import User
    from yuanheng.calc.periods import Period
    from yuanheng.ledger.actions import load_catalogue, subjects_of
    from yuanheng.registry.models import Enterprise, Park

    make_places()
    load_enterprises(enterprises)
    root = User.objects.get(username="root")
    load_catalogue(acting_user=root)
    codes = list(Enterprise.objects.values_list("credit_code", flat=True))
    subjects_of("enterprise", codes, acting_user=root)
    parks = list(Park.objects.values_list("code", flat=True))
    subjects_of("park", parks, acting_user=root)
    begun = time.perf_counter()
    total = _load_figures(root)
    print(f"{total} rows in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    year = Period.parse("2024")
    found: dict[str, Any] = {"rows": total}
    found["park"] = _median(lambda: _park_year(parks[0], year))
    members = _member_ids(parks[0])
    found["count"] = len(members)
    found["members"] = _median(lambda: _year_of_members(members, year))
    print(found, file=sys.stderr, flush=True)
    found |= _freezing(year)
    print(found, file=sys.stderr, flush=True)
    return found


def _load_figures(root: Any) -> int:
    from django.db import connection, transaction

    from yuanheng.kernel.final_tables import guard_tables, unguard_tables
    from yuanheng.ledger.models import Indicator, Observation, Subject

    subjects = list(Subject.objects.order_by("pk").values_list("pk", flat=True))
    chosen = Indicator.objects.filter(
        formula="", growth_of=None, over_time="sum", over_subjects="sum"
    )
    indicators = list(chosen.order_by("pk").values_list("pk", flat=True)[:INDICATORS])
    index = Observation._meta.indexes[0]
    with connection.schema_editor() as editor:
        editor.remove_index(Observation, index)
    unguard_tables(connection)
    last = 0
    with transaction.atomic():
        for month in range(MONTHS):
            last = _load_month(root, subjects, indicators, month, last)
    with connection.schema_editor() as editor:
        editor.add_index(Observation, index)
    guard_tables(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE ledger_observation" if connection.vendor == "postgresql"
            else "ANALYZE"
        )  # fmt: skip
    return last


def _load_month(
    root: Any, subjects: list[int], indicators: list[int], month: int, last: int
) -> int:
    """One entry with every figure of a month, and corrections of a hundredth of the month before.
    The database makes the rows: what is measured comes after."""
    from yuanheng.ledger.models import Entry, LedgerHead

    count = len(subjects) * len(indicators)
    late = count // 100 if month else 0
    entry = Entry.objects.create(
        title=f"month {month}", source="api", filled_by=root, standing=4,
        first_id=last + 1, last_id=last + count + late, rows=count + late, corrections=late,
    )  # fmt: skip
    before = last - count - (count // 100 if month > 1 else 0)
    _write_month(indicators, month, last, entry.pk)
    if late:
        _write_corrections(before, count, last + count, entry.pk)
    head, _new = LedgerHead.objects.get_or_create(pk=1)
    head.last_id, head.known_at = entry.last_id, entry.known_at
    head.save()
    return int(entry.last_id)


_NAMES = (
    "id, subject_id, indicator_id, period_start, period_kind, value, entry_id, supersedes_id, "
    "place, reason"
)


def _write_month(indicators: list[int], month: int, last: int, entry: int) -> None:
    chosen = ", ".join(str(one) for one in indicators)
    _run(
        f"INSERT INTO ledger_observation ({_NAMES}) SELECT "
        f"{last} + row_number() OVER (ORDER BY s.id, i.id), s.id, i.id, {FIRST_MONTH + month}, 1, "
        f"1000.0 * ((s.id * 31 + i.id * 17 + {month}) % 9973) + 0.25, {entry}, NULL, '', '' "
        f"FROM ledger_subject s CROSS JOIN ledger_indicator i WHERE i.id IN ({chosen})"
    )


def _write_corrections(before: int, count: int, last: int, entry: int) -> None:
    _run(
        f"INSERT INTO ledger_observation ({_NAMES}) SELECT "
        f"{last} + row_number() OVER (ORDER BY id), subject_id, indicator_id, period_start, 1, "
        f"value * 1.01, {entry}, id, '', '' FROM ledger_observation "
        f"WHERE id > {before} AND id <= {before + count} AND (id - {before}) % 100 = 0"
    )


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What is referred to exists; checking sixty million references is not measured here.
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def _park_year(code: str, year: Any) -> int:
    """What the page of a park's figures asks: every month, the year, and the year before."""
    from yuanheng.ledger.models import Subject

    subject = Subject.objects.get(kind="park", code=code)
    return _year_of([subject.pk], year)


def _year_of(subjects: list[int], year: Any) -> int:
    from yuanheng.ledger.queries.catalogue import Catalogue
    from yuanheng.ledger.queries.figures import Reading

    reading = Reading(subjects, year.start - 12, year.end, catalogue=Catalogue())
    reported = set().union(*(reading.indicators_of(one) for one in subjects))
    found = 0
    for pk in reported:
        indicator = reading.catalogue.by_id[pk]
        for period in (year, *year.months()):
            now = reading.total(indicator, period)
            before = reading.total(indicator, period.last_year())
            found += now.value is not None and before.value is not None
    assert found == len(reported) * 13, found
    return found


def _year_of_members(members: list[int], year: Any) -> int:
    """What the page of a park's enterprises added up asks."""
    from yuanheng.ledger.queries.columns import Columns

    columns = Columns(members, year.start - 12, year.end)
    found = 0
    for pk in columns.reported:
        indicator = columns.catalogue.by_id[pk]
        for period in (year, *year.months()):
            now = columns.total(indicator, period)
            before = columns.total(indicator, period.last_year())
            found += now.value is not None and before.value is not None
    assert found == len(columns.reported) * 13, found
    return found


def _member_ids(park: str) -> list[int]:
    from yuanheng.ledger.models import Subject

    rows = Subject.objects.filter(enterprise__park__code=park)
    return list(rows.values_list("pk", flat=True))


def _freezing(year: Any) -> dict[str, Any]:
    import duckdb

    from yuanheng.ledger.frozen import write_figures_file
    from yuanheng.ledger.mirror import FORMAT, Mirror

    begun = time.perf_counter()
    mirror = Mirror()
    took = time.perf_counter() - begun
    home = Path(os.environ["YUANHENG_HOME"])
    ours, bare = home / "ours.parquet", home / "bare.parquet"
    figures = write_figures_file(ours, year, up_to=mirror.up_to, mirror=mirror)
    con = duckdb.connect()
    con.execute(f"CREATE TABLE same AS SELECT * FROM read_parquet('{ours}')")
    freeze, copy = [], []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        write_figures_file(ours, year, up_to=mirror.up_to, mirror=Mirror())
        freeze.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        con.execute(f"COPY (SELECT * FROM same) TO '{bare}' {FORMAT}")
        copy.append(time.perf_counter() - begun)
    return {
        "mirror": took,
        "figures": figures,
        "freeze": sorted(freeze)[ROUNDS // 2],
        "copy": sorted(copy)[ROUNDS // 2],
    }


def _median(work: Any) -> float:
    work()
    times = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return sorted(times)[ROUNDS // 2]


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
