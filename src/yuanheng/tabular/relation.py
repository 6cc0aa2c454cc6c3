"""``open_relation``: a clean file as SQL, so that an engine reads it without a detour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from yuanheng.calc.faults import Fault
from yuanheng.calc.units import conversion_factor
from yuanheng.tabular import delimited, parquet
from yuanheng.tabular.clean_sql import Cleaned, is_plain, name, trimmed_text
from yuanheng.tabular.headers import Matcher
from yuanheng.tabular.layout import Layout, find_layout
from yuanheng.tabular.numbers import LARGEST
from yuanheng.tabular.reading import (
    MAX_ROWS,
    Roles,
    key_as_text,
    parquet_columns,
    text_columns,
)
from yuanheng.tabular.table import Convert, FieldSpec, Source
from yuanheng.tabular.textfile import open_text
from yuanheng.tabular.units import scaled_sql

SAMPLE = 5_000


@dataclass(frozen=True, slots=True)
class Relation:
    """A file that needs no mending.

    ``sql`` selects the fields found, named by their codes and typed (DOUBLE with NULL for
    unknown, VARCHAR), and ``_row``, the row number in the source (BIGINT). ``rows`` is their
    count.
    """

    sql: str
    source: Source
    notes: list[Fault]
    rows: int


def open_relation(
    con: duckdb.DuckDBPyConnection,
    path: Path | str,
    fields: Sequence[FieldSpec],
    *,
    id_field: str,
    period_field: str | None = None,
    name_field: str | None = None,
    convert: Convert = conversion_factor,
    max_rows: int = MAX_ROWS,
    staged: str | None = None,
) -> Relation | None:
    """The file as an SQL text for ``con``, or None where ``read_table`` has to mend it.

    ``staged`` names a temporary table of ``con`` into which a Parquet file's columns are put, so
    that the checks and the later reading decode the file once.

    Every cell is checked: unreadable or out of range, doubled or missing ids and rows of totals
    all give None. Raises FaultyInput as ``read_table`` does for a header that can't be used.
    """
    path = Path(path)
    if not _may_be_clean(path):
        return None
    specs = key_as_text(fields, (id_field, period_field))
    keys = [code for code in (id_field, period_field) if code]
    if name_field is None and any(spec.code == "name" for spec in specs):
        name_field = "name"

    def roles(code: str) -> dict[str, bool]:
        return {"is_key": code == id_field, "is_period": code == period_field}

    if path.suffix.lower() == ".parquet":
        opened = _from_parquet(con, path, specs, keys, convert, roles, staged)
    else:
        opened = _from_text(con, path, specs, keys, convert, roles)
    if opened is None:
        return None
    origin, row_sql, layout, source, cleaned = opened
    found = [spec for spec in specs if spec.code in layout.matches]
    words = [code for code in (id_field, name_field) if code in layout.matches]
    if staged is not None and name_field in cleaned and name_field not in keys:
        # Nothing is computed from a name: it is mended when it is shown, not looked at before.
        named = cleaned[name_field]
        mended = replace(named, value=trimmed_text(named.text), is_clean="true")
        cleaned = {**cleaned, name_field: mended}
    try:
        rows = _clean_rows(con, origin, found, layout, cleaned, keys, words)
    except duckdb.Error:
        return None
    if rows is None or rows > max_rows:
        return None
    sql = _select(found, layout, cleaned, row_sql, origin)
    return Relation(sql, source, list(layout.notes), rows)


def _select(
    fields: Sequence[FieldSpec],
    layout: Layout,
    cleaned: Mapping[str, Cleaned],
    row_sql: str,
    origin: str,
) -> str:
    values = [
        f"{scaled_sql(cleaned[spec.code].value, layout.factors[spec.code])} AS {name(spec.code)}"
        for spec in fields
    ]
    return f"SELECT {row_sql} AS _row, {', '.join(values)} FROM {origin}"


def _may_be_clean(path: Path) -> bool:
    """Whether the kind of file can be read by SQL at all; read_table says what is wrong."""
    known = path.suffix.lower() in (".csv", ".parquet")
    return known and path.is_file() and path.stat().st_size > 0


_Opened = tuple[str, str, Layout, Source, Mapping[str, Cleaned]]


def _from_parquet(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    specs: Sequence[FieldSpec],
    keys: Sequence[str],
    convert: Convert,
    roles: Roles,
    staged: str | None,
) -> _Opened | None:
    types = parquet.column_types(con, path)
    layout = find_layout(
        [list(types)], Matcher(specs), needed=keys, convert=convert, where=path.name
    )
    found = [spec for spec in specs if spec.code in layout.matches]
    cleaned = parquet_columns(found, layout, types, roles)
    with ThreadPoolExecutor(1) as aside:
        # The hash takes a fifth of the time of reading and needs none of its results.
        digest = aside.submit(parquet.file_hash, path)
        origin = parquet.scan_sql(path)
        if staged is not None:
            columns = ", ".join(dict.fromkeys(cleaned[spec.code].column for spec in found))
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE {name(staged)} AS "
                f"SELECT {columns}, file_row_number FROM {origin}"
            )
            origin = name(staged)
        source = layout.source(path.name, None, "parquet", "", digest.result())
    return origin, "file_row_number + 1", layout, source, cleaned


def _from_text(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    specs: Sequence[FieldSpec],
    keys: Sequence[str],
    convert: Convert,
    roles: Roles,
) -> _Opened | None:
    text = open_text(path, None)
    if text is None:
        return None
    found = delimited.look_at(text, Matcher(specs), needed=keys, convert=convert, where=path.name)
    if not found.is_tidy:
        return None
    layout = found.layout
    fields = [spec for spec in specs if spec.code in layout.matches]
    source = layout.source(path.name, None, "csv", text.encoding, text.sha256)
    row = f"row_number() OVER () + {layout.last + 1}"
    return delimited.scan_sql(found), row, layout, source, text_columns(fields, layout, roles)


def _clean_rows(
    con: duckdb.DuckDBPyConnection,
    origin: str,
    fields: Sequence[FieldSpec],
    layout: Layout,
    cleaned: Mapping[str, Cleaned],
    keys: Sequence[str],
    words: Sequence[str],
) -> int | None:
    """The number of rows when nothing needs mending, else None: one pass, and one for the keys."""
    checks = []
    for spec in fields:
        clean = cleaned[spec.code]
        if clean.is_clean != "true":
            if spec.kind == "text" and spec.code not in keys and _repeats(con, origin, clean):
                if not _all_clean(con, origin, clean):
                    return None
                continue
            checks.append(f"NOT {clean.is_odd}")
        checks += _bounds(spec, clean.value, layout.factors[spec.code])
    for key in keys:
        checks.append(f"{cleaned[key].column} IS NOT NULL")
    checks += [f"NOT {_is_total(cleaned[code].text)}" for code in words]
    others = [cleaned[spec.code].column for spec in reversed(fields) if spec.code not in keys]
    if others:
        # A row with nothing but an id may be a remark under the table; one figure rules that out.
        rest = " OR ".join(f"{column} IS NOT NULL" for column in others)
        checks.append(f"CASE WHEN {others[0]} IS NOT NULL THEN true ELSE {rest} END")
    wanted = " AND ".join(f"({check})" for check in checks)
    total, fine = con.execute(f"SELECT count(*), bool_and({wanted}) FROM {origin}").fetchall()[0]
    if not fine:
        return None
    # Different hashes are different keys; equal ones are left to read_table to look at.
    key = ", ".join(cleaned[code].text for code in keys)
    hashes = np.sort(con.execute(f"SELECT hash({key}) AS h FROM {origin}").fetchnumpy()["h"])
    return None if (hashes[1:] == hashes[:-1]).any() else int(total)


def _repeats(con: duckdb.DuckDBPyConnection, origin: str, clean: Cleaned) -> bool:
    """Whether a text column holds few different words, by its first rows."""
    found = con.execute(
        f"SELECT count(*), count(DISTINCT c) FROM (SELECT {clean.column} AS c FROM {origin} "
        f"LIMIT {SAMPLE})"
    ).fetchone()
    return bool(found and found[0] == SAMPLE and found[1] * 4 < SAMPLE)


def _all_clean(con: duckdb.DuckDBPyConnection, origin: str, clean: Cleaned) -> bool:
    """Whether every different word of a column is clean: few words, looked at once each."""
    found = con.execute(
        f"SELECT bool_and(NOT {clean.is_odd}) FROM (SELECT DISTINCT {clean.column} FROM {origin})"
    ).fetchone()
    return bool(found and found[0])


def _bounds(spec: FieldSpec, cell: str, factor: float) -> list[str]:
    if spec.kind != "number":
        return []
    value = scaled_sql(cell, factor)
    bounds = [] if factor == 1.0 else [f"coalesce(abs({value}) <= {LARGEST!r}::DOUBLE, true)"]
    if spec.low is not None:
        sign = ">" if spec.low_exclusive else ">="
        bounds.append(f"coalesce({value} {sign} {spec.low!r}::DOUBLE, true)")
    if spec.high is not None:
        bounds.append(f"coalesce({value} <= {spec.high!r}::DOUBLE, true)")
    return bounds


def _is_total(cell: str) -> str:
    """SQL: the text could mark totals or the row of 甲, 乙 under a header (read_table decides)."""
    return (
        f"CASE WHEN {is_plain(cell)} THEN false ELSE {cell}[-1] IN ('计', '：', ':', ' ', '　') "
        f"OR suffix({cell}, '计数') OR {cell} IN ('甲', '乙', '丙', '丁') END"
    )
