"""Step 6, weights by pairwise comparison: the analytic hierarchy process (层次分析法).

Sources: Saaty, The Analytic Hierarchy Process (1980); Saaty, How to make a decision (1990); Aczél
and Saaty (1983) for the geometric mean of experts; Forman and Peniwati (1998) for AIJ and AIP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, Names, matrix, refusal, weight_vector
from yuanheng.calc.composite.tables import takes_tables

RANDOM_INDEX = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
"""Saaty's mean consistency index of random matrices, for 1 to 15 criteria."""
ACCEPTED = 0.10


@dataclass(frozen=True, slots=True)
class Ahp:
    """``weights``: shape (m,), sum 1. ``root``: the largest eigenvalue λ; ``index`` (λ − m) ÷
    (m − 1); ``ratio`` index ÷ random index, 0 for two criteria, NaN beyond 15; ``consistent``:
    ratio ≤ 0.10. ``worst``: the pair (from 0) whose comparison is furthest from the weights'
    own ratio, and what that ratio is."""

    weights: Floats
    root: float
    index: float
    ratio: float
    consistent: bool
    worst: tuple[int, int, float]


@takes_tables
def ahp_weights(comparisons: ArrayLike, *, names: Names | None = None) -> Ahp:
    """The eigenvector of the largest eigenvalue, scaled to sum 1.

    ``comparisons``: shape (m, m), aᵢⱼ: how many times as important i is as j (Saaty's 1 to 9 and
    their reciprocals, or any positive figures); aᵢᵢ = 1, aⱼᵢ = 1 ÷ aᵢⱼ. What is not so is refused,
    every such pair at once. An inconsistent matrix is weighed, and says so.

    >>> found = ahp_weights([[1, 3, 5], [1/3, 1, 2], [1/5, 1/2, 1]])
    >>> found.weights.round(4).tolist(), round(found.ratio, 4), found.consistent
    ([0.6483, 0.2297, 0.122], 0.0032, True)
    """
    a = _checked(comparisons, names)
    m = len(a)
    roots, vectors = np.linalg.eig(a)
    at = int(np.argmax(roots.real))
    vector = np.abs(vectors[:, at].real)
    weights = vector / vector.sum()
    root = float(roots[at].real)
    index = max((root - m) / (m - 1), 0.0) if m > 1 else 0.0
    ratio = _ratio(index, m)
    apart = np.abs(np.log(a * weights[None, :] / weights[:, None]))
    i, j = (int(k) for k in np.unravel_index(int(np.argmax(np.triu(apart, 1))), a.shape))
    worst = (i, j, float(weights[i] / weights[j]))
    return Ahp(weights, root, index, ratio, bool(ratio <= ACCEPTED), worst)


def _ratio(index: float, m: int) -> float:
    if m <= 2:
        return 0.0
    return float("nan") if m > len(RANDOM_INDEX) else index / RANDOM_INDEX[m - 1]


def _checked(comparisons: ArrayLike, names: Names | None) -> Floats:
    a = matrix(comparisons, "comparisons")
    if a.shape[0] != a.shape[1] or np.isnan(a).any() or not (a > 0).all():
        raise refusal(
            "ahp_matrix",
            f"判断矩阵应是方阵且全为正数，现在的形状是 {a.shape}。",
            f"A comparison matrix is square and positive throughout; its shape is {a.shape}.",
            "comparisons",
        )
    off = [
        (i, j)
        for i in range(len(a))
        for j in range(i, len(a))
        if abs(a[i, j] * a[j, i] - 1) > 1e-2 or (i == j and a[i, i] != 1)
    ]
    if off:
        label = list(names) if names is not None else [str(k + 1) for k in range(len(a))]
        zh = "；".join(f"{label[i]}对{label[j]}是 {a[i, j]:g}，反过来是 {a[j, i]:g}"
                       for i, j in off)  # fmt: skip
        en = "; ".join(f"{label[i]} to {label[j]} is {a[i, j]:g} and the other way round "
                       f"{a[j, i]:g}" for i, j in off)  # fmt: skip
        raise refusal(
            "ahp_not_reciprocal",
            f"判断矩阵不互反：{zh}；两者应互为倒数，对角线为 1。",
            f"The comparisons aren't reciprocal: {en}; each must be 1 over the other, and 1 on "
            "the diagonal.",
            "comparisons",
        )
    return a


def from_upper(judgements: ArrayLike) -> Floats:
    """The whole matrix from its upper triangle, row by row: a₁₂, a₁₃, …, a₂₃, …

    >>> from_upper([2, 4, 2]).tolist()
    [[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]
    """
    given = np.asarray(judgements, dtype=np.float64).ravel()
    m = round((1 + np.sqrt(1 + 8 * len(given))) / 2)
    if m * (m - 1) // 2 != len(given) or not (given > 0).all():
        raise refusal(
            "ahp_upper",
            f"给了 {len(given)} 个比较；m 个指标要 m(m−1)/2 个正数（1、3、6、10……）。",
            f"{len(given)} comparisons were given; m criteria need m(m−1)/2 positive ones.",
            "judgements",
        )
    a = np.eye(m)
    upper = np.triu_indices(m, 1)
    a[upper] = given
    a.T[upper] = 1.0 / given
    return a


@dataclass(frozen=True, slots=True)
class GroupAhp:
    """``result`` for all experts together; ``experts``: each alone, in the order given."""

    result: Ahp
    experts: tuple[Ahp, ...]


def ahp_group(
    matrices: Sequence[ArrayLike],
    *,
    voices: ArrayLike | None = None,
    by: Literal["judgements", "priorities"] = "judgements",
    names: Names | None = None,
) -> GroupAhp:
    """Several experts by the weighted geometric mean: of their comparisons (AIJ), or of their
    weights (AIP), with their ``voices`` (None: equal).

    By priorities the index and ratio of ``result`` are those of the comparisons' mean all the
    same, since weights alone have none. An expert who is not consistent is kept: leave them out by
    ``experts[i].consistent`` where the rule says so.

    >>> one, two = [[1, 2], [1/2, 1]], [[1, 8], [1/8, 1]]
    >>> ahp_group([one, two]).result.weights.round(9).tolist()
    [0.8, 0.2]
    """
    if not matrices:
        raise refusal("no_expert", "没有专家。", "There is no expert.", "matrices")
    experts = tuple(ahp_weights(one, names=names) for one in matrices)
    if len({len(e.weights) for e in experts}) > 1:
        raise refusal(
            "experts_differ",
            "各位专家比较的指标个数不同。",
            "The experts compare different numbers of criteria.",
            "matrices",
        )
    v = weight_vector(voices, len(matrices), "voices")
    together = np.exp(np.tensordot(v, np.log([matrix(one) for one in matrices]), axes=1))
    # The mean of a pair and of its counterpart are reciprocal but for what rounding left.
    result = ahp_weights(np.sqrt(together / together.T))
    if by == "priorities":
        w = np.exp(v @ np.log([e.weights for e in experts]))
        result = Ahp(w / w.sum(), result.root, result.index, result.ratio, result.consistent,
                     result.worst)  # fmt: skip
    return GroupAhp(result, experts)
