"""Rows held against each other in NumPy: who beats whom, and who is nearest.

The sums run part by part from the first to the last, as the printed SQL writes them
(``sql_pairs.py``), so both engines give the same bits. Every pair is looked at, so there is a most
that one scope may hold (docs/decisions/0038).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.exact import exact_sums
from yuanheng.calc.evaluation.program import Pairs
from yuanheng.calc.faults import Fault, FaultyInput

Column = npt.NDArray[Any]
MOST_UNITS = 4000
"""Rows of one group that may be held against each other."""
EVEN = 1e-9
"""Weights that differ by less than this are a tie."""
BLOCK = 1 << 21


def check_pairs(step: Pairs, of: int, among: int) -> None:
    """FaultyInput where a step would hold more rows against each other than are allowed.

    ``of`` rows are held against ``among`` rows; 4,000 against 4,000 are the most.
    """
    if of * among <= MOST_UNITS * MOST_UNITS:
        return
    what = {
        "wins": (f"copeland 合成要把{step.title}的 {max(of, among):,} 家两两比较",
                 f"Copeland compares all {max(of, among):,} subjects of {step.title} in pairs",
                 "请分组评价，或改用 topsis、owa、arithmetic 等合成办法",
                 "evaluate them in smaller groups or choose topsis, owa or arithmetic"),
        "nearest": (f"nearest 补数要把{step.title}缺数的 {of:,} 家与有数的 {among:,} 家逐对比较",
                    f"nearest holds {of:,} subjects of {step.title} without the figure against "
                    f"{among:,} with it",
                    "请改用 regression、group_median 等补数办法",
                    "use regression or group_median"),
    }[step.how]  # fmt: skip
    most = MOST_UNITS * MOST_UNITS
    raise FaultyInput(
        [
            Fault(
                "too_many_pairs",
                f"{what[0]}，共 {of * among:,} 对，最多 {most:,} 对（{MOST_UNITS:,} 家）；"
                f"{what[2]}。",
                f"{what[1]}: {of * among:,} pairs, and {most:,} ({MOST_UNITS:,} subjects) are the "
                f"most; {what[3]}.",
            )
        ]
    )


def pairs_column(
    step: Pairs, parts: Sequence[Column], value: Column | None, of: Column, among: Column
) -> Column:
    """The column of a step; ``of`` and ``among`` are true or false for each row."""
    rows, others = np.flatnonzero(of), np.flatnonzero(among)
    check_pairs(step, len(rows), len(others))
    result = np.full(len(of), np.nan)
    if not len(rows):
        return result
    pair = [(part[rows], part[others]) for part in parts]
    if step.how == "wins":
        result[rows] = net_wins(pair, step.weights)
    elif len(others):
        assert value is not None
        result[rows] = _near(pair, value[others], step.most)
    return result


def net_wins(pair: Sequence[tuple[Column, Column]], weights: Sequence[float]) -> Column:
    """Of each row the rows that it beats less those that beat it, shape (rows,). ``pair`` holds
    for each part the rows' figures and the others'.

    >>> parts = [np.array([3.0, 2.0, 1.0]), np.array([3.0, 2.0, 9.0])]
    >>> net_wins([(one, one) for one in parts], [2.0, 1.0]).tolist()
    [2.0, 0.0, -2.0]
    """
    count, others = len(pair[0][0]), len(pair[0][1])
    found = np.zeros(count)
    step = max(1, BLOCK // max(1, others))
    for first in range(0, count, step):
        block = slice(first, first + step)
        ahead = np.zeros((len(found[block]), others))
        for (mine, theirs), weight in zip(pair, weights, strict=True):
            own = mine[block, None]
            ahead += weight * ((own > theirs).astype(np.int8) - (own < theirs))
        found[block] = (ahead > EVEN).sum(axis=1) - (ahead < -EVEN).sum(axis=1, dtype=np.intp)
    return found


def _near(pair: Sequence[tuple[Column, Column]], values: Column, most: int) -> Column:
    """For each row the mean of the nearest ones' values; NaN where no part is known to both."""
    count = len(pair[0][0]) if pair else 0
    found = np.full(count, np.nan)
    for at in range(count):
        total, shared = np.zeros(len(values)), np.zeros(len(values))
        for mine, theirs in pair:
            off = mine[at] - theirs
            both = ~np.isnan(off)
            total += np.where(both, off * off, 0.0)
            shared += both
        near = np.flatnonzero(shared > 0)
        if len(near):
            away = total[near] / shared[near]
            last = np.partition(away, min(most, len(near)) - 1)[min(most, len(near)) - 1]
            chosen = values[near[away <= last]]
            found[at] = float(exact_sums(chosen, lambda one: np.asarray(one.sum()))) / len(chosen)
    return found
