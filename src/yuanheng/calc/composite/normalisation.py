"""Step 5, normalisation: figures of different units on one scale, the better the higher.

Sources: OECD/JRC Handbook (2008) step 5; COINr's `n_minmax`, `n_zscore`, `n_rank`, `n_prank`,
`n_borda`, `n_dist2targ`, `n_dist2ref`, `n_dist2max`, `n_fracmax`, `n_goalposts`.

All take ``values`` of shape (n, m) in any units, NaN unknown, and give shape (n, m) without a
unit; unknown stays unknown. ``direction`` is 1 or −1 for each indicator (None: higher is better);
where lower is better the column is mirrored, so that the result always rises with merit. Where a
column is flat (one unit, or all alike) nothing tells the units apart: every known figure gets the
middle of the scale, and `flat_columns` names the column. The points of a scheme, N1 to N12, are
made by the scheme engine alone: `points.score_points`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import (
    Bools,
    Floats,
    by_largest,
    column,
    directions,
    matrix,
    refusal,
)
from yuanheng.calc.composite.ranks import Ties, rank
from yuanheng.calc.composite.tables import takes_tables


@takes_tables
def flat_columns(values: ArrayLike) -> Bools:
    """True for each column whose known figures are all alike, or where none is known.

    >>> flat_columns([[1.0, 2.0], [1.0, 3.0]]).tolist()
    [True, False]
    """
    x = matrix(values)
    low, high = _ends(x)
    return ~(high > low)


def _ends(x: Floats) -> tuple[Floats, Floats]:
    known = ~np.isnan(x)
    low = np.min(x, axis=0, initial=np.inf, where=known)
    high = np.max(x, axis=0, initial=-np.inf, where=known)
    return low, high


def _faced(values: ArrayLike, direction: ArrayLike | None) -> Floats:
    x = matrix(values)
    return x * directions(direction, x.shape[1])


@takes_tables
def min_max(
    values: ArrayLike,
    direction: ArrayLike | None = None,
    *,
    low: float = 0.0,
    high: float = 100.0,
) -> Floats:
    """low + (high − low) · (x − min) ÷ (max − min). Choose ``low`` above 0 where a geometric or
    harmonic mean follows. Doesn't change with a·x + b, a > 0.

    >>> min_max([[1.0, 5.0], [2.0, 4.0], [3.0, 1.0]], [1, -1]).tolist()
    [[0.0, 0.0], [50.0, 25.0], [100.0, 100.0]]
    """
    if not low < high:
        raise refusal(
            "range_empty",
            f"值域是 {low} 至 {high}，下限应小于上限。",
            f"The range is {low} to {high}; its lower end must be below its upper end.",
            "low",
        )
    x = _faced(values, direction)
    least, most = _ends(x)
    return _between(x, least, most, low, high)


def _between(x: Floats, least: Floats, most: Floats, low: float, high: float) -> Floats:
    flat = ~(most > least)
    # Halves first: the span of figures near the largest floats would overflow.
    span = np.where(flat, 1.0, most / 2 - least / 2)
    share = np.where(flat, 0.5, (x / 2 - np.where(flat, 0.0, least) / 2) / span)
    # Both ends are hit exactly, which low + (high − low)·1 would miss by rounding.
    found = low * (1 - share) + high * share
    return np.where(np.isnan(x), np.nan, found)


@takes_tables
def goalposts(
    values: ArrayLike,
    worst: ArrayLike,
    best: ArrayLike,
    *,
    low: float = 0.0,
    high: float = 100.0,
    inside: bool = True,
) -> Floats:
    """low + (high − low) · (x − worst) ÷ (best − worst), kept within the range if ``inside``.

    ``worst`` and ``best``: shape (m,), in each indicator's own unit; best below worst means that
    lower is better. Fixed ends make years comparable. Equal ends are refused.

    >>> goalposts([[20.0], [60.0], [95.0]], [25.0], [85.0]).round(4).ravel().tolist()
    [0.0, 58.3333, 100.0]
    """
    x = matrix(values)
    a, b = column(worst, "worst"), column(best, "best")
    if a.shape != (x.shape[1],) or b.shape != a.shape or not (a != b).all():
        raise refusal(
            "goalposts_bad",
            "每个指标都要有两个不相等的端点（最差、最好）；"
            f"现在最差是 {a.tolist()}，最好是 {b.tolist()}。",
            "Each indicator needs two different ends, worst and best; "
            f"worst is {a.tolist()} and best is {b.tolist()}.",
            "worst",
        )
    share = (x - a) / (b - a)
    if inside:
        share = np.clip(share, 0.0, 1.0)
    return low * (1 - share) + high * share


@takes_tables
def z_score(
    values: ArrayLike,
    direction: ArrayLike | None = None,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    ddof: int = 1,
) -> Floats:
    """mean + sd · (x − x̄) ÷ s, s with n − ``ddof`` (1 as COINr; 0 for the population). A flat
    column gives ``mean``.

    >>> z_score([[10.0], [20.0], [30.0]]).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """
    x, _ = by_largest(_faced(values, direction))
    known = ~np.isnan(x)
    flat = flat_columns(x)
    count = known.sum(axis=0)
    middle = np.nansum(x, axis=0) / np.maximum(count, 1)
    spread = np.sqrt(np.nansum((x - middle) ** 2, axis=0) / np.maximum(count - ddof, 1))
    z = np.where(flat, 0.0, (x - middle) / np.where(flat, 1.0, spread))
    return np.where(known, mean + sd * z, np.nan)


@takes_tables
def rank_score(
    values: ArrayLike, direction: ArrayLike | None = None, *, ties: Ties = "min"
) -> Floats:
    """The rank from below: 1 for the worst, n for the best; ties as `ranks.rank` says (COINr's
    `n_rank`; `n_borda` is this less 1).

    >>> rank_score([[5.0], [9.0], [5.0]]).ravel().tolist()
    [1.0, 3.0, 1.0]
    """
    return rank(_faced(values, direction), ties=ties, descending=False)


@takes_tables
def percentile(
    values: ArrayLike, direction: ArrayLike | None = None, *, ties: Ties = "min"
) -> Floats:
    """(r − 1) ÷ (n − 1) · 100 with r the rank from below among the n known figures: 0 for the
    worst, 100 for the best; 50 where only one figure is known.

    >>> percentile([[1.0], [2.0], [3.0], [float("nan")]]).ravel().tolist()
    [0.0, 50.0, 100.0, nan]
    """
    x = _faced(values, direction)
    count = (~np.isnan(x)).sum(axis=0)
    found = (rank(x, ties=ties, descending=False) - 1) / np.maximum(count - 1, 1) * 100
    return np.where((count == 1) & ~np.isnan(x), 50.0, found)


@takes_tables
def distance_to_target(
    values: ArrayLike,
    target: ArrayLike,
    direction: ArrayLike | None = None,
    *,
    cap: bool = False,
) -> Floats:
    """(x − min) ÷ (target − min), or (max − x) ÷ (max − target) where lower is better; 1 at the
    target, at most 1 with ``cap``.

    ``target``: shape (m,), own units. Refused where no figure is on the far side of the target:
    target not above the minimum (not below the maximum where lower is better).

    >>> distance_to_target([[0.0], [5.0], [20.0]], [10.0]).ravel().tolist()
    [0.0, 0.5, 2.0]
    """
    x = _faced(values, direction)
    aim = column(target, "target") * directions(direction, x.shape[1])
    least, _ = _ends(x)
    bad = ~(aim > least) & ~np.isnan(x).all(axis=0)
    if aim.shape != least.shape or bad.any():
        at = int(np.argmax(bad)) if aim.shape == least.shape else 0
        raise refusal(
            "target_reached",
            f"第 {at + 1} 列的目标不优于最差的对象，距离无从算起；请核对目标值与方向。",
            f"The target of column {at + 1} is no better than the worst unit, so there is no "
            "distance; check the target and the direction.",
            "target",
        )
    share = (x - least) / (aim - np.where(np.isinf(least), 0.0, least))
    return np.minimum(share, 1.0) if cap else share


@takes_tables
def distance_to_reference(
    values: ArrayLike, reference: int, direction: ArrayLike | None = None, *, cap: bool = False
) -> Floats:
    """Distance to target with the figures of one unit (row ``reference``, from 0) as the targets.

    >>> distance_to_reference([[0.0], [5.0], [10.0]], 1).ravel().tolist()
    [0.0, 1.0, 2.0]
    """
    x = matrix(values)
    return distance_to_target(x, x[reference], direction, cap=cap)


@takes_tables
def share_of_best(values: ArrayLike, direction: ArrayLike | None = None) -> Floats:
    """x ÷ max, or min ÷ x where lower is better: N2 with a weight of 1, in floats.

    Refused where a figure is negative, or zero where lower is better, since shares then mislead; a
    column of zeros is flat and gives 0.5.

    >>> share_of_best([[10.0, 2.0], [20.0, 4.0]], [1, -1]).tolist()
    [[0.5, 1.0], [1.0, 0.5]]
    """
    x = matrix(values)
    faces = directions(direction, x.shape[1])
    bad = (x < 0) | ((x == 0) & (faces < 0))
    if bad.any():
        i, j = (int(k) for k in np.argwhere(bad)[0])
        raise refusal(
            "share_of_negative",
            f"第 {i + 1} 行第 {j + 1} 列是 {x[i, j]:g}；与最优值之比要求正数，请换极差法。",
            f"Row {i + 1}, column {j + 1} is {x[i, j]:g}; shares of the best need positive "
            "figures, use min-max.",
            "values",
        )
    low, high = _ends(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(faces > 0, x / high, low / x)
    return np.where(~np.isnan(x) & (high == 0), 0.5, found)
