"""Rows that are no data: blank ones, totals, remarks under the table, column marks under it."""

from __future__ import annotations

from typing import Any

import numpy as np

from yuanheng.calc.faults import Fault
from yuanheng.tabular.table import RawTable, warning
from yuanheng.tabular.texts import is_column_mark, is_footnote, is_total, row_list

Array = np.ndarray[Any, Any]

_REASONS = {
    "blank": ("空行已跳过", "blank rows skipped"),
    "total": ("合计、小计行已跳过", "rows of totals skipped"),
    "footnote": ("表下的说明文字已跳过", "remarks below the table skipped"),
    "mark": ("表头下的栏次行（甲、乙、1、2…）已跳过", "row of column marks skipped"),
}


def skipped_rows(
    raw: RawTable, values: dict[str, Array], id_field: str, name_field: str | None
) -> tuple[Array, list[Fault]]:
    """Which rows hold no subject, and the notes that say so."""
    filled = _filled_counts(raw, values)
    skipped = filled == 0
    why: dict[str, list[int]] = {
        "total": [], "footnote": [], "mark": [], "blank": np.flatnonzero(skipped).tolist(),
    }  # fmt: skip
    for at, text in raw.marks.items():
        if is_total(text) and values[id_field][at] is None:
            why["total"].append(at)
        elif is_footnote(text) and filled[at] == 0:
            why["footnote"].append(at)
    without_id = values[id_field] == None  # noqa: E711
    for column in raw.columns.values() if without_id.any() else ():
        # 合计 may stand in any column, such as that of the period; what holds an id is a subject.
        for place in np.flatnonzero(without_id[column.odd_at]).tolist():
            cell = column.odd[place]
            if isinstance(cell, str) and is_total(cell):
                why["total"].append(int(column.odd_at[place]))
    for code in dict.fromkeys((id_field, name_field)):
        if code in values:
            _look_at_words(values[code], filled, why, first_row_only=code == id_field)
    named = {at for reason in ("total", "footnote") for at in why[reason]}
    why["blank"] = [at for at in why["blank"] if at not in named]
    notes = []
    for reason, found in why.items():
        skipped[found] = True
        if found:
            notes.append(_note(raw, reason, sorted(set(found))))
    if raw.blank:
        zh, en = _REASONS["blank"]
        notes.append(warning("rows_skipped_blank", f"{raw.blank} 个{zh}。", f"{raw.blank} {en}."))
    return skipped, notes


def _filled_counts(raw: RawTable, values: dict[str, Array]) -> Array:
    """How many cells of each row hold anything, also such as could not be read."""
    filled = np.zeros(len(raw.rows), dtype=np.int16)
    for code, column in values.items():
        filled += column != None if column.dtype == object else ~np.isnan(column)  # noqa: E711
        for at, faults in raw.faults.items():
            filled[at] += sum(c == code for c, _ in faults)
        odd = raw.columns[code]
        found = column[odd.odd_at]
        is_empty = found == None if column.dtype == object else np.isnan(found)  # noqa: E711
        places = np.flatnonzero(is_empty).tolist()
        missing = [int(odd.odd_at[place]) for place in places if _says(odd.odd[place])]
        if missing:
            filled[missing] += 1
    return filled


def _says(cell: object) -> bool:
    return not isinstance(cell, str) or any(c.isalnum() or c == "#" for c in cell)


def _look_at_words(
    column: Array, filled: Array, why: dict[str, list[int]], *, first_row_only: bool
) -> None:
    """Totals, remarks and column marks in an id or name column."""
    if column.dtype != object:
        return
    for at, text in enumerate(column.tolist()):
        # Every cell passes here, also ten million of them: one cheap look at most of them.
        if text is None or len(text) > 60 or text.isascii():
            continue
        if len(text) <= 9 and ("计" in text) and is_total(text):
            why["total"].append(at)
        elif filled[at] == 1 and is_footnote(text):
            why["footnote"].append(at)
        elif at == 0 and first_row_only and is_column_mark(text):
            why["mark"].append(at)


def _note(raw: RawTable, reason: str, found: list[int]) -> Fault:
    zh, en = _REASONS[reason]
    rows_zh, rows_en = row_list([int(raw.rows[at]) for at in found])
    return warning(f"rows_skipped_{reason}", f"{zh}：{rows_zh}。", f"{en}: {rows_en}.")
