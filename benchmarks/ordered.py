"""Copies of the 144 × 40 evaluation whose one level orders its parts or its subjects.

Weights moved 1,000 times (200 times where all subjects are compared in pairs), with ranks and rank
intervals. The baseline is the same arithmetic written by hand in NumPy for this one method, over
finished shares, with nothing checked: every part counts for everybody, and all are one group.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import Row, ratio
from benchmarks.parks import INDICATORS, PARKS, flat_text, make_columns
from benchmarks.robustness import bare_ranks, weights_only
from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.preparing import prepare
from yuanheng.calc.robustness import Uncertainty
from yuanheng.calc.robustness.choices import draw
from yuanheng.calc.robustness.copies import Copies
from yuanheng.calc.scheme import read_scheme_text

COPIES, COMPARED = 1000, 200
PLACES = [INDICATORS - at for at in range(INDICATORS)]
MAJORITY = 0.5
BARS = {"median": 3.0, "owa": 3.0, "copeland": 3.0, "topsis": 3.0, "vikor": 3.0,
        "benefit_of_the_doubt": 3.0}  # fmt: skip


def median(shares: Any, weights: Any) -> Any:
    """The shares at which half of the weight is reached; ties of exactly half don't occur."""
    order = np.argsort(shares, axis=1)
    ordered = np.take_along_axis(shares, order, axis=1)
    found = np.empty((len(weights), len(shares)))
    for row, places in enumerate(order):
        at = (weights[:, places].cumsum(axis=1) >= 0.5).argmax(axis=1)
        found[:, row] = ordered[row, at]
    return found


def owa(shares: Any, weights: Any) -> Any:
    """Weights of the parts have no say in it."""
    ordered = -np.sort(-shares, axis=1) @ (np.array(PLACES) / sum(PLACES))
    return np.broadcast_to(ordered, (len(weights), len(shares)))


def copeland(shares: Any, weights: Any) -> Any:
    """Net wins over all others."""
    net = np.empty((len(weights), len(shares)))
    for row, own in enumerate(shares):
        ahead = weights @ np.sign(own - shares).T
        net[:, row] = (ahead > 1e-9).sum(axis=1) - (ahead < -1e-9).sum(axis=1)
    others = len(shares) - 1
    return (net + others) / (2 * others)


def topsis(shares: Any, weights: Any) -> Any:
    """Two matrix products: Σ w²·(x − end)²."""
    squares = weights * weights
    best, worst = (
        np.sqrt(squares @ ((shares - end) ** 2).T) for end in (shares.max(0), shares.min(0))
    )
    return worst / (worst + best)


def vikor(shares: Any, weights: Any) -> Any:
    """One matrix product and the largest regret."""
    low, high = shares.min(0), shares.max(0)
    regrets = (high - shares) / (high - low)
    whole = weights @ regrets.T
    largest = np.zeros_like(whole)
    for part in range(shares.shape[1]):
        np.maximum(largest, weights[:, part, None] * regrets[:, part], out=largest)
    found = np.zeros_like(whole)
    for figure in (whole, largest):
        least, most = figure.min(1, keepdims=True), figure.max(1, keepdims=True)
        found += MAJORITY * (figure - least) / (most - least)
    return 1 - found


def own_best(sets: Any, given: Any) -> Callable[[Any, Any], Any]:
    """Each by the best of the run's sets, moved with the weights and brought back to 1."""

    def scores(shares: Any, weights: Any) -> Any:
        found = np.zeros((len(weights), len(shares)))
        for own in sets / given:
            np.maximum(found, (weights * own) @ shares.T, out=found)
        return found / found.max(1, keepdims=True)

    return scores


def rows() -> list[Row]:
    """The lines of this benchmark, one a way."""
    return [_line(way) for way in BARS]


def _line(way: str) -> Row:
    said = {"owa": f", places: {PLACES}", "benefit_of_the_doubt": ", within: 50%"}.get(way, "")
    text, given = flat_text(f"{{way: {way}{said}}}"), make_columns()
    built, _ = prepare(
        build_program(read_scheme_text(text)), lambda one: ArrayRun(given, PARKS).run(one.program)
    )
    columns = ArrayRun(given, PARKS).run(built.program)
    shares = np.stack([columns[i.points] / i.weight for i in built.program.items], axis=1)
    count = COMPARED if way == "copeland" else COPIES
    moved = Uncertainty(active=("weights",))
    copies = Copies(built.program, columns, PARKS, 100.0, moved)
    weights = draw(moved, copies.weights, copies.can_go, count, 1).values["weights"]
    weights = weights / weights.sum(axis=1, keepdims=True)
    how = built.program.root_ways["parks"]
    by_hand: Any = {"median": median, "owa": owa, "copeland": copeland, "topsis": topsis,
                    "vikor": vikor}.get(way)  # fmt: skip
    if by_hand is None:
        by_hand = own_best(np.array(how.weightings), np.array(how.given))

    def bare() -> Any:
        return bare_ranks(np.round(100 * by_hand(shares, weights), 6))

    found, expected = weights_only(built, columns, copies=count), bare()
    if not (found.low == expected[0]).all() or not (found.high == expected[2]).all():
        raise AssertionError(f"{way}: the two ways disagree")
    return ratio(
        f"{count:,} weight copies of 144 x 40 by {way}",
        lambda: weights_only(built, columns, copies=count),
        bare,
        bar=BARS[way],
        baseline_is=f"bare NumPy of {way} over finished shares, ranks, quantiles",
        rounds=5,
    )
