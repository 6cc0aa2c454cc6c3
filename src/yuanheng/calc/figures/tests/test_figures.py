"""Slips and outliers, hand-worked and in general."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanheng.calc.figures import SLIPS, THRESHOLD, outliers, robust_scores, slips, unit_slips

money = st.floats(min_value=1, max_value=1e7)


@pytest.mark.parametrize("module", [outliers, slips])
def test_what_the_docstrings_show_is_true(module):
    assert doctest.testmod(module).failed == 0


@given(money, st.sampled_from([slip for slip in SLIPS if "money" in slip.dimensions]))
def test_a_slip_of_money_is_named_by_its_factor(expected, slip):
    found = unit_slips([expected * slip.factor], [expected], "money")[0]
    assert SLIPS[found].factor == slip.factor


@given(money, st.floats(min_value=0.41, max_value=2.49))
def test_an_ordinary_change_is_no_slip(expected, change):
    assert unit_slips([expected * change], [expected], "money")[0] == -1


def test_what_has_no_past_or_another_sign_is_no_slip():
    values = [1e4, 1e4, 0.0, math.nan, -1e4]
    expected = [math.nan, 0.0, 1.0, 1.0, 1.0]
    assert unit_slips(values, expected, "money").tolist() == [-1] * 5
    assert SLIPS[unit_slips([-5e4], [-5.0], "money")[0]].code == "yuan_for_wan"


def test_a_slip_belongs_to_its_dimension():
    assert unit_slips([150.0], [10.0], "money")[0] == -1
    assert SLIPS[unit_slips([150.0], [10.0], "area")[0]].zh == "疑似把“亩”填成了“公顷”"
    with pytest.raises(ValueError, match="shape"):
        unit_slips([1.0], [1.0, 2.0], "money")


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=40), st.floats(0.1, 100))
def test_scores_do_not_depend_on_the_unit(values, scale):
    one, two = robust_scores(values), robust_scores(np.asarray(values) * scale)
    assert np.allclose(one, two, rtol=1e-6, atol=1e-6, equal_nan=True)


def test_one_wild_figure_stands_out_and_few_figures_say_nothing():
    scores = robust_scores([10, 11, 9, 10, 12, math.nan, 300])
    assert abs(scores[6]) > THRESHOLD
    assert np.isnan(scores[5])
    assert np.all(np.abs(scores[[0, 1, 2, 3, 4]]) < THRESHOLD)
    assert np.isnan(robust_scores([1, 2, 3])).all()
    assert robust_scores([7] * 6).tolist() == [0.0] * 6
    # Most are alike: the mean deviation stands in, and the one that differs is seen.
    assert abs(robust_scores([5] * 20 + [6])[-1]) > THRESHOLD
