"""Ranks of a column or of every column of a table, with ties as the caller says."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats
from yuanheng.calc.composite.tables import takes_tables

Ties = Literal["min", "max", "average", "dense"]


@takes_tables
def rank(values: ArrayLike, *, ties: Ties = "min", descending: bool = True) -> Floats:
    """1 is the best (the largest, if ``descending``); NaN has no rank and stays NaN.

    ``values``: shape (n,) or (n, m), ranked column by column. Ties: ``min`` 1, 2, 2, 4 (as the
    scheme engine and COINr rank), ``max`` 1, 3, 3, 4, ``average`` 1, 2.5, 2.5, 4 (pymcdm),
    ``dense`` 1, 2, 2, 3 (scikit-criteria). Figures tie when they are the same float; round first
    where less than that is meant.

    >>> rank([30.0, 10.0, 30.0, float("nan")]).tolist()
    [1.0, 3.0, 1.0, nan]
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim == 1:
        return _rank(x[:, None], ties, descending)[:, 0]
    return _rank(x, ties, descending)


def _rank(x: Floats, ties: Ties, descending: bool) -> Floats:
    keys = -x if descending else x
    n = len(x)
    order = np.argsort(keys, axis=0, kind="stable")
    ordered = np.take_along_axis(keys, order, axis=0)
    new = np.ones(x.shape, dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    place = np.broadcast_to(np.arange(n)[:, None], x.shape)
    first = np.maximum.accumulate(np.where(new, place, 0), axis=0)
    if ties == "dense":
        found = np.cumsum(new, axis=0).astype(np.float64)
    else:
        ends = np.ones(x.shape, dtype=bool)
        ends[:-1] = new[1:]
        last = np.minimum.accumulate(np.where(ends, place, n)[::-1], axis=0)[::-1]
        parts = {"min": first * 2, "max": last * 2, "average": first + last}
        found = parts[ties] / 2.0 + 1.0
    result = np.empty(x.shape)
    np.put_along_axis(result, order, found, axis=0)
    return np.where(np.isnan(x), np.nan, result)
