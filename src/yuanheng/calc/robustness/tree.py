"""The weights of one group's tree, moved, and the points of its items put together.

Everything is a matrix over copies: W (copies × items) weights, S (rows × items, or copies × rows ×
items) shares of full marks. With additive aggregation and nothing left out the score is one matrix
product, W·Sᵀ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build.combining import TINY
from yuanheng.calc.evaluation.program import PLAIN, Combining, ItemColumns, Program
from yuanheng.calc.robustness.ordering import Part, by_order
from yuanheng.calc.scheme.composing import BY_ORDER

Array = npt.NDArray[Any]
TINY_PART = 1e-300
LEAST_SHARE = 0.01
"""Shares below this count as this in a geometric or harmonic mean, which 0 would destroy."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A dimension (or the root): places of its own items, the branches below, its weight, and how
    the scheme combines them. ``turned``: the level above takes 1 − its share."""

    items: Array
    below: tuple[Branch, ...]
    weight: float
    combining: Combining = PLAIN
    turned: bool = False

    def turned_items(self, above: bool = False) -> list[int]:
        """The places of the items of which a rise lowers the total, here and below."""
        turned = above != self.turned
        own = self.items.tolist() if turned else []
        return own + [n for child in self.below for n in child.turned_items(turned)]

    @property
    def plain(self) -> bool:
        """Whether the scheme only adds, here and below."""
        return self.combining.mean == "arithmetic" and all(child.plain for child in self.below)

    @property
    def orders(self) -> bool:
        """Whether any level, here or below, orders its parts or its subjects."""
        return self.combining.way in BY_ORDER or any(child.orders for child in self.below)

    @property
    def heeds_weights(self) -> bool:
        """Whether the weights of its items have any say: not where places alone have one."""
        return self.combining.way != "owa" or any(child.heeds_weights for child in self.below)

    @property
    def lays_out(self) -> bool:
        """Whether some level must lay out copies × rows × parts though the weights alone move:
        one that orders the scores of levels below, which then move too."""
        own = self.combining.way in BY_ORDER and bool(self.below)
        return own or any(child.lays_out for child in self.below)


@dataclass(frozen=True, slots=True)
class GroupTree:
    """The items of one group in their tree; ``weights`` in points."""

    items: list[ItemColumns]
    weights: Array
    root: Branch

    @property
    def signs(self) -> Array:
        """For each item 1, or −1 where a rise of it lowers the total."""
        return np.array([item.gained(1.0) for item in self.items])

    @property
    def parents(self) -> list[Branch]:
        """For each item the branches above it, the nearest one only."""
        found: dict[int, Branch] = {}
        waiting = [self.root]
        while waiting:
            branch = waiting.pop()
            found.update({int(n): branch for n in branch.items})
            waiting.extend(branch.below)
        return [found[n] for n in range(len(self.items))]


def tree_of(program: Program, group: str, total: float) -> GroupTree:
    """The tree of one group of the program."""
    items = [item for item in program.items if item.group == group]
    nodes = [node for node in program.nodes if node.group == group]

    def branch(code: str, weight: float, combining: Combining, turned: bool = False) -> Branch:
        own = [n for n, item in enumerate(items) if item.dimension == code]
        children = [n for n in nodes if n.parent == code]
        if combining.given:
            # The run's sets of weights are those of the parts that weigh something.
            own = [n for n in own if items[n].weight > 0]
            children = [n for n in children if n.weight > 0]
        below = [branch(n.dimension, n.weight, n.combining, n.turned) for n in children]
        return Branch(np.array(own, dtype=np.intp), tuple(below), weight, combining, turned)

    weights = np.array([item.weight for item in items], dtype=float)
    root = program.root_ways.get(group, PLAIN)
    return GroupTree(items, weights, branch("", total, root))


def effective_weights(tree: GroupTree, factors: Array | None, left_out: Array | None) -> Array:
    """The weights of each copy (copies × items), brought back to the tree's total.

    The weight of an item left out falls on what is left of its branch, and where nothing is left,
    on the branch above. A reserved block that nobody filled is left out in the same way.
    """
    copies = len(factors) if factors is not None else len(left_out) if left_out is not None else 1
    moved = np.broadcast_to(tree.weights, (copies, len(tree.weights))).copy()
    if factors is not None:
        moved *= factors
    alive = np.ones_like(moved, dtype=bool)
    if left_out is not None:
        gone = np.flatnonzero(left_out >= 0)
        alive[gone, left_out[gone]] = False
    result = np.zeros_like(moved)
    _share_out(tree.root, moved, alive, np.full(copies, tree.root.weight), result)
    whole = result.sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        result *= np.where(whole > 0, tree.root.weight / whole, 0.0)
    return result


def _wanted(branch: Branch, moved: Array, alive: Array) -> Array:
    """What a branch weighs in each copy: its moved weights where any of it counts, else 0."""
    if not len(branch.items) and not branch.below:
        return np.zeros(len(moved))
    own = moved[:, branch.items].sum(axis=1)
    lives = alive[:, branch.items].any(axis=1)
    for child in branch.below:
        below = _wanted(child, moved, alive)
        own, lives = own + below, lives | (below > 0)
    return np.where(lives, own, 0.0)


def _share_out(branch: Branch, moved: Array, alive: Array, given: Array, result: Array) -> None:
    """Spread ``given`` over what counts of a branch, in proportion to the moved weights."""
    below = [_wanted(child, moved, alive) for child in branch.below]
    own = np.where(alive[:, branch.items], moved[:, branch.items], 0.0)
    whole = own.sum(axis=1)
    for part in below:
        whole = whole + part
    with np.errstate(all="ignore"):
        scale = np.where(whole > 0, given / whole, 0.0)
    result[:, branch.items] = own * scale[:, None]
    for child, part in zip(branch.below, below, strict=True):
        _share_out(child, moved, alive, part * scale, result)


def combine(
    tree: GroupTree,
    weights: Array,
    shares: Array,
    counts: Array | None,
    way: str,
    rated: Array,
) -> Array:
    """The points of the group (copies × rows).

    ``shares``: points divided by full marks (rows × items, or copies × rows × items).
    ``counts``: which of them count at all, None for all. ``way``: ``scheme`` does as the scheme
    says level by level, ``geometric`` and ``harmonic`` take that mean of the shares by the same
    weights; an item under a dimension that is turned round enters as 1 − its share. ``rated``:
    which rows (a vector) take part in the group's best and worst.
    """
    if way == "scheme" and not tree.root.plain:
        return tree.root.weight * _level(tree.root, weights, shares, counts, rated)[0]
    shares = _as_counted(tree, shares)
    if way == "scheme":
        turned = shares
    elif way == "geometric":
        turned = np.log(np.maximum(shares, LEAST_SHARE))
    else:
        turned = 1.0 / np.maximum(shares, LEAST_SHARE)
    total = tree.root.weight
    if counts is None:
        points = _product(weights, turned)
    else:
        points = _partial(tree.root, weights, np.where(counts, turned, 0.0), counts, total)[0]
    if way == "scheme" or not total:
        return points
    return np.asarray(
        total * np.exp(points / total) if way == "geometric" else total * total / points
    )


def _as_counted(tree: GroupTree, shares: Array) -> Array:
    """The shares as they serve the total. In a sum W − Σ w·s is Σ w·(1 − s), so what a dimension
    turns round may be turned item by item."""
    turned = tree.root.turned_items()
    if not turned:
        return shares
    shares = shares.copy(order="K")
    shares[..., turned] = 1.0 - shares[..., turned]
    return shares


def _product(weights: Array, shares: Array) -> Array:
    """Σᵢ W[c, i]·S[c, r, i]."""
    if shares.ndim == 2:
        return weights @ shares.T
    total = np.zeros(shares.shape[:2])
    for at in range(shares.shape[2]):
        # Item by item: each lies together in memory.
        total += weights[:, [at]] * shares[:, :, at]
    return total


def _partial(
    branch: Branch, weights: Array, shares: Array, counts: Array, total: float
) -> tuple[Array, Array]:
    """A branch's points and its weight (copies × 1 or rows; 0 where none of it counts) when some
    items don't count for some rows: their weight falls on what is left of the branch."""
    at = branch.items
    points = _product(weights[:, at], shares[..., at])
    available = _product(weights[:, at], counts[..., at].astype(float))
    whole = weights[:, at].sum(axis=1)[:, None]
    for child in branch.below:
        below, weight, own = _below(child, weights, shares, counts, total)
        points, available, whole = points + below, available + weight, whole + own
    with np.errstate(all="ignore"):
        points = np.where(available > 0, points * whole / available, 0.0)
    return points, np.where(available > 0, whole, 0.0)


def _level(
    branch: Branch, weights: Array, shares: Array, counts: Array | None, rated: Array
) -> tuple[Array, Array, Array]:
    """A branch's share of full marks and whether any of it counts (copies × rows), and what it
    weighs (copies × 1), as `calc.evaluation.build.combining` puts levels together."""
    parts: list[Part] = []
    for at in branch.items.tolist():
        weight = weights[:, [at]]
        own = shares[..., at] if shares.ndim == 3 else shares[None, :, at]
        there = weight > 0
        if counts is not None:
            there = there & (counts[..., at] if counts.ndim == 3 else counts[None, :, at])
        parts.append((own, there, weight))
    for child in branch.below:
        own, there, weight = _level(child, weights, shares, counts, rated)
        parts.append((1.0 - own if child.turned else own, there, weight))
    # What counts for nobody weighs nothing on the level above either.
    parts = [(share, there & (weight > 0), weight) for share, there, weight in parts]
    available = sum((there * weight for _, there, weight in parts), np.zeros((1, 1)))
    whole = sum((weight for _, _, weight in parts), np.zeros((len(weights), 1)))
    lives = available > 0
    with np.errstate(all="ignore"):
        if branch.combining.way in BY_ORDER:
            mean = by_order(branch.combining, parts, rated)
        else:
            mean = _mean(branch.combining, parts, np.where(lives, available, 1.0))
    return np.where(lives, mean, 0.0), lives, whole


def _mean(how: Combining, parts: list[Part], available: Array) -> Array:
    def summed(of: Callable[[Array], Array]) -> Array:
        found = [np.where(there, weight * of(share), 0.0) for share, there, weight in parts]
        return np.asarray(sum(found))

    if how.mean == "arithmetic":
        return summed(lambda share: share) / available
    if how.mean == "quadratic":
        return np.sqrt(summed(lambda share: np.maximum(share, 0.0) ** 2) / available)
    if how.mean == "power_mean" and how.power > 0:
        return _power(how.power, [(np.maximum(s, 0.0), t, w) for s, t, w in parts], available)
    least = TINY if how.least is None else how.least
    lifted = [(np.maximum(share, least), there) for share, there, _ in parts]
    if how.mean == "minimum":
        mean = np.minimum.reduce(
            np.broadcast_arrays(*(np.where(there, share, 1e9) for share, there in lifted))
        )
    elif how.mean == "power_mean":
        raised = [(np.maximum(share, least), there, weight) for share, there, weight in parts]
        mean = _power(how.power, raised, available)
    elif how.mean == "geometric":
        mean = np.exp(summed(lambda share: np.log(np.maximum(share, least))) / available)
    else:
        mean = available / summed(lambda share: 1.0 / np.maximum(share, least))
    if how.least is not None:
        return np.asarray(mean)
    at_zero = [there & (share <= 0) for share, there, _ in parts]
    return np.where(np.logical_or.reduce(np.broadcast_arrays(*at_zero)), 0.0, mean)


def _power(power: float, parts: list[Part], available: Array) -> Array:
    """The mean of a power of shares that are not below 0, held against the one that tells most."""
    worst = -np.inf if power > 0 else np.inf
    ends = [np.where(there, share, worst) for share, there, _ in parts]
    of = np.maximum if power > 0 else np.minimum
    at = np.asarray(of.reduce(np.broadcast_arrays(*ends)))
    base = np.where(np.isfinite(at) & (at > 0), at, 1.0)

    def raised(share: Array) -> Array:
        return np.asarray(np.exp(power * np.log(np.maximum(share / base, TINY_PART))))

    terms = [np.where(t & (s > 0), weight * raised(s), 0.0) for s, t, weight in parts]
    mean = np.asarray(sum(terms)) / available
    return np.where(at > 0, base * np.exp(np.log(np.maximum(mean, TINY_PART)) / power), 0.0)


def _below(
    child: Branch, weights: Array, shares: Array, counts: Array, total: float
) -> tuple[Array, Array, Array]:
    points, weight = _partial(child, weights, shares, counts, total)
    return points, weight, _all_items(child, weights)


def _all_items(branch: Branch, weights: Array) -> Array:
    own = weights[:, branch.items].sum(axis=1)[:, None]
    for child in branch.below:
        own = own + _all_items(child, weights)
    return np.asarray(own)
