"""10,000 figures checked by 200 rules, with all that must be read for it, SQLite and PostgreSQL.

500 enterprises of one city with 20 indicators, 24 months in the ledger; the month that is checked
is proposed, a hundredth of its figures with a slip, a jump or a broken sum. The rules are
comparisons (some over last month, last year, from January on), jumps, outliers and slips. Measured
is ``findings_for`` as a form calls it: rules, catalogue, earlier figures, judging, sentences. The
baseline reads the very same rows with a bare cursor and compares 200 pairs of columns in NumPy.
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

SUBJECTS, INDICATORS, RULES, MONTHS = 500, 20, 200, 24
FIRST_MONTH = 2022 * 12
ROUNDS = 7
MOST_SECONDS, MOST_TIMES = 2.0, 5.0


def rows() -> list[Row]:
    """The lines of this benchmark, one database after the other, each in its own process."""
    return on_each("checks", partial(_measured, "SQLite"), partial(_measured, "PostgreSQL"))


def _measured(name: str, url: str) -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "YUANHENG_HOME": home, "YUANHENG_DATABASE_URL": url}
        environ["DJANGO_SETTINGS_MODULE"] = "yuanheng.web.settings"
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.checks"],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    figures = SUBJECTS * INDICATORS
    title = f"{name}: {figures:,} figures × {RULES} rules"
    return [
        absolute(f"{title}, first call", found["first"], bar=MOST_SECONDS, unit="s",
                 what=f"the bar of the requirement; {found['findings']} findings"),
        Row(title, found["ours"], found["bare"], found["ours"] / found["bare"], MOST_TIMES,
            found["ours"] <= min(MOST_SECONDS, MOST_TIMES * found["bare"]), "s",
            f"bare read of the same {found['rows']:,} rows and 200 comparisons in NumPy"),
    ]  # fmt: skip


def measure() -> dict[str, Any]:
    """In a process of its own: fill the database, check, and do the bare minimum of it."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from benchmarks.ledger import _run
    from benchmarks.registers import load_enterprises, make_places
    from yuanheng.accounts.models import User
    from yuanheng.calc.periods import Period
    from yuanheng.ledger.actions import load_catalogue, subjects_of
    from yuanheng.ledger.models import Indicator
    from yuanheng.ledger.queries.checks import findings_for
    from yuanheng.registry.models import Enterprise

    make_places()
    load_enterprises(SUBJECTS)
    root = User.objects.get(username="root")
    load_catalogue(acting_user=root)
    codes = list(Enterprise.objects.values_list("credit_code", flat=True))[:SUBJECTS]
    subjects = sorted(subjects_of("enterprise", codes, acting_user=root).values())
    chosen = Indicator.objects.filter(
        formula="", growth_of=None, over_time="sum", over_subjects="sum", measure="元"
    ).order_by("pk")[:INDICATORS]
    _load(root, [one.pk for one in chosen], _run)
    _write_rules(list(chosen))
    proposed = _proposed(subjects, [one.pk for one in chosen], Period.parse("2024-01"))
    begun = time.perf_counter()
    found = findings_for(proposed, acting_user=root)
    first = time.perf_counter() - begun
    rows, bare = _bare(subjects, [one.pk for one in chosen])
    return {
        "first": first,
        "findings": len(found),
        "ours": _median(lambda: findings_for(proposed, acting_user=root)),
        "bare": _median(bare),
        "rows": rows,
    }


def _load(root: Any, indicators: list[int], run: Any) -> None:
    """24 months, written past the application: what is measured comes after."""
    from django.db import connection, transaction

    from yuanheng.kernel.final_tables import guard_tables, unguard_tables
    from yuanheng.ledger.models import Entry, LedgerHead

    count = SUBJECTS * len(indicators) * MONTHS
    entry = Entry.objects.create(
        title="years", source="api", filled_by=root, standing=4, first_id=1, last_id=count,
        rows=count,
    )  # fmt: skip
    listed = ", ".join(map(str, indicators))
    unguard_tables(connection)
    with transaction.atomic():
        for month in range(MONTHS):
            start = month * SUBJECTS * len(indicators)
            run(
                "INSERT INTO ledger_observation (id, subject_id, indicator_id, period_start, "
                "period_kind, value, entry_id, supersedes_id, place, reason) SELECT "
                f"{start} + row_number() OVER (ORDER BY s.id, i.id), s.id, i.id, "
                f"{FIRST_MONTH + month}, 1, 1000000.0 * (1 + (i.id * 7 + s.id * 31) % 97) "
                f"* (1 + 0.02 * ((s.id * 13 + i.id * 5 + {month} * 3) % 11)), {entry.pk}, NULL, "
                f"'', '' FROM ledger_subject s CROSS JOIN ledger_indicator i "
                f"WHERE i.id IN ({listed})"
            )
    guard_tables(connection)
    head, _new = LedgerHead.objects.get_or_create(pk=1)
    head.last_id, head.known_at = count, entry.known_at
    head.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE ledger_observation" if connection.vendor == "postgresql"
            else "ANALYZE"
        )  # fmt: skip


def _write_rules(indicators: list[Any]) -> None:
    """150 comparisons of five forms, 30 jumps, 10 outliers, 10 slips."""
    from yuanheng.ledger.models import CheckRule

    forms = (
        ("{a}", "<=", "{b} * 200"), ("{a} + {b}", ">=", "{c} / 200"),
        ("{a}", "<=", "上期({a}) * 3"), ("{a}", ">=", "上年同期({a}) / 3"),
        ("{a}_累计", "<=", "{b}_累计 * 200"),
    )  # fmt: skip
    made = []
    for number in range(RULES):
        turn = number // len(indicators)  # no two rules are alike
        a, b, c = (
            indicators[(number + step) % len(indicators)].name for step in (0, 1 + turn, 7 + turn)
        )
        values: dict[str, Any] = {"kind": "slip", "left": f"{a}、{b}"}
        if number < 150:
            left, operator, right = forms[(number + turn) % len(forms)]
            names = {"a": a, "b": b, "c": c}
            values = {"left": left.format(**names), "operator": operator,
                      "right": right.format(**names)}  # fmt: skip
        elif number < 180:
            values = {"kind": "jump", "left": a, "limit_previous": 60, "limit_last_year": 80}
        elif number < 190:
            values = {"kind": "outlier", "left": f"{a}、{b}", "threshold": 6}
        row = CheckRule(code=f"r{number}", name=f"规则{number}", valid_from="2020-01-01", **values)
        row.full_clean()
        made.append(row)
    CheckRule.objects.bulk_create(made)


def _proposed(subjects: list[int], indicators: list[int], period: Any) -> list[Any]:
    """The month as before, every hundredth figure wrong in one of three ways."""
    from yuanheng.ledger.queries.checks import Proposed

    found = []
    for subject in subjects:
        for indicator in indicators:
            value = 1e6 * (1 + (indicator * 7 + subject * 31) % 97)
            number = len(found)
            if number % 100 == 0:
                value *= (1e4, 2.5, 0.1)[number // 100 % 3]
            found.append(Proposed(subject, indicator, period, value))
    return found


def _bare(subjects: list[int], indicators: list[int]) -> tuple[int, Any]:
    import numpy as np
    from django.db import connection

    listed = ", ".join(map(str, indicators))
    statement = (
        "SELECT subject_id, indicator_id, period_start, value FROM ledger_observation "
        f"WHERE subject_id BETWEEN {min(subjects)} AND {max(subjects)} "
        f"AND indicator_id IN ({listed}) AND period_start >= {FIRST_MONTH + MONTHS - 12} "
        "ORDER BY subject_id, period_start, period_kind, indicator_id, id"
    )

    def work() -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            table = np.array(cursor.fetchall(), dtype=np.float64)
        cube = table[:, 3].reshape(len(subjects), -1, len(indicators))
        now = cube[:, -1, :]
        broken = 0
        for number in range(RULES):
            left, right = number % len(indicators), (number + 1) % len(indicators)
            broken += int(np.count_nonzero(now[:, left] > now[:, right] * 200))
        assert broken >= 0
        return len(table)

    return work(), work


def _median(work: Any) -> float:
    times = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return sorted(times)[ROUNDS // 2]


if __name__ == "__main__":
    print(json.dumps(measure()))
