"""Growth, totals, curves, pace and forecasts against figures worked by hand."""

from __future__ import annotations

import doctest
import itertools
import math
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import yuanheng.calc.series.growth  # noqa: F401  the module, under its full name
from yuanheng.calc.series import (
    contributions,
    curves,
    earlier_level,
    even_curve,
    figures_curve,
    forecast,
    forecast_level,
    forecast_year,
    growth,
    mean_growth,
    over_subjects,
    own_curve,
    pace,
    shaped_curve,
    totals,
)

positive = st.floats(min_value=0.01, max_value=1e6)
year = st.lists(positive, min_size=12, max_size=12)


@pytest.mark.parametrize("module", [curves, forecast, totals, sys.modules[growth.__module__]])
def test_what_the_docstrings_show_is_true(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("now", "grown_by", "before"),
    [(3923.37, 0.1808, 3322.64), (272.80, 0.1723, 232.70)],
)
def test_a_published_level_and_its_growth_imply_the_year_before(now, grown_by, before):
    assert round(earlier_level(now, grown_by), 2) == before


@given(before=positive, now=positive)
def test_growth_and_earlier_level_undo_each_other(before, now):
    grown = growth(now, before)
    assert math.isclose(earlier_level(now, grown), before, rel_tol=1e-6)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(positive, positive), min_size=1))
def test_contributions_add_up_to_the_growth_of_the_whole(parts):
    now = {name: pair[0] for name, pair in parts.items()}
    before = {name: pair[1] for name, pair in parts.items()}
    points = sum(one.points for one in contributions(now, before).values())
    whole = growth(sum(now.values()), sum(before.values()))
    assert math.isclose(points, whole * 100, rel_tol=1e-6, abs_tol=1e-6)


def test_a_part_that_is_new_or_gone_is_counted():
    found = contributions({"new": 20.0, "old": 80.0}, {"old": 80.0, "gone": 20.0})
    assert [found[name].points for name in ("old", "gone", "new")] == [0.0, -20.0, 20.0]
    assert found["new"].share is None, "the whole did not change"
    assert contributions({"a": 1.0}, {"a": 0.0}) is None


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=20))
def test_a_ratio_over_subjects_is_the_ratio_of_the_sums(pairs):
    ratios = [above / below for above, below in pairs]
    found = over_subjects(ratios, [below for _above, below in pairs]).value
    expected = sum(above for above, _b in pairs) / sum(below for _a, below in pairs)
    assert math.isclose(found, expected, rel_tol=1e-9)


def test_mean_growth_over_years():
    assert round(mean_growth(232.70, 272.80, 1), 4) == 0.1723
    assert mean_growth(0.0, 5.0, 3) is None
    with pytest.raises(ValueError, match="at least one year"):
        mean_growth(1.0, 2.0, 0)


@given(year)
def test_a_curve_by_last_years_shape_reproduces_last_year(months):
    curve = shaped_curve(months)
    assert curve.shares[-1] == 1.0
    assert math.isclose(curve.due(6), sum(months[:6]) / sum(months), rel_tol=1e-9)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.5, 1.0], "twelve months, not 2"),
        ([0.2, 0.1, *[0.5] * 9, 1.0], "can't fall"),
        ([0.05 * month for month in range(12)], "the last share must be 1"),
    ],
)
def test_a_curve_that_is_none_says_why(shares, said):
    with pytest.raises(ValueError, match=said):
        own_curve(shares)


@pytest.mark.parametrize("months", [[1.0] * 11, [0.0] * 12, [-1.0, *[5.0] * 11]])
def test_a_year_without_a_shape_is_refused(months):
    with pytest.raises(ValueError, match="months"):
        shaped_curve(months)


def test_pace_and_double_past_half():
    on_time = pace(200.0, 100.0, even_curve(), date(2024, 6, 30))
    assert (on_time.gap, on_time.is_past_half) == (0.0, True)
    early = pace(200.0, 20.0, even_curve(), date(2024, 3, 31))
    assert (early.gap, early.expected, early.is_past_half) == (-15.0, 50.0, None)
    assert even_curve().due_on(date(2024, 12, 31)) == 1.0
    assert 0 < even_curve().due_on(date(2024, 1, 1)) < 0.01
    with pytest.raises(ValueError, match="greater than zero"):
        pace(0.0, 1.0, even_curve(), date(2024, 1, 1))


def test_the_forecast_uses_the_method_that_was_less_wrong():
    shape = [1, 2, 3, 2, 1, 4, 3, 2, 1, 2, 3, 6]
    earlier = {
        y: [scale * one for one in shape] for y, scale in ((2021, 1), (2022, 1.2), (2023, 1.5))
    }
    found = forecast_year([1.8 * one for one in shape[:7]], earlier)
    assert math.isclose(found.value, 1.8 * sum(shape))
    assert math.isclose(found.error_last_year, 0.0, abs_tol=1e-12)
    assert (found.tried_years, found.method) == (2, "share")
    # A jump in the second half of every year but the last speaks for the growth method.
    rising = {2021: [1] * 6 + [1] * 6, 2022: [1] * 6 + [3] * 6, 2023: [1] * 6 + [3] * 6}
    assert forecast_year([2.0] * 6, rising).value > 0


def test_without_an_earlier_whole_year_nothing_is_forecast():
    assert forecast_year([1.0], {2023: [1.0] * 11}) is None
    assert forecast_year([], {2023: [1.0] * 12}) is None
    one = forecast_year([1.0], {2023: [1.0] * 12})
    assert (one.value, one.low, one.high, one.error_last_year) == (12.0, None, None, None)
    assert forecast_year([1.0] * 12, {2023: [2.0] * 12}).value == 12.0


@given(st.lists(year, min_size=3, max_size=5), st.integers(1, 11))
def test_the_interval_holds_the_forecast_and_not_less_than_what_is_there(years, known):
    earlier = {2000 + at: months for at, months in enumerate(years[:-1])}
    found = forecast_year(years[-1][:known], earlier)
    assert found.low <= found.value * (1 + 1e-9)
    assert found.high >= found.value * (1 - 1e-9)
    assert found.low >= sum(years[-1][:known]) * (1 - 1e-9)


AMOUNTS = st.lists(st.floats(0.01, 1e6), min_size=12, max_size=12)


@given(months=AMOUNTS)
def test_own_figures_by_month_and_by_end_are_one_curve(months):
    aim = sum(months)
    by_month = figures_curve(months, aim)
    ends = list(itertools.accumulate(months))
    by_end = figures_curve([*ends[:-1], aim], aim)
    assert by_month.shares == pytest.approx(by_end.shares)
    assert by_month.shares[-1] == 1.0
    assert list(by_month.shares) == sorted(by_month.shares)


@given(months=AMOUNTS, off=st.floats(1.01, 3))
def test_own_figures_that_miss_the_aim_are_refused(months, off):
    with pytest.raises(ValueError, match=r"add up|fall|due"):
        figures_curve(months, sum(months) * off + max(months) * 24)


@given(levels=st.lists(st.floats(-1e6, 1e6), min_size=12, max_size=12), known=st.integers(1, 11))
def test_a_level_that_goes_as_last_year_ends_where_last_year_did(levels, known):
    found = forecast_level(levels[:known], {2023: levels})
    assert found.value == pytest.approx(levels[-1], abs=1e-6)
    assert (found.low, found.error_last_year) == (None, None)


@given(levels=st.lists(st.lists(st.floats(1, 100), min_size=12, max_size=12), min_size=3,
                       max_size=5))  # fmt: skip
def test_the_interval_of_a_level_holds_its_forecast(levels):
    earlier = dict(enumerate(levels[:-1], 2020))
    found = forecast_level(levels[-1][:6], earlier)
    assert found.low <= found.value <= found.high
    assert forecast_level(levels[-1], earlier).value == levels[-1][-1]
    assert forecast_level([], earlier) is None
