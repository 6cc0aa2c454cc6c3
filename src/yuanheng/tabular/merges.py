"""Merged cells: spread over a header, filled down for words, never copied for figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yuanheng.calc.faults import Fault
from yuanheng.tabular.layout import Layout
from yuanheng.tabular.table import FieldSpec, Source, warning

# ((first row, first column), (last row, last column)), 0-based, as calamine gives them.
Ranges = list[tuple[tuple[int, int], tuple[int, int]]]


def spread_header(top: list[list[str]], ranges: Ranges) -> None:
    """Writes the text of a merged cell into all its cells, for finding the header.

    A cell merged over most of the row is a title and stays where it is.
    """
    for (row, column), (last_row, last_column) in ranges:
        if row >= len(top) or column >= len(top[row]):
            continue
        text = top[row][column]
        width = sum(bool(cell) for cell in top[last_row + 1]) if last_row + 1 < len(top) else 0
        if not text or (column == 0 and last_column + 1 >= max(width, 2) and last_row == row):
            continue
        for r in range(row, min(last_row + 1, len(top))):
            for c in range(column, min(last_column + 1, len(top[r]))):
                top[r][c] = text


def fill_body(
    grid: list[list[Any]],
    ranges: Ranges,
    layout: Layout,
    specs: Sequence[FieldSpec],
    source: Source,
) -> list[Fault]:
    """Fills words (texts, 是 and 否) down vertical merges, in place; gives the notes.

    A merged figure belongs to the first row only: copying it would count it twice.
    """
    by_column = {layout.matches[spec.code].column: spec for spec in specs}
    filled: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    for (row, column), (last_row, _) in ranges:
        spec = by_column.get(column)
        if spec is None or row <= layout.last or last_row <= row or row >= len(grid):
            continue
        value = grid[row][column] if column < len(grid[row]) else ""
        if value == "":
            continue
        place = f"{source.cell(spec.code, row + 1)}:{source.letters[spec.code]}{last_row + 1}"
        if spec.kind not in ("text", "boolean"):
            left.setdefault(spec.code, []).append(place)
            continue
        filled.setdefault(spec.code, []).append(place)
        for below in grid[row + 1 : last_row + 1]:
            if column < len(below):
                below[column] = value
    labels = {spec.code: spec.label for spec in specs}
    return [_filled_note(labels[c], p) for c, p in filled.items()] + [
        _left_note(labels[c], p) for c, p in left.items()
    ]


def _filled_note(label: str, places: list[str]) -> Fault:
    zh, en = _some(places)
    return warning(
        "merged_filled",
        f"“{label}”列的合并单元格已填到每一行：{zh}。",
        f'Column "{label}": merged cells filled into every row: {en}.',
        path=places[0],
    )


def _left_note(label: str, places: list[str]) -> Fault:
    zh, en = _some(places)
    return warning(
        "merged_number",
        f"“{label}”列有合并单元格（{zh}），数值只算第一行，其余行按没有数据处理。请拆分后分别填写。",
        f'Column "{label}": merged cells ({en}) count for their first row only; the other rows '
        "are unknown. Unmerge them and fill in each row.",
        path=places[0],
    )


def _some(places: list[str]) -> tuple[str, str]:
    head = places[:10]
    more = len(places) - len(head)
    return (
        "、".join(head) + (f" 等 {len(places)} 处" if more else ""),
        ", ".join(head) + (f" and {more} more" if more else ""),
    )
