"""Outliers by robust statistics: one wild figure can't hide itself by widening the spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993): suspect above 3.5.
THRESHOLD = 3.5
_MAD = 0.6745  # the median of |z| of a normal distribution
_MEAN_AD = 1.253314  # sqrt(pi / 2): the same for the mean absolute deviation


def robust_scores(values: ArrayLike) -> NDArray[np.float64]:
    """Modified z-scores, one for each figure of a column.

    ``values``: shape (n,), NaN where nothing is known, in any one unit. The score is
    0.6745·(x − median) ÷ MAD; where more than half of the figures are alike (MAD = 0), the mean
    absolute deviation about the median stands in for it. NaN stays NaN; with fewer than five known
    figures nothing can be said and every score is NaN; a column of one figure repeated scores 0.

    >>> [round(float(z), 2) for z in robust_scores([10, 11, 12, 13, 1000])]
    [-1.35, -0.67, 0.0, 0.67, 666.41]
    """
    x = np.asarray(values, dtype=np.float64)
    known = x[~np.isnan(x)]
    if known.size < 5:
        return np.full(x.shape, np.nan)
    middle = np.median(known)
    away = np.abs(known - middle)
    spread = float(np.median(away)) / _MAD
    if spread == 0:
        spread = float(np.mean(away)) * _MEAN_AD
    if spread == 0:
        return np.where(np.isnan(x), np.nan, 0.0)
    return np.asarray((x - middle) / spread, dtype=np.float64)
