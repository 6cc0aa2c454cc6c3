"""Names, kinds, units, zero divisors and shifts."""

from __future__ import annotations

import pytest

from yuanheng.calc.expression import Ref, Symbol, check, format_expression, parse

_SYMBOLS = [
    Symbol("tax", "number", "万元", name="入库税收"),
    Symbol("revenue", "number", "元", low=0.0, name="营业收入"),
    Symbol("land", "number", "亩", low=0.01, name="用地面积"),
    Symbol("floor_area", "number", "平方米", low=1.0),
    Symbol("share", "number", "%"),
    Symbol("firms", "number", "家"),
    Symbol("coal", "number", "吨标准煤", low=1.0),
    Symbol("power", "number", "千瓦时"),
    Symbol("ratio", "number"),
    Symbol("industry", "text", name="行业"),
    Symbol("above_scale", "boolean", name="是否规上"),
    Symbol("started_on", "date", name="投产日期"),
    Symbol("odd", "number", "担"),
]
SYMBOLS = {key: s for s in _SYMBOLS for key in (s.code, s.name) if key}


def checked(text):
    return check(parse(text), SYMBOLS)


@pytest.mark.parametrize(
    ("text", "result", "unit"),
    [
        ("入库税收 + 营业收入", "tax + revenue / 10000", "万元"),
        ("营业收入 + 入库税收", "revenue + tax * 10000", "元"),
        ("入库税收 / 用地面积", "tax / land", "万元/亩"),
        ("入库税收 / 用地面积 * 用地面积", "tax / land * land", "万元"),
        ("tax / floor_area * land", "tax / floor_area * (land * 666.6666666666666)", "万元"),
        ("tax * share", "tax * (share / 100)", "万元"),
        ("share * 2", "share * 2", "%"),
        ("share + 20%", "share + 20", "%"),
        ("ratio + 20%", "ratio + 0.2", ""),
        ("coal / tax", "coal / tax", "吨标准煤/万元"),
        ("max(tax, revenue, 0)", "max(tax, revenue / 10000, 0)", "万元"),
        ("if(is_known(tax), tax, revenue)", "if(is_known(tax), tax, revenue / 10000)", "万元"),
        ("coalesce(tax, 3 亿元)", "coalesce(tax, 30000)", "万元"),
        ("round(tax / land, 2)", "round(tax / land, 2)", "万元/亩"),
        ("tax + 30000 元", "tax + 3", "万元"),
        ("land + 1 公顷", "land + 15", "亩"),
        ("firms + 1 项", "firms + 1", "家"),
        ("days_between(started_on, started_on)", "days_between(started_on, started_on)", "天"),
        ("group_count(tax)", "group_count(tax)", ""),
        ("group_mean(previous(tax / land))", "group_mean(previous(tax) / previous(land))",
         "万元/亩"),
        ("2 * 3", "2 * 3", ""),
    ],
)  # fmt: skip
def test_units_are_brought_together(text, result, unit):
    found = checked(text)
    assert found.ok
    assert (format_expression(found.expr), found.unit, found.kind) == (result, unit, "number")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("tax / land > 100 元/平方米", "tax / land > 6.666666666666667"),
        ("share > 20%", "share > 20"),
        ("tax in (1 万元, 2 元)", "tax in (1, 0.0002)"),
        ("行业 = '制造业' 且 是否规上", 'industry = "制造业" and above_scale'),
        ('投产日期 < date("2024-01-01")', 'started_on < date("2024-01-01")'),
        ("tax = unknown or unknown", "tax = unknown or unknown"),
    ],
)
def test_conditions(text, result):
    found = checked(text)
    assert found.faults == ()
    assert (format_expression(found.expr), found.kind, found.unit) == (result, "boolean", "")


@pytest.mark.parametrize(
    ("text", "code", "piece", "zh"),
    [
        ("入库税收 + 用地面积", "unit_clash", "用地面积",
         "第 8 个字符处：单位不同类，不能相加减或比较：这里是“亩”，前面是“万元”。"),
        ("tax > 5 亩", "unit_clash", "5 亩",
         "第 7 个字符处：单位不同类，不能相加减或比较：这里是“亩”，前面是“万元”。"),
        ("tax + ratio", "unit_clash", "ratio",
         "第 7 个字符处：单位不同类，不能相加减或比较：这里是“无单位的数”，前面是“万元”。"),
        ("coal + power", "unit_clash", "power", None),
        ("入库税 * 2", "unknown_name", "入库税", None),
        ("tax > 5 万圆", "unknown_unit", "5 万圆", None),
        ("odd + 1", "unknown_unit", "odd", None),
        ("行业 + 1", "kind", "行业", "第 1 个字符处：这里需要数字，却是文字。"),
        ("行业 > 'a'", "kind", "行业", None),
        ("tax = 'a'", "kind", "'a'", "第 7 个字符处：这里需要数字，却是文字。"),
        ("if(tax, 1, 2)", "kind", "tax", "第 4 个字符处：这里需要是否，却是数字。"),
        ("tax and above_scale", "kind", "tax", None),
        ("started_on - started_on", "kind", "started_on",
         "第 1 个字符处：日期不能直接加减，请用 days_between（相隔天数）"
         "或 months_between（相隔月数）。"),
        ("year(tax)", "kind", "tax", None),
        ("max(industry, industry)", "kind", "industry", None),
        ("group_mean(industry)", "kind", "industry", None),
        ("tax / 0", "division_by_zero", "0", "第 7 个字符处：不能除以 0。"),
        ("previous(previous(tax))", "double_shift", "previous(tax)", None),
        ("same_period_last_year(1 + previous(tax))", "double_shift", "previous(tax)", None),
        ("group_mean(group_max(tax))", "nested_group", "group_max(tax)", None),
        ("previous(group_mean(tax))", "nested_group", "group_mean(tax)", None),
    ],
)  # fmt: skip
def test_errors_at_their_place(text, code, piece, zh):
    found = checked(text)
    assert not found.ok
    fault = found.faults[0]
    assert (fault.code, text[fault.start : fault.end]) == (f"expression.{code}", piece)
    if zh:
        assert fault.zh == zh


def test_near_names_are_suggested():
    fault = checked("入库税 * 2").faults[0]
    assert "是否想写 入库税收？" in fault.zh
    assert "Did you mean 入库税收?" in fault.en


def test_all_faults_at_once():
    codes = [fault.code for fault in checked("a + b + 行业").faults]
    assert codes == ["expression.unknown_name", "expression.unknown_name", "expression.kind"]


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("tax / land", False),
        ("tax / firms", True),
        ("tax / (land * floor_area)", False),
        ("tax / (land + floor_area)", False),
        ("tax / (land - 1 亩)", True),
        ("tax / max(firms, 1)", False),
        ("tax / group_count(tax)", False),
        ("tax / previous(land)", False),
        ("tax / revenue", True),
        ("if(revenue > 0 元, tax / revenue, 0)", False),
        ("tax / -abs(land)", False),
        ("tax / if(above_scale, land, floor_area)", False),
        ("firms / year(started_on)", False),
    ],
)
def test_divisors_that_may_be_zero_are_warned_about(text, warned):
    found = checked(text)
    assert found.ok
    assert ("expression.zero_divisor" in [fault.code for fault in found.faults]) is warned


@pytest.mark.parametrize("text", ["tax > 500", "share > 0.2", "1 - share"])
def test_a_number_without_unit_is_warned_about(text):
    found = checked(text)
    assert found.ok
    assert [fault.code for fault in found.faults] == ["expression.no_unit"]


def test_references_are_columns_in_order():
    found = checked("上期(入库税收) + 入库税收 + 上年同期(入库税收) + tax")
    assert found.references == (Ref("tax"), Ref("tax", "last_year"), Ref("tax", "previous"))
