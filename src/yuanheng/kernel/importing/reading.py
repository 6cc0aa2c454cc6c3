"""From the columns of ``yuanheng.tabular`` to one dictionary a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from yuanheng.tabular import FieldSpec, Table, read_table

_EPOCH = date(1970, 1, 1)


def read_rows(
    path: Path, fields: Sequence[FieldSpec], id_field: str
) -> tuple[Table, list[dict[str, Any]]]:
    """The table and its usable rows; a value that isn't there is ``None``."""
    table = read_table(path, list(fields), id_field=id_field)
    columns = {
        spec.code: [_value(raw, spec.kind) for raw in table.columns[spec.code].tolist()]
        for spec in fields
        if spec.code in table.columns
    }
    lines = table.rows.tolist()
    rows = [
        {"line": int(line), **{code: values[at] for code, values in columns.items()}}
        for at, line in enumerate(lines)
    ]
    return table, rows


def language() -> str:
    """``zh`` or ``en``, for texts that exist in both."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def _value(raw: Any, kind: str) -> Any:
    if raw is None:
        return None
    if kind == "text":
        return str(raw).strip() or None
    if math.isnan(raw):
        return None
    if kind == "boolean":
        return bool(raw)
    if kind == "date":
        return _EPOCH + timedelta(days=int(raw))
    return raw
