"""Which of many names are worth comparing with one: those that share a rare pair of characters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from yuanheng.kernel.importing.matching.names import grams

# A pair of characters in more names than this says nothing; of the rest the rarest few suffice.
_COMMON = 150
_RAREST = 4
_COMPARED = 12


class Blocks:
    """An index over the cores of names; 50,000 names take a second to enter."""

    def __init__(self, cores: Sequence[str]) -> None:
        self.grams = [grams(core) for core in cores]
        self.same: dict[str, list[int]] = defaultdict(list)
        postings: dict[str, list[int]] = defaultdict(list)
        for at, core in enumerate(cores):
            self.same[core].append(at)
            for place in range(len(core) - 1):
                postings[core[place : place + 2]].append(at)
        self.postings: dict[str, NDArray[np.int64]] = {
            pair: np.array(found) for pair, found in postings.items() if len(found) <= _COMMON
        }

    def candidates(self, core: str) -> list[int]:
        """Positions of the names to compare with ``core``, the most promising first."""
        if core in self.same:
            return self.same[core][:_COMPARED]
        pairs = {core[at : at + 2] for at in range(len(core) - 1)}
        found = [self.postings[pair] for pair in pairs if pair in self.postings]
        found.sort(key=len)
        if not found:
            return []
        places, counts = np.unique(np.concatenate(found[:_RAREST]), return_counts=True)
        if len(places) > _COMPARED:
            places = places[np.argsort(-counts, kind="stable")[:_COMPARED]]
        return [int(at) for at in places]
