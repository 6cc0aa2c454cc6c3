"""Step 6, aggregation by means: arithmetic, geometric, harmonic, power, median.

Sources: OECD/JRC Handbook (2008) step 6; COINr's `a_amean`, `a_gmean`, `a_hmean`, `a_genmean`;
Hardy, Littlewood and Pólya, Inequalities (1934).

All treat the unknown alike: the weights of the known figures are scaled to 1 (so the others stand
in for the missing one), and a unit is unknown where the known figures carry less than ``known_at_least``
of the weight, or none. An indicator with weight 0 plays no part, known or not, zero or not.
``values``: shape (n, m), normalised, one scale, the better the higher; ``weights``: shape (m,), not
negative, any sum; the result has shape (n,), is in the same scale and lies between the least and
the largest figure used.
"""  # noqa: E501

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import (
    Bools,
    Floats,
    Names,
    matrix,
    named,
    refusal,
    weight_vector,
)
from yuanheng.calc.composite.tables import takes_tables


def shares(
    values: ArrayLike, weights: ArrayLike | None, known_at_least: float
) -> tuple[Floats, Floats]:
    """The figures with 0 for those not used, and each unit's own weights: shape (n, m), rows that
    add up to 1, or rows of NaN for a unit that can't be told."""
    x = matrix(values)
    w = weight_vector(weights, x.shape[1])
    used = ~np.isnan(x) & (w > 0)
    carried = used @ w
    enough = (carried > 0) & (carried >= known_at_least - 1e-12)
    own = used * w / np.where(enough, carried, np.nan)[:, None]
    return np.where(used, x, 0.0), own


@takes_tables
def arithmetic(
    values: ArrayLike, weights: ArrayLike | None = None, *, known_at_least: float = 0.0
) -> Floats:
    """Σ w·x. Fully compensatory: a point lost here is made good by a point gained there.

    >>> arithmetic([[1.0, 3.0], [2.0, float("nan")]], [3, 1]).tolist()
    [1.5, 2.0]
    """
    x, own = shares(values, weights, known_at_least)
    return np.asarray((x * own).sum(axis=1))


@takes_tables
def geometric(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    known_at_least: float = 0.0,
    names: Names | None = None,
) -> Floats:
    """Π x^w. Partly compensatory: imbalance costs. Zero in a figure with weight gives 0 for the
    unit; a negative one is refused, naming the indicator and the unit.

    >>> geometric([[1.0, 4.0], [0.0, 9.0]]).tolist()
    [2.0, 0.0]
    """
    return power_mean(values, weights, 0.0, known_at_least=known_at_least, names=names)


@takes_tables
def harmonic(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    known_at_least: float = 0.0,
    names: Names | None = None,
) -> Floats:
    """1 ÷ Σ w/x. Imbalance costs more than in the geometric mean; zero and negative likewise.

    >>> harmonic([[1.0, 3.0]]).round(9).tolist()
    [1.5]
    """
    return power_mean(values, weights, -1.0, known_at_least=known_at_least, names=names)


@takes_tables
def power_mean(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    power: float = 1.0,
    *,
    known_at_least: float = 0.0,
    names: Names | None = None,
) -> Floats:
    """(Σ w·x^p)^(1/p): p = 1 arithmetic, 0 geometric, −1 harmonic, 2 quadratic; −inf the least,
    inf the largest figure. The lower p, the less one figure makes good for another.

    Any p but 1 and ±inf needs figures of 0 or more; with p ≤ 0 a zero gives 0. Rises with p.

    >>> power_mean([[3.0, 4.0]], None, 2).round(6).tolist()
    [3.535534]
    >>> power_mean([[3.0, 4.0]], None, float("-inf")).tolist()
    [3.0]
    """
    if power == 1:
        return arithmetic(values, weights, known_at_least=known_at_least)
    x, own = shares(values, weights, known_at_least)
    used = own > 0
    known: Bools = np.asarray(~np.isnan(own).any(axis=1))
    if np.isinf(power):
        return _extreme(x, used, known, power)
    if np.isnan(power):
        raise refusal("power_bad", "幂次不是数。", "The power is not a number.", "power")
    _none_negative(x, used, names)
    zero = (used & (x == 0)).any(axis=1)
    # By the largest (or least) figure first, so that no power leaves the range of floats.
    scale = _extreme(x, used, known, np.inf if power > 0 else -np.inf)
    safe = np.where(known & (scale > 0), scale, 1.0)[:, None]
    with np.errstate(divide="ignore"):
        logs = np.where(used & (x > 0), np.log(np.where(x > 0, x, 1.0)) - np.log(safe), 0.0)
        if abs(power) < 1e-8:
            found = np.exp((own * logs).sum(axis=1))
        else:
            terms = np.where(used & (x > 0), np.expm1(power * logs), -1.0 if power > 0 else 0.0)
            found = np.exp(np.log1p(np.where(used, own * terms, 0.0).sum(axis=1)) / power)
    found = found * safe[:, 0]
    if power <= 0:
        found = np.where(zero, 0.0, found)
    return np.where(known, np.where(scale == 0, 0.0, found), np.nan)


def _extreme(x: Floats, used: Bools, known: Bools, power: float) -> Floats:
    if power > 0:
        found = np.max(np.where(used, x, -np.inf), axis=1)
    else:
        found = np.min(np.where(used, x, np.inf), axis=1)
    return np.where(known, found, np.nan)


def _none_negative(x: Floats, used: Bools, names: Names | None) -> None:
    bad = used & (x < 0)
    if bad.any():
        i, j = (int(k) for k in np.argwhere(bad)[0])
        zh, en = named(names, j, "列", "column")
        raise refusal(
            "mean_of_negative",
            f"{zh}第 {i + 1} 行是 {x[i, j]:g}；几何、调和与幂平均只用于 0 及正数，"
            "请先归一化到正的区间（如 1 至 100）。",
            f"{en} is {x[i, j]:g} in row {i + 1}; geometric, harmonic and power means take "
            "figures of 0 or more: normalise to a positive range first, such as 1 to 100.",
            "values",
        )


@takes_tables
def median(
    values: ArrayLike, weights: ArrayLike | None = None, *, known_at_least: float = 0.0
) -> Floats:
    """The weighted median: the figure at which half of the weight is reached, and the middle
    between it and the next where exactly half lies below. One extreme figure changes nothing.

    >>> median([[1.0, 2.0, 9.0], [1.0, 2.0, float("nan")]]).tolist()
    [2.0, 1.5]
    """
    x, own = shares(values, weights, known_at_least)
    used = own > 0
    order = np.argsort(np.where(used, x, np.inf), axis=1, kind="stable")
    ordered = np.take_along_axis(np.where(used, x, np.nan), order, axis=1)
    reached = np.cumsum(np.nan_to_num(np.take_along_axis(own, order, axis=1)), axis=1)
    at = np.argmax(reached >= 0.5 - 1e-12, axis=1)
    rows = np.arange(len(x))
    after = np.minimum(at + 1, used.sum(axis=1) - 1)
    even = np.abs(reached[rows, at] - 0.5) <= 1e-12
    low, high = ordered[rows, at], ordered[rows, np.maximum(after, 0)]
    found = np.where(even, low + (high - low) / 2, low)
    return np.where(np.isnan(own).any(axis=1), np.nan, found)
