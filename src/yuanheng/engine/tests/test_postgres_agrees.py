"""The same SQL text, unchanged, on PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yuanheng.engine.tests.made_tables import (
    CASES,
    SHIPPED,
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
    "combine_means", "combine_power_mean", "turned_dimension",
    "impute_and_treat",
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


def last_bits(value: Any) -> Any:
    """A figure without the last bits: PostgreSQL reads 15 digits of a double into a decimal."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


@pytest.mark.postgres
@pytest.mark.parametrize("path", PATHS, ids=scheme_name)
@pytest.mark.parametrize("huge", [False, True], ids=["ordinary", "huge"])
def test_postgres_agrees(path: Path, huge: bool, postgres_url: str) -> None:
    """Ordinary figures: what is printed agrees in every bit, all else but for the last ones."""
    columns = made_columns(path, 120, 7, huge=huge)
    wanted = by_numpy(path, columns, 120)
    found = by_postgres(postgres_url, path, columns)
    for name in {"_group", "_status", "_rated", "_grade", "_score", "_rank"} & wanted.keys():
        if not huge or name in ("_group", "_status", "_rated"):
            assert wanted[name] == found[name], name
    if not huge:
        wanted = {name: [last_bits(v) for v in column] for name, column in wanted.items()}
        found = {name: [last_bits(v) for v in column] for name, column in found.items()}
        assert not first_difference(wanted, found)
