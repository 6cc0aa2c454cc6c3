"""Steps of one shape, run at once: forty items with the same formula are one matrix operation.

A program has a few steps for each item. Steps that differ only in their columns and constants,
and that do not read one another, form a batch; a batch is prepared once for a program and runs on
matrices with one row a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from yuanheng.calc.evaluation.program import (
    Aggregate,
    Define,
    Pairs,
    Program,
    Rank,
    Step,
    pair_exprs,
    reads,
)
from yuanheng.calc.expression import PreparedExpression
from yuanheng.calc.expression.nodes import Call, Const, Expr, Ref, rebuild

Shape = tuple[Any, ...]


@dataclass(slots=True)
class Operand:
    """Where the k rows of one operand are: one column for all, rows of an earlier batch at a
    regular distance, or columns that must be put together."""

    names: tuple[str, ...]
    batch: int = -1
    start: int = 0
    stride: int = 1

    def fetch(self, columns: Mapping[str, Any], results: list[Any]) -> Any:
        if len(self.names) == 1:
            return columns[self.names[0]]
        if self.batch >= 0:
            stop = self.start + self.stride * (len(self.names) - 1) + 1
            return results[self.batch][self.start : stop : self.stride]
        return np.array([columns[name] for name in self.names])


@dataclass(slots=True)
class Formula:
    """A formula of k steps with the same shape."""

    prepared: PreparedExpression
    operands: dict[str, Operand]

    def evaluate(self, columns: Mapping[str, Any], results: list[Any]) -> Any:
        return self.prepared(
            {key: operand.fetch(columns, results) for key, operand in self.operands.items()}
        )


@dataclass(slots=True)
class Batch:
    """k steps of one kind and shape. ``step`` is the first of them, for what they share. ``keys``
    are those of a rank, or all formulas of rows held against each other."""

    names: tuple[str, ...]
    step: Step
    formula: Formula | None = None
    where: Formula | None = None
    keys: tuple[Formula, ...] = ()


def batches_of(program: Program) -> list[Batch]:
    """The program's batches in an order in which they can run; prepared once."""
    if program.batches is None:
        program.batches = _Planner(program).plan()
    found: list[Batch] = program.batches
    return found


def shape_of(expr: Expr) -> tuple[Shape, list[str], list[float]]:
    """The structure of a formula, and the columns and numbers that stand in its places."""
    columns: list[str] = []
    numbers: list[float] = []

    def visit(node: Expr, fixed: bool) -> Shape:
        if isinstance(node, Ref):
            columns.append(node.key)
            return ("column",)
        if isinstance(node, Const):
            if node.kind == "number" and isinstance(node.value, float) and not fixed:
                numbers.append(node.value)
                return ("number",)
            return ("constant", node.kind, node.value)
        rounds = isinstance(node, Call) and node.function == "round"
        inner = [visit(child, rounds and n == 1) for n, child in enumerate(node.children)]
        own = getattr(node, "op", None) or getattr(node, "function", None)
        return (type(node).__name__, own, getattr(node, "options", None), *inner)

    return visit(expr, False), columns, numbers


class _Planner:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.places: dict[str, tuple[int, int]] = {}

    def plan(self) -> list[Batch]:
        groups: dict[Shape, list[Step]] = {}
        levels: dict[str, int] = {}
        for step in self.program.steps:
            level = 1 + max((levels.get(name, 0) for name in reads(step)), default=0)
            levels[step.name] = level
            groups.setdefault((level, *self._key(step)), []).append(step)
        batches: list[Batch] = []
        for _, steps in sorted(groups.items(), key=lambda pair: pair[0][0]):
            for row, step in enumerate(steps):
                self.places[step.name] = (len(batches), row)
            batches.append(self._batch(steps))
        return batches

    def _key(self, step: Step) -> Shape:
        if isinstance(step, Define):
            # A text or a column that only copies another is not worth a matrix.
            apart = step.name if step.kind == "text" else ""
            return ("define", apart, shape_of(step.expr)[0])
        if isinstance(step, Aggregate):
            kind = (step.statistic, step.where, step.by, step.source_by)
            return ("aggregate", *kind, shape_of(step.value)[0])
        return ("alone", step.name)

    def _batch(self, steps: list[Step]) -> Batch:
        first, names = steps[0], tuple(step.name for step in steps)
        if isinstance(first, Pairs):
            held = tuple(self._formula([expr]) for expr in pair_exprs(first))
            return Batch(names, first, keys=held)
        if isinstance(first, Rank):
            keys = tuple(self._formula([key.expr]) for key in first.keys)
            return Batch(names, first, None, self._formula([first.where]), keys)
        if isinstance(first, Define):
            return Batch(names, first, self._formula([s.expr for s in steps]))  # type: ignore[union-attr]
        where = None if first.where is None else self._formula([first.where])
        values = [s.value for s in steps if isinstance(s, Aggregate)]
        return Batch(names, first, self._formula(values), where)

    def _formula(self, exprs: list[Expr]) -> Formula:
        """The formulas as one, over operands ``$0``, ``$1`` … and columns of constants."""
        found = [shape_of(expr) for expr in exprs]
        columns = list(zip(*(c for _, c, _ in found), strict=True))
        numbers = list(zip(*(n for _, _, n in found), strict=True))
        operands = {f"${n}": self._operand(names) for n, names in enumerate(columns)}
        constants = [
            row[0] if len(set(row)) == 1 else np.array(row, dtype=float)[:, None]
            for row in numbers
        ]
        template = _template(exprs[0], iter(range(len(columns))), iter(constants), False)
        return Formula(PreparedExpression(template), operands)

    def _operand(self, names: tuple[str, ...]) -> Operand:
        if len(set(names)) == 1:
            return Operand(names[:1])
        places = [self.places.get(name) for name in names]
        first = places[0]
        if first is not None and all(p is not None and p[0] == first[0] for p in places):
            rows = [p[1] for p in places if p is not None]
            stride = rows[1] - rows[0]
            if stride > 0 and all(b - a == stride for a, b in pairwise(rows)):
                return Operand(names, first[0], rows[0], stride)
        return Operand(names)


def _template(expr: Expr, places: Any, constants: Any, fixed: bool) -> Expr:
    """The formula with its columns and numbers replaced in the order of ``shape_of``."""
    if isinstance(expr, Ref):
        return Ref(f"${next(places)}")
    if isinstance(expr, Const):
        if expr.kind == "number" and isinstance(expr.value, float) and not fixed:
            return replace(expr, value=next(constants))
        return expr
    rounds = isinstance(expr, Call) and expr.function == "round"
    position = iter(range(1000))
    return rebuild(
        expr,
        lambda child: _template(child, places, constants, rounds and next(position) == 1),
    )
