"""Columns out of DuckDB without a Python object per cell, but for texts and cells to mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.tabular.clean_sql import Cleaned, name
from yuanheng.tabular.layout import Layout
from yuanheng.tabular.table import FieldSpec, RawColumn

# Texts with fewer values than this are shared between rows instead of made for each row.
_FEW = 65_000


def load(
    con: duckdb.DuckDBPyConnection,
    origin: str,
    cleaned: Mapping[str, Cleaned],
    extra: Mapping[str, str],
    max_rows: int,
) -> None:
    """Reads ``origin`` once into the table ``raw``, in the order of the file.

    ``cleaned`` gives for each field code how its cell is read; ``extra`` are further columns.
    Only ``max_rows + 1`` rows are read at most.
    """
    # DuckDB 2.0 loses the order when two threads write one table from a text file; numbering the
    # rows in the same statement keeps it (seen with ten million rows).
    wanted = ["row_number() OVER () AS position"]
    wanted += [f"{sql} AS {name(alias)}" for alias, sql in extra.items()]
    for code, clean in cleaned.items():
        wanted.append(f"CASE WHEN {clean.is_clean} THEN {clean.value} END AS {name('v_' + code)}")
        wanted.append(f"CASE WHEN {clean.is_odd} THEN {clean.text} END AS {name('o_' + code)}")
    con.execute(
        f"CREATE OR REPLACE TABLE raw AS SELECT {', '.join(wanted)} "
        f"FROM {origin} LIMIT {max_rows + 1}"
    )


def row_count(con: duckdb.DuckDBPyConnection, max_rows: int, where: str) -> int:
    """The rows of ``raw``. Raises FaultyInput when there are more than ``max_rows``."""
    count = int(con.execute("SELECT count(*) FROM raw").fetchall()[0][0])
    refuse_too_many(count, max_rows, where)
    return count


def refuse_too_many(count: int, max_rows: int, where: str) -> None:
    """Raises FaultyInput when a file has more than ``max_rows`` rows."""
    if count > max_rows:
        raise FaultyInput(
            [
                Fault(
                    "too_many_rows",
                    f"{where}：超过 {max_rows:,} 行的上限。请拆分成几个文件，或提高上限后再读。",
                    f"{where}: more than the limit of {max_rows:,} rows. Split the file or raise "
                    "the limit.",
                )
            ]
        )


def fetch(con: duckdb.DuckDBPyConnection, specs: Sequence[FieldSpec], layout: Layout | None,
          text_like: set[str]) -> dict[str, RawColumn]:  # fmt: skip
    """The raw columns of the table ``raw``, one after the other to keep memory low."""
    columns = {}
    for spec in specs:
        is_text = spec.kind == "text" or spec.code in text_like
        values = _texts(con, spec.code) if is_text else _floats(con, spec.code)
        at, odd = _odd(con, spec.code)
        unit = layout.matches[spec.code].unit or "" if layout else spec.unit
        factor = layout.factors[spec.code] if layout else 1.0
        columns[spec.code] = RawColumn(values, at, odd, unit, factor)
    return columns


def whole_numbers(con: duckdb.DuckDBPyConnection, sql: str) -> np.ndarray[Any, Any]:
    """The int64 array of an SQL expression over ``raw``."""
    data = con.execute(f"SELECT ({sql})::BIGINT AS x FROM raw").fetchnumpy()["x"]
    return np.asarray(data, dtype=np.int64)


def marked(con: duckdb.DuckDBPyConnection, column: str) -> dict[int, str]:
    """The texts of a mostly empty column of ``raw`` by position."""
    rows = con.execute(
        f"SELECT position - 1, {column} FROM raw WHERE {column} IS NOT NULL ORDER BY 1"
    ).fetchall()
    return {int(at): str(text) for at, text in rows}


def _floats(con: duckdb.DuckDBPyConnection, code: str) -> np.ndarray[Any, Any]:
    column = name("v_" + code)
    data = con.execute(f"SELECT {column}::DOUBLE AS x FROM raw").fetchnumpy()["x"]
    if isinstance(data, np.ma.MaskedArray):
        return np.asarray(data.filled(np.nan), dtype=np.float64)
    return np.asarray(data, dtype=np.float64)


def _texts(con: duckdb.DuckDBPyConnection, code: str) -> np.ndarray[Any, Any]:
    column = name("v_" + code)
    values = con.execute(
        f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL LIMIT {_FEW}"
    ).fetchall()
    if len(values) < _FEW:
        return _shared_texts(con, column, sorted(v for (v,) in values))
    data = con.execute(f"SELECT {column} AS x FROM raw").fetchnumpy()["x"]
    return data.filled(None) if isinstance(data, np.ma.MaskedArray) else data


def _shared_texts(
    con: duckdb.DuckDBPyConnection, column: str, values: list[str]
) -> np.ndarray[Any, Any]:
    """One Python text per distinct value, however many rows have it."""
    lookup = np.array([None, *values], dtype=object)
    if not values:
        count = con.execute("SELECT count(*) FROM raw").fetchall()[0][0]
        return np.full(count, None, dtype=object)
    words = ", ".join("'" + v.replace("'", "''") + "'" for v in values)
    con.execute(f"CREATE OR REPLACE TEMP TYPE words AS ENUM ({words})")
    codes = whole_numbers(con, f"coalesce(enum_code({column}::words)::INTEGER + 1, 0)")
    con.execute("DROP TYPE words")
    shared: np.ndarray[Any, Any] = lookup[codes]
    return shared


def _odd(con: duckdb.DuckDBPyConnection, code: str) -> tuple[np.ndarray[Any, Any], list[str]]:
    column = name("o_" + code)
    found = con.execute(
        f"SELECT position - 1 AS at, {column} AS x FROM raw WHERE {column} IS NOT NULL ORDER BY 1"
    ).fetchnumpy()
    return np.asarray(found["at"], dtype=np.int64), list(found["x"])
