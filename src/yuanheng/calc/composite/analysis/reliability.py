"""Step 4, internal consistency: Cronbach's alpha, and what each item does to it.

Sources: Cronbach, Coefficient alpha and the internal structure of tests (1951); OECD/JRC Handbook
(2008) step 4, which takes 0.7 as acceptable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.analysis.correlation import correlation
from yuanheng.calc.composite.inputs import Floats, matrix, refusal
from yuanheng.calc.composite.tables import takes_tables

ACCEPTABLE = 0.7


@dataclass(frozen=True, slots=True)
class Reliability:
    """``alpha`` (1 at most, below 0 where items run against each other; NaN with one item);
    ``standardised``: of the standardised items; ``without``: shape (m,), alpha if the item is
    left out; ``with_rest``: shape (m,), correlation of the item with the sum of the others;
    ``units``: how many units know all items and were used."""

    alpha: float
    standardised: float
    without: Floats
    with_rest: Floats
    units: int


@takes_tables
def cronbach_alpha(values: ArrayLike) -> Reliability:
    """α = m ÷ (m − 1) · (1 − Σ varⱼ ÷ var(Σⱼ x)), over units with all figures.

    ``values``: shape (n, m), items of one dimension on one scale, the better the higher. The
    standardised one, m·r̄ ÷ (1 + (m − 1)·r̄), doesn't change with the items' units. Refused with
    fewer than two complete units. Where the sum doesn't vary alpha is NaN.

    >>> found = cronbach_alpha([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0]])
    >>> round(found.alpha, 6), found.units, found.without.tolist()
    (0.857143, 3, [nan, nan])
    """
    x = matrix(values)
    x = x[~np.isnan(x).any(axis=1)]
    n, m = x.shape
    if n < 2:
        raise refusal(
            "too_few_units",
            f"指标齐全的对象只有 {n} 个，至少要 2 个才能算信度；请先补数。",
            f"{n} units know all items; reliability needs 2 at least: fill gaps first.",
            "values",
        )
    # Alpha doesn't change when all items are divided by one figure.
    x = x / max(float(np.abs(x).max()), 1e-300)
    covariance = np.atleast_2d(np.cov(x, rowvar=False))
    without = np.array([_alpha(np.delete(np.delete(covariance, j, 0), j, 1)) for j in range(m)])
    total = x.sum(axis=1)
    with_rest = np.array([
        correlation(x[:, [j]], (total - x[:, j])[:, None])[0, 0] if m > 1 else np.nan
        for j in range(m)
    ])  # fmt: skip
    r = correlation(x)
    pairs = r[np.triu_indices(m, 1)]
    mean = float(pairs.mean()) if m > 1 else np.nan
    standardised = m * mean / (1 + (m - 1) * mean) if m > 1 else np.nan
    return Reliability(_alpha(covariance), float(standardised), without, with_rest, n)


def _alpha(covariance: Floats) -> float:
    m = len(covariance)
    whole = covariance.sum()
    if m < 2 or not whole > 0:
        return float("nan")
    return float(m / (m - 1) * (1 - np.trace(covariance) / whole))
