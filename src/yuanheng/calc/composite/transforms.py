"""Step 3, transforms of one column against skew: the log family and Box-Cox.

Every one keeps the order of the figures and leaves NaN as it is. Sources: Box and Cox (1964);
the JRC's COIN Tool user guide (EUR 29899, 2019); COINr's `log_CT`, `log_CT_orig`, `boxcox`; the
Global Innovation Index 2020, appendix on the treatment of outliers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, column, refusal

Transform = Literal["ln", "log_range", "log_shift", "log_gii"]


def ln(values: ArrayLike) -> Floats:
    """ln x. Refused where a figure is zero or negative.

    >>> ln([1.0, 2.718281828459045]).tolist()
    [0.0, 1.0]
    """
    x = column(values)
    if (x <= 0).any():
        at = int(np.argmax(x <= 0))
        raise refusal(
            "log_of_nothing",
            f"第 {at + 1} 个数是 {x[at]:g}，不能取对数；有零或负数时请用 log_range 或 log_shift。",
            f"Figure {at + 1} is {x[at]:g} and has no logarithm; use log_range or log_shift where "
            "there are zeros or negative figures.",
            "values",
        )
    return np.log(x)


def log_range(values: ArrayLike) -> Floats:
    """ln(x − min + 0.01·(max − min)), the COIN Tool's log as COINr 1.1 has it (``log_CT``).

    The shift depends on the range, so a·x + b gives ln a more for all: the shape doesn't depend on
    the unit. A flat column is returned as it is.

    >>> [round(float(v), 6) for v in log_range([0.0, 1.0])]
    [-4.60517, 0.00995]
    """
    x, low, high = _ends(values)
    return x if high == low else np.log(x - low + 0.01 * (high - low))


def log_shift(values: ArrayLike) -> Floats:
    """ln(x − min + 1), the COIN Tool's older log (``log_CT_orig``); its shape depends on the unit.

    >>> log_shift([5.0, 5.0, 6.0]).round(6).tolist()
    [0.0, 0.0, 0.693147]
    """
    x, low, _ = _ends(values)
    return np.log(x - low + 1.0)


def log_gii(values: ArrayLike) -> Floats:
    """ln((max − 1)·(x − min) ÷ (max − min) + 1), the Global Innovation Index's log.

    Where skewness is negative the index mirrors the column; here the mirror is turned back, so the
    order stays: −ln((max − 1)·(max − x) ÷ (max − min) + 1). Refused where max ≤ 1, for which the
    formula turns the order round or breaks down; a flat column is returned as it is.

    >>> [round(float(v), 6) for v in log_gii([0.0, 1.0, 9.0])]
    [0.0, 0.635989, 2.197225]
    """
    x, low, high = _ends(values)
    if not high > low:
        return x
    if high <= 1:
        raise refusal(
            "log_gii_small",
            f"log_gii 要求最大值大于 1，现在是 {high:g}；请换单位或用 log_range。",
            f"log_gii needs a maximum above 1, not {high:g}; change the unit or use log_range.",
            "values",
        )
    known = x[~np.isnan(x)] / max(abs(low), abs(high))
    leans_low = ((known - known.mean()) ** 3).sum() < 0
    share = (high - x) / (high - low) if leans_low else (x - low) / (high - low)
    found = np.log((high - 1) * share + 1)
    return -found if leans_low else found


def box_cox(values: ArrayLike, power: float, *, shift: bool = True) -> Floats:
    """(y^λ − 1) ÷ λ, and ln y for λ = 0, with y = x − min + 1 (``shift``, as COINr) or y = x.

    Refused without ``shift`` where a figure is zero or negative.

    >>> box_cox([1.0, 4.0], 0.5, shift=False).tolist()
    [0.0, 2.0]
    """
    x, low, _ = _ends(values)
    y = x - low + 1.0 if shift else x
    if (y <= 0).any():
        raise refusal(
            "box_cox_of_nothing",
            f"有数为 {low:g}；Box-Cox 只用于正数，请用 shift=True 先平移。",
            f"A figure is {low:g}; Box-Cox takes positive ones only, use shift=True.",
            "values",
        )
    if power == 0:
        return np.log(y)
    # expm1 keeps its digits where the power is near 0.
    return np.expm1(power * np.log(y)) / power


def box_cox_power(
    values: ArrayLike, *, shift: bool = True, low: float = -5.0, high: float = 5.0
) -> float:
    """The λ between ``low`` and ``high`` that makes the column most like a normal distribution:
    the maximum of −n/2·ln s²(λ) + (λ − 1)·Σ ln y. 1 (no change) for a flat column.

    >>> abs(box_cox_power([1.0, 2.0, 4.0, 8.0, 16.0], shift=False)) < 1e-4
    True
    """
    x, least, most = _ends(values)
    if least == most or np.isnan(least):
        return 1.0
    y = x[~np.isnan(x)]
    y = y - least + 1.0 if shift else y
    logs = np.log(y) if (y > 0).all() else box_cox(y, 0.0, shift=False)

    def unlikely(power: float) -> float:
        # The variance of y^λ/λ, with its largest figure factored out against overflow.
        top = float(np.max(power * logs))
        grown = np.exp(power * logs - top) if abs(power) > 1e-8 else logs
        scale = 2 * (top - np.log(abs(power))) if abs(power) > 1e-8 else 0.0
        variance = float(np.var(grown))
        if variance <= 0:
            return np.inf
        return float(len(y) / 2 * (np.log(variance) + scale) - (power - 1) * logs.sum())

    return _least(unlikely, low, high)


def _least(function: Callable[[float], float], low: float, high: float) -> float:
    """The place of the least value: the best of a grid, then golden section around it."""
    grid = np.linspace(low, high, 201)
    at = int(np.argmin([function(float(p)) for p in grid]))
    a, b = float(grid[max(at - 1, 0)]), float(grid[min(at + 1, len(grid) - 1)])
    ratio = (np.sqrt(5.0) - 1.0) / 2.0
    c, d = b - ratio * (b - a), a + ratio * (b - a)
    fc, fd = function(c), function(d)
    while b - a > 1e-9:
        if fc < fd:
            b, d, fd = d, c, fc
            c = b - ratio * (b - a)
            fc = function(c)
        else:
            a, c, fc = c, d, fd
            d = a + ratio * (b - a)
            fd = function(d)
    return float((a + b) / 2)


def _ends(values: ArrayLike) -> tuple[Floats, float, float]:
    """The column with its least and largest known figure, NaN where none is known."""
    x = column(values)
    known = x[~np.isnan(x)]
    if not known.size:
        return x, np.nan, np.nan
    return x, float(known.min()), float(known.max())


TRANSFORMS: dict[Transform, Callable[[Floats], Floats]] = {
    "ln": ln,
    "log_range": log_range,
    "log_shift": log_shift,
    "log_gii": log_gii,
}
"""The transforms that `outliers.treat` may fall back on, by name."""
