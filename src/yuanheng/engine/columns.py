"""The subjects of a loaded table as NumPy columns, to run a program in process."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np

from yuanheng.calc.evaluation import BuiltScheme, input_column
from yuanheng.calc.evaluation.program import CURRENT
from yuanheng.engine.table import SUBJECTS


def subject_columns(con: duckdb.DuckDBPyConnection, built: BuiltScheme) -> dict[str, Any]:
    """Each input of the program by its key, and ``subject_id``: numbers as float64 with NaN for
    unknown, booleans as 0 and 1, text as objects with None."""
    wanted = {column.key: input_column(column.key) for column in built.program.inputs}
    carried = ["subject_id"] + ([CURRENT] if built.program.history else [])
    listed = ", ".join([*carried, *dict.fromkeys(wanted.values())])
    fetched = con.execute(f"SELECT {listed} FROM {SUBJECTS} ORDER BY subject_id").fetchnumpy()
    kinds = {column.key: column.kind for column in built.program.inputs}
    columns: dict[str, Any] = {"subject_id": _text(fetched["subject_id"])}
    if built.program.history:
        columns[CURRENT] = np.asarray(fetched[CURRENT], dtype=float)
    for key, name in wanted.items():
        values = fetched[name]
        columns[key] = _text(values) if kinds[key] == "text" else _floats(values)
    return columns


def _floats(values: Any) -> Any:
    if isinstance(values, np.ma.MaskedArray):
        return values.astype(float).filled(np.nan)
    return np.asarray(values, dtype=float)


def _text(values: Any) -> Any:
    if isinstance(values, np.ma.MaskedArray):
        plain = values.astype(object)
        plain[np.ma.getmaskarray(values)] = None
        return np.asarray(plain.filled(None), dtype=object)
    return np.asarray(values, dtype=object)
