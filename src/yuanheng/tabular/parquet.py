"""Reads .parquet files through DuckDB: columns of the right type are taken as they are."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import duckdb

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.tabular.clean_sql import Cleaned, cleaned_text, literal, name, usable_number
from yuanheng.tabular.table import FieldSpec

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
            "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


def scan_sql(path: Path) -> str:
    """SQL of the file's rows with ``file_row_number``."""
    return f"read_parquet({literal(str(path))}, file_row_number=true)"


def file_hash(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def column_types(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """The columns of the file and their DuckDB types.

    Raises FaultyInput when the file is not really Parquet.
    """
    try:
        rows = con.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})").fetchall()
    except duckdb.Error as error:
        raise FaultyInput(
            [
                Fault(
                    "not_parquet",
                    f"{path.name}：不是有效的 Parquet 文件，可能已损坏或扩展名不对。请重新导出。",
                    f"{path.name}: not a valid Parquet file; damaged or misnamed. "
                    "Export it again.",
                )
            ]
        ) from error
    return {str(row[0]): str(row[1]) for row in rows}


def typed_cell(
    spec: FieldSpec, column: str, kind: str, *, is_key: bool, is_period: bool
) -> Cleaned:
    """How a cell of a column of DuckDB type ``kind`` is read.

    A column of the field's own type is taken directly; anything else goes by way of text.
    """
    base = kind.split("(")[0]
    quoted = name(column)
    as_text = f"{quoted}::VARCHAR"
    if spec.kind == "number" and not is_period and base in _NUMERIC:
        value = f"{quoted}::DOUBLE"
        return Cleaned(value, usable_number(value), as_text, quoted)
    if spec.kind == "boolean" and base == "BOOLEAN":
        return Cleaned(f"{quoted}::INTEGER::DOUBLE", "true", as_text, quoted)
    if spec.kind == "date" and base.startswith(("DATE", "TIMESTAMP")):
        value = f"({quoted}::DATE - DATE '1970-01-01')::DOUBLE"
        return Cleaned(value, "true", as_text, quoted)
    if base in ("FLOAT", "DOUBLE", "DECIMAL"):
        # 123.0 in a text column is the code 123.
        whole = f"TRY_CAST({quoted} AS HUGEINT)"
        as_text = f"CASE WHEN {whole} = {quoted} THEN {whole}::VARCHAR ELSE {as_text} END"
    text = quoted if base == "VARCHAR" else f"({as_text})"
    cleaned = cleaned_text(spec, text, is_key=is_key, is_period=is_period)
    return replace(cleaned, column=quoted)
