"""Runs one expression through every reader on the same rows."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from yuanheng.calc.expression import Expr, Ref, evaluate_arrays, interpret, to_sql
from yuanheng.calc.expression.tests.strategies import BOOLEANS, DATES, NUMBERS, TEXTS

COLUMNS = (*NUMBERS, *BOOLEANS, *TEXTS, *DATES)
SQL_TYPES = {
    **dict.fromkeys((*NUMBERS, *DATES), "DOUBLE PRECISION"),
    **dict.fromkeys(BOOLEANS, "BOOLEAN"),
    **dict.fromkeys(TEXTS, "VARCHAR"),
}


def bits(value: Any) -> Any:
    """A value such that two are equal only if they have the same bits."""
    if isinstance(value, float):
        assert value == value, "NaN must never appear"
        return struct.pack("<d", value).hex()
    return value


def by_interpreter(expr: Expr, rows: list[dict[str, Any]]) -> list[Any]:
    return [interpret(expr, row) for row in rows]


def column_arrays(rows: list[dict[str, Any]]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        values = [row[name] for row in rows]
        if name in TEXTS:
            columns[name] = np.array(values, dtype=object)
        else:
            numbers = [np.nan if value is None else float(value) for value in values]
            columns[name] = np.array(numbers)
    return columns


def by_arrays(expr: Expr, rows: list[dict[str, Any]], is_boolean: bool) -> list[Any]:
    result = evaluate_arrays(expr, column_arrays(rows), len(rows))
    assert result.shape == (len(rows),)
    plain = [None if value is None or value != value else value for value in result.tolist()]
    if is_boolean:
        return [None if value is None else bool(value) for value in plain]
    return plain


def sql_of(expr: Expr) -> str:
    def column(ref: Ref) -> str:
        return f'"{ref.key}"'

    return to_sql(expr, column)


def rows_as_tuples(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(index, *(row[name] for name in COLUMNS)) for index, row in enumerate(rows)]


def table_definition() -> str:
    columns = ", ".join(f'"{name}" {SQL_TYPES[name]}' for name in COLUMNS)
    return f"CREATE TEMPORARY TABLE facts (row_number INTEGER, {columns})"
