"""Other ways from values to shares of full marks, for whole matrices (…, rows).

Each takes values where higher is better (the caller turns the others round), NaN for unknown, and
the rows that are rated; it gives shares between 0 and 1, NaN where the value is unknown.
Sources: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.replicates import competition_ranks

Array = npt.NDArray[Any]


def by_range(values: Array, rated: Array) -> Array:
    """(x − min)/(max − min) over the rated; 1 where all are equal, as a scheme does by default."""
    low, high = _extremes(values, rated)
    with np.errstate(all="ignore"):
        shares = np.where(high > low, (values - low) / (high - low), values * 0.0 + 1.0)
    return np.clip(shares, 0.0, 1.0)


def by_z_score(values: Array, rated: Array) -> Array:
    """0.5 + z/6 with the population's deviation over the rated, kept between 0 and 1: three
    deviations above the mean earn full marks; 0.5 where all are equal."""
    known = rated & ~np.isnan(values)
    count = np.maximum(known.sum(axis=-1, keepdims=True), 1)
    mean = np.where(known, values, 0.0).sum(axis=-1, keepdims=True) / count
    off = values - mean
    deviation = np.sqrt(np.where(known, off * off, 0.0).sum(axis=-1, keepdims=True) / count)
    with np.errstate(all="ignore"):
        z = np.where(deviation > 1e-12 * np.abs(mean), off / deviation, off * 0.0)
    return np.asarray(np.clip(0.5 + z / 6.0, 0.0, 1.0))


def by_place(values: Array, rated: Array) -> Array:
    """(n − rank + 1)/n among the rated; an unrated row's share is that of the rank it would
    have without moving the others."""
    known = rated & ~np.isnan(values)
    keys = np.where(known, -values, np.nan)
    ranks = competition_ranks([keys], values.shape)
    count = known.sum(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        shares = (count - ranks + 1.0) / count
    outside = ~rated & ~np.isnan(values)
    if outside.any():
        for at in np.flatnonzero(outside.any(axis=tuple(range(values.ndim - 1)))):
            own = values[..., at : at + 1]
            better = (known & (values > own)).sum(axis=-1)
            shares[..., at] = (count[..., 0] - better) / np.maximum(count[..., 0], 1)
    return np.where(np.isnan(values), np.nan, np.clip(shares, 0.0, 1.0))


def by_best(values: Array, rated: Array) -> Array:
    """x/max over the rated where the largest is above 0, else by range; kept between 0 and 1."""
    low, high = _extremes(values, rated)
    with np.errstate(all="ignore"):
        shares = np.where((high > 0) & (low >= 0), values / high, by_range(values, rated))
    return np.clip(shares, 0.0, 1.0)


def _extremes(values: Array, rated: Array) -> tuple[Array, Array]:
    known = rated & ~np.isnan(values)
    low = np.where(known, values, np.inf).min(axis=-1, keepdims=True, initial=np.inf)
    high = np.where(known, values, -np.inf).max(axis=-1, keepdims=True, initial=-np.inf)
    return low, high


NORMALISERS: dict[str, Callable[[Array, Array], Array]] = {
    "range": by_range,
    "z_score": by_z_score,
    "place": by_place,
    "ratio_to_best": by_best,
}
