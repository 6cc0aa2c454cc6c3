"""Print a program as one portable SQL query, unchanged on DuckDB, PostgreSQL and Spark.

The query is a chain of layers (common table expressions). Short formulas are written out where
they are used; a layer is begun only where a statistic, a rank or a long formula must be finished
first. Column names are plain (``c1``, ``c2`` …), so no engine's quoting rules matter; the mapping
to the program's names comes with the text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from yuanheng.calc.evaluation.program import (
    SUMMED_UP_TO,
    Aggregate,
    Define,
    Pairs,
    Program,
    Rank,
    RankKey,
    Step,
    pair_exprs,
)
from yuanheng.calc.evaluation.sql_pairs import pairs_sql
from yuanheng.calc.expression import to_sql
from yuanheng.calc.expression.nodes import Call, Const, Expr, If, Ref, rebuild, walk
from yuanheng.calc.expression.sql_literals import DOUBLE_ONE

SMALL = 1e8
"""Billionths of a smaller figure fit a decimal of 18 digits, which every engine adds fast."""
EVERYTHING = (-math.inf, math.inf)
BILLION = "1000000000e0"
KEY = "subject_no"
SHIFT_PREFIXES = {"": "i_", "previous": "p_", "last_year": "y_"}
INLINE_NODES = 12
"""A formula of at most this many nodes is written out wherever it is used."""
CHEAP_NODES = 5
"""At most so many where a statistic is taken of it too: what is gathered is finished first."""
INLINE_ONCE = 60
"""A formula of at most this many nodes is written out where it is used if that is one place."""


@dataclass(frozen=True, slots=True)
class SqlProgram:
    """The query, and under which column name each wanted column of the program comes out; a
    column that is the same for every row is no column but a literal. ``late`` holds remarks as SQL
    over the source by the alias ``s``, to be found when they are asked for."""

    sql: str
    columns: dict[str, str]
    late: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Layer:
    """What one common table expression makes from the one before."""

    defines: list[tuple[str, Expr]] = field(default_factory=list)
    ranks: list[Rank] = field(default_factory=list)
    pairs: list[Pairs] = field(default_factory=list)
    aggregates: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Aggregate]] = field(
        default_factory=dict
    )

    def makes(self) -> set[str]:
        names = {name for name, _ in self.defines}
        names |= {rank.name for rank in self.ranks} | {step.name for step in self.pairs}
        return names | {a.name for group in self.aggregates.values() for a in group}


def print_program(
    program: Program,
    outputs: Iterable[str],
    *,
    source: str = "subjects",
    carried: tuple[str, ...] = ("subject_no",),
    late: bool = False,
) -> SqlProgram:
    """The query that gives ``carried`` columns of ``source`` and the wanted ``outputs``.

    ``source`` is a relation with one row a subject, whose columns are named as
    :func:`input_column` says, and with a column ``subject_no`` that numbers the rows: ranks are
    found on narrow rows (sorting wide ones costs three times as much) and joined by it. Rows come
    in no particular order. ``late`` leaves out of the query what the source itself tells and gives
    it apart (``SqlProgram.late``). A finished program is printed once for each of these questions.
    """
    wanted = list(dict.fromkeys(outputs))
    key = (tuple(wanted), source, carried, late, len(program.steps))
    if key not in program.printed:
        program.printed[key] = _Printer(program, wanted, source, carried).text(late)
    found: SqlProgram = program.printed[key]
    return found


def input_column(key: str) -> str:
    """The column of the source for an input key: ``i_tax``, or ``p_tax`` of the period before.

    No code of a scheme can then be a word of SQL or a name that the query itself uses.
    """
    name, _, shift = key.partition("@")
    return name if name.startswith("_") else SHIFT_PREFIXES[shift] + name


class _Printer:
    def __init__(
        self, program: Program, outputs: list[str], source: str, carried: tuple[str, ...]
    ) -> None:
        self.program, self.outputs, self.source, self.carried = program, outputs, source, carried
        self.steps: dict[str, Step] = {step.name: step for step in program.steps}
        self.names: dict[str, str] = {}
        self.inlined: dict[str, Expr] = {}
        self.level: dict[str, int] = {}
        self.constants: set[str] = set()
        self.between: dict[str, tuple[float, float]] = {}
        self.same_rank: dict[tuple[object, ...], str] = {}
        self.layers: list[_Layer] = []
        self.uses = Counter(
            name for step in program.steps for expr in _exprs(step) for name in _keys(expr)
        )
        self.gathered = {
            name
            for step in program.steps
            if isinstance(step, Aggregate)
            for name in _keys(step.value)
        }
        self.remarks = {
            name for item in program.items for name in (item.capped, item.floored) if name
        }
        self.scope_columns = {
            name
            for step in program.steps
            if isinstance(step, Aggregate | Rank)
            for name in (*step.by, *(getattr(step, "source_by", None) or ()))
        }

    # --- planning --------------------------------------------------------------------------

    def text(self, apart: bool) -> SqlProgram:
        for step in self.program.steps:
            self._plan(step)
        fixed = {name: self._sql(self.inlined[name], "") for name in self._fixed_outputs()}
        told = self._late_outputs(fixed) if apart else []
        late = {name: self._sql(self.inlined[name], "s") for name in told}
        self.outputs = [name for name in self.outputs if name not in fixed and name not in late]
        columns = {name: self._name(name) for name in self.outputs}
        return SqlProgram(self._write(), {**columns, **fixed}, late)

    def _late_outputs(self, fixed: dict[str, str]) -> list[str]:
        """Remarks that the source's own columns tell: found when they are asked for, so that a
        run in memory does not carry them."""
        inputs = {column.key for column in self.program.inputs}
        return [
            name
            for name in self.outputs
            if name in self.remarks
            and name not in fixed
            and name in self.inlined
            and _keys(self.inlined[name]) <= inputs
        ]

    def _fixed_outputs(self) -> list[str]:
        """Outputs that are the same literal for every row: given as SQL, never stored."""
        return [name for name in self.outputs if isinstance(self.inlined.get(name), Const)]

    def _plan(self, step: Step) -> None:
        if isinstance(step, Define):
            expr = self._inline(step.expr)
            if isinstance(expr, Const):
                self.constants.add(step.name)
            size = _size(expr)
            most = INLINE_ONCE if self.uses[step.name] <= 1 else INLINE_NODES
            if step.name in self.gathered and self.uses[step.name] > 1:
                most = CHEAP_NODES
            constant = step.name in self.constants
            if constant or (size <= most and step.name not in self.scope_columns):
                self.inlined[step.name] = expr
            else:
                self._place_define(step.name, expr)
        elif isinstance(step, Pairs):
            self._place_pairs(step)
        elif isinstance(step, Rank):
            keys = tuple(RankKey(self._inline(k.expr), k.descending) for k in step.keys)
            where = self._inline(step.where)
            by = self._scope(step.by)
            twin = self.same_rank.setdefault((keys, where, by), step.name)
            if twin != step.name:
                self.inlined[step.name] = Ref(twin)
                return
            rank = Rank(step.name, keys, where, by)
            level = self._level_of([*(k.expr for k in keys), where], by)
            self._layer(level).ranks.append(rank)
            self.level[step.name] = level
        else:
            value = self._inline(step.value)
            where_ = None if step.where is None else self._inline(step.where)
            by = self._scope(step.by)
            source_by = self._scope(step.source_by) if step.source_by else by
            used = [value] + ([where_] if where_ is not None else [])
            level = self._level_of(used, (*by, *source_by))
            aggregate = Aggregate(step.name, step.statistic, value, where_, by, source_by)
            self._layer(level).aggregates.setdefault((by, source_by), []).append(aggregate)
            self.level[step.name] = level

    def _place_pairs(self, step: Pairs) -> None:
        inlined = replace(
            step,
            parts=tuple(self._inline(part) for part in step.parts),
            value=None if step.value is None else self._inline(step.value),
            of=self._inline(step.of),
            among=self._inline(step.among),
        )
        level = self._level_of(pair_exprs(inlined), ())
        self._layer(level).pairs.append(inlined)
        self.level[step.name] = level

    def _scope(self, by: tuple[str, ...]) -> tuple[str, ...]:
        """A scope without the columns that are the same for every row."""
        return tuple(name for name in by if name not in self.constants)

    def _inline(self, expr: Expr) -> Expr:
        if isinstance(expr, Ref):
            return self.inlined.get(expr.key, expr)
        return rebuild(expr, self._inline)

    def _place_define(self, name: str, expr: Expr) -> None:
        if name in self.level:
            return
        level = self._level_of([expr], ())
        self._layer(level).defines.append((name, expr))
        self.level[name] = level
        self.inlined.pop(name, None)
        self.between[name] = self._bounds(expr)

    def _level_of(self, exprs: list[Expr], by: tuple[str, ...]) -> int:
        """The first layer whose predecessor holds all that is read."""
        read = {node.key for expr in exprs for node in walk(expr) if isinstance(node, Ref)}
        return 1 + max((self.level.get(name, 0) for name in read | set(by)), default=0)

    def _layer(self, level: int) -> _Layer:
        while len(self.layers) < level:
            self.layers.append(_Layer())
        return self.layers[level - 1]

    # --- writing ---------------------------------------------------------------------------

    def _name(self, name: str) -> str:
        if name not in self.names:
            made = name in self.steps
            self.names[name] = f"c{len(self.names) + 1}" if made else input_column(name)
        return self.names[name]

    def _sql(self, expr: Expr, table: str) -> str:
        return to_sql(expr, lambda ref: f"{table}.{self._name(ref.key)}")

    def _needed_after(self, level: int) -> list[str]:
        """Columns that layers after ``level`` or the outputs read and that exist by then."""
        read = {name for name in self.outputs if name not in self.inlined}
        for name in self.outputs:
            if name in self.inlined:
                # Written out in the last SELECT: narrow layers are cheaper than short formulas.
                read.update(_keys(self.inlined[name]))
        for layer in self.layers[level:]:
            for _, expr in layer.defines:
                read.update(_keys(expr))
            for rank in layer.ranks:
                read.update(rank.by)
                for expr in [*(k.expr for k in rank.keys), rank.where]:
                    read.update(_keys(expr))
            for step in layer.pairs:
                for expr in pair_exprs(step):
                    read.update(_keys(expr))
            for (by, source_by), aggregates in layer.aggregates.items():
                read.update(by, source_by)
                for aggregate in aggregates:
                    read.update(_keys(aggregate.value))
                    if aggregate.where is not None:
                        read.update(_keys(aggregate.where))
        later = {name for layer in self.layers[level:] for name in layer.makes()}
        return sorted(read - later, key=lambda n: (self.level.get(n, 0), self._name(n)))

    def _write(self) -> str:
        parts: list[str] = []
        table = self.source
        for number, layer in enumerate(self.layers, start=1):
            joins = []
            for index, ((by, source_by), aggregates) in enumerate(layer.aggregates.items(), 1):
                alias = f"a{number}_{index}"
                parts.append(f"{alias} AS (\n{self._group(table, source_by, aggregates)}\n)")
                joins.append((alias, by, aggregates))
            made = layer.makes()
            columns = [f"{table}.{c}" for c in self.carried]
            columns += [
                f"{table}.{self._name(n)}" for n in self._needed_after(number) if n not in made
            ]
            columns += [f"{self._sql(e, table)} AS {self._name(n)}" for n, e in layer.defines]
            ranked = f"r{number}"
            if layer.ranks:
                parts.append(f"{ranked} AS (\n{self._ranks(table, layer.ranks)}\n)")
            columns += [f"{ranked}.{self._name(r.name)}" for r in layer.ranks]
            columns += [
                f"{alias}.{self._name(a.name)}" for alias, _, group in joins for a in group
            ]
            held = [f"p{number}_{index}" for index in range(1, len(layer.pairs) + 1)]
            for alias, step in zip(held, layer.pairs, strict=True):
                parts += pairs_sql(step, alias, table, KEY, self._sql, _exact_sum)
                columns.append(f"{alias}.found AS {self._name(step.name)}")
            text = "  SELECT " + ",\n    ".join(columns) + f"\n  FROM {table}"
            for alias in held:
                text += f"\n  LEFT JOIN {alias} ON {table}.{KEY} = {alias}.{KEY}"
            for alias, by, _ in joins:
                text += self._join(table, alias, by)
            if layer.ranks:
                text += f"\n  JOIN {ranked} ON {table}.{KEY} = {ranked}.{KEY}"
            table = f"l{number}"
            parts.append(f"{table} AS (\n{text}\n)")
        wanted = [f"{table}.{column}" for column in self.carried]
        for name in self.outputs:
            if name in self.inlined:
                wanted.append(f"{self._sql(self.inlined[name], table)} AS {self._name(name)}")
            else:
                wanted.append(f"{table}.{self._name(name)}")
        select = f"SELECT {', '.join(dict.fromkeys(wanted))} FROM {table}"
        return ("WITH " + ",\n".join(parts) + "\n" + select) if parts else select

    def _join(self, table: str, alias: str, by: tuple[str, ...]) -> str:
        if not by:
            return f"\n  CROSS JOIN {alias}"
        pairs = (
            f"{table}.{self._name(column)} IS NOT DISTINCT FROM {alias}.k{n}"
            for n, column in enumerate(by, 1)
        )
        return f"\n  LEFT JOIN {alias} ON " + " AND ".join(pairs)

    def _group(self, table: str, by: tuple[str, ...], aggregates: list[Aggregate]) -> str:
        keys = [f"{table}.{self._name(c)}" for c in by]
        columns = [f"{key} AS k{n}" for n, key in enumerate(keys, 1)]
        columns += [f"{self._statistic(a, table)} AS {self._name(a.name)}" for a in aggregates]
        text = "  SELECT " + ",\n    ".join(columns) + f"\n  FROM {table}"
        return text + (f"\n  GROUP BY {', '.join(keys)}" if keys else "")

    def _statistic(self, step: Aggregate, table: str) -> str:
        value = self._sql(step.value, table)
        where = None if step.where in (None, Const(True, "boolean")) else step.where
        condition = "" if where is None else self._sql(where, table)
        chosen = f" FILTER (WHERE {condition})" if condition else ""
        count = f"(count({value}){chosen} * {DOUBLE_ONE})"
        if step.statistic == "count":
            return count
        if step.statistic in ("sum", "mean"):
            low, high = self._bounds(step.value)
            total = _exact_sum(value, chosen, max(-low, high))
            return total if step.statistic == "sum" else f"{total} / NULLIF({count}, 0)"
        return f"{step.statistic}({value}){chosen}"

    def _bounds(self, expr: Expr) -> tuple[float, float]:
        """Between which values a figure certainly lies, where literals cap and floor it."""
        match expr:
            case Const(value=float() as value):
                return value, value
            case Ref():
                return self.between.get(expr.key, EVERYTHING)
            case Call(function="min" | "max" | "coalesce" as function):
                found = [self._bounds(arg) for arg in expr.args]
                lows, highs = [low for low, _ in found], [high for _, high in found]
                if function == "min":
                    return min(lows), min(highs)
                return (max(lows), max(highs)) if function == "max" else (min(lows), max(highs))
            case If():
                pair = [self._bounds(expr.then), self._bounds(expr.otherwise)]
                return min(low for low, _ in pair), max(high for _, high in pair)
            case Const(value=None):
                return math.inf, -math.inf
            case _:
                return EVERYTHING

    def _ranks(self, table: str, ranks: list[Rank]) -> str:
        columns = [f"{self._rank(rank, table)} AS {self._name(rank.name)}" for rank in ranks]
        return f"  SELECT {table}.{KEY},\n    " + ",\n    ".join(columns) + f"\n  FROM {table}"

    def _rank(self, rank: Rank, table: str) -> str:
        keys = ", ".join(
            f"{self._sql(k.expr, table)} {'DESC' if k.descending else 'ASC'} NULLS LAST"
            for k in rank.keys
        )
        scope = [f"{table}.{self._name(column)}" for column in rank.by]
        if rank.where == Const(True, "boolean"):
            over = f"PARTITION BY {', '.join(scope)} " if scope else ""
            return f"rank() OVER ({over}ORDER BY {keys}) * {DOUBLE_ONE}"
        where = self._sql(rank.where, table)
        over = f"PARTITION BY {', '.join([where, *scope])} ORDER BY {keys}"
        return f"CASE WHEN {where} THEN rank() OVER ({over}) * {DOUBLE_ONE} END"


def _exact_sum(value: str, chosen: str, largest: float) -> str:
    """Whole numbers of billionths add up exactly, in any order and on any engine.

    Engines turn a long decimal into a double each in their own way, so it is done in three parts
    that a double holds exactly. A sum that figures beyond ``SUMMED_UP_TO`` are part of is unknown;
    where no figure can be as large (points between a cap and a floor) nothing is looked at.
    """
    if largest < SMALL:
        whole = f"CAST(floor({value} * {BILLION} + 0.5e0) AS DECIMAL(18, 0))"
        return f"{_as_double(f'sum({whole}){chosen}')} / {BILLION}"
    whole = f"CAST(floor({value} * {BILLION} + 0.5e0) AS DECIMAL(38, 0))"
    fixed = f"CASE WHEN abs({value}) <= {SUMMED_UP_TO!r} THEN {whole} END"
    total = f"sum({fixed}){chosen}"
    return (
        f"CASE WHEN count({value}){chosen} = count({fixed}){chosen} "
        f"THEN {_as_double(total)} / {BILLION} END"
    )


def _size(expr: Expr) -> int:
    """The nodes of a formula; rounding prints long and weighs more."""
    return sum(
        15 if isinstance(node, Call) and node.function == "round" else 1 for node in walk(expr)
    )


def _exprs(step: Step) -> list[Expr]:
    """The formulas of a step. A rank's count twice, so that a window sorts finished columns."""
    if isinstance(step, Define):
        return [step.expr]
    if isinstance(step, Rank):
        return [*(key.expr for key in step.keys), step.where] * 2
    if isinstance(step, Pairs):
        return pair_exprs(step) * 2
    return [step.value] + ([step.where] if step.where is not None else [])


def _keys(expr: Expr) -> set[str]:
    return {node.key for node in walk(expr) if isinstance(node, Ref)}


def _as_double(total: str) -> str:
    """A long whole number as the double nearest to it, in parts that doubles hold exactly."""
    low, high = f"{total} % {2**32}", f"{total} % {2**64}"
    parts = (f"({total} - {high})", f"({high} - {low})", f"({low})")
    first, second, third = (f"{part} * {DOUBLE_ONE}" for part in parts)
    return f"({first} + {second} + {third})"
