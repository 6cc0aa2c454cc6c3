"""What a scheme finds in a table of figures: columns, periods, rows, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from yuanheng.calc.evaluation import BuiltScheme, build_program
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.calc.units import conversion_factor
from yuanheng.engine.table import ID, NAME, PERIOD, specs_of
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.importing import ExchangeField
from yuanheng.kernel.importing.fields import Kind
from yuanheng.tabular import FieldSpec, Table, read_table

KEPT_REJECTED = 200
FIRST_ROWS = 8
_EPOCH = date(1970, 1, 1)
_KINDS: Mapping[str, Kind] = {
    "text": "text",
    "number": "number",
    "boolean": "flag",
    "date": "date",
}


def built_of(scheme_text: str) -> BuiltScheme:
    """A scheme's text, ready to say what it needs of a table."""
    return build_program(read_scheme_text(scheme_text))


def columns_of(built: BuiltScheme) -> list[ExchangeField]:
    """The columns of an empty table for the scheme: rows may be of several periods, else there
    are columns for the figures of an earlier one."""
    with_periods = bool(built.scheme.data.period)
    return [
        ExchangeField(
            spec.code,
            _KINDS[spec.kind],
            tuple(dict.fromkeys((spec.label, *spec.columns))),
            unit=spec.unit,
            required=spec.required,
            clearable=False,
        )
        for spec in specs_of(built)
        if not (with_periods and "__" in spec.code)
    ]


def read_figures(path: Path, built: BuiltScheme, *, sheet: str | None = None) -> Table:
    """The table as the scheme reads it. Raises FaultyInput with everything that is wrong.

    A period column is wanted but not needed: a table without one holds the scheme's period.
    """
    specs = specs_of(built)

    def attempt(period: str | None) -> Table:
        wanted = [spec for spec in specs if spec.code != PERIOD or period]
        return read_table(
            path,
            wanted,
            id_field=ID,
            period_field=period,
            name_field=NAME,
            sheet=sheet,
            convert=conversion_factor,
        )

    if not built.scheme.data.period:
        return attempt(None)
    try:
        return attempt(PERIOD)
    except FaultyInput as error:
        if any(not fault.code.endswith("column_missing") for fault in error.faults):
            raise
        try:
            return attempt(None)
        except FaultyInput:
            raise error from None


def told_of(table: Table, built: BuiltScheme) -> dict[str, Any]:
    """How the table was read, as plain data; kept with the snapshot."""
    specs = {spec.code: spec for spec in specs_of(built)}
    source = table.source
    return {
        "scheme": built.scheme.title,
        "sheet": source.sheet or "",
        "format": source.format,
        "header_rows": list(source.header_rows),
        "columns": [
            _column(spec, source) for spec in specs.values() if spec.code in source.headers
        ],
        "absent": [spec.label for spec in specs.values() if _is_absent(spec, source)],
        "periods": _periods(table, built),
        "rows_usable": len(table),
        "rows_rejected": len(table.rejected),
        "reasons": Counter(row.code for row in table.rejected).most_common(),
        "rejected": [rejected_line(row) for row in table.rejected[:KEPT_REJECTED]],
        "notes": [{"zh": full_width(note.zh), "en": note.en} for note in table.notes],
        "first": _first_rows(table, specs),
    }


def rejected_line(row: Any) -> dict[str, Any]:
    """A row that can't be used: where it stands, whose it is, what is wrong."""
    return {
        "row": row.row,
        "id": row.id or "",
        "name": row.name or "",
        "cells": list(row.cells),
        "zh": full_width(row.zh),
        "en": row.en,
    }


def _column(spec: FieldSpec, source: Any) -> dict[str, Any]:
    found = source.units.get(spec.code, "")
    return {
        "name": spec.label,
        "letter": source.letters.get(spec.code, ""),
        "header": source.headers.get(spec.code, ""),
        "found": found,
        "wanted": spec.unit,
        "converted": bool(found and spec.unit and found != spec.unit),
        "required": spec.required,
    }


def _is_absent(spec: FieldSpec, source: Any) -> bool:
    return spec.code not in source.headers and "__" not in spec.code


def _periods(table: Table, built: BuiltScheme) -> list[str]:
    if PERIOD not in table.columns:
        return [built.scheme.period]
    return sorted({str(one) for one in table.columns[PERIOD] if one is not None})


def _first_rows(table: Table, specs: dict[str, FieldSpec]) -> dict[str, Any]:
    shown = [code for code in specs if code in table.columns]
    return {
        "headers": [_header(specs[code]) for code in shown],
        "rows": [
            {
                "row": int(table.rows[at]),
                "values": [_plain(table.columns[code][at], specs[code].kind) for code in shown],
            }
            for at in range(min(FIRST_ROWS, len(table)))
        ],
        "numeric": [specs[code].kind == "number" and code != PERIOD for code in shown],
    }


def _header(spec: FieldSpec) -> str:
    return f"{spec.label}（{spec.unit}）" if spec.unit else spec.label


def _plain(value: Any, kind: str) -> Any:
    if value is None or value != value:
        return None
    if kind == "text":
        return str(value)
    if kind == "boolean":
        return bool(value)
    if kind == "date":
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    return float(value)
