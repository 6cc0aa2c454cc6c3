"""Step 4, correlation: Pearson, Spearman and Kendall, within and across dimensions.

Sources: OECD/JRC Handbook (2008) step 4; Kendall, The treatment of ties (1945). Unknown
figures are left out pair by pair. SciPy's `pearsonr`, `spearmanr` and `kendalltau` agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, Names, by_largest, matrix, named, refusal
from yuanheng.calc.composite.ranks import rank
from yuanheng.calc.composite.tables import takes_tables

Kind = Literal["pearson", "spearman", "kendall"]


@takes_tables
def correlation(
    values: ArrayLike, others: ArrayLike | None = None, *, kind: Kind = "pearson"
) -> Floats:
    """Each indicator with each: shape (m, m), or (m, k) with the k columns of ``others``.

    NaN where fewer than two units are shared or either side is flat among them; the diagonal of an
    indicator that varies is 1. Kendall's is τ-b; ties have average ranks in Spearman's.

    >>> x = [[1.0, 2.0], [2.0, 3.0], [3.0, 9.0]]
    >>> correlation(x, kind="spearman").round(9).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    >>> correlation(x).round(4).tolist()
    [[1.0, 0.9245], [0.9245, 1.0]]
    """
    x = matrix(values)
    y = x if others is None else matrix(others, "others")
    if len(x) != len(y):
        raise refusal(
            "rows_differ",
            f"两张表的行数不同：{len(x)} 与 {len(y)}。",
            f"The two tables have {len(x)} and {len(y)} rows.",
            "others",
        )
    if kind == "kendall":
        return _kendall(x, y)
    if not np.isnan(x).any() and not np.isnan(y).any():
        if kind == "spearman":
            x, y = rank(x, ties="average"), rank(y, ties="average")
        return _pearson(x, y)
    return _by_pairs(x, y, kind)


def _unit(x: Floats) -> Floats:
    """Centred and of length 1; NaN where flat."""
    x, _ = by_largest(x)
    flat = x.max(axis=0) == x.min(axis=0)
    z = x - x.mean(axis=0)
    length = np.sqrt((z**2).sum(axis=0))
    return np.where(flat, np.nan, z / np.where(flat, 1.0, length))


def _pearson(x: Floats, y: Floats) -> Floats:
    zx, zy = _unit(x), _unit(y)
    found = np.nan_to_num(zx).T @ np.nan_to_num(zy)
    found[np.isnan(zx[0])] = np.nan
    found[:, np.isnan(zy[0])] = np.nan
    found = np.clip(found, -1.0, 1.0)
    if x is y:
        found = (found + found.T) / 2
        np.fill_diagonal(found, np.where(np.isnan(np.diag(found)), np.nan, 1.0))
    return found


def _by_pairs(x: Floats, y: Floats, kind: Kind) -> Floats:
    found = np.full((x.shape[1], y.shape[1]), np.nan)
    for a in range(x.shape[1]):
        for b in range(y.shape[1]):
            both = ~np.isnan(x[:, a]) & ~np.isnan(y[:, b])
            if both.sum() < 2:
                continue
            one, two = x[both][:, [a]], y[both][:, [b]]
            if kind == "spearman":
                one, two = rank(one, ties="average"), rank(two, ties="average")
            found[a, b] = _pearson(one, two)[0, 0]
    return found


def _kendall(x: Floats, y: Floats) -> Floats:
    """τ-b = Σ sign·sign ÷ √(pairs not tied in x · pairs not tied in y), over shared units."""
    signs_x, signs_y = _signs(x), _signs(y)
    known_x, known_y = np.abs(_signs(x, known=True)), np.abs(_signs(y, known=True))
    agree = signs_x @ signs_y.T
    untied_x = np.abs(signs_x) @ known_y.T
    untied_y = known_x @ np.abs(signs_y).T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.clip(agree / np.sqrt(untied_x * untied_y), -1.0, 1.0))


def _signs(x: Floats, known: bool = False) -> Floats:
    """The sign of each pair of units for each indicator, shape (m, pairs); 0 where unknown.
    ``known``: 1 for each pair whose two figures are known."""
    upper = np.triu_indices(len(x), 1)
    first, second = x[upper[0]].T, x[upper[1]].T
    if known:
        return (~np.isnan(first) & ~np.isnan(second)).astype(np.float64)
    return np.nan_to_num(np.sign(first - second))


@dataclass(frozen=True, slots=True)
class DimensionCorrelation:
    """Correlations of the indicators with the dimensions' scores. ``own``: with the own dimension;
    ``best_elsewhere`` and ``elsewhere``: the highest with another, and which. ``doubtful``, in
    words: negative within the own dimension, or higher with another."""

    matrix: Floats
    dimensions: tuple[str, ...]
    own: Floats
    best_elsewhere: Floats
    elsewhere: tuple[str, ...]
    doubtful: tuple[tuple[str, str], ...]


@takes_tables
def with_dimensions(
    values: ArrayLike,
    belongs: Sequence[str],
    scores: Mapping[str, ArrayLike],
    *,
    kind: Kind = "pearson",
    names: Names | None = None,
) -> DimensionCorrelation:
    """How each indicator goes with its own dimension and with the others.

    ``values``: shape (n, m), the better the higher; ``belongs``: the dimension of each indicator;
    ``scores``: each dimension's score, shape (n,). ``doubtful`` holds a sentence in Chinese and
    one in English for each indicator that runs against its own dimension or with another more
    closely.

    >>> x = [[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]]
    >>> found = with_dimensions(x, ["d", "d"], {"d": [1.0, 2.0, 4.0]}, names=["a", "b"])
    >>> [en for _, en in found.doubtful]
    ['“b” runs against its dimension “d” (correlation -0.98)']
    """
    x = matrix(values)
    dimensions = tuple(scores)
    table = np.column_stack([np.asarray(scores[d], dtype=np.float64) for d in dimensions])
    found = correlation(x, table, kind=kind)
    place = [dimensions.index(d) for d in belongs]
    own = found[np.arange(len(place)), place]
    rest = found.copy()
    rest[np.arange(len(place)), place] = np.nan
    at = np.argmax(np.where(np.isnan(rest), -np.inf, rest), axis=1)
    best = rest[np.arange(len(at)), at]
    doubtful = []
    for j, (mine, other) in enumerate(zip(own, best, strict=True)):
        zh, en = named(names, j, "列", "column")
        if mine < 0:
            doubtful.append(
                (
                    f"{zh}与所在维度“{belongs[j]}”反向（相关系数 {mine:.2f}）",
                    f"{en} runs against its dimension “{belongs[j]}” (correlation {mine:.2f})",
                )
            )
        elif other > mine:
            doubtful.append(
                (
                    f"{zh}与“{dimensions[at[j]]}”比与所在维度“{belongs[j]}”更近"
                    f"（{other:.2f} 对 {mine:.2f}）",
                    f"{en} is closer to “{dimensions[at[j]]}” than to its own dimension "
                    f"“{belongs[j]}” ({other:.2f} against {mine:.2f})",
                )
            )
    elsewhere = tuple("" if np.isnan(b) else dimensions[a] for a, b in zip(at, best, strict=True))
    return DimensionCorrelation(found, dimensions, own, best, elsewhere, tuple(doubtful))
