"""Step 6, several sets of weights made one: subjective with objective.

Sources: multiplicative and additive synthesis are in every Chinese text on 组合赋权; the game of
combination (博弈论组合赋权) after Lu, Liu and Chen; all are stated in docs/methods/composite.md.

``sets``: shape (k, m), a row for each method, each not negative, any sum. Results: shape (m,),
sum 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, matrix, refusal, weight_vector
from yuanheng.calc.composite.tables import takes_tables


def _rows(sets: ArrayLike) -> Floats:
    given = matrix(sets, "sets")
    return np.array([weight_vector(row, given.shape[1], f"sets[{k}]")
                     for k, row in enumerate(given)])  # fmt: skip


@takes_tables
def additive(sets: ArrayLike, voices: ArrayLike | None = None) -> Floats:
    """wⱼ = Σₖ vₖ·wₖⱼ with the ``voices`` v of the methods (None: equal).

    >>> additive([[0.5, 0.5], [0.1, 0.9]], [3, 1]).round(9).tolist()
    [0.4, 0.6]
    """
    w = _rows(sets)
    return np.asarray(weight_vector(voices, len(w), "voices") @ w)


@takes_tables
def multiplicative(sets: ArrayLike, voices: ArrayLike | None = None) -> Floats:
    """wⱼ = Πₖ wₖⱼ^(k·vₖ) ÷ Σ, k the number of methods: the plain product with equal voices. An
    indicator with 0 in a method that has a voice gets 0; where that leaves none, it is refused.

    >>> multiplicative([[0.5, 0.5], [0.2, 0.8]]).round(9).tolist()
    [0.2, 0.8]
    """
    w = _rows(sets)
    v = weight_vector(voices, len(w), "voices") * len(w)
    with np.errstate(divide="ignore"):
        logs = np.where(v[:, None] > 0, v[:, None] * np.log(w), 0.0).sum(axis=0)
    if np.isneginf(logs).all():
        raise refusal(
            "nothing_shared",
            "各方法没有一个共同给了权重的指标，乘法合成得不出权重；请改用加法合成。",
            "No indicator has a weight in every method, so their product is 0; add them instead.",
            "sets",
        )
    found = np.exp(logs - logs.max())
    return np.asarray(found / found.sum())


@dataclass(frozen=True, slots=True)
class Game:
    """``weights`` and each method's own coefficient, ``shares``, of sum 1."""

    weights: Floats
    shares: Floats


@takes_tables
def game(sets: ArrayLike) -> Game:
    """The combination from which no method departs much: w = Σ αₖ·wₖ with α from the condition of
    the least ‖Σₖ αₖ·wₖ − wᵢ‖ for each method i, Σₖ αₖ·(wᵢ·wₖ) = wᵢ·wᵢ; α scaled to sum 1.

    The system is solved by least squares, so that sets that are alike share evenly. Where an α
    comes out negative it is set to 0 and the rest solved again: no weight is ever negative.

    >>> found = game([[0.6, 0.4], [0.2, 0.8]])
    >>> found.weights.round(6).tolist(), found.shares.round(6).tolist()
    ([0.321429, 0.678571], [0.303571, 0.696429])
    """
    w = _rows(sets)
    gram = w @ w.T
    active = np.ones(len(w), dtype=bool)
    while True:
        alpha = np.zeros(len(w))
        inner = gram[np.ix_(active, active)]
        alpha[active] = np.linalg.lstsq(inner, np.diag(gram)[active], rcond=None)[0]
        if (alpha[active] > 0).all() or active.sum() == 1:
            break
        active &= alpha > 0
    shares = alpha / alpha.sum()
    return Game(shares @ w, shares)
