"""Step 2, denomination: figures that grow with size are divided by size before they are compared.

Source: OECD/JRC Handbook (2008) §1.2; COINr's `Denominate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Bools, Floats, Names, column, matrix, named, refusal
from yuanheng.calc.composite.tables import takes_tables


@dataclass(frozen=True, slots=True)
class Denominated:
    """``values`` after division; ``lost`` marks figures that were known and no longer are because
    their denominator is zero or unknown."""

    values: Floats
    lost: Bools


@takes_tables
def denominate(
    values: ArrayLike,
    by: Mapping[int, ArrayLike],
    *,
    scale: Mapping[int, float] | None = None,
    names: Names | None = None,
) -> Denominated:
    """x ÷ d × scale for the columns in ``by``; the others stay as they are.

    ``values``: shape (n, m). ``by``: column number (from 0) → denominator of shape (n,). ``scale``
    turns the quotient into the unit wanted (1e4 for "per 10,000 people"); the quotient's unit is
    x's unit ÷ d's unit. A denominator of zero or NaN gives NaN and is marked ``lost``; a negative
    one is refused, since it would turn the order round.

    >>> denominate([[10.0, 1.0], [6.0, 2.0]], {0: [5.0, 0.0]}).values.tolist()
    [[2.0, 1.0], [nan, 2.0]]
    """
    x = matrix(values).copy()
    lost = np.zeros(x.shape, dtype=bool)
    for j, denominator in by.items():
        d = column(denominator, "by")
        _check(d, len(x), j, names)
        usable = d > 0
        lost[:, j] = ~usable & ~np.isnan(x[:, j])
        factor = 1.0 if scale is None else scale.get(j, 1.0)
        x[:, j] = np.where(usable, x[:, j] / np.where(usable, d, 1.0) * factor, np.nan)
    return Denominated(x, lost)


def _check(d: Floats, count: int, j: int, names: Names | None) -> None:
    zh, en = named(names, j, "列", "column")
    if d.shape != (count,):
        raise refusal(
            "denominator_length",
            f"{zh}的分母有 {d.size} 个，对象有 {count} 个，应一一对应。",
            f"The denominator of {en} has {d.size} figures for {count} units.",
        )
    if (d < 0).any():
        at = int(np.argmax(d < 0))
        raise refusal(
            "denominator_negative",
            f"{zh}的分母在第 {at + 1} 行是 {d[at]:g}；分母不能为负，请改正。",
            f"The denominator of {en} is {d[at]:g} in row {at + 1}; it can't be negative.",
        )
