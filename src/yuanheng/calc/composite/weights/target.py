"""Step 6, weights so that the index goes with each indicator, or with a yardstick, as wanted.

Sources: OECD/JRC Handbook (2008) §6.1 (regression approach); Becker, Saisana, Paruolo and
Vandecasteele, Weights and importance in composite indicators (2017); COINr's `get_opt_weights`,
bettered: weights are never negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.analysis.correlation import correlation
from yuanheng.calc.composite.inputs import (
    Floats,
    Names,
    by_largest,
    column,
    matrix,
    named,
    refusal,
    weight_vector,
)
from yuanheng.calc.composite.tables import takes_tables


@dataclass(frozen=True, slots=True)
class TargetWeights:
    """``weights``: shape (m,), not negative, sum 1. ``reached``: the correlation of each indicator
    with the weighted sum; ``importance``: the same scaled to sum 1; ``missed``: the largest
    distance of ``importance`` from what was asked."""

    weights: Floats
    reached: Floats
    importance: Floats
    missed: float


@takes_tables
def correlation_weights(
    values: ArrayLike, importance: ArrayLike | None = None, *, names: Names | None = None
) -> TargetWeights:
    """Weights for an arithmetic mean whose correlations with its indicators stand in the ratio
    ``importance`` (shape (m,), any sum; None: all alike).

    With R the correlations, s the standard deviations and u = w·s, the correlation of indicator j
    with Σ w·x is (R·u)ⱼ ÷ √(uᵀRu). So the programme is min ‖R·u − t‖² with 1ᵀR·u = 1, u ≥ 0,
    t = importance ÷ Σ importance: convex, solved exactly by active sets. Where u = R⁻¹t is not
    negative it is met to the last digit; else ``missed`` says by how much.

    ``values``: shape (n, m), as they will be summed; units with a gap are left out; a flat
    indicator is refused.

    >>> x = [[0.0, 3.0, 1.0], [1.0, 1.0, 0.0], [2.0, 2.0, 2.0], [3.0, 4.0, 1.0]]
    >>> found = correlation_weights(x)
    >>> bool(found.missed < 1e-9), found.importance.round(6).tolist()
    (True, [0.333333, 0.333333, 0.333333])
    """
    x = matrix(values)
    x = x[~np.isnan(x).any(axis=1)]
    t = weight_vector(importance, x.shape[1] if x.size else 1, "importance")
    r, s = _moments(x, names)
    u = _fit(r, t)
    w = u / s
    reached = r @ u / np.sqrt(u @ r @ u)
    share = reached / reached.sum()
    return TargetWeights(w / w.sum(), reached, share, float(np.abs(share - t).max()))


@takes_tables
def regression_weights(
    values: ArrayLike, yardstick: ArrayLike, *, names: Names | None = None
) -> TargetWeights:
    """Weights not negative for which Σ w·x goes best with a ``yardstick`` (shape (n,)) outside the
    index: least squares of the standardised yardstick on the indicators, w ≥ 0, scaled to sum 1.

    Refused where no indicator goes with the yardstick at all, since all weights would be 0.

    >>> x = [[0.0, 3.0], [1.0, 1.0], [2.0, 2.0], [4.0, 1.0]]
    >>> regression_weights(x, [0.0, 1.0, 2.0, 4.0]).weights.round(6).tolist()
    [1.0, 0.0]
    """
    x, y = matrix(values), column(yardstick, "yardstick")
    known = ~np.isnan(x).any(axis=1) & ~np.isnan(y)
    x, y = x[known], y[known]
    r, s = _moments(x, names)
    c = np.nan_to_num(correlation(x, y[:, None])[:, 0])
    # ‖Zu − y‖² = uᵀRu − 2cᵀu + 1, and R = LLᵀ: a least squares problem of m rows.
    roots, vectors = np.linalg.eigh(r)
    half = vectors * np.sqrt(np.clip(roots, 0.0, None))
    u = _least_squares(half.T, np.linalg.lstsq(half, c, rcond=None)[0])
    if not u.sum() > 0:
        raise refusal(
            "no_relation",
            "没有一个指标与参照变量同向，回归得不出非负权重。",
            "No indicator goes with the yardstick, so regression gives no positive weight.",
            "yardstick",
        )
    w = u / s
    reached = r @ u / np.sqrt(u @ r @ u)
    return TargetWeights(w / w.sum(), reached, reached / reached.sum(), float("nan"))


def _moments(x: Floats, names: Names | None) -> tuple[Floats, Floats]:
    r = correlation(x) if len(x) >= 3 else np.full((1, 1), np.nan)
    if np.isnan(r).any():
        at = int(np.argmax(np.isnan(np.diag(r))))
        zh, en = named(names, at, "列", "column")
        raise refusal(
            "no_correlation",
            f"指标齐全的对象有 {len(x)} 个；{zh}没有差别，算不出相关系数。",
            f"{len(x)} units know all figures; {en} doesn't vary among them, so there "
            "are no correlations.",
            "values",
        )
    scaled, top = by_largest(x)
    return r, scaled.std(axis=0) * top


def _fit(r: Floats, t: Floats) -> Floats:
    """min ‖R·u − t‖² with 1ᵀRu = 1, u ≥ 0."""
    total = r.sum(axis=0)
    # ‖(R − t·1ᵀR)u‖² + (1ᵀRu − 1)² has its least value in the same direction as the programme: for
    # u = c·v with 1ᵀRv = 1 it is c²f + (c − 1)², at best f ÷ (1 + f), which rises with f.
    u = _least_squares(np.vstack([r - np.outer(t, total), total]), np.r_[np.zeros(len(t)), 1.0])
    scale = float(total @ u)
    if not scale > 0:
        raise refusal(
            "no_balance",
            "指标彼此反向太多，找不到使综合值与各指标同向的非负权重；请先检查方向。",
            "The indicators run against each other so much that no weights above 0 make the sum "
            "go with them; check the directions.",
            "values",
        )
    return u / scale


def _least_squares(a: Floats, b: Floats) -> Floats:
    """min ‖a·u − b‖ with u ≥ 0 (Lawson and Hanson, Solving Least Squares Problems, 1974)."""
    m = a.shape[1]
    u = np.zeros(m)
    free = np.zeros(m, dtype=bool)
    small = 1e-11 * np.abs(a).max() * max(np.abs(b).max(), 1.0) * m
    for _ in range(10 * m + 10):
        slope = a.T @ (b - a @ u)
        if free.all() or not (slope[~free] > small).any():
            break
        free[np.argmax(np.where(free, -np.inf, slope))] = True
        while True:
            trial = np.zeros(m)
            trial[free] = np.linalg.lstsq(a[:, free], b, rcond=None)[0]
            if (trial[free] > 0).all():
                break
            leaving = free & (trial <= 0)
            step = float((u[leaving] / (u[leaving] - trial[leaving])).min())
            u = u + step * (trial - u)
            free &= u > 1e-14
            u[~free] = 0.0
            if not free.any():
                break
        u = trial if free.any() else u
    return np.clip(u, 0.0, None)
