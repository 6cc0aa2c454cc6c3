"""Generates typed expressions over a few columns, and rows for them with every awkward value."""

from __future__ import annotations

from hypothesis import strategies as st

from yuanheng.calc.expression.dates import days_of
from yuanheng.calc.expression.nodes import Binary, Call, Const, Expr, If, In, Ref, Unary

NUMBERS, BOOLEANS, TEXTS, DATES = ("n1", "n2", "n3"), ("b1", "b2"), ("t1", "t2"), ("d1", "d2")

number_values = st.one_of(
    st.none(),
    st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.675, -2.5, 1e18, -1e18, 1e-18, -1e-18, 1e15 + 1]),
    st.integers(-1000, 1000).map(float),
    st.floats(1e-18, 1e18),
    st.floats(-1e18, -1e-18),
    st.integers(-(10**6), 10**6).map(lambda cents: cents / 100),
)
boolean_values = st.sampled_from([None, True, False])
text_values = st.sampled_from([None, "", "制造业", "it's", 'a"b', "back\\slash", "A"])
date_values = st.one_of(
    st.none(),
    st.sampled_from(["1969-12-31", "2024-02-29", "2024-01-31", "1900-03-01", "2025-01-01"]).map(
        days_of
    ),
    st.integers(-30000, 40000).map(float),
)
rows = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(NUMBERS, number_values)
        | dict.fromkeys(BOOLEANS, boolean_values)
        | dict.fromkeys(TEXTS, text_values)
        | dict.fromkeys(DATES, date_values)
    ),
    min_size=20,
    max_size=60,
)


def _unknown(kind: str) -> st.SearchStrategy[Expr]:
    return st.just(Const(None, kind))


def _refs(names: tuple[str, ...]) -> st.SearchStrategy[Expr]:
    return st.sampled_from([Ref(name) for name in names])


_number_literals = (
    st.one_of(
        st.sampled_from([0.0, 1.0, 2.0, -1.0, 100.0, 0.0001, 1e18, 1e-18, 1e60, 1e-60]),
        st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-18),
    )
    .map(lambda x: x + 0.0)
    .map(Const)
)
_text_literals = text_values.filter(lambda x: x is not None).map(lambda x: Const(x, "text"))
_date_literals = date_values.filter(lambda x: x is not None).map(lambda x: Const(x, "date"))


def _if(inner: st.SearchStrategy[Expr], depth: int) -> st.SearchStrategy[Expr]:
    return st.builds(If, booleans(depth - 1), inner, inner)


def _call(name: str, *args: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.tuples(*args).map(lambda found: Call(name, found))


def _negated(expr: Expr) -> Expr:
    # The parser makes one literal of a minus and a number.
    return expr if isinstance(expr, Const) else Unary("neg", expr)


def numbers(depth: int) -> st.SearchStrategy[Expr]:
    """Expressions whose value is a number."""
    leaf = st.one_of(_refs(NUMBERS), _refs(NUMBERS), _number_literals, _unknown("number"))
    if depth <= 0:
        return leaf
    inner = st.deferred(lambda: numbers(depth - 1))
    day = st.deferred(lambda: dates(depth - 1))
    many = st.lists(inner, min_size=2, max_size=3).map(tuple)
    digits = st.integers(0, 10).map(lambda n: Const(float(n)))
    return st.one_of(
        leaf,
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        inner.map(_negated),
        _if(inner, depth),
        st.builds(Call, st.sampled_from(["min", "max", "sum", "coalesce"]), many),
        st.builds(Call, st.sampled_from(["abs", "floor", "ceil"]), st.tuples(inner)),
        _call("round", inner, digits),
        st.builds(Call, st.sampled_from(["year", "month"]), st.tuples(day)),
        st.builds(Call, st.sampled_from(["days_between", "months_between"]), st.tuples(day, day)),
    )


def booleans(depth: int) -> st.SearchStrategy[Expr]:
    """Conditions."""
    leaf = st.one_of(
        _refs(BOOLEANS), st.sampled_from([Const(True, "boolean"), Const(False, "boolean")]),
        _unknown("boolean"),
    )  # fmt: skip
    if depth <= 0:
        return leaf
    inner = st.deferred(lambda: booleans(depth - 1))
    number = st.deferred(lambda: numbers(depth - 1))
    text = st.deferred(lambda: texts(depth - 1))
    day = st.deferred(lambda: dates(depth - 1))
    order = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    equality = st.sampled_from(["=", "!="])
    options = st.lists(_text_literals, min_size=1, max_size=3).map(tuple)
    values = st.lists(_number_literals, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        leaf,
        st.builds(Binary, order, number, number),
        st.builds(Binary, order, day, day),
        st.builds(Binary, equality, text, text),
        st.builds(Binary, equality, inner, inner),
        st.builds(Binary, st.sampled_from(["and", "or"]), inner, inner),
        st.builds(Unary, st.just("not"), inner),
        st.builds(In, text, options),
        st.builds(In, number, values),
        _if(inner, depth),
        _call("is_known", st.one_of(number, text, inner, day)),
        _call("coalesce", inner, inner),
    )


def texts(depth: int) -> st.SearchStrategy[Expr]:
    """Expressions whose value is a text."""
    leaf = st.one_of(_refs(TEXTS), _text_literals, _unknown("text"))
    if depth <= 0:
        return leaf
    inner = st.deferred(lambda: texts(depth - 1))
    return st.one_of(leaf, _if(inner, depth), _call("coalesce", inner, inner))


def dates(depth: int) -> st.SearchStrategy[Expr]:
    """Expressions whose value is a date."""
    leaf = st.one_of(_refs(DATES), _date_literals, _unknown("date"))
    if depth <= 0:
        return leaf
    inner = st.deferred(lambda: dates(depth - 1))
    extreme = st.builds(Call, st.sampled_from(["min", "max"]), st.tuples(inner, inner))
    return st.one_of(leaf, _if(inner, depth), _call("coalesce", inner, inner), extreme)


def expressions(depth: int = 4) -> st.SearchStrategy[Expr]:
    """Expressions of every kind."""
    return st.one_of(numbers(depth), numbers(depth), booleans(depth), texts(2), dates(2))
