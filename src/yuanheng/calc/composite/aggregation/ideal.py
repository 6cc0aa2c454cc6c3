"""Step 6, distance to an ideal: TOPSIS and VIKOR.

Sources: Hwang and Yoon, Multiple Attribute Decision Making (1981); Opricovic and Tzeng, Compromise
solution by MCDM methods (2004).

``values``: shape (n, m), any units, for TOPSIS and VIKOR before normalisation, since each brings
its own. ``direction``: 1 or −1 for each indicator. A unit with an unknown figure in an indicator
with weight is unknown, and takes no part in ideals and scales: fill the gap by a named step first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import (
    Bools,
    Floats,
    Ints,
    directions,
    matrix,
    refusal,
    weight_vector,
)
from yuanheng.calc.composite.tables import takes_tables

Scaling = Literal["vector", "min_max", "none"]


@takes_tables
def topsis(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    direction: ArrayLike | None = None,
    *,
    scaling: Scaling = "vector",
) -> Floats:
    """Nearness to the best of all: d⁻ ÷ (d⁺ + d⁻), shape (n,), 0 (the worst in all) to 1.

    d⁺ and d⁻ are Euclidean distances of w·r to the ideal and the anti-ideal. r: x ÷ √Σx²
    (``vector``, as published), (x − min) ÷ (max − min) (``min_max``) or x as it is (``none``).
    Flat indicators add nothing; where all are flat, or one unit stands alone, every unit has 0.5.

    >>> topsis([[250, 16], [200, 16], [300, 32]], [1, 1], [-1, 1]).round(4).tolist()
    [0.2119, 0.3583, 0.6417]
    """
    x, w, use = _usable(values, weights)
    part = x[use] * directions(direction, x.shape[1])
    scaled = _scaled(part, scaling) * w
    best, worst = scaled.max(axis=0), scaled.min(axis=0)
    to_best = np.sqrt(((scaled - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((scaled - worst) ** 2).sum(axis=1))
    total = to_best + to_worst
    near = np.divide(to_worst, total, out=np.full(len(part), 0.5), where=total > 0)
    return _spread(near, use)


def _scaled(x: Floats, scaling: Scaling) -> Floats:
    if scaling == "none":
        return x
    if scaling == "vector":
        top = np.abs(x).max(axis=0)
        top[top == 0] = 1.0
        length = top * np.sqrt(((x / top) ** 2).sum(axis=0))
        return x / np.where(length == 0, 1.0, length)
    low, high = x.min(axis=0), x.max(axis=0)
    return np.asarray((x - low) / np.where(high > low, high - low, 1.0))


@dataclass(frozen=True, slots=True)
class Vikor:
    """``q``, ``s``, ``r``: shape (n,), 0 to 1, the *lower* the better. ``compromise`` marks the
    proposed set: the best unit alone where it leads enough and is stable, else those as good."""

    q: Floats
    s: Floats
    r: Floats
    compromise: Bools


@takes_tables
def vikor(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    direction: ArrayLike | None = None,
    *,
    group_share: float = 0.5,
) -> Vikor:
    """The compromise between the good of most (S) and the worst regret (R).

    dⱼ = (best − x) ÷ (best − worst); S = Σ w·d; R = max w·d;
    Q = v·(S − S*) ÷ (S⁻ − S*) + (1 − v)·(R − R*) ÷ (R⁻ − R*), v = ``group_share``. The set: with
    DQ = 1 ÷ (n − 1), the best by Q alone if the second is DQ behind and it is best by S or R too;
    if only the lead fails, all less than DQ behind; if only stability fails, the first two.
    A flat indicator adds nothing; where S (or R) is the same for all its term is 0.

    >>> vikor([[9.0, 1.0], [5.0, 5.0], [1.0, 2.0]]).q.round(4).tolist()
    [0.7, 0.0, 1.0]
    """
    if not 0 <= group_share <= 1:
        raise refusal(
            "share_range",
            f"group_share 是 {group_share}，应在 0 与 1 之间。",
            f"group_share is {group_share}; give a share between 0 and 1.",
            "group_share",
        )
    x, w, use = _usable(values, weights)
    part = x[use] * directions(direction, x.shape[1])
    regret = (1.0 - _scaled(part, "min_max")) * w
    regret[:, part.max(axis=0) == part.min(axis=0)] = 0.0
    s, r = regret.sum(axis=1), regret.max(axis=1)
    q = group_share * _unit(s) + (1 - group_share) * _unit(r)
    chosen = np.zeros(len(x), dtype=bool)
    chosen[np.flatnonzero(use)[_compromise(q, s, r)]] = True
    return Vikor(_spread(q, use), _spread(s, use), _spread(r, use), chosen)


def _unit(values: Floats) -> Floats:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _compromise(q: Floats, s: Floats, r: Floats) -> Ints:
    order = np.argsort(q, kind="stable")
    if len(q) == 1:
        return order
    first = order[0]
    lead = 1.0 / (len(q) - 1)
    stable = s[first] == s.min() or r[first] == r.min()
    if q[order[1]] - q[first] < lead:
        return np.flatnonzero(q - q[first] < lead)
    return order[:1] if stable else order[:2]


def _usable(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Bools]:
    """The figures (0 where without weight), the weights, and the units that can be compared."""
    x = matrix(values)
    w = weight_vector(weights, x.shape[1])
    use: Bools = np.asarray(~np.isnan(x[:, w > 0]).any(axis=1))
    if not use.any():
        raise refusal(
            "no_complete_unit",
            "没有一个对象的指标是齐全的；请先用一种插补方法补齐。",
            "No unit knows all its figures; fill the gaps by a named step first.",
            "values",
        )
    return np.where(w > 0, x, 0.0), w, use


def _spread(found: Floats, use: Bools) -> Floats:
    whole = np.full(len(use), np.nan)
    whole[use] = found
    return whole
