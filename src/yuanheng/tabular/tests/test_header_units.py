"""Units beside a column's name: which words count as one, and what becomes of the figures."""

from __future__ import annotations

import pytest

from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.units import conversion_factor
from yuanheng.tabular import FieldSpec, read_table
from yuanheng.tabular.headers import Matcher
from yuanheng.tabular.numbers import parse_number
from yuanheng.tabular.units import factor_between, looks_like_unit

ID = FieldSpec("id", "text", ("企业",))


def read_one(path, column, unit, header, cell="3"):
    path = path / "table.csv"
    path.write_text(f"企业,{header}\n甲公司,{cell}\n", encoding="utf-8")
    return read_table(path, [ID, FieldSpec("x", columns=(column,), unit=unit)], id_field="id")


@pytest.mark.parametrize(
    ("column", "unit", "header", "value"),
    [
        ("较大及以上安全事故", "起", "较大及以上安全事故(起)", 3.0),
        ("较大及以上安全事故", "次", "较大及以上安全事故（起）", 3.0),
        ("较大及以上安全事故", "", "较大及以上安全事故【单位：起】", 3.0),
        ("审批平均办理时长", "工作日", "审批平均办理时长(工作日)", 3.0),
        ("审批平均办理时长", "小时", "审批平均办理时长(天)", 72.0),
        ("研发周期", "月", "研发周期(年)", 36.0),
        ("亩均税收", "元/平方米", "亩均税收(万元/亩)", 45.0),
        ("单位增加值能耗", "千克标准煤/万元", "单位增加值能耗（吨标准煤/万元）", 3000.0),
        ("用电量", "万千瓦时", "用电量(kWh)", 0.0003),
        ("用电量", "MWh", "用电量(MWh)", 3.0),
        ("用地面积", "公顷", "用地面积(㎡)", 0.0003),
        ("占比", "%", "占比(百分比)", 3.0),
        ("占比", "", "占比(%)", 0.03),
        # Nobody has defined these, but the field is measured in them.
        ("床位", "张", "床位(张)", 3.0),
        ("算力", "PFlops", "算力（PFLOPS）", 3.0),
    ],
)
def test_word_in_brackets_is_a_unit(tmp_path, column, unit, header, value):
    assert read_one(tmp_path, column, unit, header).columns["x"].tolist() == [value]


@pytest.mark.parametrize(
    ("unit", "word"), [("万元", "美元"), ("万元", "工作日"), ("亩", "万元/亩"), ("张", "万元")]
)
def test_other_measure_is_refused(tmp_path, unit, word):
    with pytest.raises(FaultyInput) as caught:
        read_one(tmp_path, "数量", unit, f"数量({word})")
    assert [fault.code for fault in caught.value.faults] == ["unit_mismatch"]
    assert f"“{word}”不能换算成“{unit}”" in caught.value.faults[0].zh


def test_remark_in_brackets_is_no_unit():
    matcher = Matcher([FieldSpec("x", columns=("数量",), unit="张")])
    assert matcher.field_of("数量(张)") == ("x", "张")
    assert matcher.field_of("数量(去年)") is None


@pytest.mark.parametrize("text", ["", "1", "12", "甲公司", "必填"])
def test_cells_are_no_units(text):
    assert not looks_like_unit(text)


def test_field_without_unit_takes_any_but_shares():
    assert factor_between(conversion_factor, "万元", "") == 1.0
    assert factor_between(conversion_factor, "‰", "") == 0.001


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("3.2万", "万元", 3.2),
        ("1.5亿元", "千万元", 15.0),
        ("3百万", "元", 3e6),
        ("12.5%", "", 0.125),
        ("12.5%", "百分比", 12.5),
        ("5‰", "%", 0.5),
        ("5‰", "‰", 5.0),
    ],
)
def test_unit_in_a_cell(cell, unit, value):
    assert parse_number(cell, unit).value == value
