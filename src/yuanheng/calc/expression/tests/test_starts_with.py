"""Texts by their beginning: sectors by the first digits of their code."""

import duckdb
import numpy as np
import pytest

from yuanheng.calc.expression import Symbol, check, evaluate_arrays, interpret, parse, to_sql
from yuanheng.calc.faults import FaultyInput

SYMBOLS = {"行业代码": Symbol("sector", "text"), "x": Symbol("x", "number")}
CODES = ["4412", "4511", "3044", None, "", "44"]


@pytest.mark.parametrize(
    "text", ['开头是(行业代码, "44", "45")', 'starts_with(行业代码, "44", "45")']
)
def test_all_readers_agree(text):
    checked = check(parse(text), SYMBOLS)
    assert checked.kind == "boolean"
    wanted = [True, True, False, None, False, True]
    assert [interpret(checked.expr, {"sector": code}) for code in CODES] == wanted
    column = np.array(CODES, dtype=object)
    found = evaluate_arrays(checked.expr, {"sector": column}, len(CODES))
    assert [None if v != v else bool(v) for v in found] == wanted
    con = duckdb.connect()
    con.register("t", {"n": np.arange(len(CODES)), "sector": column})
    sql = to_sql(checked.expr, lambda ref: ref.key)
    assert [r[0] for r in con.execute(f"SELECT {sql} FROM t ORDER BY n").fetchall()] == wanted


def test_a_beginning_is_a_quoted_text():
    with pytest.raises(FaultyInput) as error:
        parse("开头是(行业代码, 44)")
    assert "开头应是加引号的文字" in error.value.faults[0].zh


def test_only_texts_have_a_beginning():
    checked = check(parse('开头是(x, "44")'), SYMBOLS)
    assert [f.zh for f in checked.faults] == ["第 5 个字符处：这里需要文字，却是数字。"]
