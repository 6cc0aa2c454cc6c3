"""Which neighbours in a ranking cannot be told apart.

Definition. Two subjects can be told apart if one of them is ahead of the other in at least
``SURE`` (95 %) of the copies; being equal counts for neither. Going down the ranking, a group
takes in the next subject as long as it cannot be told apart from *any* one of the group; the
first who can be starts the next group. So every pair within a group is unsure, groups do not
overlap, and each subject is in one group (often of its own).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
SURE = 0.95
LARGEST = 2000
"""Beyond so many subjects in one ranking, neighbours are not compared."""
MOST = 40_000
"""Nor beyond so many in all rankings together."""


def told_apart(ranks: Array, one: int, others: Array, sure: float = SURE) -> Array:
    """For each of ``others`` whether it can be told apart from ``one``. ``ranks``: copies ×
    subjects."""
    own = ranks[:, [one]]
    ahead = (own < ranks[:, others]).mean(axis=0)
    behind = (own > ranks[:, others]).mean(axis=0)
    return np.asarray(np.maximum(ahead, behind) >= sure)


def groups_together(ranks: Array, order: Array, sure: float = SURE) -> list[list[int]]:
    """The groups from the top of the ranking down. ``order``: the subjects' columns by rank."""
    own = np.ascontiguousarray(ranks[:, order].T)
    starts = [0] if len(order) else []
    for place in range(1, len(order)):
        # The far end of the group first: who can be told apart is mostly found there.
        first = starts[-1]
        if any(_apart(part, own[place], sure) for part in (own[first], own[first + 1 : place])):
            starts.append(place)
    ends = [*starts[1:], len(order)]
    return [order[start:end].tolist() for start, end in zip(starts, ends, strict=True)]


def _apart(others: Array, one: Array, sure: float) -> bool:
    """Whether one subject can be told apart from any of ``others`` by their ranks."""
    enough = sure * len(one)
    for ahead in (np.less, np.greater):
        counts = np.add.reduce(ahead(others, one), axis=-1, dtype=np.int32)
        if counts.size and counts.max() >= enough:
            return True
    return False
