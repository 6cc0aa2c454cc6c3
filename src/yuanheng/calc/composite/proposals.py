"""Weights for a scheme out of a run over its population: proposed, looked at, then written down.

A scheme's weights are fixed before an evaluation is published; weights that moved with each table
would make last year's score and a re-run after an objection incomparable. So a method proposes
them from one run and the office writes what it accepts under the group's ``weights``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yuanheng.calc.composite import weights as methods
from yuanheng.calc.composite.inputs import Floats, refusal
from yuanheng.calc.evaluation.program import GROUP, RATED, ItemColumns, Program

METHODS: dict[str, Callable[[Floats], Floats]] = {
    "equal": lambda x: methods.equal_weights(x.shape[1]),
    "deviation": lambda x: methods.deviation_weights(x, scale=False),
    "entropy": methods.entropy_weights,
    "critic": lambda x: methods.critic_weights(x, scale=False),
    "components": lambda x: methods.component_weights(x).weights,
    "correlation": lambda x: methods.correlation_weights(x).weights,
}


def propose_weights(
    program: Program,
    columns: Mapping[str, NDArray[Any]],
    group: str,
    method: str,
    *,
    digits: int = 2,
) -> dict[str, float]:
    """Weights in points for the items of a group, as its ``weights`` takes them.

    ``columns``: what `ArrayRun.run` gave for ``program``. Each item's figure is its points ÷ its
    weight over the rated subjects; items share what their dimension is worth now (each dimension
    by itself: dimensions keep their weight), by a method of `METHODS`. Rounded to ``digits`` by
    largest remainder, so that they add up as before. Items worth nothing or flat get 0 from every
    method but ``equal``. Refusals are those of the methods; an unknown group or method is refused.
    """
    items = [item for item in program.items if item.group == group]
    if not items or method not in METHODS:
        raise refusal(
            "proposal_bad",
            f"分组“{group}”没有指标，或没有“{method}”这种定权方法；可用：{'、'.join(METHODS)}。",
            f"Group “{group}” has no items, or “{method}” is none of {', '.join(METHODS)}.",
        )
    rated = (columns[GROUP] == group) & (columns[RATED] == 1)
    dimensions: dict[str, list[ItemColumns]] = defaultdict(list)
    for item in items:
        dimensions[item.dimension].append(item)
    proposed: dict[str, float] = {}
    for members in dimensions.values():
        total = float(sum(item.weight for item in members))
        table = np.column_stack([
            np.asarray(columns[item.points], dtype=np.float64)[rated] / (item.weight or 1.0)
            for item in members
        ])  # fmt: skip
        shares = METHODS[method](table) if len(members) > 1 else np.ones(1)
        for item, points in zip(members, _rounded(shares * total, digits), strict=True):
            proposed[item.item] = points
    return proposed


def _rounded(points: Floats, digits: int) -> list[float]:
    """Rounded down, then the largest remainders up, until the sum is that of before."""
    steps = points * 10.0**digits
    whole = np.floor(steps + 1e-9)
    left = round(float(steps.sum() - whole.sum()))
    whole[np.argsort(whole - steps, kind="stable")[: max(left, 0)]] += 1
    return [round(float(w) / 10**digits, digits) for w in whole]
