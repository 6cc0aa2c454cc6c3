"""What parses, what it means, and what people are told when it doesn't."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanheng.calc.expression import (
    Binary,
    Call,
    Const,
    Expr,
    GroupStat,
    If,
    In,
    Ref,
    Shifted,
    Unary,
    days_of,
    format_expression,
    parse,
    walk,
    words_of,
)
from yuanheng.calc.expression.tests.strategies import expressions
from yuanheng.calc.faults import FaultyInput

A, B, C = Ref("a"), Ref("b"), Ref("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a or b and not c", Binary("or", A, Binary("and", B, Unary("not", C)))),
        ("not a = b", Unary("not", Binary("=", A, B))),
        ("-a * b", Binary("*", Unary("neg", A), B)),
        ("- 5 亩", Const(-5.0, unit="亩")),
        ("（a＋１）×２≥５亩", Binary(
            ">=", Binary("*", Binary("+", A, Const(1.0)), Const(2.0)), Const(5.0, unit="亩"))),
        ("a == b", Binary("=", A, B)),
        ("a <> b", Binary("!=", A, B)),
        ("a ≠ b", Binary("!=", A, B)),
        ("20%", Const(0.2, unit="1")),
        ("7%", Const(0.07, unit="1")),
        ("a > 0.3 万元/亩", Binary(">", A, Const(0.3, unit="万元/亩"))),
        ("5 亩 / a", Binary("/", Const(5.0, unit="亩"), A)),
        ("5亩且a", Binary("and", Const(5.0, unit="亩"), A)),
        ("5且a", Binary("and", Const(5.0), A)),
        ("a 不属于 (“x”，'y')", Unary("not", In(A, (Const("x", "text"), Const("y", "text"))))),
        ('a属于("x")', In(A, (Const("x", "text"),))),
        ("【研发（R&D）】 + `x-y`", Binary("+", Ref("研发（R&D）"), Ref("x-y"))),
        ("如果(a, 真, 未知)", If(A, Const(True, "boolean"), Const(None, "unknown"))),
        ("四舍五入(a)", Call("round", (A, Const(0.0)))),
        ("上期(a) - 上年同期(a)", Binary("-", Shifted("previous", A), Shifted("last_year", A))),
        ("组分位(a, 90%)", GroupStat("quantile", A, 0.9)),
        ("group_count(a)", GroupStat("count", A)),
        ('日期("2024-01-31")', Const(days_of("2024-01-31"), "date")),
        ("MAX(a, b)", Call("max", (A, B))),
        ("year", Ref("year")),
        ('"say ""hi"""', Const('say "hi"', "text")),
    ],
)  # fmt: skip
def test_parse(text, tree):
    assert parse(text) == tree
    assert parse(format_expression(tree)) == tree


@pytest.mark.parametrize(
    ("text", "place", "zh"),
    [
        ("", (0, 0), "公式是空的，请填写。"),
        ("(a + b", (6, 6),
         "第 7 个字符处缺少右括号（与第 1 个字符处的左括号配对），却是公式末尾。"),
        ("a + b)", (5, 6), "第 6 个字符处多了一个右括号，请删除。"),
        ("1 < a < 3", (6, 7),
         "第 7 个字符处连续比较了两次；请分开写并用 and 连接，例如 1 < x and x < 5。"),
        ("a && b", (2, 4), "第 3 个字符处的“&&”不能用：“并且”写作 and 或 且。"),
        ("a ^ 2", (2, 3), "第 3 个字符处的“^”不能用：没有乘方，请写成 x * x。"),
        ("1,000", (1, 2),
         "第 2 个字符处公式本应结束，却是“,”；中间是否缺少运算符？数字里不要写千位逗号。"),
        ("maxx(a, b)", (0, 4), "第 1 个字符处没有名为“maxx”的函数。是否想写 max？"),
        ("max(a)", (0, 6), "第 1 个字符处的函数 max（最大） 需要至少 2 个参数，却有 1 个。"),
        ('a = "x', (4, 6), '第 5 个字符处的引号 " 没有结束，请在末尾补上 "。'),
        ('date("2024-02-30")', (5, 17),
         '第 6 个字符处：日期应写成 date("2024-01-31") 的样子，并且是真实存在的一天。'),
        ("round(a, 11)", (9, 11), "第 10 个字符处：小数位数应是 0 到 10 的整数。"),
        ("group_quantile(a, 2)", (18, 19),
         "第 19 个字符处：分位应写 0 到 1 之间的数字，例如 0.9 或 90%。"),
        ("a in (b)", (6, 7), "第 7 个字符处：属于 (…) 里只能列出数字、文字（加引号）或日期。"),
        ("a in b", (5, 6), "第 6 个字符处应是“(”，却是“b”。"),
        ("a #", (2, 3),
         "第 3 个字符“#”不能出现在公式里；如果它是字段名称的一部分，请用【】把名称括起来。"),
        ("1e999", (0, 5), "第 1 个字符处的数字过大或过小。"),
        ("a + and", (4, 7), "第 5 个字符处的“and”前面缺少内容。"),
        ("`a@previous`", (0, 12), "第 1 个字符处的名称为空或含有 @，请写字段的名称。"),
    ],
)  # fmt: skip
def test_faults_say_where_and_what_to_do(text, place, zh):
    with pytest.raises(FaultyInput) as caught:
        parse(text)
    (fault,) = caught.value.faults
    assert (fault.zh, (fault.start, fault.end)) == (zh, place)
    assert fault.en
    assert fault.code.startswith("expression.")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 2000, "too_deep"),
        ("not " * 900 + "a", "too_deep"),
        ("-" * 3000 + "a", "too_deep"),
        ("+".join(["a"] * 1500), "too_long_chain"),
        ("a" * 4001, "too_long"),
    ],
)
def test_limits_are_clear_faults(text, code):
    with pytest.raises(FaultyInput) as caught:
        parse(text)
    assert caught.value.faults[0].code == f"expression.{code}"


def test_spans_are_places_in_the_text_as_typed():
    tree = parse("（税收）÷ 面积")
    assert [(node.span.start, node.span.end) for node in walk(tree)] == [(1, 8), (1, 3), (6, 8)]


PIECES = st.sampled_from(
    [*"()+-*/<>=≥（），、%“”\"'`【】.@#\\ \n\x00\ud800²", "and", "or", "not", "in", "且", "或",
     "属于", "max", "如果", "date", "税收", "a", "1", "2.5", "1e5", "万元", "亩",
     "unknown", "group_mean"]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_parses_or_is_a_fault_inside_it(text):
    try:
        tree = parse(text)
    except FaultyInput as error:
        (fault,) = error.faults
        assert 0 <= fault.start <= fault.end <= len(text)
    else:
        assert parse(format_expression(tree)) == tree


def as_written(expr: Expr) -> Expr:
    """The tree as the parser gives it: an unknown has no kind before it is checked."""
    if isinstance(expr, Const):
        return Const(None, "unknown") if expr.value is None else expr
    if isinstance(expr, In):
        return replace(expr, operand=as_written(expr.operand))
    if isinstance(expr, Binary):
        return replace(expr, left=as_written(expr.left), right=as_written(expr.right))
    if isinstance(expr, Unary):
        return replace(expr, operand=as_written(expr.operand))
    if isinstance(expr, If):
        return If(*(as_written(child) for child in expr.children))
    if isinstance(expr, Call):
        return replace(expr, args=tuple(map(as_written, expr.args)))
    return expr


@settings(max_examples=300, deadline=None)
@given(expressions())
def test_format_and_parse_are_inverse(expr):
    tree = as_written(expr)
    assert parse(format_expression(tree)) == tree


names = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(
    lambda name: name == name.strip() and "@" not in name and not ("`" in name and "】" in name)
)


@settings(max_examples=200, deadline=None)
@given(names, st.floats(0, 1e20), st.sampled_from(["", "1", "万元", "吨标准煤/万元", "m2"]))
def test_any_name_and_unit_survive(name, value, unit):
    if 0 < value < 1e-90:
        value = 0.0
    tree = Binary("*", GroupStat("sd", Shifted("previous", Ref(name))), Const(value, unit=unit))
    assert parse(format_expression(tree)) == tree


def test_words_of_a_formula_for_reading():
    tree = parse("if(tax / land >= 15 and not idle, round(tax, 1), previous(tax))")
    assert words_of(tree, {"tax": "入库税收", "land": "用地面积", "idle": "是否闲置"}) == (
        "如果(入库税收 ÷ 用地面积 ≥ 15 且 非 是否闲置, 四舍五入(入库税收, 1), 上期(入库税收))"
    )


def test_the_examples_of_the_manual_parse():
    manual = Path(__file__).parents[5] / "docs" / "methods" / "expressions.md"
    examples = re.findall(r"```formula\n(.*?)```", manual.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 8
    for example in examples:
        assert parse(example)
