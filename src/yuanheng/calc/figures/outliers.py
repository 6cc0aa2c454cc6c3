"""Outliers by robust statistics: one wild figure can't hide itself by widening the spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993): suspect above 3.5.
THRESHOLD = 3.5
_NOISE = 1e-13
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
    if spread <= _NOISE * float(np.max(away)):  # alike but for the last digits of a float
        spread = float(np.mean(away)) * _MEAN_AD
    if spread == 0:
        return np.where(np.isnan(x), np.nan, 0.0)
    return np.asarray((x - middle) / spread, dtype=np.float64)


def row_medians(rows: ArrayLike) -> NDArray[np.float64]:
    """The median of what is known in each row; NaN in a row of which nothing is.

    ``rows``: shape (n, m), NaN where nothing is known.

    >>> row_medians([[1.0, 3.0, float("nan")], [5.0, 1.0, 2.0]]).tolist()
    [2.0, 2.0]
    """
    x = np.sort(np.asarray(rows, dtype=np.float64), axis=1)  # NaN at the end
    known = np.sum(~np.isnan(x), axis=1)
    if not x.size:
        return np.full(x.shape[0], np.nan)
    at = np.arange(x.shape[0])
    low, high = np.maximum((known - 1) // 2, 0), np.minimum(known // 2, x.shape[1] - 1)
    return np.where(known > 0, (x[at, low] + x[at, high]) / 2, np.nan)


def scores_against(history: ArrayLike, values: ArrayLike) -> NDArray[np.float64]:
    """The modified z-score of each figure against its own past, which it is no part of.

    ``history``: shape (n, m), a row of earlier figures each, NaN where nothing is known;
    ``values``: shape (n,). As ``robust_scores``: NaN with fewer than five earlier figures. A past
    of one figure repeated tells nothing of how far figures stray: NaN, too.

    >>> scores_against([[10, 11, 12, 13, 14]], [1000.0]).round(1).tolist()
    [666.4]
    """
    past = np.asarray(history, dtype=np.float64)
    x = np.asarray(values, dtype=np.float64)
    middle = row_medians(past)
    away = np.abs(past - middle[:, None])
    spread = row_medians(away) / _MAD
    with np.errstate(invalid="ignore", divide="ignore"):
        count = np.sum(~np.isnan(away), axis=1)
        mean = np.nansum(away, axis=1) / count * _MEAN_AD
        spread = np.where(spread == 0, mean, spread)
        usable = (count >= 5) & (spread > 0)
        return np.where(usable, (x - middle) / np.where(usable, spread, 1.0), np.nan)
