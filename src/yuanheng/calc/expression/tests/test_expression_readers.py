"""Meaning by example: the interpreter, explanations, arrays and the form of the SQL."""

from __future__ import annotations

import json

import numpy as np
import pytest

from yuanheng.calc.expression import (
    Binary,
    Const,
    Ref,
    Symbol,
    check,
    days_of,
    evaluate_arrays,
    explain,
    interpret,
    parse,
    to_sql,
)
from yuanheng.calc.faults import FaultyInput

RECORD = {
    "a": 6.0, "b": 4.0, "zero": 0.0, "u": None, "t": "x", "yes": True, "no": False,
    "start": days_of("2024-01-31"), "end": days_of("2024-02-29"), "nan": float("nan"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a / b", 1.5),
        ("a / zero", None),
        ("a + u", None),
        ("a + nan", None),
        ("u = u", None),
        ("u and no", False),
        ("u and yes", None),
        ("u or yes", True),
        ("not u", None),
        ("if(u, a, b)", None),
        ("if(yes, a, u)", 6.0),
        ("min(a, u)", None),
        ("max(a, b)", 6.0),
        ("sum(a, b, 1)", 11.0),
        ("coalesce(u, a)", 6.0),
        ("is_known(u)", False),
        ("u in (1, 2)", None),
        ("a in (6, 7)", True),
        ("t = 'x'", True),
        ("round(2.675, 2)", 2.68),
        ("round(-2.5)", -3.0),
        ("round(1e15 + 1)", 1e15 + 1),
        ("round(0.49999999999999)", 0.0),
        ("floor(-1.5)", -2.0),
        ("ceil(1.2)", 2.0),
        ("year(start)", 2024.0),
        ("month(start)", 1.0),
        ("days_between(start, end)", 29.0),
        ("days_between(end, start)", -29.0),
        ("months_between(start, end)", 0.0),
        ("months_between(end, start)", 0.0),
        ('months_between(start, date("2025-01-31"))', 12.0),
        ('months_between(date("2024-05-15"), start)', -3.0),
        ("zero * -a", 0.0),
        ("1e60 * 1e60 * 1e60", None),
        ("1e-60 * 1e-60 * 1e-60", 0.0),
    ],
)
def test_interpret(text, value):
    found = interpret(parse(text), RECORD)
    assert (found, str(found)) == (value, str(value))


def test_what_was_not_resolved_is_an_error_of_the_program():
    for text in ("group_mean(a)", "previous(a)"):
        with pytest.raises(TypeError, match="must be resolved before evaluation"):
            interpret(parse(text), RECORD)
        with pytest.raises(TypeError, match="must be resolved before evaluation"):
            to_sql(parse(text), lambda ref: ref.key)
    with pytest.raises(KeyError):
        interpret(parse("nowhere"), RECORD)


def test_explanation_shows_every_part():
    symbols = {
        "税收": Symbol("tax", "number", "万元", name="税收"),
        "面积": Symbol("land", "number", "亩", 0.1),
    }
    expr = check(parse("税收 / 面积 >= 15 万元/亩"), symbols).expr
    found = explain(expr, {"tax": 30.0, "land": 2.0}, {"tax": "税收", "land": "面积"},
                    {"tax": "万元"})  # fmt: skip
    assert json.loads(json.dumps(found.to_dict(), ensure_ascii=False)) == {
        "text": "税收 ÷ 面积 ≥ 15",
        "value": True,
        "children": [
            {
                "text": "税收 ÷ 面积",
                "value": 15.0,
                "children": [
                    {"text": "税收", "value": 30.0, "field": "tax", "unit": "万元"},
                    {"text": "面积", "value": 2.0, "field": "land"},
                ],
            },
            {"text": "15", "value": 15.0},
        ],
    }


def test_explanation_names_the_facts_that_would_decide():
    expr = parse("(a > 1 or x > 1) and y > z")
    record = {"a": 2.0, "x": None, "y": None, "z": 1.0}
    assert explain(expr, record).missing() == ("y",)
    assert [leaf.field for leaf in explain(expr, record).leaves() if leaf.field] == [*"axyz"]


def test_guards_do_not_show_in_an_explanation():
    record = {"a": 1.0}
    found = explain(parse("*".join(["a"] * 12)), record)
    assert found.text == " × ".join(["a"] * 12)
    assert found.value == 1.0


def test_arrays_of_many_formulas_at_once():
    columns = {"a": np.array([[1.0], [2.0], [np.nan]])}
    slope = Const(np.array([[1.0, 10.0]]))
    expr = Binary(">", Binary("*", Ref("a"), slope), Const(5.0))
    found = evaluate_arrays(expr, columns, 3)
    assert np.array_equal(found, [[0, 1], [0, 1], [np.nan, np.nan]], equal_nan=True)


def test_arrays_of_a_literal_have_every_row():
    assert evaluate_arrays(parse("1 + 1"), {}, 3).tolist() == [2.0, 2.0, 2.0]
    assert evaluate_arrays(parse("'x'"), {}, 2).tolist() == ["x", "x"]
    assert evaluate_arrays(Const(np.array([[1.0, 2.0]])), {}, 2).shape == (2, 2)


def test_arrays_do_not_write_into_the_columns():
    column = np.array([1.0, 0.0, np.nan])
    kept = column.copy()
    for text in ("a", "a = 1", "1 / a", "round(a, 1)", "if(a > 0, a, 0)", "not (a > 0)", "-a"):
        evaluate_arrays(parse(text), {"a": column}, 3)
    assert np.array_equal(column, kept, equal_nan=True)


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("a + b", "(a + b)"),
        ("a / b", "((a / NULLIF(b, 0e0)) + 0e0)"),
        ("a > 2.5", "(a > 2.5e0)"),
        ("t = 'it''s'", "(t = ('it' || CHR(39) || 's'))"),
        ("if(a > b, 1, 0)",
         "CASE (a > b) WHEN TRUE THEN (1e0 * COS(0e0)) WHEN FALSE THEN (0e0 * COS(0e0)) END"),
        ("min(a, 5)", "CASE WHEN a IS NOT NULL THEN LEAST(a, 5e0) END"),
        ("1 / 3", "(0.3333333333333333e0 * COS(0e0))"),
        ("a / 0", "NULLIF(COS(0e0), 1e0)"),
        ("is_known(a) and 2 > 1", "((a IS NOT NULL) AND TRUE)"),
    ],
)  # fmt: skip
def test_sql_is_lean_and_names_no_type(text, sql):
    assert to_sql(parse(text), lambda ref: ref.key) == sql


def test_bounds_save_guards():
    expr = parse("*".join(["a"] * 9))
    bare = to_sql(expr, lambda ref: ref.key, bounds={"a": (1.0, 100.0)})
    assert "1e+150" not in bare
    assert "1e+150" in to_sql(expr, lambda ref: ref.key)


def test_sql_that_would_explode_is_refused():
    text = "a"
    for _ in range(12):
        text = f"round({text} / b, 2)"
    with pytest.raises(FaultyInput) as caught:
        to_sql(parse(text), lambda ref: ref.key)
    assert caught.value.faults[0].code == "expression.too_complicated"
