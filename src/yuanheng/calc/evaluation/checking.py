"""Check columns before they are evaluated in process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.faults import Fault, FaultyInput

LARGEST = 1e18


def check_columns(built: BuiltScheme, columns: Mapping[str, Any]) -> None:
    """Raise FaultyInput with everything that keeps ``columns`` from being evaluated.

    There must be a column for each input of the program, all of one length; ids must be there and
    differ; figures must be finite, at most 1e18 in size and within the field's bounds. Unknown
    figures are NaN.
    """
    faults: list[Fault] = []
    ids = columns.get("subject_id")
    rows = len(ids) if ids is not None else -1
    different = set(ids.tolist()) if ids is not None else set()
    if ids is not None and (len(different) < rows or None in different):
        faults.append(
            Fault("bad_ids", "代码有空缺或重复。", "Some ids are missing or occur twice.")
        )
    fields = {declared.code: declared for declared in built.scheme.data.fields}
    numbers = []
    for wanted in built.program.inputs:
        column = columns.get(wanted.key)
        if column is None or (rows >= 0 and len(column) != rows):
            faults.append(
                Fault(
                    "bad_column",
                    f"缺少“{fields[wanted.field].name}”，或行数不符。",
                    f"“{wanted.key}” is missing or has another number of rows.",
                    path=wanted.key,
                )
            )
        elif wanted.kind != "text":
            numbers.append((wanted, column))
    faults.extend(_number_faults(built, numbers))
    if faults:
        raise FaultyInput(faults)


def _number_faults(built: BuiltScheme, numbers: list[tuple[Any, Any]]) -> list[Fault]:
    """Figures that are not finite or out of bounds; all columns at once where they are sound."""
    if not numbers:
        return []
    fields = {declared.code: declared for declared in built.scheme.data.fields}
    table = np.array([column for _, column in numbers], dtype=float)
    wrong = np.abs(table) > LARGEST
    if any(f.at_least is not None or f.at_most is not None for f in fields.values()):
        low = np.array([_bound(fields[w.field].at_least, -LARGEST) for w, _ in numbers])
        high = np.array([_bound(fields[w.field].at_most, LARGEST) for w, _ in numbers])
        wrong |= (table < low[:, None]) | (table > high[:, None])
    if not wrong.any():
        return []
    faults = []
    for number in np.flatnonzero(wrong.any(axis=1)):
        wanted, column = numbers[number]
        row = int(np.flatnonzero(wrong[number])[0])
        name = fields[wanted.field].name
        faults.append(
            Fault(
                "out_of_bounds",
                f"“{name}”第 {row + 1} 行是 {column[row]:g}，超出允许的范围。",
                f"“{wanted.key}” in row {row + 1} is {column[row]:g}, out of bounds.",
                path=wanted.key,
            )
        )
    return faults


def _bound(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
