"""Reading the generated files back."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read_sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def read_rows(path: Path, sheet: str, header_row: int = 0) -> list[dict[str, object]]:
    lines = read_sheets(path)[sheet]
    headers = [str(cell) for cell in lines[header_row]]
    return [dict(zip(headers, line, strict=True)) for line in lines[header_row + 1 :]]


def ask(path: Path, question: str) -> list[tuple]:
    """Rows of a query on the table ``figures`` with the content of the Parquet file."""
    return _figures(path).execute(question).fetchall()


@cache
def _figures(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE figures AS SELECT * FROM '{path}'")
    return connection
