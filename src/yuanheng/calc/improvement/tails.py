"""How an item's points reach the score where that is a plain sum: a factor for each row.

From its points on, an item goes through the sums of its dimensions up to the total. Where nothing
on that way bends (a sum, a product with what no change moves), the total moves by the points times
a factor, and the steps between need not be run again for each figure that is tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.program import Define, Step
from yuanheng.calc.expression import PreparedExpression
from yuanheng.calc.expression.nodes import Binary, Expr, If, Ref, walk

Array = npt.NDArray[Any]
Factor = Array | float


def factor_of(
    points: str, base: str, between: Sequence[Step], columns: Mapping[str, Array]
) -> Factor | None:
    """By how much ``base`` moves on each row for a point of the column ``points``; None where that
    is no fixed factor. ``between``: the steps that lead from the item's figure to ``base``."""
    with np.errstate(all="ignore"):
        found = _Slopes(points, between, columns).of(base)
    return None if found is None or not np.isfinite(found).all() else found


class _Slopes:
    """Of each column between the points and the total. What the item's figure moves otherwise (its
    benchmark) may not lead past its points: such a column has no slope."""

    def __init__(self, points: str, between: Sequence[Step], columns: Mapping[str, Array]) -> None:
        self.steps = {step.name: step for step in between if step.name != points}
        self.moved = {*self.steps, points}
        self.columns = columns
        self.known: dict[str, Factor | None] = {points: 1.0}

    def of(self, name: str) -> Factor | None:
        if name not in self.known:
            step = self.steps.get(name)
            self.known[name] = self._slope(step.expr) if isinstance(step, Define) else None
        return self.known[name]

    def _moves(self, expr: Expr) -> bool:
        return any(isinstance(node, Ref) and node.key in self.moved for node in walk(expr))

    def _slope(self, expr: Expr) -> Factor | None:
        if isinstance(expr, Ref) and expr.key in self.moved:
            return self.of(expr.key)
        if not self._moves(expr):
            return 0.0
        if isinstance(expr, Binary) and expr.op in ("+", "-"):
            return self._sum(expr.left, expr.right, 1.0 if expr.op == "+" else -1.0)
        if isinstance(expr, Binary) and expr.op in ("*", "/"):
            return self._product(expr)
        if isinstance(expr, If) and not self._moves(expr.condition):
            then, otherwise = self._slope(expr.then), self._slope(expr.otherwise)
            if then is None or otherwise is None:
                return None
            chosen = np.asarray(PreparedExpression(expr.condition)(self.columns)) == 1
            return np.asarray(np.where(chosen, then, otherwise))
        return None

    def _sum(self, left: Expr, right: Expr, sign: float) -> Factor | None:
        one, other = self._slope(left), self._slope(right)
        return None if one is None or other is None else one + sign * other

    def _product(self, expr: Binary) -> Factor | None:
        moving, still = expr.left, expr.right
        if expr.op == "*" and self._moves(still):
            moving, still = still, moving
        slope = None if self._moves(still) else self._slope(moving)
        if slope is None:
            return None
        size = np.asarray(PreparedExpression(still)(self.columns), dtype=np.float64)
        return np.asarray(slope * size if expr.op == "*" else slope / size)
