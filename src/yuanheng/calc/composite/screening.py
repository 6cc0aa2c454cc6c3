"""Step 2, screening: which units and indicators have data enough to be compared.

Source: OECD/JRC Handbook (2008) step 2; JRC's rule of thumb of 65 % availability; the zero rule is
COINr's `Screen`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Bools, Floats, matrix, refusal
from yuanheng.calc.composite.tables import takes_tables

AT_LEAST = 0.65


@dataclass(frozen=True, slots=True)
class Screened:
    """Who stays. ``known`` and ``nonzero`` are shares between 0 and 1 (``nonzero`` is of the known
    figures and NaN where none is known); ``few_data`` and ``many_zeros`` say why one went."""

    keep: Bools
    known: Floats
    nonzero: Floats
    few_data: Bools
    many_zeros: Bools


@takes_tables
def availability(values: ArrayLike, axis: int = 1) -> Floats:
    """The share of known figures: of each unit (``axis=1``, shape (n,)) or indicator (0, (m,)).

    >>> availability([[1.0, float("nan")], [2.0, 3.0]]).tolist()
    [0.5, 1.0]
    """
    return np.asarray((~np.isnan(matrix(values))).mean(axis=axis), dtype=np.float64)


@takes_tables
def screen_units(
    values: ArrayLike, *, at_least: float = AT_LEAST, nonzero_at_least: float = 0.0
) -> Screened:
    """Units whose share of known figures is ``at_least`` so much, and of non-zero figures too.

    ``values``: shape (n, m), NaN unknown. A unit that knows nothing never stays. Nothing is
    removed here: ``keep`` is for the caller to apply, so that who went stays visible.

    >>> nan = float("nan")
    >>> screen_units([[1, nan, nan], [1, 2, nan], [0, 0, 1]], at_least=0.6).keep.tolist()
    [False, True, True]
    """
    return _screen(matrix(values), at_least, nonzero_at_least)


@takes_tables
def screen_indicators(
    values: ArrayLike, *, at_least: float = AT_LEAST, nonzero_at_least: float = 0.0
) -> Screened:
    """The same for indicators; every array has shape (m,).

    >>> screen_indicators([[1, float("nan")], [1, 2]], at_least=0.6).keep.tolist()
    [True, False]
    """
    return _screen(matrix(values).T, at_least, nonzero_at_least)


def _screen(x: Floats, at_least: float, nonzero_at_least: float) -> Screened:
    for name, share in (("at_least", at_least), ("nonzero_at_least", nonzero_at_least)):
        if not 0 <= share <= 1:
            raise refusal(
                "share_range",
                f"{name} 是 {share}，应在 0 与 1 之间。",
                f"{name} is {share}; give a share between 0 and 1.",
                name,
            )
    there = ~np.isnan(x)
    count = there.sum(axis=1)
    known = there.mean(axis=1)
    nonzero = np.full(len(x), np.nan)
    np.divide((there & (x != 0)).sum(axis=1), count, out=nonzero, where=count > 0)
    # A share that is meant to be reached exactly (13 of 20) must not fail by rounding.
    few = (known < at_least - 1e-12) | (count == 0)
    zeros = nonzero < nonzero_at_least - 1e-12
    return Screened(~(few | zeros), known, nonzero, few, zeros)
