"""Step 6, not compensatory: units compared in pairs, indicator by indicator.

Sources: Copeland (1951); Munda and Nardo, Constructing consistent composite indicators (2005);
OECD/JRC Handbook (2008) §6.3 (the outranking matrix); COINr's `a_copeland`, `outrankMatrix`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, matrix, refusal, weight_vector
from yuanheng.calc.composite.tables import takes_tables

MOST_UNITS = 4000
"""Every pair is held in memory: 4,000 units are 16 million pairs, 128 MB."""
BLOCK = 1 << 21


@takes_tables
def outranking(values: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """The share of weight by which unit i beats unit k: Σ over indicators of w where xᵢ > xₖ, and
    of w/2 where they are equal. Shape (n, n), the diagonal 0, o[i, k] + o[k, i] = 1.

    ``values``: shape (n, m), the better the higher, any units: only the order counts. Where one of
    a pair lacks a figure the pair is compared on the others, whose weights are scaled to 1; NaN
    where nothing can be compared. Refused beyond 4,000 units.

    >>> outranking([[3.0, 1.0], [2.0, 1.0]], [1, 1]).tolist()
    [[0.0, 0.75], [0.25, 0.0]]
    """
    x = matrix(values)
    n, m = x.shape
    if n > MOST_UNITS:
        raise refusal(
            "too_many_pairs",
            f"有 {n} 个对象，两两比较要 {n * n} 次；最多支持 {MOST_UNITS} 个，"
            "请分组比较或换一种合成方法。",
            f"{n} units make {n * n} pairs; at most {MOST_UNITS} units can be compared: compare "
            "within groups or choose another aggregation.",
            "values",
        )
    w = weight_vector(weights, m)
    won = _wins_with_gaps(x, w) if np.isnan(x).any() else _wins(x, w)
    np.fill_diagonal(won, 0.0)
    return won


def _wins(x: Floats, w: Floats) -> Floats:
    """Half of 1 plus the weighted signs of all differences, by blocks of rows."""
    n = len(x)
    columns = np.ascontiguousarray(x.T)
    ahead = np.zeros((n, n))
    step = max(1, BLOCK // (8 * n))
    for first in range(0, n, step):
        part = slice(first, first + step)
        for j in np.flatnonzero(w > 0):
            mine, others = columns[j, part, None], columns[j][None, :]
            ahead[part] += w[j] * ((mine > others).astype(np.int8) - (mine < others))
    return (1.0 + ahead) / 2.0


def _wins_with_gaps(x: Floats, w: Floats) -> Floats:
    n = len(x)
    known = ~np.isnan(x)
    ahead = np.zeros((n, n))
    for j in np.flatnonzero(w > 0):
        mine, others = x[:, j, None], x[None, :, j]
        ahead += w[j] * ((mine > others).astype(np.int8) - (mine < others))
    compared = (known * w) @ known.T.astype(float)
    share = np.divide(ahead, compared, out=np.full((n, n), np.nan), where=compared > 1e-12)
    return np.asarray((1.0 + share) / 2.0)


@takes_tables
def copeland(values: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Units beaten less units beaten by, shape (n,), between −(n−1) and n−1; i beats k where its
    share of weight is above a half. Only the order of the figures counts. A unit that can be
    compared with none is NaN; one unit alone has 0.

    >>> copeland([[3.0, 3.0], [2.0, 2.0], [1.0, 9.0]], [2, 1]).tolist()
    [2.0, 0.0, -2.0]
    """
    won = outranking(values, weights)
    np.fill_diagonal(won, 0.5)
    # Shares that are a half but for rounding are a tie.
    sign = np.where(np.abs(won - 0.5) <= 1e-9, 0.0, np.sign(won - 0.5))
    unknown = np.isnan(matrix(values)).all(axis=1)
    return np.where(unknown, np.nan, np.nansum(sign, axis=1))
