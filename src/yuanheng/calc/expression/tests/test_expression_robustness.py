"""Nothing that a person may write makes the checker or a reader fail in an unplanned way."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanheng.calc.expression import (
    GroupStat,
    Shifted,
    Symbol,
    check,
    evaluate_arrays,
    explain,
    format_expression,
    interpret,
    parse,
    to_sql,
    walk,
)

SYMBOLS = {
    symbol.code: symbol
    for symbol in (
        Symbol("tax", "number", "万元"),
        Symbol("share", "number", "%"),
        Symbol("land", "number", "亩", 0.0, 5.0),
        Symbol("kind", "text"),
        Symbol("idle", "boolean"),
        Symbol("day", "date"),
    )
}
LEAVES = st.sampled_from(
    ["tax", "share", "land", "kind", "idle", "day", "nowhere", "1", "0", "5 亩", "3 万元", "20%",
     "1e99", "unknown", "true", "'s'", "date('2024-01-01')"]
)  # fmt: skip


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", ">", "=", "and", "or"])
    two = st.sampled_from(["max", "coalesce", "days_between"])
    one = st.sampled_from(["previous", "group_mean", "round", "is_known", "year", "not "])
    options = st.sampled_from(["1", "'s'", "date('2024-01-01')", "5 亩"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("{}({}, {})".format, two, inner, inner),
        st.builds("{}({})".format, one, inner),
        st.builds("if({}, {}, {})".format, inner, inner, inner),
        st.builds("({} in ({}, 2 万元))".format, inner, options),
    )


def read_everywhere(expr, references) -> None:
    """Run every reader on one record of unknowns."""
    record = dict.fromkeys((ref.key for ref in references), None)
    columns = {
        key: np.array([None if key.startswith("kind") else np.nan], dtype=dtype)
        for key in record
        for dtype in [object if key.startswith("kind") else float]
    }
    assert explain(expr, record).value == interpret(expr, record)
    assert evaluate_arrays(expr, columns, 1).shape == (1,)
    assert to_sql(expr, lambda ref: ref.key)


@settings(max_examples=500, deadline=None)
@given(st.recursive(LEAVES, larger, max_leaves=10))
def test_whatever_passes_the_check_can_be_read(text):
    checked = check(parse(text), SYMBOLS)
    for fault in checked.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
    if not checked.ok:
        return
    nodes = list(walk(checked.expr))
    assert not any(isinstance(node, Shifted) or getattr(node, "unit", "") for node in nodes)
    if not any(isinstance(node, GroupStat) for node in nodes):
        read_everywhere(checked.expr, checked.references)


def test_the_longest_chain_and_the_deepest_nesting_can_be_read():
    chain = " + ".join(["tax"] * 150)
    nested = "max(tax, " * 47 + "tax" + ")" * 47
    for text in (chain, nested):
        checked = check(parse(text), SYMBOLS)
        assert checked.faults == ()
        assert format_expression(checked.expr) == text
        assert hash(checked.expr) == hash(parse(text))
        read_everywhere(checked.expr, checked.references)
    record = {"tax": 1.0}
    assert interpret(parse(chain), record) == 150.0
