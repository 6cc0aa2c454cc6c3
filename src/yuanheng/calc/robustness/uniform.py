"""Levels that order their parts, where only the weights differ from copy to copy.

Every part then counts for every row, so copies × rows × parts need not be laid out: sorting is
done once, and distances and regrets are matrix products. The definitions are those of
``ordering.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build.ordering import NEAR
from yuanheng.calc.evaluation.program import Combining

Array = npt.NDArray[Any]


def uniform(parts: list[tuple[Array, Array, Array]]) -> tuple[Array, Array] | None:
    """Shares (rows × parts) and weights (copies × parts, 1 in all) where all parts count in all
    copies for all rows and their shares are the same in all; None otherwise."""
    if not all(len(share) == 1 and there.all() for share, there, _ in parts):
        return None
    shares = np.stack([share[0] for share, _, _ in parts], axis=1)
    copies = max(len(weight) for _, _, weight in parts)
    weights = np.stack([np.broadcast_to(w[:, 0], (copies,)) for _, _, w in parts], axis=1)
    return shares, weights / weights.sum(axis=1, keepdims=True)


def by_order_at_once(how: Combining, shares: Array, weights: Array, rated: Array) -> Array:
    """The level's share of full marks (copies × rows)."""
    if how.way == "median":
        return _median(shares, weights)
    if how.way == "owa":
        places = np.array(how.places) / sum(how.places)
        ordered = -np.sort(-shares, axis=1) @ places
        return np.asarray(np.broadcast_to(ordered, (len(weights), len(shares))))
    if how.way == "benefit_of_the_doubt":
        return _own_best(shares, weights, how, rated)
    low, high = shares[rated].min(axis=0), shares[rated].max(axis=0)
    if how.way == "topsis":
        return _nearness(shares, weights, low, high)
    return _compromise(shares, weights, low, high, rated, how.majority)


def _median(shares: Array, weights: Array) -> Array:
    order = np.argsort(shares, axis=1, kind="stable")
    found = np.empty((len(weights), len(shares)))
    for row, places in enumerate(order):
        ordered = np.r_[shares[row, places], np.inf]
        reached = weights[:, places].cumsum(axis=1)
        first = (reached >= 0.5 - NEAR).argmax(axis=1)
        found[:, row] = low = ordered[first]
        exactly = np.flatnonzero(np.abs(reached[np.arange(len(first)), first] - 0.5) <= NEAR)
        high = ordered[first[exactly] + 1]
        found[exactly, row] = np.where(
            np.isfinite(high), (low[exactly] + high) / 2.0, low[exactly]
        )
    return found


def _nearness(shares: Array, weights: Array, low: Array, high: Array) -> Array:
    squares = weights * weights
    from_worst, from_best = (np.sqrt(squares @ ((shares - end) ** 2).T) for end in (low, high))
    total = from_worst + from_best
    return np.asarray(np.where(total > 0, from_worst / total, 0.5))


def _compromise(
    shares: Array, weights: Array, low: Array, high: Array, rated: Array, majority: float
) -> Array:
    whole, largest = np.zeros((2, len(weights), len(shares)))
    for at in np.flatnonzero(high > low):
        # Added part by part as elsewhere, no matrix product: equal rows must stay equal, or the
        # width of nothing is divided by.
        regret = weights[:, [at]] * (high[at] - shares[:, at]) / (high[at] - low[at])
        whole += regret
        np.maximum(largest, regret, out=largest)
    found = np.zeros_like(whole)
    for figure, part in ((whole, majority), (largest, 1.0 - majority)):
        least = figure[:, rated].min(axis=1, keepdims=True)
        width = figure[:, rated].max(axis=1, keepdims=True) - least
        found += part * np.where(width > 0, (figure - least) / np.where(width > 0, width, 1.0), 0)
    return np.asarray(np.clip(1.0 - found, 0.0, 1.0))


def _own_best(shares: Array, weights: Array, how: Combining, rated: Array) -> Array:
    at_least = np.maximum(shares, 0.0).T
    if not how.weightings:
        return np.asarray(weights @ at_least)
    best = np.zeros((len(weights), len(shares)))
    for own in np.array(how.weightings) / np.array(how.given):
        np.maximum(best, (weights * own) @ at_least, out=best)
    most = best[:, rated].max(axis=1, keepdims=True, initial=0.0)
    return np.asarray(np.minimum(best / np.where(most > 0, most, 1.0), 1.0))
