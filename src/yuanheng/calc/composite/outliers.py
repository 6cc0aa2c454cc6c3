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
from yuanheng.calc.composite.tables import takes_tables
from yuanheng.calc.composite.transforms import TRANSFORMS, Transform

SKEWNESS, KURTOSIS, MOST = 2.0, 3.5, 5
How = Literal["none", "winsorised", "transformed", "unknown"]
FIRST: dict[bool | None, How] = {None: "unknown", True: "none", False: "winsorised"}
"""What comes first for a column that can't be told, passes, or fails."""


@dataclass(frozen=True, slots=True)
class TreatedColumn:
    """What was done to one indicator. ``high`` and ``low`` count the figures lowered and raised
    by winsorising (0 where a transform replaced it); ``passes`` says whether the rule is met in
    the end (None where too little is known to tell)."""

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


@takes_tables
def skewness(values: ArrayLike) -> Floats:
    """G₁ = √(n(n−1)) ÷ (n−2) · m₃ ÷ m₂^1.5 of each column, shape (m,), over its known figures.

    NaN with fewer than three known figures or where all are alike. Without a unit; the same for
    a·x + b with a > 0.

    >>> [round(float(s), 6) for s in skewness([[1.0], [2.0], [3.0], [10.0]])]
    [1.763633]
    """
    return _shape(matrix(values))[0]


@takes_tables
def kurtosis(values: ArrayLike) -> Floats:
    """G₂ = (n−1) ÷ ((n−2)(n−3)) · ((n+1)(m₄ ÷ m₂² − 3) + 6) of each column, shape (m,).

    Excess kurtosis (0 for a normal distribution); NaN with fewer than four known figures or where
    all are alike.

    >>> [round(float(k), 6) for k in kurtosis([[1.0], [2.0], [3.0], [10.0]])]
    [3.228]
    """
    return _shape(matrix(values))[1]


def _shape(x: Floats) -> tuple[Floats, Floats]:
    """Skewness and kurtosis of each column."""
    n, z = _standard(x)
    with np.errstate(invalid="ignore", divide="ignore"):
        square = z * z
        g = np.nansum(square * z, axis=0) / n
        r = np.nansum(square * square, axis=0) / n
        skew = np.sqrt(n * (n - 1.0)) / (n - 2.0) * g
        kurt = ((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    varies = ~np.isnan(z).all(axis=0)
    return np.where(varies & (n > 2), skew, np.nan), np.where(varies & (n > 3), kurt, np.nan)


def _standard(x: Floats) -> tuple[Floats, Floats]:
    """How many figures of each column are known, and the z-scores (ddof 0), NaN where flat."""
    known = ~np.isnan(x)
    n = known.sum(axis=0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        # By the largest first, so that powers of very large or small figures stay in range.
        high = np.max(x, axis=0, initial=-np.inf, where=known)
        low = np.min(x, axis=0, initial=np.inf, where=known)
        top = np.where(n > 0, np.maximum(np.abs(high), np.abs(low)), 0.0)
        x = x / np.where(top > 0, top, 1.0)
        z = x - np.nansum(x, axis=0) / n
        flat = ~(high > low)
        spread = np.sqrt(np.nansum(z * z, axis=0) / n)
        return n, np.where(flat, np.nan, z / spread)


@takes_tables
def passes(
    values: ArrayLike, *, max_skewness: float = SKEWNESS, max_kurtosis: float = KURTOSIS
) -> list[bool | None]:
    """For each column whether it meets the rule: |skewness| < 2 or kurtosis < 3.5. None where
    fewer than four figures are known or all are alike, so that nothing can be said.

    >>> passes([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0], [5.0, 5.0], [5.0, 99.0]])
    [True, False]
    """
    return _verdicts(*_shape(matrix(values)), max_skewness, max_kurtosis)


def _verdicts(
    skew: Floats, kurt: Floats, max_skewness: float, max_kurtosis: float
) -> list[bool | None]:
    fine = (np.abs(skew) < max_skewness) | (kurt < max_kurtosis)
    told = ~np.isnan(skew) & ~np.isnan(kurt)
    return [bool(f) if t else None for f, t in zip(fine, told, strict=True)]


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
    x = column(values)
    pulled = _pull_in(x[:, None], most, max_skewness, max_kurtosis)[:, 0]
    return pulled, int((pulled < x).sum()), int((pulled > x).sum())


def _pull_in(
    original: Floats, most: int | None, max_skewness: float, max_kurtosis: float
) -> Floats:
    """Every column winsorised by the rule, all that still fail at once in each turn."""
    if most is not None and most < 0:
        raise refusal(
            "most_negative",
            f"most 是 {most}，应为 0 或正数。",
            f"most is {most}; give 0 or more.",
            "most",
        )
    x = original.copy()
    active = np.arange(x.shape[1])
    while active.size:
        part = x[:, active]
        skew, kurt = _shape(part)
        failing = (np.abs(skew) >= max_skewness) & (kurt >= max_kurtosis)
        if most is not None:
            changed = (part < original[:, active]) | (part > original[:, active])
            failing &= changed.sum(axis=0) < most
        active, up = active[failing], skew[failing] >= 0
        part = np.where(up, part[:, failing], -part[:, failing])
        known = ~np.isnan(part)
        extreme = part == np.max(part, axis=0, initial=-np.inf, where=known)
        second = np.max(part, axis=0, initial=-np.inf, where=known & ~extreme)
        part = np.where(extreme, second, part)
        x[:, active] = np.where(up, part, -part)
    return x


@takes_tables
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
    before = _shape(x)
    fine = _verdicts(*before, max_skewness, max_kurtosis)
    after = _pull_in(x, most, max_skewness, max_kurtosis)
    still = _verdicts(*_shape(after), max_skewness, max_kurtosis)
    how: list[How] = []
    for j, verdict in enumerate(fine):
        done = FIRST[verdict]
        if verdict is False and then is not None and still[j] is False:
            source = after[:, j] if after_winsorising else x[:, j]
            after[:, j] = TRANSFORMS[then](source)
            done = "transformed"
        how.append(done)
    winsorised = np.array([done == "winsorised" for done in how])
    lowered, raised = (after < x).sum(axis=0) * winsorised, (after > x).sum(axis=0) * winsorised
    end = _shape(after)
    fine_now = _verdicts(*end, max_skewness, max_kurtosis)
    columns = tuple(
        TreatedColumn(
            how[j],
            float(before[0][j]),
            float(before[1][j]),
            float(end[0][j]),
            float(end[1][j]),
            int(lowered[j]),
            int(raised[j]),
            fine_now[j],
        )
        for j in range(x.shape[1])
    )
    return Treated(after, ~np.isnan(x) & (after != x), columns)
