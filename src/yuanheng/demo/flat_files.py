"""Writing CSV (with a byte-order mark, so that Excel reads the Chinese) and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from yuanheng.demo.columns import FIGURE_COLUMNS, Column
from yuanheng.demo.figure_table import Table


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write ``rows`` below ``headers``."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(headers)
        writer.writerows(rows)


def write_parquet(path: Path, table: Table) -> None:
    """Write ``table`` with the plain column names; not-a-number becomes null."""
    select = ", ".join(_expression(column) for column in FIGURE_COLUMNS)
    target = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register("figures", dict(table))
        connection.execute(
            f"COPY (SELECT {select} FROM figures) TO '{target}' "  # noqa: S608
            "(FORMAT parquet, COMPRESSION zstd)"
        )


def _expression(column: Column) -> str:
    kinds = {"text": "VARCHAR", "whole": "BIGINT", "number": "DOUBLE", "date": "DATE"}
    return f'CAST("{column.name}" AS {kinds[column.kind]}) AS "{column.name}"'
