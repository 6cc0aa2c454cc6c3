"""Step 6: the ordered weighted average, whose weights belong to places and not to indicators.

Source: Yager, On ordered weighted averaging aggregation operators (1988).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, column, matrix, refusal, weight_vector
from yuanheng.calc.composite.tables import takes_tables


@takes_tables
def owa(values: ArrayLike, places: ArrayLike, *, known_at_least: float = 0.0) -> Floats:
    """Σ vₖ·x₍ₖ₎ with x₍₁₎ ≥ x₍₂₎ ≥ … of each unit; shape (n,).

    ``places``: shape (m,), not negative, any sum: weight of the best figure first. (1, 0, …, 0) is
    the maximum, (0, …, 0, 1) the minimum, equal ones the mean. A unit with k of m known figures
    gets the weights of k places, read off the same curve of cumulated weight; it is unknown where
    fewer than the share ``known_at_least`` of its figures is known, or none.

    >>> owa([[1.0, 9.0, 5.0], [3.0, 3.0, float("nan")]], [0.5, 0.3, 0.2]).round(9).tolist()
    [6.2, 3.0]
    """
    x = matrix(values)
    m = x.shape[1]
    v = weight_vector(places, m, "places")
    curve = np.r_[0.0, np.cumsum(v)]
    ordered = -np.sort(-x, axis=1)
    count = (~np.isnan(x)).sum(axis=1)
    k = np.arange(m + 1)
    position = np.minimum(k / np.maximum(count, 1)[:, None], 1.0)
    reached = np.interp(position, np.linspace(0, 1, m + 1), curve)
    own = np.diff(reached, axis=1)
    complete = count == m
    own[complete] = v
    found = np.where(np.isnan(ordered), 0.0, ordered * own).sum(axis=1)
    enough = (count > 0) & (count / m >= known_at_least - 1e-12)
    return np.where(enough, found, np.nan)


def orness(places: ArrayLike) -> float:
    """Σ (m − k)·vₖ ÷ (m − 1): 1 for the maximum, 0 for the minimum, 0.5 for the mean; 0.5 with
    one place.

    >>> orness([0.5, 0.3, 0.2])
    0.65
    """
    v = column(places, "places")
    v = weight_vector(v, len(v), "places")
    m = len(v)
    return 0.5 if m == 1 else float(round((np.arange(m - 1, -1, -1) * v).sum() / (m - 1), 12))


def places_from_quantifier(count: int, power: float) -> Floats:
    """The weights of places from the quantifier Q(r) = r^a: vₖ = (k/m)^a − ((k−1)/m)^a.

    ``power`` a: 1 the mean, below 1 towards the best figures, above 1 towards the worst.

    >>> places_from_quantifier(2, 2.0).tolist()
    [0.25, 0.75]
    """
    if count < 1 or not power > 0:
        raise refusal(
            "quantifier_bad",
            f"位次数 {count} 应至少为 1，幂次 {power} 应大于 0。",
            f"There must be a place at least (not {count}) and a power above 0 (not {power}).",
            "power",
        )
    return np.diff((np.arange(count + 1) / count) ** power)
