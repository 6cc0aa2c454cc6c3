"""Rows of a query straight into an array: for readings of ten thousands to millions of rows.

A cursor makes a tuple of Python objects of each row, and the array takes them apart again, which
costs more than the reading itself. PostgreSQL packs the rows into one value, every field of a
fixed width (``int8send``); SQLite's rows go one by one into the array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

_TYPES = {"i2": "int2", "i4": "int4", "i8": "int8", "f8": "float8"}


def read_array(sql: str, params: Sequence[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The rows of a query as an array of ``dtype``, whose fields stand for its columns in order:
    whole numbers (``i2``, ``i4``, ``i8``; never empty) and figures (``f8``; empty is NaN). The
    order of the rows is not promised. No more than some ten million rows at a time: a value of
    PostgreSQL ends at a gigabyte."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _packed(cursor, sql, params, dtype)
        cursor.execute(sql, params)
        # Past Django's wrapper of the cursor, which looks at each row anew.
        return np.fromiter(cursor.cursor, dtype)


def _packed(cursor: Any, sql: str, params: Sequence[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    kinds = [dtype[name].str[1:] for name in dtype.names or ()]
    sent = "||".join(
        f"{_TYPES[kind]}send({_figure(at) if kind == 'f8' else f'c{at}::{_TYPES[kind]}'})"
        for at, kind in enumerate(kinds)
    )
    columns = ", ".join(f"c{at}" for at in range(len(kinds)))
    # Names of types and columns are this module's own.
    cursor.execute(f"SELECT string_agg({sent}, ''::bytea) FROM ({sql}) AS q({columns})", params)  # noqa: S608
    wire = np.dtype([(f"c{at}", f">{kind}") for at, kind in enumerate(kinds)])
    rows = np.frombuffer(cursor.fetchone()[0] or b"", wire)
    found = np.empty(len(rows), dtype)
    for at, name in enumerate(dtype.names or ()):
        found[name] = rows[f"c{at}"]
    return found


def _figure(at: int) -> str:
    return f"coalesce(c{at}::float8, 'NaN')"
