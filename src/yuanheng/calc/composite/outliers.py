"""Step 3, outliers: found by skewness and kurtosis, treated by winsorising or a log, and reported.

Sources: OECD/JRC Handbook (2008) step 3; the JRC's rule (Groeneveld and Meeden 1984): |skewness|
above 2 *and* kurtosis above 3.5 together signal outliers; COINr's `Treat`, whose figures are
reproduced. Skewness and excess kurtosis are of type 2 (as Excel SKEW and KURT, SAS, SPSS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Bools, Floats, column, matrix, refusal
from yuanheng.calc.composite.transforms import TRANSFORMS, Transform

SKEWNESS, KURTOSIS, MOST = 2.0, 3.5, 5
How = Literal["none", "winsorised", "transformed", "unknown"]


@dataclass(frozen=True, slots=True)
class TreatedColumn:
    """What was done to one indicator. ``high`` and ``low`` count the winsorised figures;
    ``passes`` says whether the rule is met in the end (None where too little is known to tell)."""

    how: How
    skewness_before: float
    kurtosis_before: float
    skewness_after: float
    kurtosis_after: float
    high: int
    low: int
    passes: bool | None


@dataclass(frozen=True, slots=True)
class Treated:
    """``values`` after treatment; ``changed`` marks each figure that is no longer as it was."""

    values: Floats
    changed: Bools
    columns: tuple[TreatedColumn, ...]


def skewness(values: ArrayLike) -> Floats:
    """G₁ = √(n(n−1)) ÷ (n−2) · m₃ ÷ m₂^1.5 of each column, shape (m,), over its known figures.

    NaN with fewer than three known figures or where all are alike. Without a unit; the same for
    a·x + b with a > 0.

    >>> [round(float(s), 6) for s in skewness([[1.0], [2.0], [3.0], [10.0]])]
    [1.763633]
    """
    n, z = _standard(matrix(values))
    g = _mean_power(n, z, 3)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 2, np.sqrt(n * (n - 1.0)) / (n - 2.0) * g, np.nan)


def kurtosis(values: ArrayLike) -> Floats:
    """G₂ = (n−1) ÷ ((n−2)(n−3)) · ((n+1)(m₄ ÷ m₂² − 3) + 6) of each column, shape (m,).

    Excess kurtosis (0 for a normal distribution); NaN with fewer than four known figures or where
    all are alike.

    >>> [round(float(k), 6) for k in kurtosis([[1.0], [2.0], [3.0], [10.0]])]
    [3.228]
    """
    n, z = _standard(matrix(values))
    r = _mean_power(n, z, 4)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = ((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return np.where(n > 3, found, np.nan)


def _standard(x: Floats) -> tuple[Floats, Floats]:
    """How many figures of each column are known, and the z-scores (ddof 0), NaN where flat."""
    known = ~np.isnan(x)
    n = known.sum(axis=0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        # By the largest first, so that powers of very large or small figures stay in range.
        top = np.max(np.abs(x), axis=0, initial=0.0, where=known)
        x = x / np.where(top > 0, top, 1.0)
        z = x - np.nansum(x, axis=0) / n
        flat = np.nanmax(np.where(known, x, -np.inf), axis=0) == np.nanmin(
            np.where(known, x, np.inf), axis=0
        )
        spread = np.sqrt(np.nansum(z**2, axis=0) / n)
        return n, np.where(flat, np.nan, z / spread)


def _mean_power(n: Floats, z: Floats, power: int) -> Floats:
    none = np.isnan(z).all(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(none, np.nan, np.nansum(z**power, axis=0) / n)


def passes(
    values: ArrayLike, *, max_skewness: float = SKEWNESS, max_kurtosis: float = KURTOSIS
) -> list[bool | None]:
    """For each column whether it meets the rule: |skewness| < 2 or kurtosis < 3.5. None where
    fewer than four figures are known or all are alike, so that nothing can be said.

    >>> passes([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0], [5.0, 5.0], [5.0, 99.0]])
    [True, False]
    """
    x = matrix(values)
    return [
        None if np.isnan(s) or np.isnan(k) else bool(abs(s) < max_skewness or k < max_kurtosis)
        for s, k in zip(skewness(x), kurtosis(x), strict=True)
    ]


def winsorise(
    values: ArrayLike,
    *,
    most: int | None = MOST,
    max_skewness: float = SKEWNESS,
    max_kurtosis: float = KURTOSIS,
) -> tuple[Floats, int, int]:
    """One column with its extremes pulled in while it fails the rule: the column, how many figures
    were lowered and how many raised.

    At each turn all figures at the present extreme (the highest if skewness ≥ 0, else the lowest)
    take the next value. It stops once the rule is met or ``most`` figures or more are changed
    (figures that tie are changed together, so ``most`` can be passed; None: no limit). The order
    of the figures is kept, though some become equal. Too few figures or all alike: unchanged.

    >>> changed, high, low = winsorise([1, 2, 3, 4, 5, 99])
    >>> changed.tolist(), high, low
    ([1.0, 2.0, 3.0, 4.0, 5.0, 5.0], 1, 0)
    """
    x = column(values).copy()
    if most is not None and most < 0:
        raise refusal("most_negative", f"most 是 {most}，应为 0 或正数。",
                      f"most is {most}; give 0 or more.", "most")  # fmt: skip
    original = x.copy()
    limits = {"max_skewness": max_skewness, "max_kurtosis": max_kurtosis}
    known = ~np.isnan(x)
    while passes(x[known, None], **limits)[0] is False if known.any() else False:
        if most is not None and (known & (x != original)).sum() >= most:
            break
        up = skewness(x[known, None])[0] >= 0
        extreme = x[known].max() if up else x[known].min()
        rest = x[known & (x != extreme)]
        x[known & (x == extreme)] = rest.max() if up else rest.min()
    return x, int((x < original).sum()), int((x > original).sum())


def treat(
    values: ArrayLike,
    *,
    most: int | None = MOST,
    then: Transform | None = "log_range",
    after_winsorising: bool = False,
    max_skewness: float = SKEWNESS,
    max_kurtosis: float = KURTOSIS,
) -> Treated:
    """Each indicator: left alone if it meets the rule; else winsorised; if it still fails,
    transformed by ``then`` from its untreated figures (or ``after_winsorising``).

    ``values``: shape (n, m). ``then`` is one of `transforms.TRANSFORMS` or None. A column still
    failing after everything keeps the last treatment and ``passes`` False, so it is seen. With
    ``then=None`` the winsorised figures are kept.

    >>> done = treat([[1.0], [2.0], [3.0], [4.0], [5.0], [99.0]])
    >>> done.columns[0].how, done.columns[0].high, done.changed.ravel().tolist()
    ('winsorised', 1, [False, False, False, False, False, True])
    """
    x = matrix(values)
    limits = {"max_skewness": max_skewness, "max_kurtosis": max_kurtosis}
    after = x.copy()
    how: list[How] = []
    counts: list[tuple[int, int]] = []
    for j, fine in enumerate(passes(x, **limits)):
        done: How = "unknown" if fine is None else "none"
        high = low = 0
        if fine is False:
            after[:, j], high, low = winsorise(x[:, j], most=most, **limits)
            done = "winsorised"
            if then is not None and passes(after[:, [j]], **limits)[0] is False:
                source = after[:, j] if after_winsorising else x[:, j]
                after[:, j] = TRANSFORMS[then](source)
                done = "transformed"
                high, low = (high, low) if after_winsorising else (0, 0)
        how.append(done)
        counts.append((high, low))
    before, end = (skewness(x), kurtosis(x)), (skewness(after), kurtosis(after))
    fine_now = passes(after, **limits)
    columns = tuple(
        TreatedColumn(
            how[j], float(before[0][j]), float(before[1][j]), float(end[0][j]), float(end[1][j]),
            *counts[j], fine_now[j],
        )
        for j in range(x.shape[1])
    )  # fmt: skip
    return Treated(after, ~np.isnan(x) & (after != x), columns)
