"""Finds rows that speak of the same subject (and period) twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from yuanheng.calc.faults import Fault
from yuanheng.tabular.texts import row_list

Array = np.ndarray[Any, Any]


def find_duplicates(
    rows: Array, values: dict[str, Array], usable: Array, id_field: str, period_field: str | None
) -> list[tuple[int, Fault]]:
    """The rows to reject, by position, with the fault that names the others.

    Of rows that agree in every column the first stays; where they differ none stays, for only a
    person can say which is right.
    """
    keys = [values[id_field]] + ([values[period_field]] if period_field else [])
    found: list[tuple[int, Fault]] = []
    for group in _groups(keys, usable):
        numbers = [int(rows[at]) for at in group]
        key = " ".join(str(column[group[0]]) for column in keys)
        first = _row(values, group[0])
        if all(_row(values, at) == first for at in group[1:]):
            found += [(at, _same(key, numbers[0], numbers)) for at in group[1:]]
        else:
            found += [(at, _different(key, numbers)) for at in group]
    return found


def _groups(keys: list[Array], usable: Array) -> list[list[int]]:
    """Positions that share a key, in the order of the file.

    Hashes are sorted first, so that ten million different keys cost no dictionary.
    """
    positions = np.flatnonzero(usable)
    hashes = np.zeros(len(positions), dtype=np.int64)
    everything = len(positions) == len(usable)
    for column in keys:
        chosen = column if everything else column[positions]
        with np.errstate(over="ignore"):
            hashes = hashes * np.int64(1_000_003) + np.fromiter(
                map(hash, chosen), dtype=np.int64, count=len(chosen)
            )
    in_order = np.sort(hashes)
    twice = np.unique(in_order[1:][in_order[1:] == in_order[:-1]])
    if not len(twice):
        return []
    groups: dict[tuple[Any, ...], list[int]] = {}
    for at in positions[np.isin(hashes, twice)].tolist():
        groups.setdefault(tuple(column[at] for column in keys), []).append(at)
    return [group for group in groups.values() if len(group) > 1]


def _row(values: dict[str, Array], at: int) -> list[Any]:
    """The values of a row, comparable: an unknown number equals an unknown number."""
    cells = (column[at] for column in values.values())
    return [None if isinstance(c, float) and c != c else c for c in cells]


def _same(key: str, first: int, numbers: list[int]) -> Fault:
    zh, en = row_list(numbers)
    return Fault(
        "duplicate_row",
        f"重复行：“{key}”在{zh}内容完全相同，只用第 {first} 行。",
        f'Duplicate row: "{key}" in {en} with the same content; only row {first} is used.',
    )


def _different(key: str, numbers: list[int]) -> Fault:
    zh, en = row_list(numbers)
    return Fault(
        "duplicate_conflict",
        f"“{key}”出现了 {len(numbers)} 次且内容不同（{zh}），都没有采用。"
        "请人工确认，只保留正确的一行。",
        f'"{key}" appears {len(numbers)} times with different content ({en}); none is used. '
        "Decide which is right and keep only that row.",
    )
