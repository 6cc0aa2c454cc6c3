"""Variance-based sensitivity: which choice matters, first order and total, with error bars.

Outputs are matrices (copies × outputs). Of many outputs (the ranks of all subjects) the indices
are those of the sums of variances, so that a subject whose rank is sure counts for nothing
(Lamboni, Monod and Makowski 2011; Gamboa et al. 2014). With one output they are Sobol' indices.

First order: Saltelli et al. (2010), table 2 (b). Total: Jansen (1999), table 2 (f). Outputs are
centred first: without it the first-order estimate is noisy or worse when the mean is far from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
RESAMPLES = 200
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Index:
    """One choice's share of the variance; ``first_error`` and ``total_error`` are half the widths
    of the 95 % intervals from resampling."""

    choice: str
    first: float
    first_error: float
    total: float
    total_error: float


def sensitivity(
    of_a: Array,
    of_b: Array,
    of_mixed: Sequence[Array],
    choices: Sequence[str],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> list[Index]:
    """The indices of each choice.

    ``of_a``, ``of_b``: outputs of two independent samples (N × outputs, or N). ``of_mixed``: for
    each choice the outputs of the first sample with that choice's draws from the second. An output
    that is unknown anywhere is left out. All indices are 0 where nothing varies.
    """
    a, b = (np.asarray(part, dtype=float).reshape(len(part), -1) for part in (of_a, of_b))
    centre = (np.mean(a, axis=0) + np.mean(b, axis=0)) / 2
    parts = Parts.start(len(a), len(choices))
    a, b = a - centre, b - centre
    parts.add_pair(a, b)
    for number, mixed in enumerate(of_mixed):
        m = np.asarray(mixed, dtype=float).reshape(len(mixed), -1) - centre
        parts.add_mixed(number, a, b, m)
    return parts.indices(choices, seed, resamples)


@dataclass(slots=True)
class Parts:
    """The sums over outputs that the estimators need, row by row: enough for resampling without
    the outputs, so that half a million subjects need no more memory than one."""

    squares_a: Array
    squares_b: Array
    first: Array
    total: Array

    @classmethod
    def start(cls, count: int, choices: int) -> Parts:
        return cls(
            np.zeros(count),
            np.zeros(count),
            np.zeros((choices, count)),
            np.zeros((choices, count)),
        )

    def add_pair(self, a: Array, b: Array, rows: slice = slice(None)) -> None:
        """Centred outputs of both samples."""
        self.squares_a[rows] += np.nansum(a * a, axis=1)
        self.squares_b[rows] += np.nansum(b * b, axis=1)

    def add_mixed(
        self, choice: int, a: Array, b: Array, m: Array, rows: slice = slice(None)
    ) -> None:
        """Centred outputs of both samples and of the first with one choice of the second."""
        self.first[choice, rows] += np.nansum(b * (m - a), axis=1)
        self.total[choice, rows] += np.nansum((a - m) ** 2, axis=1) / 2

    def indices(self, choices: Sequence[str], seed: int, resamples: int) -> list[Index]:
        count = len(self.squares_a)
        random = np.random.default_rng(seed)
        # How often each row is drawn: resampling becomes one product for all choices.
        drawn = random.multinomial(count, np.full(count, 1.0 / count), size=resamples) / count
        variance = (self.squares_a + self.squares_b) / 2
        whole, wholes = float(variance.mean()), drawn @ variance
        found = []
        for number, choice in enumerate(choices):
            pair = []
            for sums in (self.first[number], self.total[number]):
                if whole <= 0:
                    pair.append((0.0, 0.0))
                    continue
                with np.errstate(all="ignore"):
                    again = np.where(wholes > 0, (drawn @ sums) / wholes, 0.0)
                pair.append((float(sums.mean()) / whole, Z95 * float(again.std(ddof=1))))
            found.append(Index(choice, *pair[0], *pair[1]))
        return found
