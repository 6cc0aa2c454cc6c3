"""Workbooks: each sheet as lines with tabs."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from yuanheng.reading.loading.kinds import broken


def workbook_text(data: bytes) -> str:
    """The sheets one after the other, each behind its name; empty rows are left out."""
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names
        ]
    except Exception as error:  # the package raises many kinds for a broken file
        raise broken(error) from error
    lines: list[str] = []
    for name, rows in sheets:
        lines.append(name)
        for row in rows:
            cells = [_shown(cell) for cell in row]
            filled = [cell for cell in cells if cell]
            if len(filled) == 1:
                lines.append(filled[0])
            elif filled:
                lines.append("\t".join(cells))
        lines.append("")
    return "\n".join(lines)


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).replace("\n", " ").replace("\t", " ").strip()
