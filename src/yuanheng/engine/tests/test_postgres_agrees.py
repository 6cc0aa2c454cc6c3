"""The same SQL text, unchanged, on PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yuanheng.engine.tests.made_tables import (
    CASES,
    SHIPPED,
    built_of,
    by_numpy,
    first_difference,
    made_columns,
    plain,
    query_of,
    scheme_name,
    sql_table,
)

WANTED = {
    "anhui_2022", "five_good_sample", "gaoxin_2024", "hengyang_2022", "huangyan_2022",
    "jingde_2022", "sichuan_2020", "wuxi_sample", "benchmark_ratio_and_quantile", "n08_z_score",
    "previous_period", "sub_grade_and_moves", "inherit_landlord", "statistics_scopes",
}  # fmt: skip
PATHS = [path for path in [*SHIPPED, *CASES] if scheme_name(path) in WANTED]


def by_postgres(url: str, path: Path, columns: dict[str, Any]) -> dict[str, list[Any]]:
    """Every step's column from the printed SQL on PostgreSQL."""
    psycopg = pytest.importorskip("psycopg")
    definition, lists = sql_table(path, columns)
    sql, names, in_query = query_of(path)
    listed = ", ".join(in_query[name] for name in names)
    with psycopg.connect(url) as con:
        con.execute(f"CREATE TEMPORARY TABLE subjects ({definition})")
        with con.cursor().copy("COPY subjects FROM STDIN") as copy:
            for row in zip(*lists.values(), strict=True):
                copy.write_row(row)
        con.execute("SET jit = off")
        found = con.execute(f"SELECT {listed} FROM ({sql}) q ORDER BY subject_no").fetchall()
    return {name: plain([row[n] for row in found]) for n, name in enumerate(names)}


@pytest.mark.postgres
@pytest.mark.parametrize("path", PATHS, ids=scheme_name)
def test_postgres_agrees(path: Path, postgres_url: str) -> None:
    """Ordinary figures: every bit of every column."""
    columns = made_columns(path, 120, 7, huge=False)
    wanted = by_numpy(path, columns, 120)
    assert not first_difference(wanted, by_postgres(postgres_url, path, columns))


@pytest.mark.postgres
@pytest.mark.parametrize("path", PATHS[:4], ids=scheme_name)
def test_huge_figures_on_postgres(path: Path, postgres_url: str) -> None:
    """PostgreSQL reads 15 digits of a double into a decimal: long sums differ in the last bit,
    grades and rounded scores don't."""
    columns = made_columns(path, 120, 11)
    wanted = by_numpy(path, columns, 120)
    found = by_postgres(postgres_url, path, columns)
    program = built_of(path).program
    for name in ("_status", "_rated", "_grade"):
        if name in wanted:
            assert wanted[name] == found[name], name
    assert [_near(v, program.digits) for v in wanted["_score"]] == [
        _near(v, program.digits) for v in found["_score"]
    ]


def _near(value: float | None, digits: int) -> float | None:
    """The score as printed, or 15 significant digits of a huge one."""
    return None if value is None else float(f"{value:.14g}") if abs(value) > 1e8 else value
