"""Units of measure: reading, dimensions, exact conversion."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanheng.calc.units import (
    UnknownUnitError,
    conversion_factor,
    exact_factor,
    parse_unit,
    unit_words,
)


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("亿元", "万元", 10000.0),
        ("元", "万元", 0.0001),
        ("公顷", "亩", 15.0),
        ("平方公里", "亩", 1500.0),
        ("亩", "平方米", 666.6666666666666),
        ("万元/亩", "元/平方米", 15.0),
        ("万元/亩", "万元/公顷", 15.0),
        ("吨", "万吨", 0.0001),
        ("万千瓦时", "kWh", 10000.0),
        ("万吨标准煤", "tce", 10000.0),
        ("%", "", 0.01),
        ("个百分点", "%", 1.0),
        ("家", "项", 1.0),
        ("年", "月", 12.0),
        ("yuan / mu", "元/亩", 1.0),
    ],
)
def test_conversion(source, target, factor):
    assert conversion_factor(source, target) == factor


@pytest.mark.parametrize(
    ("source", "target"),
    [("元", "亩"), ("美元", "元"), ("千瓦时", "吨标准煤"), ("天", "工作日"), ("人", "家"),
     ("万元/亩", "万元")],
)  # fmt: skip
def test_what_measures_different_things_does_not_convert(source, target):
    with pytest.raises(ValueError, match="measure different things"):
        conversion_factor(source, target)


def test_an_unknown_unit_has_suggestions():
    with pytest.raises(UnknownUnitError) as caught:
        parse_unit("万元/公倾")
    assert (caught.value.word, caught.value.suggestions[0]) == ("公倾", "公顷")


@pytest.mark.parametrize("text", ["", "万元", "万元/亩", "元·月/人", "1/年", "平方米·平方米"])
def test_units_print_as_they_are_read(text):
    assert str(parse_unit(text)) == text


words = st.sampled_from(sorted(unit_words()))


@given(words, words)
def test_conversion_there_and_back_is_exact(first, second):
    there = exact_factor(parse_unit(first), parse_unit(second))
    back = exact_factor(parse_unit(second), parse_unit(first))
    assert (there is None) == (back is None)
    assert there is None or there * back == 1


@given(words, words)
def test_factors_are_fractions_and_their_nearest_floats(first, second):
    factor = exact_factor(parse_unit(first), parse_unit(second))
    assert factor is None or type(factor) is Fraction
    assert factor is None or conversion_factor(first, second) == float(factor)


def test_thirty_thousand_yuan_are_exactly_three_wan():
    assert 3 * exact_factor(parse_unit("万元"), parse_unit("元")) == 30000
    assert exact_factor(parse_unit("亩"), parse_unit("平方米")) == Fraction(2000, 3)


def test_plural_is_no_unit():
    with pytest.raises(UnknownUnitError):
        parse_unit("yuans")


def test_pint_is_loaded_by_the_first_unit_only():
    code = "import sys, yuanheng.calc.expression; print('pint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
