"""What every step accepts: a matrix of units by indicators, weights, directions, groups.

Unknown is NaN. Infinity is no figure and is refused; so is anything whose shape doesn't fit. Every
refusal is a `FaultyInput` that says which column or row, what was found and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yuanheng.calc.faults import Fault, FaultyInput

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]
Names = Sequence[str]


def refusal(code: str, zh: str, en: str, path: str = "") -> FaultyInput:
    """One fault as an error to raise."""
    return FaultyInput([Fault(code, zh, en, path=path)])


def named(names: Names | None, at: int, zh: str, en: str) -> tuple[str, str]:
    """A column or row by its name in Chinese and English, or by its number, counted from 1."""
    if names is not None:
        return f"“{names[at]}”", f"“{names[at]}”"
    return f"第 {at + 1} {zh}", f"{en} {at + 1}"


def figures(values: Any, what: str = "values") -> Floats:
    """``values`` as float64 of any shape. None, NA and masked are NaN; text, a date and anything
    else that is no figure is refused with its place.

    >>> figures([1, None, True]).tolist()
    [1.0, nan, 1.0]
    """
    if isinstance(values, np.ma.MaskedArray):
        unknown, values = np.ma.getmaskarray(values), np.ma.getdata(values).astype(object)
        values[unknown] = None
    found = np.asarray(values)
    if found.dtype.kind in "fiub":
        return np.asarray(found, dtype=np.float64)
    made = np.empty(found.shape)
    for place, cell in np.ndenumerate(found.astype(object)):
        made[place] = _figure(cell, place, what)
    return made


def _figure(cell: Any, place: tuple[int, ...], what: str) -> float:
    # pandas' NA answers neither yes nor no to a comparison with itself, its NaT no.
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return np.nan
    if isinstance(cell, (int, float, Decimal, np.number, np.bool_)):
        return float(cell)
    at = "，".join(f"第 {i + 1} {w}" for i, w in zip(place, ("行", "列"), strict=False))
    raise refusal(
        "not_a_figure",
        f"{what} {at}是“{cell}”，不是数；请只留指标列，文字改成数，缺数留空。",
        f"{what} holds “{cell}” at {tuple(i + 1 for i in place)} (counted from 1), which is no "
        "figure; keep columns of figures only, and leave unknown ones empty.",
        what,
    )


def matrix(values: ArrayLike, what: str = "values") -> Floats:
    """``values`` as float64 of shape (n, m); n and m at least 1. Refuses infinity."""
    found = figures(values, what)
    if found.ndim != 2 or 0 in found.shape:
        raise refusal(
            "not_a_matrix",
            f"{what} 应是“对象×指标”的二维表，至少一行一列，现在的形状是 {found.shape}。",
            f"{what} must be a table of units by indicators with a row and a column at least; "
            f"its shape is {found.shape}.",
            what,
        )
    _finite(found, what)
    return found


def column(values: ArrayLike, what: str = "values") -> Floats:
    """``values`` as float64 of shape (n,). Refuses infinity."""
    found = figures(values, what)
    if found.ndim != 1:
        raise refusal(
            "not_a_column",
            f"{what} 应是一列数，现在的形状是 {found.shape}。",
            f"{what} must be one column of figures; its shape is {found.shape}.",
            what,
        )
    _finite(found, what)
    return found


def _finite(found: Floats, what: str) -> None:
    endless = np.isinf(found)
    if endless.any():
        place = tuple(int(i) + 1 for i in np.argwhere(endless)[0])
        raise refusal(
            "infinite",
            f"{what} 第 {place} 处是无穷大，不是可用的数；请改正，缺数请留空（NaN）。",
            f"{what} is infinite at {place} (counted from 1); correct it, or leave it NaN if "
            "it is unknown.",
            what,
        )


def by_largest(x: Floats) -> tuple[Floats, Floats]:
    """Each column divided by the power of two under its largest figure in absolute value, and that
    power (1 for a column of zeros or without a figure).

    Squares and sums of what comes out stay in the range of floats, and no digit is lost.

    >>> by_largest(np.array([[-5.0, 0.0], [2.0, 0.0]]))[0].tolist()
    [[-1.25, 0.0], [0.5, 0.0]]
    """
    top = np.max(np.abs(x), axis=0, initial=0.0, where=~np.isnan(x))
    _, exponent = np.frexp(np.where(top > 0, top, 1.0))
    power = np.ldexp(1.0, exponent - 1)
    return x / power, power


def weight_vector(weights: ArrayLike | None, count: int, what: str = "weights") -> Floats:
    """Weights of shape (count,), none negative or unknown, scaled to sum 1. None: equal ones.

    >>> weight_vector([3, 1], 2).tolist()
    [0.75, 0.25]
    """
    if weights is None:
        return np.full(count, 1.0 / count)
    found = column(weights, what)
    if found.shape != (count,):
        raise refusal(
            "weights_length",
            f"{what} 有 {found.size} 个，应有 {count} 个，与指标一一对应。",
            f"{what} has {found.size} figures; {count} are needed, one for each indicator.",
            what,
        )
    if np.isnan(found).any() or (found < 0).any() or found.sum() <= 0:
        raise refusal(
            "weights_bad",
            f"{what} 是 {found.tolist()}；每个都应是 0 或正数，且不能全为 0。",
            f"{what} is {found.tolist()}; each must be 0 or more and not all may be 0.",
            what,
        )
    return np.asarray(found / found.sum())


def directions(direction: ArrayLike | None, count: int) -> Floats:
    """+1 where higher is better, −1 where lower is; shape (count,). None: all +1."""
    if direction is None:
        return np.ones(count)
    found = np.broadcast_to(np.asarray(direction, dtype=np.float64), (count,))
    if not np.isin(found, (-1.0, 1.0)).all():
        raise refusal(
            "direction_bad",
            f"方向只能写 1（越高越好）或 -1（越低越好），现在是 {found.tolist()}。",
            f"A direction is 1 (higher is better) or -1 (lower is better), not {found.tolist()}.",
            "direction",
        )
    return found


def group_codes(groups: ArrayLike | None, count: int) -> tuple[Ints, int]:
    """Each unit's group as a whole number from 0, and how many groups; None: one group.

    Labels that are None or NaN are a group of their own.
    """
    if groups is None:
        return np.zeros(count, dtype=np.intp), 1
    labels = np.asarray(groups, dtype=object)
    if labels.shape != (count,):
        raise refusal(
            "groups_length",
            f"分组有 {labels.size} 个，对象有 {count} 个，应一一对应。",
            f"There are {labels.size} group labels for {count} units; give one for each.",
            "groups",
        )
    index: dict[object, int] = {}
    keys = [None if label != label else label for label in labels.tolist()]
    codes = np.array([index.setdefault(key, len(index)) for key in keys], dtype=np.intp)
    return codes, len(index)


def from_columns(columns: Mapping[str, ArrayLike], names: Names | None = None) -> Floats:
    """A table of named columns as a matrix, in the order of ``names`` (default: the table's).

    >>> from_columns({"a": [1, 2], "b": [3, None]}).tolist()
    [[1.0, 3.0], [2.0, nan]]
    """
    wanted = list(columns) if names is None else list(names)
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise refusal(
            "no_such_column",
            f"表里没有这些列：{'、'.join(missing)}；有的列：{'、'.join(columns)}。",
            f"The table has no column {', '.join(missing)}; it has {', '.join(columns)}.",
        )
    return matrix(np.column_stack([figures(columns[n], n) for n in wanted]))


def to_columns(values: ArrayLike, names: Names) -> dict[str, Floats]:
    """A matrix back as named columns.

    >>> to_columns([[1.0, 3.0]], ["a", "b"])
    {'a': array([1.]), 'b': array([3.])}
    """
    found = matrix(values)
    if len(names) != found.shape[1]:
        raise refusal(
            "names_length",
            f"给了 {len(names)} 个列名，表有 {found.shape[1]} 列。",
            f"{len(names)} names were given for {found.shape[1]} columns.",
        )
    return {name: found[:, j] for j, name in enumerate(names)}
