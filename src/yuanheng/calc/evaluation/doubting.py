"""Levels of which each subject has weights of its own: the sets among which it has its best.

The region of weights is the same for all subjects, and a linear program has its best at a corner
of it. So the corners that are best for somebody are found once for a run
(`composite.weights.doubt`) and kept with it; the score is then the largest of a few weighted sums,
an ordinary formula of the row that every engine computes alike (docs/decisions/0044).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.program import Combining
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme.composing import TOP_LEVEL
from yuanheng.calc.scheme.items import Dimension
from yuanheng.calc.scheme.model import Group, Scheme

Array = npt.NDArray[Any]
MOST_DOUBTED = 2000
"""Rated subjects of a group of which each may have weights of its own: a program for each."""


def is_doubtful(scheme: Scheme, group: Group) -> bool:
    """Whether a level of the group waits for the sets of weights of benefit of the doubt."""
    model = next((one for one in scheme.groups if one.code == group.like), group)
    levels = [(TOP_LEVEL, group.combine or model.combine)]
    waiting = list(model.items)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Dimension):
            levels.append((node.dimension, node.combine))
            waiting.extend(node.items)
    return any(
        way is not None and way.way == "benefit_of_the_doubt" and level not in group.weightings
        for level, way in levels
    )


def deepest_waiting(built: BuiltScheme) -> list[tuple[str, str, Combining]]:
    """The levels that wait for their sets, of them those below which no other waits: group,
    dimension ("" for the first level) and way."""
    program = built.program
    parents = {(one.group, one.dimension): one.parent for one in program.nodes}
    levels = [(one.group, one.dimension, one.combining) for one in program.nodes]
    levels += [(group, "", way) for group, way in program.root_ways.items()]
    known = {one.code: one.weightings for one in built.scheme.groups}
    waiting = [
        (group, level, way)
        for group, level, way in levels
        if way.way == "benefit_of_the_doubt" and (level or TOP_LEVEL) not in known[group]
    ]
    above: set[tuple[str, str]] = set()
    for group, level, _ in waiting:
        while level:
            level = parents[group, level]
            above.add((group, level))
    return [one for one in waiting if one[:2] not in above]


def own_weights(
    built: BuiltScheme,
    code: str,
    level: str,
    how: Combining,
    columns: Mapping[str, Array],
    rows: Array,
) -> list[list[float]]:
    """The sets of weights of one level among which each rated row (``rows``) has its best.
    FaultyInput where there are too many."""
    from yuanheng.calc.composite.weights import weightings

    group = next(one for one in built.scheme.groups if one.code == code)
    if len(rows) > MOST_DOUBTED:
        raise FaultyInput([_too_many(group.name, len(rows))])
    parts = range(1, len(how.parts) + 1)
    names = [f"{code}//{level}/share{number}" for number in parts]
    shares = np.column_stack([np.asarray(columns[name], dtype=np.float64)[rows] for name in names])
    given = np.array(how.given)
    low, high = None, None
    if how.within is not None:
        low, high = given * (1 - how.within), np.minimum(given * (1 + how.within), 1.0)
    if not len(rows):
        return []
    found = weightings(np.maximum(shares, 0.0), least_weight=low, largest_weight=high)
    return [[float(weight) for weight in own] for own in found]


def _too_many(name: str, rated: int) -> Fault:
    return Fault(
        "too_many_doubted",
        f"benefit_of_the_doubt（择优加权）合成要给“{name}”参评的 {rated:,} 家逐家求最有利的权重，"
        f"最多 {MOST_DOUBTED:,} 家；请分组评价，或改用 arithmetic、topsis 等合成办法。",
        f"Benefit of the doubt seeks the best weights for each of {rated:,} rated subjects of "
        f"“{name}”; {MOST_DOUBTED:,} are the most. Evaluate them in smaller groups or choose "
        "arithmetic or topsis.",
    )
