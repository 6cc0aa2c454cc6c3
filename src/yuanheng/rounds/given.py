"""A round's table as its scheme reads it: one sheet a subject, and the table with corrections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yuanheng.calc.evaluation import build_program
from yuanheng.calc.periods import previous_period
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.engine.runs import connect, of_period
from yuanheng.engine.table import ID, NAME, PERIOD, read_given
from yuanheng.engine.writing import quote

__all__ = ["Given", "GivenRow", "read_figures", "write_corrected"]

Corrections = Mapping[tuple[str, str], Any]
"""(subject's code, field) → the figure that counts."""


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One subject: its figures of the period, and of the one before where the table has it."""

    code: str
    name: str
    row: int
    figures: dict[str, Any]
    before: dict[str, Any]
    fields: list[dict[str, Any]] = field(default_factory=list)  # lines of its own, if it has any


@dataclass(slots=True)
class Given:
    """The columns and rows of a table; ``about`` is what a round keeps of how it was read."""

    about: dict[str, Any]
    rows: list[GivenRow] = field(default_factory=list)


def read_figures(scheme_text: str, path: Path, period: str, sheet: str | None = None) -> Given:
    """Every subject of the period, in the order of the table. FaultyInput where the table can't
    serve the scheme."""
    built = build_program(of_period(read_scheme_text(scheme_text), period))
    with connect() as con:
        con.execute("SET threads = 1")
        loaded, columns = read_given(con, built, path, sheet)
        fields = [one for one in built.scheme.data.fields if one.code in columns]
        source = loaded.source
        about = {
            "file": source.file,
            "sheet": source.sheet or "",
            "format": source.format,
            "rejected": len(loaded.rejected),
            "fields": [
                {
                    "code": one.code,
                    "name": one.name,
                    "unit": one.measure,
                    "kind": one.kind,
                    "letter": source.letters.get(one.code, ""),
                    "header": source.headers.get(one.code, one.name),
                }
                for one in fields
            ],
        }
        codes = [one.code for one in fields]
        given = Given(about)
        before = dict(_rows(con, columns, codes, previous_period(period), only=True))
        for key, (name, row, figures) in _rows(con, columns, codes, period):
            earlier = before.get(key, ("", 0, {}))[2]
            given.rows.append(GivenRow(key, name, row, figures, earlier))
    return given


def _rows(
    con: Any, columns: list[str], codes: list[str], period: str, *, only: bool = False
) -> Iterator[tuple[str, tuple[str, int, dict[str, Any]]]]:
    """(code, (name, row, figures)) of a period; a table without periods has those of one."""
    long = PERIOD in columns
    if only and not long:
        return
    listed = "".join(f', "{code}"' for code in codes)
    named = NAME if NAME in columns else "NULL"
    where = " WHERE period = ?" if long else ""
    sql = f"SELECT {ID}, {named}, _row{listed} FROM given{where} ORDER BY _row"  # noqa: S608
    for key, name, row, *values in con.execute(sql, [period] if long else []).fetchall():
        figures = {
            code: (None if value != value else value)
            for code, value in zip(codes, values, strict=True)
        }
        yield str(key), (name or "", int(row), figures)


def write_corrected(
    scheme_text: str,
    path: Path,
    period: str,
    corrections: Corrections,
    out: Path,
    sheet: str | None = None,
) -> int:
    """The same table with corrected figures, as Parquet with the scheme's headings; how many cells
    were changed. Rows that couldn't be read are not in it, as they were not evaluated before.

    The same table and corrections give the same bytes."""
    built = build_program(of_period(read_scheme_text(scheme_text), period))
    data = built.scheme.data
    units = {one.code: one.measure for one in data.fields}
    labels = {one.code: one.name for one in data.fields}
    with connect() as con:
        con.execute("SET threads = 1")
        _loaded, columns = read_given(con, built, path, sheet)
        con.execute("CREATE TABLE fixed AS SELECT * FROM given")
        changed = _apply(con, columns, period, corrections)
        heads = {
            ID: (*data.id, "id")[0],
            NAME: (*data.name, "名称")[0],
            PERIOD: (*data.period, PERIOD)[0],
        }
        listed = ", ".join(
            f'"{code}" AS {_quoted(heads.get(code) or _heading(labels, units, code))}'
            for code in columns
            if code != "_row"
        )
        chosen = f"SELECT {listed} FROM fixed ORDER BY _row"  # noqa: S608  quoted names
        con.execute(f"COPY ({chosen}) TO {quote(str(out))} (FORMAT parquet, COMPRESSION zstd)")
    return changed


def _apply(con: Any, columns: list[str], period: str, corrections: Corrections) -> int:
    changed = 0
    where = f"{ID} = ?" + (" AND period = ?" if PERIOD in columns else "")
    for (subject, code), value in sorted(corrections.items(), key=lambda one: one[0]):
        if code not in columns:
            continue
        keys = [subject, period] if PERIOD in columns else [subject]
        con.execute(f'UPDATE fixed SET "{code}" = ? WHERE {where}', [value, *keys])  # noqa: S608
        changed += 1
    return changed


def _heading(labels: dict[str, str], units: dict[str, str], code: str) -> str:
    unit = units.get(code, "")
    name = labels.get(code, code)
    return f"{name}（{unit}）" if unit else name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def cell_of(about: Mapping[str, Any], code: str, row: int) -> str:
    """Where a figure stands in the table as given: ``Sheet1!D7``; a column and row otherwise."""
    found = next((one for one in about.get("fields", ()) if one["code"] == code), None)
    if found is None or not row:
        return ""
    if about.get("format") == "parquet" or not found["letter"]:
        return f"{found['header']}:{row}"
    place = f"{found['letter']}{row}"
    return f"{about['sheet']}!{place}" if about.get("sheet") else place
