"""Step 6, weights out of the data themselves: standard deviation, entropy, CRITIC and kin.

Sources: Shannon (1948) and Zeleny (1982) for entropy (熵权法); Diakoulaki, Mavrotas and Papayannakis,
Determining objective weights: the CRITIC method (1995); Li, Wang and Hu (2009) for Gini;
Keshavarz-Ghorabaee et al. (2021) for MEREC.

``values``: shape (n, m). Results: shape (m,), not negative, sum 1. Unknown figures are left out
indicator by indicator (pair by pair for correlations). A flat indicator tells nothing and gets 0;
where none varies there is nothing to weigh by, and that is refused. Such weights measure how far
the units differ, not how much an indicator matters: they answer to the data of one year.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.analysis.correlation import correlation
from yuanheng.calc.composite.inputs import (
    Floats,
    Names,
    by_largest,
    directions,
    matrix,
    named,
    refusal,
    weight_vector,
)
from yuanheng.calc.composite.normalisation import flat_columns, min_max
from yuanheng.calc.composite.tables import takes_tables


def equal_weights(count: int) -> Floats:
    """1/m each.

    >>> equal_weights(4).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    if count < 1:
        raise refusal("no_indicator", "没有指标。", "There is no indicator.", "count")
    return np.full(count, 1.0 / count)


def given_weights(weights: ArrayLike | Mapping[str, float]) -> Floats:
    """Weights as people gave them (points, percentages, coefficients; by name or in order), scaled
    to sum 1.

    >>> given_weights([30, 20, 50]).tolist()
    [0.3, 0.2, 0.5]
    """
    if isinstance(weights, Mapping):
        weights = list(weights.values())
    return weight_vector(weights, len(np.atleast_1d(np.asarray(weights))))


@takes_tables
def deviation_weights(
    values: ArrayLike, direction: ArrayLike | None = None, *, scale: bool = True, ddof: int = 0
) -> Floats:
    """wⱼ = sⱼ ÷ Σ s, of the min-max figures (``scale``) or of the figures as they are, which must
    then be of one unit.

    >>> deviation_weights([[0.0, 0.0], [1.0, 4.0]]).tolist()
    [0.5, 0.5]
    >>> deviation_weights([[0.0, 0.0], [1.0, 4.0]], scale=False).tolist()
    [0.2, 0.8]
    """
    x = min_max(values, direction, low=0.0, high=1.0) if scale else matrix(values)
    return _shared_out(_deviation(x, ddof))


@takes_tables
def entropy_weights(values: ArrayLike, *, names: Names | None = None) -> Floats:
    """pᵢⱼ = xᵢⱼ ÷ Σᵢ xᵢⱼ; eⱼ = −Σᵢ p·ln p ÷ ln n; wⱼ = (1 − eⱼ) ÷ Σ (1 − e); 0·ln 0 = 0.

    Figures must be 0 or more: positive originals or normalised ones; a negative one is refused by
    name. n is the number of known figures of the indicator. Doesn't change with the unit (a·x),
    but does with a shift (x + b). A column of zeros counts as flat.

    >>> entropy_weights([[1.0, 1.0], [1.0, 3.0]]).tolist()
    [0.0, 1.0]
    """
    x = matrix(values)
    _none_negative(x, names)
    known = ~np.isnan(x)
    count = known.sum(axis=0)
    scaled = np.where(known, by_largest(x)[0], 0.0)
    total = scaled.sum(axis=0)
    p = scaled / np.where(total > 0, total, 1.0)
    terms = p * np.log(np.where(p > 0, p, 1.0))
    entropy = -terms.sum(axis=0) / np.log(np.maximum(count, 2))
    # 1 − e of a flat column is a rounding error, not a weight.
    spread = np.where(flat_columns(x) | (total == 0), 0.0, np.clip(1.0 - entropy, 0.0, None))
    return _shared_out(spread)


@takes_tables
def critic_weights(
    values: ArrayLike, direction: ArrayLike | None = None, *, scale: bool = True, ddof: int = 0
) -> Floats:
    """Cⱼ = sⱼ · Σₖ (1 − rⱼₖ); wⱼ = C ÷ Σ C, on min-max figures (``scale``): contrast × conflict.

    r is Pearson's; of a pair that has none (flat, or too little shared) the term is left out.
    Doesn't change with a·x + b, a > 0. Where every pair correlates perfectly all C are 0 and the
    standard deviations alone decide.

    >>> critic_weights([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]]).round(6).tolist()
    [0.464102, 0.535898]
    """
    x = min_max(values, direction, low=0.0, high=1.0) if scale else (
        matrix(values) * directions(direction, matrix(values).shape[1])
    )  # fmt: skip
    spread = _deviation(x, ddof)
    conflict = np.nansum(1.0 - correlation(x), axis=1)
    found = spread * np.clip(conflict, 0.0, None)
    return _shared_out(found if found.sum() > 1e-12 * spread.sum() else spread)


@takes_tables
def gini_weights(values: ArrayLike, *, names: Names | None = None) -> Floats:
    """Gⱼ = Σᵢ Σₖ |xᵢ − xₖ| ÷ (2 n² x̄), wⱼ = G ÷ Σ G. Figures must be 0 or more.

    >>> gini_weights([[1.0, 1.0], [1.0, 3.0]]).tolist()
    [0.0, 1.0]
    """
    x = matrix(values)
    _none_negative(x, names)
    x, _ = by_largest(x)
    known = ~np.isnan(x)
    count = known.sum(axis=0)
    place = np.arange(1, len(x) + 1)[:, None]
    ordered = np.nan_to_num(np.sort(x, axis=0))
    total = ordered.sum(axis=0)
    weighted = (ordered * (2 * place - count - 1) * (place <= count)).sum(axis=0)
    safe = np.where(total > 0, total * np.maximum(count, 1), 1.0)
    return _shared_out(np.where(flat_columns(x), 0.0, weighted / safe))


@takes_tables
def merec_weights(
    values: ArrayLike, direction: ArrayLike | None = None, *, names: Names | None = None
) -> Floats:
    """By what is lost when an indicator is left out: nᵢⱼ = min ÷ x (or x ÷ max where lower is
    better), Sᵢ = ln(1 + Σ |ln n| ÷ m), Eⱼ = Σᵢ |S′ᵢⱼ − Sᵢ|, wⱼ = E ÷ Σ E.

    Figures must be above 0 and known: a unit with a gap is left out.

    >>> merec_weights([[1.0, 1.0], [1.0, 3.0]]).tolist()
    [0.0, 1.0]
    """
    x = matrix(values)
    x = x[~np.isnan(x).any(axis=1)]
    if not len(x):
        raise refusal("no_complete_unit", "没有一个对象的指标是齐全的。",
                      "No unit knows all its figures.", "values")  # fmt: skip
    _none_negative(np.where(x == 0, -1.0, x), names)
    faces = directions(direction, x.shape[1])
    scaled = np.where(faces > 0, x.min(axis=0) / x, x / x.max(axis=0))
    logs = np.abs(np.log(scaled)) / x.shape[1]
    whole = logs.sum(axis=1, keepdims=True)
    return _shared_out(np.abs(np.log1p(whole - logs) - np.log1p(whole)).sum(axis=0))


def _deviation(x: Floats, ddof: int) -> Floats:
    known = ~np.isnan(x)
    count = known.sum(axis=0)
    mean = np.nansum(x, axis=0) / np.maximum(count, 1)
    spread = np.sqrt(np.nansum((x - mean) ** 2, axis=0) / np.maximum(count - ddof, 1))
    return np.where(flat_columns(x), 0.0, spread)


def _shared_out(spread: Floats) -> Floats:
    total = spread.sum()
    if not total > 0:
        raise refusal(
            "nothing_varies",
            "没有一个指标在各对象之间有差别（或只有一个对象），无法用数据定权；请用给定权重或等权。",
            "No indicator differs between the units (or there is one unit only), so the data give "
            "no weights; use given or equal ones.",
            "values",
        )
    return np.asarray(spread / total)


def _none_negative(x: Floats, names: Names | None) -> None:
    if not (x < 0).any():
        return
    i, j = (int(k) for k in np.argwhere(x < 0)[0])
    zh, en = named(names, j, "列", "column")
    raise refusal(
        "weights_of_negative",
        f"{zh}第 {i + 1} 行不是正数；这种定权方法要求正数，请先做极差归一化。",
        f"{en} isn't positive in row {i + 1}; these weights need positive figures: apply min-max "
        "first.",
        "values",
    )
