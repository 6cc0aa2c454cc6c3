"""Tables made for any scheme, with every awkward figure, and the readers that must agree."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from yuanheng.calc.evaluation import (
    ArrayRun,
    BuiltScheme,
    build_program,
    input_column,
    print_program,
)
from yuanheng.calc.evaluation.program import CURRENT, Aggregate, Define, Program, Rank
from yuanheng.calc.expression.nodes import Call, Const, Expr, In, walk
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.engine.execute import trace_outputs

ROOT = Path(__file__).resolve().parents[4]
SHIPPED = sorted((ROOT / "schemes").glob("*.yaml"))
CASES = sorted((ROOT / "tests/schemes/cases").glob("*/scheme.yaml"))
AWKWARD = np.array([np.nan, 0.0, -1.0, 1e-9, 1e15, -1e15, 50.0, 50.0, 1.0, 100.0, 0.1, 2.675])
SQL_TYPES = {"number": "DOUBLE PRECISION", "date": "DOUBLE PRECISION", "boolean": "BOOLEAN"}


def scheme_name(path: Path) -> str:
    """A shipped scheme by its file, a case by its folder."""
    return path.parent.name if path.name == "scheme.yaml" else path.stem


@cache
def built_of(path: Path) -> BuiltScheme:
    """The scheme of a file, built once for all tests."""
    return build_program(read_scheme_text(path.read_text(encoding="utf-8")))


def takes_logs(path: Path) -> bool:
    """Whether a scheme uses a logarithm or a power, whose last bit is each engine's own."""
    called = {
        n.function for e in _exprs(built_of(path).program) for n in walk(e) if isinstance(n, Call)
    }
    return bool(called & {"ln", "exp"})


def but_last_bits(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Figures without their last bits."""
    return {
        name: [float(f"{v:.12g}") if isinstance(v, float) else v for v in column]
        for name, column in columns.items()
    }


def _exprs(program: Program) -> list[Expr]:
    found: list[Expr] = []
    for step in program.steps:
        if isinstance(step, Define):
            found.append(step.expr)
        elif isinstance(step, Aggregate):
            found += [step.value] + ([step.where] if step.where is not None else [])
        elif isinstance(step, Rank):
            found += [*(key.expr for key in step.keys), step.where]
    return found


@cache
def _texts(path: Path) -> tuple[str, ...]:
    """Every text that the scheme compares with, so that its conditions come true."""
    found: set[str] = {"别的", "it's"}
    for expr in _exprs(built_of(path).program):
        for node in walk(expr):
            if isinstance(node, Const) and isinstance(node.value, str):
                found.add(node.value)
            if isinstance(node, In):
                found.update(str(o.value) for o in node.options if isinstance(o.value, str))
    return tuple(sorted(found))


def _numbers(rows: int, rng: np.random.Generator, huge: bool) -> Any:
    """One column of figures: sound ones, awkward ones, or few different ones."""
    regime = rng.integers(5) if huge else rng.integers(1, 5)
    if regime == 0:
        return rng.choice(AWKWARD, rows)
    if regime == 1:
        return rng.integers(0, 4, rows).astype(float)
    if regime == 2:
        return rng.uniform(-1, 1, rows) * 10.0 ** rng.integers(-6, 16 if huge else 5, rows)
    column = np.round(rng.uniform(0, 100, rows), 2)
    if regime == 3:
        column[rng.random(rows) < 0.1] = np.nan
    return column


def made_columns(path: Path, rows: int, seed: int, *, huge: bool = True) -> dict[str, Any]:
    """A column for each input of the scheme, by its key, as :class:`ArrayRun` wants them."""
    program, rng = built_of(path).program, np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    for wanted in program.inputs:
        if wanted.kind == "text":
            choices = np.array([*_texts(path), None], dtype=object)
            columns[wanted.key] = rng.choice(choices, rows)
        elif wanted.kind == "boolean":
            columns[wanted.key] = rng.choice([0.0, 0.0, 0.0, 1.0, np.nan], rows)
        elif wanted.kind == "date":
            days = rng.integers(-30000, 30000, rows).astype(float)
            columns[wanted.key] = np.where(rng.random(rows) < 0.1, np.nan, days)
        else:
            columns[wanted.key] = _numbers(rows, rng, huge)
    if program.history:
        columns[CURRENT] = (rng.random(rows) < 0.8).astype(float)
    return columns


def by_numpy(path: Path, columns: dict[str, Any], rows: int) -> dict[str, list[Any]]:
    """Every step's column as plain values, None for unknown."""
    found = ArrayRun(columns, rows).run(built_of(path).program)
    return {name: plain(found[name].tolist()) for name in trace_outputs(built_of(path).program)}


def plain(values: list[Any]) -> list[Any]:
    """Values that compare alike from every reader, None for unknown."""
    # Booleans are 0 and 1 in memory and truth values in SQL; adding 0.0 makes −0 to 0.
    return [
        None
        if value is None or value != value
        else (value if isinstance(value, str) else float(value) + 0.0)
        for value in values
    ]


def sql_table(path: Path, columns: dict[str, Any]) -> tuple[str, dict[str, list[Any]]]:
    """The definition of the relation ``subjects`` and its columns as plain values."""
    program = built_of(path).program
    kinds = {wanted.key: wanted.kind for wanted in program.inputs} | {CURRENT: "boolean"}
    rows = len(next(iter(columns.values())))
    definition, lists = ["subject_no BIGINT"], {"subject_no": list(range(rows))}
    for key, column in columns.items():
        values = [None if v is None or v != v else v for v in column.tolist()]
        if kinds[key] == "boolean":
            values = [None if v is None else bool(v) for v in values]
        definition.append(f"{input_column(key)} {SQL_TYPES.get(kinds[key], 'VARCHAR')}")
        lists[input_column(key)] = values
    return ", ".join(definition), lists


@cache
def query_of(path: Path) -> tuple[str, list[str], dict[str, str]]:
    """The printed SQL of all columns, their names in the program, and in the query."""
    program = built_of(path).program
    printed = print_program(program, trace_outputs(program))
    return printed.sql, trace_outputs(program), printed.columns


def by_duckdb(path: Path, columns: dict[str, Any], threads: int) -> dict[str, list[Any]]:
    """Every step's column from the printed SQL on DuckDB."""
    definition, lists = sql_table(path, columns)
    con = duckdb.connect(":memory:", config={"threads": str(threads)})
    try:
        con.execute(f"CREATE TABLE subjects ({definition})")
        # One parameter a column: a row at a time takes longer than the evaluation.
        marks = ", ".join("unnest(?)" for _ in lists)
        con.execute(f"INSERT INTO subjects SELECT {marks}", list(lists.values()))
        sql, names, in_query = query_of(path)
        listed = ", ".join(in_query[name] for name in names)
        found = con.execute(f"SELECT {listed} FROM ({sql}) q ORDER BY subject_no").fetchall()
    finally:
        con.close()
    return {name: plain([row[n] for row in found]) for n, name in enumerate(names)}


def first_difference(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> str:
    """The first column and row in which two readers differ, or nothing."""
    for name, values in one.items():
        for row, (left, right) in enumerate(zip(values, other[name], strict=True)):
            if left != right:
                return f"{name} row {row}: {left!r} and {right!r}"
    return ""
