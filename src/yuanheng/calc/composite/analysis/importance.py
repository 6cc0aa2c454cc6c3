"""Step 8, back to the data: how much each indicator really decides, against its nominal weight.

Sources: Paruolo, Saisana and Saltelli, Ratings and rankings: voodoo or science? (2013); Becker,
Saisana, Paruolo and Vandecasteele, Weights and importance in composite indicators (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.analysis.correlation import correlation
from yuanheng.calc.composite.inputs import (
    Floats,
    by_largest,
    column,
    group_codes,
    matrix,
    refusal,
    weight_vector,
)
from yuanheng.calc.composite.tables import takes_tables

Fit = Literal["linear", "smooth"]
WIDTHS = np.geomspace(0.05, 3.0, 25)
"""Bandwidths tried for the smooth fit, in standard deviations of the indicator."""


@dataclass(frozen=True, slots=True)
class Importance:
    """All of shape (m,). ``main_effect``: the correlation ratio S, 0 to 1; ``implied``: S scaled
    to sum 1; ``nominal``: the weights, of sum 1; ``ratio``: implied ÷ nominal (NaN for weight 0):
    above 1 the indicator decides more than its weight says."""

    main_effect: Floats
    implied: Floats
    nominal: Floats
    ratio: Floats


def correlation_ratio(scores: ArrayLike, groups: ArrayLike) -> float:
    """η² = variance of the groups' means ÷ variance of the scores: the share of the differences
    that lies between groups. ``scores``: shape (n,); NaN left out; NaN where they don't vary.

    >>> correlation_ratio([1.0, 1.0, 3.0, 3.0], ["a", "a", "b", "b"])
    1.0
    """
    y = column(scores, "scores")
    codes, count = group_codes(groups, len(y))
    known = ~np.isnan(y)
    y, codes = y[known], codes[known]
    if not y.size or y.max() == y.min():
        return float("nan")
    size = np.bincount(codes, minlength=count)
    means = np.bincount(codes, weights=y, minlength=count) / np.maximum(size, 1)
    return float((size * (means - y.mean()) ** 2).sum() / ((y - y.mean()) ** 2).sum())


@takes_tables
def main_effect(values: ArrayLike, scores: ArrayLike, *, fit: Fit = "smooth") -> Floats:
    """Sⱼ = Var(E[y | xⱼ]) ÷ Var(y), shape (m,): what knowing indicator j alone would leave less
    uncertain of the score.

    ``values``: shape (n, m); ``scores``: shape (n,); pairs with a gap are left out. E[y | x] is a
    straight line (``linear``: S = r²) or a local line with a Gaussian kernel (``smooth``), whose
    width is chosen by leaving one out, and which is a straight line where no width does better.
    NaN where the indicator or the score doesn't vary, or with fewer than 5 pairs for ``smooth``.

    >>> x = [[-2.0], [-1.0], [0.0], [1.0], [2.0]]
    >>> main_effect(x, [4.0, 1.0, 0.0, 1.0, 4.0], fit="linear").round(12).tolist()
    [0.0]
    """
    x, y = matrix(values), column(scores, "scores")
    if len(x) != len(y):
        raise refusal("rows_differ", f"指标有 {len(x)} 行，得分有 {len(y)} 个。",
                      f"There are {len(x)} rows of figures and {len(y)} scores.",
                      "scores")  # fmt: skip
    linear = correlation(x, y[:, None])[:, 0] ** 2
    if fit == "linear":
        return linear
    found = np.full(x.shape[1], np.nan)
    for j in np.flatnonzero(~np.isnan(linear)):
        known = ~np.isnan(x[:, j]) & ~np.isnan(y)
        if known.sum() >= 5:
            found[j] = _smooth(x[known, j], y[known])
    return found


def _smooth(x: Floats, y: Floats) -> float:
    """The variance of the fitted values over that of y, at the width with the least error."""
    x, y = (by_largest(one[:, None])[0][:, 0] for one in (x, y))
    z = (x - x.mean()) / x.std()
    best, fitted = np.inf, y
    for width in (np.inf, *WIDTHS[::-1]):
        smoother = _local_line(z, float(width))
        own = np.diag(smoother)
        if (own > 1 - 1e-9).any():
            continue
        made = smoother @ y
        error = float((((y - made) / (1 - own)) ** 2).mean())
        # Wider comes first: a narrower one must be clearly better to be believed.
        if error < best * (1 - 1e-9):
            best, fitted = error, made
    return float(np.clip(fitted.var() / y.var(), 0.0, 1.0))


def _local_line(z: Floats, width: float) -> Floats:
    """The matrix that turns y into its local straight line at each point."""
    apart = z[None, :] - z[:, None]
    kernel = np.ones_like(apart) if np.isinf(width) else np.exp(-0.5 * (apart / width) ** 2)
    s0, s1 = kernel.sum(axis=1), (kernel * apart).sum(axis=1)
    s2 = (kernel * apart**2).sum(axis=1)
    # Where all weight sits on one figure of x there is no slope: the local mean.
    spread = s0 * s2 - s1**2
    flat = spread <= 1e-12 * s0**2
    top = kernel * (s2[:, None] - apart * s1[:, None])
    line = top / np.where(flat, 1.0, spread)[:, None]
    return np.asarray(np.where(flat[:, None], kernel / s0[:, None], line))


@takes_tables
def implied_importance(
    values: ArrayLike, scores: ArrayLike, weights: ArrayLike | None = None, *, fit: Fit = "smooth"
) -> Importance:
    """Each indicator's main effect on the score beside its nominal weight.

    ``values``: shape (n, m), normalised; ``scores``: shape (n,), the index; ``weights``: shape
    (m,), as given to it (None: equal). Correlated indicators share what they explain, so main
    effects need not add up to 1; ``implied`` is scaled for the comparison.

    >>> x = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 1.0]]
    >>> found = implied_importance(x, [0.5, 0.5, 1.5, 1.5, 2.5], fit="linear")
    >>> found.implied.round(3).tolist(), found.ratio.round(3).tolist()
    ([0.893, 0.107], [1.786, 0.214])
    """
    x = matrix(values)
    nominal = weight_vector(weights, x.shape[1])
    effect = main_effect(x, scores, fit=fit)
    total = np.nansum(effect)
    implied = effect / total if total > 0 else np.full(len(effect), np.nan)
    ratio = np.divide(implied, nominal, out=np.full(len(nominal), np.nan), where=nominal > 0)
    return Importance(effect, implied, nominal, ratio)
