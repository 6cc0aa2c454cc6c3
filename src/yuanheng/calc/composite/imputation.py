"""Step 3, imputation: unknown figures are filled only by a named step, and every one is marked.

Sources: OECD/JRC Handbook (2008) step 3; Little and Rubin, Statistical Analysis with Missing Data
(2002); COINr's `i_mean`, `i_median`, `i_mean_grp`, `i_median_grp`; scikit-learn's `KNNImputer`.
What a step can't fill stays NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yuanheng.calc.composite.inputs import Bools, Floats, by_largest, group_codes, matrix, refusal
from yuanheng.calc.composite.tables import takes_tables

NOT_FILLED = -1


@dataclass(frozen=True, slots=True)
class Imputed:
    """``values`` after filling, shape (n, m). ``filled_by`` has the same shape: the index into
    ``methods`` of the step that filled the cell, −1 where nothing was filled."""

    values: Floats
    filled_by: NDArray[np.int16]
    methods: tuple[str, ...]

    @property
    def filled(self) -> Bools:
        """True where a figure is not observed but filled in."""
        return np.asarray(self.filled_by != NOT_FILLED)

    @property
    def unknown(self) -> Bools:
        """True where the figure is still unknown."""
        return np.isnan(self.values)


Step = Callable[[Floats], Imputed]


def marked(before: Floats, after: Floats, method: str) -> Imputed:
    """Mark the cells that ``method`` filled; known figures are kept as they were."""
    filled = np.isnan(before) & ~np.isnan(after)
    marks = np.where(filled, 0, NOT_FILLED).astype(np.int16)
    return Imputed(np.where(filled, after, before), marks, (method,))


@takes_tables
def fill_mean(values: ArrayLike, groups: ArrayLike | None = None) -> Imputed:
    """Each gap gets the mean of the known figures of its indicator, within its own group if
    ``groups`` (n labels of any kind) is given. A group or column without a known figure stays NaN.

    >>> fill_mean([[1.0], [3.0], [float("nan")]]).values.ravel().tolist()
    [1.0, 3.0, 2.0]
    >>> nan = float("nan")
    >>> fill_mean([[1.0], [9.0], [nan], [nan]], ["a", "b", "b", "c"]).values.ravel().tolist()
    [1.0, 9.0, 9.0, nan]
    """
    return _by_group(values, groups, _mean, "mean")


@takes_tables
def fill_median(values: ArrayLike, groups: ArrayLike | None = None) -> Imputed:
    """The same with the median (of an even number of figures, the mean of the two in the middle).

    >>> fill_median([[1.0], [2.0], [9.0], [float("nan")]]).values.ravel().tolist()
    [1.0, 2.0, 9.0, 2.0]
    """
    return _by_group(values, groups, _median, "median")


def _mean(x: Floats) -> Floats:
    count = (~np.isnan(x)).sum(axis=0)
    total = np.nansum(x, axis=0)
    return np.asarray(np.divide(total, count, out=np.full(x.shape[1], np.nan), where=count > 0))


def _median(x: Floats) -> Floats:
    """By sorting, where NaN comes last; np.nanmedian would warn of columns without a figure."""
    ordered = np.sort(x, axis=0)
    count = (~np.isnan(x)).sum(axis=0)
    at = np.arange(x.shape[1])
    low, high = ordered[np.maximum(count - 1, 0) // 2, at], ordered[count // 2 % len(x), at]
    # Halves first: the sum of two large figures may overflow.
    return np.where(count > 0, low + (high - low) / 2, np.nan)


def _by_group(
    values: ArrayLike, groups: ArrayLike | None, statistic: Callable[[Floats], Floats], name: str
) -> Imputed:
    x = matrix(values)
    codes, count = group_codes(groups, len(x))
    after = x.copy()
    for group in range(count):
        rows = codes == group
        after[rows] = np.where(np.isnan(x[rows]), statistic(x[rows]), x[rows])
    return marked(x, after, name if groups is None else f"group_{name}")


@takes_tables
def fill_regression(
    values: ArrayLike, *, predictors: Sequence[int] | None = None, most: int = 3
) -> Imputed:
    """Each gap gets what least squares over the other indicators says.

    x̂ᵢⱼ = a + Σ bₖ xᵢₖ, fitted over the units where indicator j and all predictors are known.
    ``predictors`` names columns (from 0) for every target; by default those ``most`` columns
    without any gap that correlate most with the target in absolute value. Deterministic: no random
    residual is added, so the spread of a filled indicator is too small (Handbook §3.3). A gap
    stays NaN where a predictor is unknown, where no column may serve, or where the fit has no
    degree of freedom left.

    >>> x = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, float("nan")]]
    >>> round(float(fill_regression(x).values[3, 1]), 9)
    8.0
    """
    x = matrix(values)
    gaps = np.isnan(x)
    after = x.copy()
    for j in np.flatnonzero(gaps.any(axis=0) & ~gaps.all(axis=0)):
        chosen = _predictors(x, int(j), predictors, most)
        if chosen:
            after[:, j] = np.where(gaps[:, j], _regress(x, int(j), chosen), x[:, j])
    return marked(x, after, "regression")


@dataclass(frozen=True, slots=True)
class Regression:
    """x̂ = ``start`` + Σ ``slopes`` × the figures of ``columns`` (from 0)."""

    columns: tuple[int, ...]
    start: float
    slopes: tuple[float, ...]


def regression_for(
    values: ArrayLike, target: int, *, predictors: Sequence[int] | None = None, most: int = 3
) -> Regression | None:
    """The regression by which `fill_regression` fills column ``target``, in the columns' own
    units; None where no column may serve or too few units know all of them.

    >>> found = regression_for([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], 1)
    >>> found.columns, abs(round(found.start, 9)), [round(slope, 9) for slope in found.slopes]
    ((0,), 0.0, [2.0])
    """
    x = matrix(values)
    known = ~np.isnan(x[:, target])
    chosen = _predictors(x, target, predictors, most) if known.any() else []
    fitted = _fitted(x, target, chosen) if chosen else None
    if fitted is None:
        return None
    solution, middle, spread = fitted
    slopes = solution[1:] / spread
    start = float(solution[0] - slopes @ middle)
    return Regression(tuple(chosen), start, tuple(slopes.tolist()))


def _predictors(x: Floats, j: int, given: Sequence[int] | None, most: int) -> list[int]:
    if given is not None:
        return [k for k in given if k != j]
    known = ~np.isnan(x[:, j])
    usable: Bools = np.asarray(~np.isnan(x).any(axis=0))
    usable[j] = False
    columns = np.flatnonzero(usable)
    y = x[known, j] - x[known, j].mean()
    z = x[np.ix_(known, columns)]
    z = z - z.mean(axis=0)
    scale = np.sqrt((z**2).sum(axis=0) * (y**2).sum())
    varies = scale > 0
    strength = np.abs(y @ z)[varies] / scale[varies]
    return [int(k) for k in columns[varies][np.argsort(-strength, kind="stable")[:most]]]


def _regress(x: Floats, j: int, chosen: list[int]) -> Floats:
    found = np.full(len(x), np.nan)
    fitted = _fitted(x, j, chosen)
    if fitted is not None:
        solution, middle, spread = fitted
        z = x[:, chosen]
        complete: Bools = np.asarray(~np.isnan(z).any(axis=1))
        found[complete] = solution[0] + (z[complete] - middle) / spread @ solution[1:]
    return found


def _fitted(x: Floats, j: int, chosen: list[int]) -> tuple[Floats, Floats, Floats] | None:
    """The coefficients over standardised columns, their means and their deviations."""
    z = x[:, chosen]
    fit = ~np.isnan(z).any(axis=1) & ~np.isnan(x[:, j])
    if fit.sum() < len(chosen) + 2:
        return None
    # Scaled before solving: columns in yuan and in shares differ by ten powers of ten.
    middle, spread = z[fit].mean(axis=0), z[fit].std(axis=0)
    spread[spread == 0] = 1.0
    design = np.column_stack([np.ones(int(fit.sum())), (z[fit] - middle) / spread])
    return np.linalg.lstsq(design, x[fit, j], rcond=None)[0], middle, spread


@takes_tables
def fill_nearest(values: ArrayLike, *, k: int = 5, standardise: bool = True) -> Imputed:
    """Each gap gets the mean of the ``k`` nearest units that know this indicator.

    Distance over the indicators known to both units: √(m ÷ shared · Σ (xᵢ − xₖ)²), as
    scikit-learn's `nan_euclidean_distances`; with ``standardise`` the columns are first divided by
    their standard deviation (ddof 0), so that the unit of measure doesn't decide. Units that share
    no known indicator are no neighbours. Fewer donors than ``k``: all of them; none: stays NaN.
    Of equally near ones the first in the table.

    >>> x = [[1.0, 10.0], [1.1, 20.0], [9.0, 90.0], [1.0, float("nan")]]
    >>> fill_nearest(x, k=2).values[3, 1].item()
    15.0
    """
    x = matrix(values)
    if k < 1:
        raise refusal("k_small", f"k 是 {k}，至少为 1。", f"k is {k}; give 1 or more.", "k")
    distance = _distances(x, standardise)
    after = x.copy()
    gaps: Bools = np.isnan(x)
    for j in np.flatnonzero(gaps.any(axis=0) & ~gaps.all(axis=0)):
        away = np.where(gaps[:, j], np.inf, distance[gaps[:, j]])
        nearest = np.argsort(away, axis=1, kind="stable")[:, :k]
        reached = np.isfinite(np.take_along_axis(away, nearest, axis=1))
        donors = np.where(reached, x[nearest, j], 0.0)
        count = reached.sum(axis=1)
        after[gaps[:, j], j] = np.divide(
            donors.sum(axis=1), count, out=np.full(len(count), np.nan), where=count > 0
        )
    return marked(x, after, "nearest")


def _distances(x: Floats, standardise: bool) -> Floats:
    """Every unit's distance to every other, shape (n, n); infinite where nothing is shared."""
    if standardise:
        x, _ = by_largest(x)
        middle = _mean(x)
        spread = np.sqrt(_mean((x - middle) ** 2))
        usable = spread > 0
        x = (x[:, usable] - middle[usable]) / spread[usable]
    if not x.shape[1]:
        return np.full((len(x), len(x)), np.inf)
    known = ~np.isnan(x)
    shared = known.astype(float) @ known.T.astype(float)
    filled = np.where(known, x, 0.0)
    squares = np.zeros(shared.shape)
    # One column at a time: the expanded square loses digits where units are nearly alike.
    for j in range(x.shape[1]):
        both = known[:, j, None] & known[None, :, j]
        squares += np.where(both, (filled[:, j, None] - filled[None, :, j]) ** 2, 0.0)
    mean = np.divide(squares, shared, out=np.full(shared.shape, np.inf), where=shared > 0)
    return np.asarray(np.sqrt(mean * x.shape[1]))


@takes_tables
def in_turn(values: ArrayLike, *steps: Step) -> Imputed:
    """Several steps one after the other, each on what the last left unknown; the marks say which.

    >>> nan = float("nan")
    >>> done = in_turn([[1.0], [nan], [nan]],
    ...                lambda x: fill_mean(x, ["a", "a", "b"]), fill_median)
    >>> done.values.ravel().tolist(), [done.methods[i] for i in done.filled_by.ravel() if i >= 0]
    ([1.0, 1.0, 1.0], ['group_mean', 'median'])
    """
    x = matrix(values)
    marks = np.full(x.shape, NOT_FILLED, dtype=np.int16)
    methods: tuple[str, ...] = ()
    for step in steps:
        done = step(x)
        marks = np.where(done.filled, done.filled_by + len(methods), marks).astype(np.int16)
        methods += done.methods
        x = done.values
    return Imputed(x, marks, methods)
