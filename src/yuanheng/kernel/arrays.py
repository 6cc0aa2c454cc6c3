"""Rows of a query straight into an array: for readings of ten thousands to millions of rows.

A cursor makes a tuple of Python objects of each row, and the array takes them apart again, which
costs more than the reading itself. PostgreSQL sends the rows as it keeps them (``COPY … BINARY``,
every field of a fixed width); SQLite's rows go one by one into the array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

_HEADER = 19  # the signature, the flags, the length of an extension that nobody uses
_TYPES = {"i2": "int2", "i4": "int4", "i8": "int8", "f8": "float8"}


def read_array(sql: str, params: Sequence[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The rows of a query as an array of ``dtype``, whose fields stand for its columns in order:
    whole numbers (``i2``, ``i4``, ``i8``; never empty) and figures (``f8``; empty is NaN). The
    order of the rows is not promised."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _copied(cursor, sql, params, dtype)
        cursor.execute(sql, params)
        # Past Django's wrapper of the cursor, which looks at each row anew.
        return np.fromiter(cursor.cursor, dtype)


def _copied(cursor: Any, sql: str, params: Sequence[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    kinds = [dtype[name].str[1:] for name in dtype.names or ()]
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for at, kind in enumerate(kinds):
        fields += [(f"size{at}", ">i4"), (f"c{at}", f">{kind}")]
    wire = np.dtype(fields)
    columns = ", ".join(
        f"coalesce(c{at}::float8, 'NaN')" if kind == "f8" else f"c{at}::{_TYPES[kind]}"
        for at, kind in enumerate(kinds)
    )
    names = ", ".join(f"c{at}" for at in range(len(kinds)))
    statement = f"COPY (SELECT {columns} FROM ({sql}) AS q({names})) TO STDOUT (FORMAT binary)"  # noqa: S608
    with cursor.copy(statement, params or None) as copy:
        content = b"".join(copy)
    rows = np.frombuffer(content, wire, (len(content) - _HEADER - 2) // wire.itemsize, _HEADER)
    found = np.empty(len(rows), dtype)
    for at, name in enumerate(dtype.names or ()):
        found[name] = rows[f"c{at}"]
    return found
