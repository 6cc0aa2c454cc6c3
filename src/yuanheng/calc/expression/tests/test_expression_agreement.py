"""The interpreter, the arrays and the SQL of two databases agree in every bit."""

from __future__ import annotations

from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.calc.expression import Expr
from yuanheng.calc.expression.folding import kind_of
from yuanheng.calc.expression.nodes import Const, Ref
from yuanheng.calc.expression.tests.agreement import (
    bits,
    by_arrays,
    by_interpreter,
    rows_as_tuples,
    sql_of,
    table_definition,
)
from yuanheng.calc.expression.tests.strategies import BOOLEANS, expressions, rows

SETTINGS = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
batches = st.lists(expressions(), min_size=1, max_size=8)


def is_boolean(expr: Expr) -> bool:
    if isinstance(expr, Ref):
        return expr.name in BOOLEANS
    if expr_leaf_kinds(expr):
        return True
    return kind_of(expr) == "boolean"


def expr_leaf_kinds(expr: Expr) -> bool:
    """Whether an ``if`` or ``coalesce`` of bare references chooses between booleans."""
    from yuanheng.calc.expression.nodes import Call, If

    if isinstance(expr, If):
        return is_boolean(expr.then) or is_boolean(expr.otherwise)
    if isinstance(expr, Call) and expr.function == "coalesce":
        return any(is_boolean(arg) for arg in expr.args)
    return False


def select(expressions: list[Expr]) -> str:
    columns = ", ".join(f"{sql_of(expr)} AS c{i}" for i, expr in enumerate(expressions))
    return f"SELECT {columns} FROM facts ORDER BY row_number"


def expected(expressions: list[Expr], table: list[dict[str, Any]]) -> list[list[Any]]:
    return [[bits(value) for value in by_interpreter(expr, table)] for expr in expressions]


def as_columns(found: list[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [[bits(row[i]) for row in found] for i in range(count)]


@pytest.fixture(scope="module")
def duck():
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(table_definition())
    yield connection
    connection.close()


@settings(SETTINGS, max_examples=120)
@given(batch=batches, table=rows)
def test_arrays_agree_with_the_interpreter(batch, table):
    for expr in batch:
        found = [bits(value) for value in by_arrays(expr, table, is_boolean(expr))]
        assert found == [bits(value) for value in by_interpreter(expr, table)]


@settings(SETTINGS, max_examples=100)
@given(batch=batches, table=rows)
def test_duckdb_agrees_with_the_interpreter(duck, batch, table):
    fill_duck(duck, table)
    found = duck.execute(select(batch)).fetchall()
    assert as_columns(found, len(batch)) == expected(batch, table)


def fill_duck(duck, table: list[dict[str, Any]]) -> None:
    duck.execute("DELETE FROM facts")
    values = rows_as_tuples(table)
    marks = ", ".join(["?"] * len(values[0]))
    many = ", ".join([f"({marks})"] * len(values))
    duck.execute(f"INSERT INTO facts VALUES {many}", [cell for row in values for cell in row])


@pytest.fixture(scope="module")
def postgres(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(table_definition())
        yield connection


@pytest.mark.postgres
@settings(SETTINGS, max_examples=60)
@given(batch=batches, table=rows)
def test_postgresql_agrees_with_the_interpreter(postgres, batch, table):
    postgres.execute("DELETE FROM facts")
    with postgres.cursor() as cursor:
        marks = ", ".join(["%s"] * len(rows_as_tuples(table)[0]))
        cursor.executemany(f"INSERT INTO facts VALUES ({marks})", rows_as_tuples(table))
        found = cursor.execute(select(batch).replace("%", "%%")).fetchall()
    assert as_columns(found, len(batch)) == expected(batch, table)


def test_one_literal_is_a_double_everywhere(duck):
    value = duck.execute(f"SELECT {sql_of(Const(0.1))}").fetchone()[0]
    assert bits(value) == bits(0.1)
