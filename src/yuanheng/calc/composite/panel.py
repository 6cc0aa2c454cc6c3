"""Step 3 over time: gaps of a unit are filled from its own other periods.

Source: COINr's `impute_panel` (types ``latest`` and ``linear``).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.imputation import Imputed, marked
from yuanheng.calc.composite.inputs import Floats, Ints, column, group_codes, matrix, refusal
from yuanheng.calc.composite.tables import takes_tables


@takes_tables
def fill_last_value(
    values: ArrayLike, units: ArrayLike, times: ArrayLike, *, within: float | None = None
) -> Imputed:
    """Each gap gets the same unit's last known earlier figure (from at most ``within`` before).

    ``values``: shape (r, m), a row for each unit and period, in any order; ``units``: r labels;
    ``times``: r numbers (years), in whose unit ``within`` is. A unit may stand once in a period.
    Gaps before the first known figure stay NaN.

    >>> nan = float("nan")
    >>> fill_last_value([[1.0], [nan], [nan]], ["a"] * 3, [2022, 2023, 2025],
    ...                 within=1).values.ravel().tolist()
    [1.0, 1.0, nan]
    """
    x, t, order, starts = _ordered(values, units, times)
    ordered, when = x[order], t[order]
    place = np.arange(len(x))[:, None]
    last = np.maximum.accumulate(np.where(np.isnan(ordered), -1, place), axis=0)
    found = np.take_along_axis(ordered, np.maximum(last, 0), axis=0)
    usable = last >= starts[:, None]
    if within is not None:
        usable &= when[:, None] - when[np.maximum(last, 0)] <= within
    after = x.copy()
    after[order] = np.where(usable, found, np.nan)
    return marked(x, np.where(np.isnan(x), after, x), "last_value")


@takes_tables
def fill_linear(
    values: ArrayLike, units: ArrayLike, times: ArrayLike, *, beyond: bool = True
) -> Imputed:
    """Each gap gets the figure on the straight line between the same unit's known neighbours in
    time; before the first and after the last known figure that figure itself (``beyond``; else
    NaN). Arguments as for `fill_last_value`. A unit without a known figure stays NaN.

    >>> nan = float("nan")
    >>> fill_linear([[1.0], [nan], [4.0]], ["a"] * 3, [2020, 2021, 2023]).values.ravel().tolist()
    [1.0, 2.0, 4.0]
    """
    x, t, order, starts = _ordered(values, units, times)
    after = x.copy()
    bounds = np.append(np.unique(starts), len(x))
    for first, end in pairwise(bounds.tolist()):
        rows = order[first:end]
        part = x[rows]
        gaps = np.isnan(part)
        for j in np.flatnonzero(gaps.any(axis=0) & ~gaps.all(axis=0)):
            known = ~gaps[:, j]
            outside = None if beyond else np.nan
            after[rows, j] = np.interp(
                t[rows], t[rows][known], part[known, j], left=outside, right=outside
            )
    return marked(x, np.where(np.isnan(x), after, x), "linear")


def _ordered(
    values: ArrayLike, units: ArrayLike, times: ArrayLike
) -> tuple[Floats, Floats, Ints, Ints]:
    """The figures, the times, the rows by unit and time, and in that order where each row's unit
    begins."""
    x = matrix(values)
    codes, _ = group_codes(units, len(x))
    t = column(times, "times")
    if t.shape != (len(x),) or np.isnan(t).any():
        raise refusal(
            "times_bad",
            f"时期有 {t.size} 个，行有 {len(x)} 行；每行都要有时期，写成数（如年份）。",
            f"There are {t.size} times for {len(x)} rows; give every row one, as a number.",
            "times",
        )
    order = np.lexsort([t, codes])
    same = (codes[order][1:] == codes[order][:-1]) & (t[order][1:] == t[order][:-1])
    if same.any():
        at = int(order[1:][same][0])
        raise refusal(
            "period_twice",
            f"第 {at + 1} 行的对象在 {t[at]:g} 期出现了两次；同一对象同一时期只能有一行。",
            f"The unit of row {at + 1} stands twice at {t[at]:g}; give one row a period.",
            "times",
        )
    new = np.r_[True, codes[order][1:] != codes[order][:-1]]
    starts = np.maximum.accumulate(np.where(new, np.arange(len(x)), 0))
    return x, t, order, starts
