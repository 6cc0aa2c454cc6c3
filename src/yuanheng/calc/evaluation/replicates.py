"""Many changed copies of one run at once: columns become matrices with a row for each copy.

Only what depends on a changed column is computed again; every other column stays the vector that
the run made. Formulas broadcast over both; statistics and ranks are taken copy by copy. The steps
are those of the compiled program, so a copy says exactly what an evaluation of it would say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from yuanheng.calc.evaluation.arrays import ArrayRun, Column
from yuanheng.calc.evaluation.pairs import pairs_column
from yuanheng.calc.evaluation.program import (
    CLASS,
    GRADE,
    GROUP,
    RATED,
    SCORED,
    STATUS,
    Aggregate,
    Define,
    Pairs,
    Program,
    Rank,
    Step,
    pair_exprs,
    reads,
)
from yuanheng.calc.expression import PreparedExpression, SharedFormulas
from yuanheng.calc.expression.nodes import Call, Const, Expr, If, Ref, rebuild, walk

T = TypeVar("T")
SETTLED = frozenset({GROUP, STATUS, RATED, SCORED, CLASS})
"""Who takes part, in which group: the same in every copy."""
GRADE_PLACE = "_grade_place"


@dataclass(slots=True)
class Prepared:
    """One step ready to run on matrices."""

    step: Step
    formula: PreparedExpression | None = None
    where: PreparedExpression | None = None
    keys: tuple[PreparedExpression, ...] = ()

    @property
    def formulas(self) -> list[PreparedExpression]:
        """All of the step's, in the order in which they run."""
        alone = [one for one in (self.formula, self.where) if one is not None]
        return [*self.keys, *alone]

    @classmethod
    def of(cls, step: Step) -> Prepared:
        if isinstance(step, Define):
            return cls(step, PreparedExpression(step.expr))
        if isinstance(step, Rank):
            keys = tuple(PreparedExpression(key.expr) for key in step.keys)
            return cls(step, None, PreparedExpression(step.where), keys)
        if isinstance(step, Pairs):
            return cls(step, keys=tuple(PreparedExpression(one) for one in pair_exprs(step)))
        where = None if step.where is None else PreparedExpression(step.where)
        return cls(step, PreparedExpression(step.value), where)


class _Plans:
    """What a program's steps need of one another, and the steps ready to run: once a program."""

    def __init__(self, program: Program) -> None:
        self.scale = grade_scale(program)
        self._steps = {step.name: step for step in program.steps}
        if self.scale:
            grade = self._steps[GRADE]
            assert isinstance(grade, Define)
            places = {text: float(n) for n, text in enumerate(self.scale)}
            self._steps[GRADE_PLACE] = Define(GRADE_PLACE, _as_places(grade.expr, places))
        self._same_ranks()
        self._reads = {name: reads(step) for name, step in self._steps.items()}
        self._known: dict[Any, tuple[list[Prepared], SharedFormulas]] = {}
        self.still: dict[Expr, str] = {}
        self.kept: dict[Any, Any] = {}

    def _same_ranks(self) -> None:
        """A ranking that another one has found already is taken from it."""
        known: dict[Any, str] = {}
        for name, step in self._steps.items():
            if isinstance(step, Rank):
                first = known.setdefault((step.keys, step.where, step.by), name)
                if first != name:
                    self._steps[name] = Define(name, Ref(first))

    def affected(self, changed: Collection[str], frozen: Collection[str] = SETTLED) -> set[str]:
        """Every column that a change of ``changed`` reaches."""
        found = set(changed)
        for name in self._steps:
            if name not in frozen and name not in found and self._reads[name] & found:
                found.add(name)
        return found - set(changed)

    def plan(
        self, changed: frozenset[str], wanted: tuple[str, ...], frozen: frozenset[str]
    ) -> tuple[list[Prepared], SharedFormulas]:
        """The steps to run, and what their formulas have in common."""
        key = (changed, wanted, frozen)
        if key not in self._known:
            reached = self.affected(changed, frozen)
            needed: set[str] = set()
            waiting = [name for name in wanted if name in reached]
            while waiting:
                name = waiting.pop()
                if name not in needed:
                    needed.add(name)
                    waiting.extend(self._reads[name] & reached)
            found = [
                self._still_apart(Prepared.of(self._steps[name]), reached | changed)
                for name in self._steps
                if name in needed
            ]
            shared = SharedFormulas([formula for one in found for formula in one.formulas])
            self._known[key] = (found, shared)
        return self._known[key]

    def _still_apart(self, prepared: Prepared, moved: set[str]) -> Prepared:
        """The step with the roundings that no copy moves (how many places a grade has) taken out:
        they are computed once, as columns of their own."""
        step = prepared.step
        if not isinstance(step, Define):
            return prepared

        def visit(expr: Expr) -> Expr:
            if isinstance(expr, Call) and expr.function in ("round", "floor", "ceil"):
                read = {node.key for node in walk(expr) if isinstance(node, Ref)}
                if read and not read & moved:
                    return Ref(self.still.setdefault(expr, f"_still/{len(self.still)}"))
            return rebuild(expr, visit)

        expr = visit(step.expr)
        return prepared if expr == step.expr else Prepared.of(Define(step.name, expr, step.kind))


class ReplicateRun:
    """Copies of a finished run. ``columns`` holds every column that the run made."""

    def __init__(self, program: Program, columns: Mapping[str, Column], rows: int) -> None:
        self.program, self.rows = program, rows
        self.base = ArrayRun(columns, rows)
        if program.replicates is None:
            program.replicates = _Plans(program)
        self._plans: _Plans = program.replicates
        self.scale = self._plans.scale
        self._still_columns: dict[str, Column] = {}
        self._scopes: dict[tuple[str, ...], tuple[Column, list[_Block]]] = {}

    def run(
        self,
        changed: Mapping[str, Column],
        wanted: Collection[str],
        frozen: Collection[str] = SETTLED,
    ) -> dict[str, Column]:
        """The ``wanted`` columns, each a matrix (copies × rows) where a change reaches it and the
        run's own vector where none does. ``changed`` columns are matrices; ``frozen`` ones stay
        as they were, whatever they depend on."""
        columns = dict(self.base.columns)
        columns.update(changed)
        with np.errstate(all="ignore"):
            plan, shared = self._plans.plan(frozenset(changed), tuple(wanted), frozenset(frozen))
            columns.update(self._still())
            values = shared.over(columns)
            for prepared in plan:
                columns[prepared.step.name] = self._one(prepared, values)
        return {name: columns[name] for name in wanted if name in columns}

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        """What follows from the program alone, made once for all its runs."""
        known: dict[Any, T] = self._plans.kept
        if key not in known:
            known[key] = make()
        return known[key]

    def _still(self) -> dict[str, Column]:
        for expr, name in self._plans.still.items():
            if name not in self._still_columns:
                self._still_columns[name] = np.asarray(PreparedExpression(expr)(self.base.columns))
        return self._still_columns

    def affected(self, changed: Collection[str], frozen: Collection[str] = SETTLED) -> set[str]:
        """Every column that a change of ``changed`` reaches."""
        return self._plans.affected(changed, frozen)

    def _one(self, prepared: Prepared, values_of: Any) -> Column:
        step = prepared.step
        if isinstance(step, Rank):
            assert prepared.where is not None
            keys = [
                (k.by(values_of), key.descending)
                for k, key in zip(prepared.keys, step.keys, strict=True)
            ]
            return self._rank(step, keys, np.asarray(prepared.where.by(values_of)) == 1)
        if isinstance(step, Pairs):
            return self._pairs(step, [np.asarray(one.by(values_of)) for one in prepared.keys])
        assert prepared.formula is not None
        values = np.asarray(prepared.formula.by(values_of))
        if values.ndim == 0:
            values = np.broadcast_to(values, (self.rows,))
        if isinstance(step, Define):
            return values
        where = None if prepared.where is None else np.asarray(prepared.where.by(values_of)) == 1
        return self._aggregate(step, values, where)

    def _aggregate(self, step: Aggregate, values: Column, where: Column | None) -> Column:
        shape = np.broadcast_shapes(values.shape, () if where is None else where.shape)
        return self.base._aggregate(step, np.broadcast_to(values, shape), where)

    def _pairs(self, step: Pairs, found: list[Column]) -> Column:
        """Rows held against each other, copy by copy where any of it moves."""
        shape = np.broadcast_shapes((self.rows,), *(column.shape for column in found))
        wide = [np.broadcast_to(column, shape) for column in found]
        copies = [wide] if len(shape) < 2 else [[c[at] for c in wide] for at in range(shape[0])]
        parts = len(step.parts)
        made = [
            pairs_column(
                step,
                one[:parts],
                None if step.value is None else one[parts],
                one[-2] == 1,
                one[-1] == 1,
            )
            for one in copies
        ]
        return made[0] if len(shape) < 2 else np.stack(made)

    def _blocks_of(
        self, by: tuple[str, ...], where: Column, codes: Column, count: int
    ) -> list[_Block]:
        """The rows of the scopes for which ``where`` is true, scopes of about one size together;
        kept, since copies ask again."""
        if by not in self._scopes or not np.array_equal(self._scopes[by][0], where):
            rows = np.flatnonzero(np.broadcast_to(where, (self.rows,)))
            rows = rows[np.argsort(codes[rows], kind="stable")]
            ends = np.cumsum(np.bincount(codes[rows], minlength=count))
            parts = sorted((part for part in np.split(rows, ends[:-1]) if len(part)), key=len)
            self._scopes[by] = (where, [_Block(alike, self.rows) for alike in _alike(parts)])
        return self._scopes[by][1]

    def _rank(self, step: Rank, keys: list[tuple[Any, bool]], where: Column) -> Column:
        columns = [-np.asarray(v) if down else np.asarray(v) for v, down in keys]
        shape = np.broadcast_shapes((self.rows,), where.shape, *(c.shape for c in columns))
        codes, count = self.base.codes(step.by)
        if where.ndim < 2 and count == 1 and np.all(where):
            return competition_ranks(columns, shape)
        result = np.full(shape, np.nan)
        if where.ndim < 2:
            for block in self._blocks_of(step.by, where, codes, count):
                chosen = [c if c.ndim == 0 else block.laid_out(c) for c in columns]
                ranks = competition_ranks(chosen, (*shape[:-1], *block.rows.shape))
                flat = ranks.reshape(*shape[:-1], -1)
                result[..., block.held] = flat.take(block.at, axis=-1)
            return result
        outside = np.where(where, codes, count).astype(float)
        first = competition_ranks([outside], shape)
        ranks = competition_ranks([outside, *columns], shape)
        return np.where(where, ranks - first + 1.0, np.nan)


WIDER, MORE = 1.25, 4
"""Scopes of at most so many times the rows of the smallest, and some more, are ranked at once."""


def _alike(parts: list[Column]) -> Iterator[list[Column]]:
    """Scopes of about one size together; ``parts`` from the smallest to the largest."""
    block: list[Column] = []
    for part in parts:
        if block and len(part) > WIDER * len(block[0]) + MORE:
            yield block
            block = []
        block.append(part)
    if block:
        yield block


class _Block:
    """Scopes as the rows of one matrix: ``rows`` (scopes × the largest), ``held`` the rows of the
    table in order, ``at`` the flat places where they stand."""

    def __init__(self, parts: list[Column], count: int) -> None:
        self.rows = np.zeros((len(parts), len(parts[-1])), dtype=np.intp)
        self.empty = np.ones(self.rows.shape, dtype=bool)
        for at, part in enumerate(parts):
            self.rows[at, : len(part)], self.empty[at, : len(part)] = part, False
        held, places = self.rows[~self.empty], np.flatnonzero(~self.empty)
        order = np.argsort(held)
        self.held: Any = held[order]
        self.at = places[order]
        if len(held) == count:
            self.held = slice(None)  # every row of the table

    def laid_out(self, column: Column) -> Column:
        """A column's figures so; what is empty comes last, where it puts nobody further down."""
        found = column.take(self.rows, axis=-1)
        if self.empty.any():
            # Sorting is slow where there is NaN.
            found[..., self.empty] = np.nan if np.isnan(found).any() else np.inf
        return found


def competition_ranks(keys: list[Column], shape: tuple[int, ...]) -> Column:
    """1 + the number of entries before each along the last axis, by ``keys`` from the first on,
    smallest first and unknown last; equals share a rank (1, 2, 2, 4)."""
    wide = [np.broadcast_to(key, shape).reshape(-1, shape[-1]) for key in keys]
    one, count = len(wide) == 1, shape[-1]
    order = np.argsort(wide[0], axis=-1) if one else np.lexsort(wide[::-1], axis=-1)
    order += count * np.arange(len(order))[:, None]  # places in the flat array
    differs = np.zeros(order.shape, dtype=bool)
    differs[:, :1] = True
    for key in wide:
        ordered = key.ravel().take(order)
        unequal = ordered[:, 1:] != ordered[:, :-1]
        if np.isnan(ordered[:, -1:]).any():
            unequal &= ~(np.isnan(ordered[:, 1:]) & np.isnan(ordered[:, :-1]))
        differs[:, 1:] |= unequal
    first = np.broadcast_to(np.arange(1.0, count + 1.0), order.shape)
    if not differs.all():
        first = np.maximum.accumulate(np.where(differs, first, 0.0), axis=-1)
    ranks = np.empty(order.size)
    ranks[order] = first
    return ranks.reshape(shape)


def grade_scale(program: Program) -> list[str]:
    """All grades that the scheme gives, best first."""
    step = next((s for s in program.steps if s.name == GRADE), None)
    found: dict[str, None] = {}
    if isinstance(step, Define):
        _collect(step.expr, found)
    return list(found)


def _collect(expr: Expr, found: dict[str, None]) -> None:
    if isinstance(expr, If):
        _collect(expr.then, found)
        _collect(expr.otherwise, found)
    elif isinstance(expr, Const) and isinstance(expr.value, str):
        found.setdefault(expr.value)


def _as_places(expr: Expr, places: Mapping[str, float]) -> Expr:
    """The grade's formula with each grade as its place in the scale."""
    if isinstance(expr, If):
        then, otherwise = (_as_places(e, places) for e in (expr.then, expr.otherwise))
        return replace(expr, then=then, otherwise=otherwise)
    if isinstance(expr, Const):
        if isinstance(expr.value, str):
            return Const(places[expr.value])
        return Const(None, "number")
    return expr


def fields_of(program: Program, expr: Expr) -> set[str]:
    """The input columns that a formula looks at, through named formulas too."""
    steps = {step.name: step for step in program.steps}
    inputs = {column.key for column in program.inputs}
    found: set[str] = set()
    waiting = [node.key for node in walk(expr) if isinstance(node, Ref)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in inputs:
            found.add(name)
        elif name in steps and name not in seen:
            seen.add(name)
            step = steps[name]
            waiting.extend(reads(step) if isinstance(step, Define) else [])
    return found
