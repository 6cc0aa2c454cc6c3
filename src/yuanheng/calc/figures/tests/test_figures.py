"""Slips and outliers, hand-worked and in general."""

from __future__ import annotations

import doctest
import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yuanheng.calc.figures import (
    SLIPS,
    THRESHOLD,
    breaks,
    changes,
    comparing,
    outliers,
    robust_scores,
    row_medians,
    scores_against,
    slips,
    unit_slips,
)

money = st.floats(min_value=1, max_value=1e7)


@pytest.mark.parametrize("module", [comparing, outliers, slips])
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
@example(values=[0.0, 0.0, 1.0, 6.0, 2.2250738585072014e-308], scale=1.0)
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


NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: 0.0 if abs(x) < 1e-6 else x)
RELATIONS = ("=", "!=", "<", "<=", ">", ">=")


@given(left=NUMBERS, right=NUMBERS, relation=st.sampled_from(RELATIONS))
def test_a_relation_without_tolerance_is_pythons_own(left, right, relation):
    if left != right and abs(left - right) <= 1e-8 * max(abs(left), abs(right)):
        return  # too near to tell, by design
    holds = {
        "=": left == right, "!=": left != right, "<": left < right, "<=": left <= right,
        ">": left > right, ">=": left >= right,
    }[relation]  # fmt: skip
    assert breaks([left], relation, [right]).tolist() == [0.0 if holds else 1.0]


@given(left=NUMBERS, right=NUMBERS, percent=st.floats(0, 100), more=st.floats(0, 100))
def test_more_tolerance_never_breaks_more(left, right, percent, more):
    for relation in ("=", "<=", ">=", "<", ">"):
        tight = breaks([left], relation, [right], percent=percent)[0]
        loose = breaks([left], relation, [right], percent=percent + more)[0]
        if percent > 0 or relation in {"=", "<=", ">="}:
            assert loose <= tight


def test_what_is_unknown_breaks_nothing():
    unknown = float("nan")
    assert np.isnan(breaks([unknown, 1.0], "=", [1.0, unknown])).all()


@given(before=NUMBERS, share=st.floats(-0.99, 10))
def test_a_change_takes_the_figure_back(before, share):
    moved = changes([before * (1 + share)], [before], in_points=[False])[0]
    if before == 0:
        assert np.isnan(moved)
    else:
        sign = 1 if before > 0 else -1
        assert moved == pytest.approx(share * 100 * sign, abs=1e-6)


@given(
    rows=st.lists(
        st.lists(st.one_of(NUMBERS, st.just(float("nan"))), min_size=7, max_size=7), min_size=1
    )
)
def test_row_medians_are_those_of_numpy(rows):
    table = np.array(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = np.nanmedian(table, axis=1)
    np.testing.assert_allclose(row_medians(table), expected, rtol=1e-12)


@given(
    past=st.lists(st.floats(1, 1e6), min_size=5, max_size=12), value=st.floats(1, 1e6),
    scale=st.sampled_from([1e-4, 1.0, 1e4]),
)  # fmt: skip
def test_a_score_doesnt_depend_on_the_unit(past, value, scale):
    one = scores_against([past], [value])[0]
    other = scores_against([[x * scale for x in past]], [value * scale])[0]
    assert np.isnan(one) == np.isnan(other)
    if not np.isnan(one):
        assert one == pytest.approx(other, rel=1e-6, abs=1e-6)


def test_a_short_or_constant_past_says_nothing():
    assert np.isnan(scores_against([[1.0, 2.0, 3.0, 4.0]], [100.0])).all()
    assert np.isnan(scores_against([[5.0] * 8], [100.0])).all()
