"""Step 6, benefit of the doubt: each unit is judged by the weights that suit it best.

Sources: Melyn and Moesen (1991); Cherchye, Moesen, Rogge and Van Puyenbroeck, An introduction to
benefit of the doubt composite indicators (2007); OECD/JRC Handbook (2008) §6.2;
Thompson, Singleton, Thrall and Smith (1986) for bounds on weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Bools, Floats, column, matrix, refusal
from yuanheng.calc.composite.programs import Program
from yuanheng.calc.composite.tables import takes_tables


@dataclass(frozen=True, slots=True)
class Doubt:
    """``scores``: shape (n,), at most 1 (on the frontier). ``weights``: shape (n, m), in 1 ÷ the
    unit of each indicator; ``shares``: shape (n, m), of the score, each row of sum 1. Scores are
    unique; weights and shares may be one optimal choice among several."""

    scores: Floats
    weights: Floats
    shares: Floats


@takes_tables
def benefit_of_the_doubt(
    values: ArrayLike,
    *,
    least_share: ArrayLike | None = None,
    largest_share: ArrayLike | None = None,
    least_weight: ArrayLike | None = None,
    largest_weight: ArrayLike | None = None,
) -> Doubt:
    """For each unit c: max Σ wⱼ·y_cj with Σ wⱼ·y_ij ≤ 1 for every unit i, w ≥ 0.

    ``values``: shape (n, m), 0 or more, the better the higher. ``least_share`` and
    ``largest_share`` (shape (m,) or one figure) bound each indicator's share of the unit's own
    score, wⱼ·y_cj ÷ Σ w·y_c. Scores don't change with an indicator's unit (a·y) but do with a
    shift. ``least_weight`` and ``largest_weight`` bound each indicator's part of the sum of the
    unit's own weights, wⱼ ÷ Σ w (an assurance region); that has a meaning for indicators on one
    scale, and can always be met. A unit with a gap has NaN and is no peer; one whose figures are
    all 0 scores 0. A unit
    for which the bounds can't be met (a zero where a share is asked) scores 0, with no weights.
    Refused: negative figures; bounds that can't add up to 1. Needs HiGHS.

    >>> benefit_of_the_doubt([[4.0, 1.0], [2.0, 2.0], [1.0, 1.0]]).scores.round(6).tolist()
    [1.0, 1.0, 0.5]
    """
    y = matrix(values)
    if (y < 0).any():
        i, j = (int(k) for k in np.argwhere(y < 0)[0])
        raise refusal(
            "doubt_negative",
            f"第 {i + 1} 行第 {j + 1} 列是 {y[i, j]:g}；择优加权要求 0 或正数，请先归一化。",
            f"Row {i + 1}, column {j + 1} is {y[i, j]:g}; benefit of the doubt takes figures of 0 "
            "or more: normalise first.",
            "values",
        )
    n, m = y.shape
    low, high = _bounds(least_share, largest_share, m)
    least, largest = _bounds(least_weight, largest_weight, m)
    use: Bools = np.asarray(~np.isnan(y).any(axis=1))
    scale = np.max(y, axis=0, initial=0.0, where=use[:, None])
    scale[scale == 0] = 1.0
    peers = y[use] / scale
    weights = np.full((n, m), np.nan)
    if len(peers):
        region = _region_rows(least, largest, scale)
        weights[use] = _solve(peers, low, high, region) / scale
    parts = weights * y
    scores = parts.sum(axis=1)
    shares = parts / np.where(scores > 0, scores, np.nan)[:, None]
    return Doubt(scores, weights, shares)


def _bounds(
    least: ArrayLike | None, largest: ArrayLike | None, m: int
) -> tuple[Floats | None, Floats | None]:
    low = None if least is None else column(np.broadcast_to(np.asarray(least, float), (m,)))
    high = None if largest is None else column(np.broadcast_to(np.asarray(largest, float), (m,)))
    least_sum = 0.0 if low is None else low.sum()
    most_sum = 1.0 if high is None else high.sum()
    crossed = low is not None and high is not None and (low > high).any()
    if least_sum > 1 + 1e-12 or most_sum < 1 - 1e-12 or crossed:
        raise refusal(
            "doubt_bounds",
            f"份额下限合计 {least_sum:g}（不能超过 1），上限合计 {most_sum:g}（不能低于 1），"
            "且每项下限不能高于上限。",
            f"The least shares add up to {least_sum:g} (1 at most) and the largest to "
            f"{most_sum:g} (1 at least), and no least share may exceed the largest.",
            "least_share",
        )
    return low, high


@takes_tables
def weightings(
    values: ArrayLike,
    *,
    least_weight: ArrayLike | None = None,
    largest_weight: ArrayLike | None = None,
    digits: int = 12,
) -> Floats:
    """The few sets of weights that are best for some unit, shape (k, m), to ``digits`` significant
    digits: the score of any unit is the largest of Σ wⱼ·y_cj over them. Bounds are those of
    ``benefit_of_the_doubt``; these are the same for all units, so all choose among the same sets.
    The order of the rows changes nothing; nothing is returned where all figures are 0.

    >>> weightings([[4.0, 1.0], [2.0, 2.0], [1.0, 1.0]]).tolist()
    [[0.166666666667, 0.333333333333]]
    """
    y = np.unique(matrix(values), axis=0)
    found = benefit_of_the_doubt(y, least_weight=least_weight, largest_weight=largest_weight)
    kept = np.zeros((0, y.shape[1]))
    for own, weights, score in zip(y, found.weights, found.scores, strict=True):
        if score > 0 and (kept @ own).max(initial=0.0) < score * (1 - 10.0 ** (2 - digits)):
            short = [float(f"{one:.{digits}g}") for one in weights]
            kept = np.vstack([kept, short])
    return _needed(kept, y, 10.0 ** (2 - digits))


def _needed(sets: Floats, y: Floats, near: float) -> Floats:
    """Without the sets that are best for nobody once the later ones are there."""
    by = y @ sets.T
    most = by.max(axis=1, initial=0.0) * (1 - near)
    use = np.ones(len(sets), dtype=bool)
    for at in range(len(sets)):
        use[at] = False
        use[at] = bool((np.where(use, by, 0.0).max(axis=1, initial=0.0) < most).any())
    return sets[use]


def _frontier(peers: Floats) -> Floats:
    """The rows that no other row equals or exceeds in every column: only these bind a weight."""
    rows = np.unique(peers, axis=0)[::-1]
    kept = np.zeros((0, rows.shape[1]))
    for row in rows:  # from the largest first column on: what exceeds a row stands before it
        if not (kept >= row).all(axis=1).any():
            kept = np.vstack([kept, row])
    return kept


def _region_rows(low: Floats | None, high: Floats | None, scale: Floats) -> Floats:
    """low·Σ w − wⱼ ≤ 0 and wⱼ − high·Σ w ≤ 0, of weights times ``scale``."""
    each = np.diag(1.0 / scale)
    rows = [np.zeros((0, len(scale)))]
    if low is not None:
        rows.append(low[:, None] / scale[None, :] - each)
    if high is not None:
        rows.append(each - high[:, None] / scale[None, :])
    return np.vstack(rows)


def _solve(peers: Floats, low: Floats | None, high: Floats | None, region: Floats) -> Floats:
    m, extra = peers.shape[1], peers.shape[1] * ((low is not None) + (high is not None))
    binding = np.vstack([_frontier(peers), region])
    n, free = len(binding), len(binding) - len(region)
    rows = np.vstack([binding, np.zeros((extra, m))])
    upper = np.r_[np.ones(free), np.zeros(len(region) + extra)]
    program = Program(rows, np.full(n + extra, -np.inf), upper)
    found = np.full(peers.shape, np.nan)
    for c in range(len(peers)):
        if extra:
            program.change_rows(range(n, n + extra), _share_rows(peers[c], low, high))
        best = program.solve(peers[c])
        if best is not None:
            found[c] = np.clip(best, 0.0, None)
    return found


def _share_rows(own: Floats, low: Floats | None, high: Floats | None) -> Floats:
    """low·Σ w·y − wⱼ·yⱼ ≤ 0 and wⱼ·yⱼ − high·Σ w·y ≤ 0 for one unit."""
    rows = []
    if low is not None:
        rows.append(low[:, None] * own[None, :] - np.diag(own))
    if high is not None:
        rows.append(np.diag(own) - high[:, None] * own[None, :])
    return np.vstack(rows)
