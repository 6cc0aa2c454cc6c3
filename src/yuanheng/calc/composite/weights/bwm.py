"""Step 6, weights by comparison with the best and the worst criterion only (BWM, linear model).

Sources: Rezaei, Best-worst multi-criteria decision-making method (2015), and Some properties and a
linear model (2016); Liang, Brunelli and Rezaei, Consistency issues in the BWM (2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, column, refusal
from yuanheng.calc.composite.programs import Program


@dataclass(frozen=True, slots=True)
class BestWorst:
    """``weights``: shape (m,), sum 1. ``xi``: ξ of the linear model, near 0 for consistent
    comparisons. ``input_ratio``: max |aB·aW − aBW| ÷ (aBW² − aBW), 0 consistent, 1 worst (0
    where aBW = 1), and ``worst``: the criterion (from 0) at which it stands."""

    weights: Floats
    xi: float
    input_ratio: float
    worst: int


def best_worst_weights(
    best_to_others: ArrayLike | Mapping[str, float],
    others_to_worst: ArrayLike | Mapping[str, float],
    *,
    best: int | str,
    worst: int | str,
) -> BestWorst:
    """min ξ with |w_B − a_Bj·w_j| ≤ ξ, |w_j − a_jW·w_W| ≤ ξ, Σ w = 1, w ≥ 0.

    ``best_to_others`` a_Bj and ``others_to_worst`` a_jW: shape (m,), 1 to 9 (1 for the criterion
    with itself); ``best`` and ``worst``: which criteria (from 0). Both lists may be written by
    name; then ``best`` and ``worst`` are names, and weights come in the order of the first list.
    Figures below 1, a best that is not 1 to itself, and aBW that differs between the two lists
    are refused. Needs HiGHS.

    >>> found = best_worst_weights([1, 2, 4], [4, 2, 1], best=0, worst=2)
    >>> found.weights.round(6).tolist(), abs(round(found.xi, 6))
    ([0.571429, 0.285714, 0.142857], 0.0)
    """
    if isinstance(best_to_others, Mapping):
        names, best_to_others = list(best_to_others), list(best_to_others.values())
        others_to_worst = _in_order(others_to_worst, names)
        best, worst = (names.index(one) if one in names else -1 for one in (best, worst))
    to_others = column(best_to_others, "best_to_others")
    to_worst = column(cast("ArrayLike", others_to_worst), "others_to_worst")
    best, worst = int(best), int(worst)
    m = _check(to_others, to_worst, best, worst)
    if m == 1:
        return BestWorst(np.ones(1), 0.0, 0.0, 0)
    rows = []
    for j in range(m):
        for one, other, times in ((best, j, to_others[j]), (j, worst, to_worst[j])):
            if one == other:
                continue
            row = np.zeros(m + 1)
            row[one] += 1.0
            row[other] -= times
            for sign in (1.0, -1.0):
                rows.append(np.r_[sign * row[:m], -1.0])
    rows.append(np.r_[np.ones(m), 0.0])
    upper = np.r_[np.zeros(len(rows) - 1), 1.0]
    lower = np.r_[np.full(len(rows) - 1, -np.inf), 1.0]
    found = Program(np.array(rows), lower, upper).solve(np.r_[np.zeros(m), -1.0])
    if found is None:
        raise refusal("bwm_unsolved", "最优最劣法的线性规划没有解，请核对比较值。",
                      "The program of the best-worst method has no solution; check the "
                      "comparisons.")  # fmt: skip
    weights = np.clip(found[:m], 0.0, None)
    most = to_others[worst]
    off = np.abs(to_others * to_worst - most) / (most**2 - most) if most > 1 else np.zeros(m)
    at = int(np.argmax(off))
    return BestWorst(weights / weights.sum(), max(float(found[m]), 0.0), float(off[at]), at)


def _in_order(given: ArrayLike | Mapping[str, float], names: list[str]) -> list[float]:
    if not isinstance(given, Mapping) or set(given) != set(names):
        raise refusal(
            "bwm_names",
            f"两份比较要写同样的指标：{'、'.join(names)}。",
            f"Both lists of comparisons must name the same criteria: {', '.join(names)}.",
            "others_to_worst",
        )
    return [given[name] for name in names]


def _check(to_others: Floats, to_worst: Floats, best: int, worst: int) -> int:
    m = len(to_others)
    sound = (
        m > 0
        and to_worst.shape == (m,)
        and 0 <= best < m
        and 0 <= worst < m
        and (best != worst or m == 1)
        and bool((to_others >= 1).all() and (to_worst >= 1).all())
    )
    if not sound or to_others[best] != 1 or to_worst[worst] != 1:
        raise refusal(
            "bwm_input",
            f"最优对其他 {to_others.tolist()}、其他对最劣 {to_worst.tolist()}："
            "应一样长，都不小于 1，自己对自己是 1，最优与最劣不是同一项。",
            f"Best to others {to_others.tolist()} and others to worst {to_worst.tolist()} must be "
            "of one length, 1 or more, 1 for a criterion with itself, and best isn't worst.",
            "best_to_others",
        )
    if to_others[worst] != to_worst[best]:
        raise refusal(
            "bwm_contradiction",
            f"最优对最劣，一处写 {to_others[worst]:g}，另一处写 {to_worst[best]:g}，应相同。",
            f"Best to worst is {to_others[worst]:g} in one list and {to_worst[best]:g} in the "
            "other; it is one comparison.",
            "others_to_worst",
        )
    return m
