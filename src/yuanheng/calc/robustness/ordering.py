"""Levels that order their parts or their subjects, for many copies at once.

The definitions are those of ``calc.evaluation.build.ordering``; here the weights differ from copy
to copy and a part may not count. Then: a weight of nothing counts nowhere (``median``, ``topsis``,
``vikor``), two subjects are compared on the parts that both have (``copeland``), and the places of
``owa`` are those of as many parts as there are: the curve through the given places (Yager 1996) is
read at the steps of the smaller number. ``benefit_of_the_doubt`` keeps the sets of weights of the
run; they move with the copy's weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build.ordering import NEAR
from yuanheng.calc.evaluation.pairs import EVEN, net_wins
from yuanheng.calc.evaluation.program import Combining
from yuanheng.calc.robustness.uniform import by_order_at_once, uniform

Array = npt.NDArray[Any]
Part = tuple[Array, Array, Array]
"""Of one part: its shares (copies × rows), whether it counts (the same), its weight (copies × 1);
any of them may be 1 where it is the same for all."""
BLOCK = 1 << 22


def by_order(how: Combining, parts: list[Part], rated: Array) -> Array:
    """The level's share of full marks (copies × rows); what it is where no part counts has no
    meaning. ``rated``: the rows among which the best, the worst and the pairs are taken."""
    if how.way == "copeland":
        return _in_pairs(parts, rated)
    at_once = uniform(parts) if rated.any() else None
    if at_once is not None:
        return by_order_at_once(how, *at_once, rated)
    shares = _stacked([share for share, _, _ in parts])
    there = _stacked([counts for _, counts, _ in parts])
    weights = there * _stacked([weight for _, _, weight in parts])
    weights = weights / np.maximum(weights.sum(axis=0), 1e-300)
    if how.way == "benefit_of_the_doubt":
        return _own_best(shares, weights, how, rated)
    if how.way == "median":
        return _median(shares, there, weights)
    if how.way == "owa":
        return _by_place(shares, there, how.places)
    if how.way == "topsis":
        return _nearness(shares, there, weights, rated)
    return _compromise(shares, there, weights, rated, how.majority)


def _stacked(arrays: list[Array]) -> Array:
    return np.asarray(np.stack(np.broadcast_arrays(*arrays)))


def _median(shares: Array, there: Array, weights: Array) -> Array:
    shares, weights = np.broadcast_arrays(np.where(there, shares, np.inf), weights)
    order = np.argsort(shares, axis=0, kind="stable")
    shares = np.take_along_axis(shares, order, axis=0)
    reached = np.take_along_axis(weights, order, axis=0).cumsum(axis=0)
    first = (reached >= 0.5 - NEAR).argmax(axis=0)[None]
    low = np.take_along_axis(shares, first, axis=0)[0]
    at = np.take_along_axis(reached, first, axis=0)[0]
    following = np.minimum(first + 1, len(shares) - 1)
    high = np.take_along_axis(shares, following, axis=0)[0]
    exactly = (np.abs(at - 0.5) <= NEAR) & np.isfinite(high)
    return np.asarray(np.where(exactly, (low + high) / 2.0, low))


def _by_place(shares: Array, there: Array, places: tuple[float, ...]) -> Array:
    shares, there = np.broadcast_arrays(shares, there)
    ordered = -np.sort(np.where(there, -shares, np.inf), axis=0)
    count = there.sum(axis=0)
    weights = np.moveaxis(_places(places, len(shares))[count], -1, 0)
    return np.asarray(np.where(np.isfinite(ordered), weights * ordered, 0.0).sum(axis=0))


def _places(places: tuple[float, ...], parts: int) -> Array:
    """The weights of the places where 0, 1 … all parts count, one row for each."""
    curve = np.r_[0.0, np.cumsum(places)] / sum(places)
    steps = np.linspace(0.0, 1.0, len(curve))
    found = np.zeros((parts + 1, parts))
    for count in range(1, parts + 1):
        found[count, :count] = np.diff(np.interp(np.linspace(0.0, 1.0, count + 1), steps, curve))
    if parts == len(places):
        found[parts] = np.array(places) / sum(places)
    return found


def _ends(figures: Array, counts: Array, rated: Array) -> tuple[Array, Array]:
    """The least and the largest over the rated rows; NaN where there is none."""
    chosen = counts & rated
    low = np.where(chosen, figures, np.inf).min(axis=-1, keepdims=True, initial=np.inf)
    high = np.where(chosen, figures, -np.inf).max(axis=-1, keepdims=True, initial=-np.inf)
    return np.where(np.isinf(low), np.nan, low), np.where(np.isinf(high), np.nan, high)


def _nearness(shares: Array, there: Array, weights: Array, rated: Array) -> Array:
    worst, best = _ends(shares, there, rated)

    def distance(end: Array) -> Array:
        step = np.where(there, weights * (shares - end), 0.0)
        return np.asarray(np.sqrt((step * step).sum(axis=0)))

    from_worst, from_best = distance(worst), distance(best)
    total = from_worst + from_best
    return np.where(total > 0, from_worst / total, 0.5)


def _compromise(
    shares: Array, there: Array, weights: Array, rated: Array, majority: float
) -> Array:
    worst, best = _ends(shares, there, rated)
    spread = there & (best > worst)
    regrets = np.where(spread, weights * (best - shares) / (best - worst), 0.0)
    found: Array = np.zeros(())
    for figure, part in (
        (regrets.sum(axis=0), majority),
        (np.maximum(regrets.max(axis=0), 0.0), 1.0 - majority),
    ):
        low, high = _ends(figure, np.ones(figure.shape, dtype=bool), rated)
        found = found + part * np.where(high > low, (figure - low) / (high - low), 0.0)
    return np.asarray(np.clip(1.0 - found, 0.0, 1.0))


def _own_best(shares: Array, weights: Array, how: Combining, rated: Array) -> Array:
    """Each row by the best of the run's sets of weights, moved as the weights of the copy are, and
    brought back so that the best rated row of each copy has full marks again."""
    at_least = np.maximum(shares, 0.0)
    if not how.weightings:
        return np.asarray((weights * at_least).sum(axis=0))
    sets, given = np.array(how.weightings), np.array(how.given)
    best: Array = np.zeros(())
    for own in sets / given:
        moved = own[:, None, None] * weights
        best = np.maximum(best, (moved * at_least).sum(axis=0))
    most = np.where(rated, best, 0.0).max(axis=-1, keepdims=True, initial=0.0)
    return np.asarray(np.minimum(best / np.where(most > 0, most, 1.0), 1.0))


# --- pairs -------------------------------------------------------------------------------------


def _in_pairs(parts: list[Part], rated: Array) -> Array:
    copies = max(len(array) for part in parts for array in part)
    rows = len(rated)
    weights = np.stack([np.broadcast_to(w[:, 0], (copies,)) for _, _, w in parts], axis=1)
    weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    shares = [_where_there(*part) for part in parts]
    if all(len(share) == 1 for share in shares):
        net = _all_copies([share[0] for share in shares], weights, rated)
    else:
        net = np.empty((copies, rows))
        for at in range(copies):
            own = [share[at if len(share) > 1 else 0] for share in shares]
            net[at] = net_wins([(one, one[rated]) for one in own], weights[at].tolist())
    others = rated.sum() - rated.astype(float)
    return np.where(others > 0, (net + others) / (2.0 * np.maximum(others, 1.0)), 0.5)


def _where_there(share: Array, there: Array, weight: Array) -> Array:
    """The shares with NaN where the part counts for some rows only; one that weighs nothing in a
    copy needs no mark."""
    for_some = (there != (weight > 0)).any()
    return np.where(there, share, np.nan) if for_some else share


def _all_copies(shares: list[Array], weights: Array, rated: Array) -> Array:
    """Net wins (copies × rows) where only the weights differ: signs of all pairs by weights."""
    copies, rows = len(weights), len(shares[0])
    theirs = [share[rated] for share in shares]
    others = max(1, int(rated.sum()))
    net = np.empty((copies, rows))
    step = max(1, BLOCK // (others * max(copies, len(shares))))
    for first in range(0, rows, step):
        block = slice(first, first + step)
        signs = np.stack(
            [
                np.sign(np.nan_to_num(own[block, None] - other))
                for own, other in zip(shares, theirs, strict=True)
            ]
        )
        ahead = np.tensordot(weights, signs, axes=1)
        net[:, block] = (ahead > EVEN).sum(axis=-1) - (ahead < -EVEN).sum(axis=-1, dtype=np.intp)
    return net
