"""What every method of a kind promises, over made-up figures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from yuanheng.calc.composite import aggregation, imputation, outliers, panel, transforms, weights
from yuanheng.calc.composite import normalisation as scale
from yuanheng.calc.composite.analysis import correlation, varimax
from yuanheng.calc.composite.ranks import rank
from yuanheng.calc.faults import FaultyInput

LIMITS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def tables(low=1.0, high=1e4, gaps=False, least=3):
    figure = st.one_of(
        st.integers(int(low), int(high)).map(float),
        st.floats(low, high),
        st.sampled_from([low, 5.0]),
    )
    if gaps:
        figure = st.one_of(figure, figure, figure, st.just(float("nan")))
    size = st.tuples(st.integers(least, 9), st.integers(2, 5))
    return size.flatmap(
        lambda nm: st.lists(
            st.lists(figure, min_size=nm[1], max_size=nm[1]), min_size=nm[0], max_size=nm[0]
        ).map(np.array)
    )


def shuffled(x, seed=7):
    rng = np.random.default_rng(seed)
    return rng.permutation(len(x)), rng.permutation(x.shape[1])


def close(a, b, **more):
    np.testing.assert_allclose(a, b, **{"rtol": 1e-7, "atol": 1e-9, **more})


def attempt(function, *args):
    """The result, or no example where the figures are rightly refused."""
    try:
        return function(*args)
    except FaultyInput:
        assume(False)


# --- weights -------------------------------------------------------------------------------------

WEIGHTS = {
    "deviation": weights.deviation_weights,
    "entropy": weights.entropy_weights,
    "critic": weights.critic_weights,
    "gini": weights.gini_weights,
    "merec": weights.merec_weights,
    "components": lambda x: weights.component_weights(x, factors=x.shape[1]).weights,
    "correlation": lambda x: weights.correlation_weights(x).weights,
}
NO_UNIT = ["deviation", "entropy", "critic", "gini", "merec"]


@pytest.mark.parametrize("name", WEIGHTS)
@LIMITS
@given(x=tables())
def test_weights_are_shares(name, x):
    w = attempt(WEIGHTS[name], x)
    assert w.shape == (x.shape[1],)
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", NO_UNIT)
@LIMITS
@given(x=tables())
def test_weights_follow_their_columns_and_ignore_the_unit(name, x):
    w = attempt(WEIGHTS[name], x)
    rows, columns = shuffled(x)
    close(WEIGHTS[name](x[rows][:, columns]), w[columns], atol=1e-7)
    close(WEIGHTS[name](x * np.arange(1, x.shape[1] + 1) * 0.25), w, atol=1e-7)


@pytest.mark.parametrize("name", ["deviation", "entropy", "critic", "gini", "merec"])
def test_a_flat_indicator_gets_nothing_and_all_flat_is_refused(name):
    x = np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 1.0], [2.0, 5.0, 4.0]])
    assert WEIGHTS[name](x)[1] == 0
    with pytest.raises(FaultyInput, match="No indicator differs"):
        WEIGHTS[name](np.full((3, 2), 4.0))
    with pytest.raises(FaultyInput):
        WEIGHTS[name](np.array([[1.0, 2.0]]))


@LIMITS
@given(x=tables(), y=tables())
def test_combinations_are_shares_and_agree_on_one_set(x, y):
    sets = x / x.sum(axis=1, keepdims=True)
    for w in (weights.additive(x), weights.multiplicative(x), weights.game(x).weights):
        assert (w >= 0).all()
        assert w.sum() == pytest.approx(1)
    same = np.repeat(sets[:1], 3, axis=0)
    for w in (
        weights.additive(same),
        weights.multiplicative(same[:1]),
        weights.game(same).weights,
    ):
        close(w, sets[0])


@LIMITS
@given(w=st.lists(st.floats(0.05, 1), min_size=2, max_size=8))
def test_consistent_comparisons_give_their_weights(w):
    w = np.array(w) / np.sum(w)
    found = weights.ahp_weights(w[:, None] / w[None, :])
    close(found.weights, w)
    assert found.index == pytest.approx(0, abs=1e-7)


def test_experts_by_judgements_and_by_priorities():
    one, two = weights.from_upper([2, 6, 3]), weights.from_upper([4, 1, 1 / 4])
    together = weights.ahp_group([one, two])
    close(together.result.weights, weights.ahp_weights(np.sqrt(one * two)).weights)
    alone = weights.ahp_group([one, two], voices=[1, 0], by="priorities")
    close(alone.result.weights, weights.ahp_weights(one).weights)


@LIMITS
@given(x=tables())
def test_benefit_of_the_doubt(x):
    pytest.importorskip("highspy")
    found = weights.benefit_of_the_doubt(x)
    assert found.scores.max() == pytest.approx(1)
    assert (found.scores <= 1 + 1e-9).all()
    assert (found.weights >= 0).all()
    assert (found.weights @ x.T <= 1 + 1e-7).all()
    close(found.scores, weights.benefit_of_the_doubt(x * 7.5).scores, atol=1e-7)
    rows, columns = shuffled(x)
    close(weights.benefit_of_the_doubt(x[rows][:, columns]).scores, found.scores[rows], atol=1e-7)


@LIMITS
@given(x=tables())
def test_the_sets_of_weights_say_the_same_as_each_units_own_program(x):
    pytest.importorskip("highspy")
    even = 1.0 / x.shape[1]
    bounds = {"least_weight": even / 2, "largest_weight": min(1.0, even * 2)}
    for limits in ({}, bounds):
        found = weights.benefit_of_the_doubt(x, **limits)
        sets = weights.weightings(x, **limits)
        close((x @ sets.T).max(axis=1), found.scores, atol=1e-8)
        assert (x @ sets.T).max() <= 1 + 1e-8
        rows, _ = shuffled(x)
        np.testing.assert_array_equal(weights.weightings(x[rows], **limits), sets)
        parts = sets / sets.sum(axis=1, keepdims=True)
        if limits:
            assert parts.min() >= even / 2 - 1e-8
            assert parts.max() <= min(1.0, even * 2) + 1e-8
        assert len(sets) <= len(x)


# --- aggregation ---------------------------------------------------------------------------------

MEANS = {
    "arithmetic": aggregation.arithmetic,
    "geometric": aggregation.geometric,
    "harmonic": aggregation.harmonic,
    "quadratic": lambda x, w=None: aggregation.power_mean(x, w, 2),
    "power -3": lambda x, w=None: aggregation.power_mean(x, w, -3),
    "least": lambda x, w=None: aggregation.power_mean(x, w, float("-inf")),
    "median": aggregation.median,
    "owa": lambda x, w=None: aggregation.owa(x, np.arange(1, x.shape[1] + 1)),
}
SCORES = MEANS | {
    "copeland": aggregation.copeland,
    "topsis": aggregation.topsis,
    "vikor": lambda x, w=None: 1 - aggregation.vikor(x, w).q,
}


@pytest.mark.parametrize("name", MEANS)
@LIMITS
@given(x=tables(gaps=True))
def test_means_lie_between_and_agree_on_equal_figures(name, x):
    found = MEANS[name](x)
    known = ~np.isnan(x).all(axis=1)
    assert (np.isnan(found) == ~known).all()
    low, high = np.nanmin(x[known], axis=1), np.nanmax(x[known], axis=1)
    assert (found[known] >= low * (1 - 1e-9)).all()
    assert (found[known] <= high * (1 + 1e-9)).all()
    level = np.where(np.isnan(x), np.nan, 4.0)
    close(MEANS[name](level)[known], 4.0)


@pytest.mark.parametrize("name", MEANS)
@LIMITS
@given(x=tables(), up=st.floats(0, 100), seed=st.integers(0, 99))
def test_means_rise_with_their_figures_and_scale(name, x, up, seed):
    w = np.random.default_rng(seed).random(x.shape[1]) + 0.01
    better = x.copy()
    better[:, 0] += up
    before = MEANS[name](x, w)
    assert (MEANS[name](better, w) >= before * (1 - 1e-9)).all()
    close(MEANS[name](x * 3.5, w), before * 3.5)


@LIMITS
@given(x=tables(), seed=st.integers(0, 99))
def test_power_means_are_in_order(x, seed):
    w = np.random.default_rng(seed).random(x.shape[1])
    found = [
        aggregation.power_mean(x, w, p) for p in (-np.inf, -5, -1, 0, 1e-9, 0.5, 1, 3, np.inf)
    ]
    for lower, higher in pairwise(found):
        assert (lower <= higher * (1 + 1e-9)).all()


@pytest.mark.parametrize("name", SCORES)
@LIMITS
@given(x=tables(least=2))
def test_scores_follow_their_rows(name, x):
    rows, columns = shuffled(x)
    w = np.arange(1.0, x.shape[1] + 1)
    close(SCORES[name](x[rows], w), np.asarray(SCORES[name](x, w))[rows], atol=1e-7)
    if name != "owa":
        close(SCORES[name](x[:, columns], w[columns]), SCORES[name](x, w), atol=1e-7)


@pytest.mark.parametrize("name", sorted(set(SCORES) - {"owa"}))
@LIMITS
@given(x=tables(least=2))
def test_a_weight_of_zero_leaves_the_indicator_out(name, x):
    w = np.arange(1.0, x.shape[1] + 1)
    spoilt = np.column_stack([x, np.r_[np.nan, np.zeros(len(x) - 1)]])
    close(SCORES[name](spoilt, np.r_[w, 0.0]), SCORES[name](x, w), atol=1e-9)


@pytest.mark.parametrize("name", ["copeland", "topsis", "vikor"])
@LIMITS
@given(x=tables())
def test_who_is_better_in_all_is_not_worse(name, x):
    x = np.vstack([x, x.max(axis=0) + 1, x.min(axis=0) / 2])
    found = SCORES[name](x)
    assert found[-2] == pytest.approx(found.max())
    assert found[-1] == pytest.approx(found.min())


@pytest.mark.parametrize("name", ["copeland", "topsis", "vikor"])
def test_one_unit_alone_has_a_score(name):
    assert np.isfinite(SCORES[name](np.array([[3.0, 4.0]]))).all()


def test_outranking_adds_up_with_gaps_too():
    x = np.array([[1.0, np.nan, 3.0], [2.0, 2.0, np.nan], [np.nan, np.nan, np.nan]])
    won = aggregation.outranking(x, [1, 1, 2])
    assert won[0, 1] + won[1, 0] == 1
    assert np.isnan(won[0, 2])
    assert np.isnan(aggregation.copeland(x)[2])


# --- normalisation -------------------------------------------------------------------------------

SCALES = {
    "min_max": scale.min_max,
    "z_score": scale.z_score,
    "rank": scale.rank_score,
    "percentile": scale.percentile,
}


@pytest.mark.parametrize("name", SCALES)
@LIMITS
@given(x=tables(gaps=True), factor=st.floats(0.5, 8))
def test_scales_keep_the_order_and_the_unknown(name, x, factor):
    found = SCALES[name](x)
    assert (np.isnan(found) == np.isnan(x)).all()
    # Figures that nearly tie may tie after scaling, but never change places.
    for j in range(x.shape[1]):
        order = np.argsort(x[:, j], kind="stable")
        assert (np.diff(found[order, j][~np.isnan(found[order, j])]) >= -1e-9).all()
    close(SCALES[name](x * factor), found, atol=1e-6)
    turned = SCALES[name](-x, -np.ones(x.shape[1]))
    close(turned, found)


@LIMITS
@given(x=tables(gaps=True))
def test_min_max_reaches_both_ends(x):
    found = scale.min_max(x, low=1, high=100)
    for j in np.flatnonzero(~scale.flat_columns(x)):
        assert np.nanmin(found[:, j]) == 1
        assert np.nanmax(found[:, j]) == 100


@pytest.mark.parametrize("name", SCALES)
def test_a_flat_column_is_in_the_middle(name):
    found = SCALES[name](np.array([[5.0], [5.0], [np.nan]]))
    assert found[0, 0] == found[1, 0] == {"z_score": 0, "rank": 1, "percentile": 0}.get(name, 50)
    assert np.isnan(found[2, 0])


# --- imputation ----------------------------------------------------------------------------------

FILLS = {
    "mean": imputation.fill_mean,
    "median": imputation.fill_median,
    "group mean": lambda x: imputation.fill_mean(x, np.arange(len(x)) % 2),
    "regression": imputation.fill_regression,
    "nearest": imputation.fill_nearest,
    "last value": lambda x: panel.fill_last_value(x, np.arange(len(x)) // 3, np.arange(len(x))),
    "linear": lambda x: panel.fill_linear(x, np.arange(len(x)) // 3, np.arange(len(x))),
}


@pytest.mark.parametrize("name", FILLS)
@LIMITS
@given(x=tables(gaps=True))
def test_filling_marks_all_and_only_what_it_fills(name, x):
    done = FILLS[name](x)
    known = ~np.isnan(x)
    assert (done.values[known] == x[known]).all()
    assert (done.filled == (~known & ~np.isnan(done.values))).all()
    if name not in ("regression", "last value", "linear"):
        none_known = ~known.any(axis=0)
        assert np.isnan(done.values[:, none_known]).all()
    if name != "regression":
        low, high = np.nanmin(x, initial=np.inf), np.nanmax(x, initial=-np.inf)
        filled = done.values[done.filled]
        assert ((filled >= low * (1 - 1e-9)) & (filled <= high * (1 + 1e-9))).all()


# --- outliers and transforms ---------------------------------------------------------------------


@LIMITS
@given(x=tables(least=5), wild=st.floats(1e5, 1e9))
def test_treatment_keeps_the_order_and_reports_all(x, wild):
    x[0, 0] = wild
    done = outliers.treat(x)
    assert (done.changed == (done.values != x)).all()
    for j, column in enumerate(done.columns):
        order = np.argsort(x[:, j], kind="stable")
        assert (np.diff(done.values[order, j]) >= -1e-9).all()
        if column.how == "winsorised":
            assert done.changed[:, j].sum() == column.high + column.low


@pytest.mark.parametrize("name", transforms.TRANSFORMS)
def test_every_transform_changes_a_skewed_column_and_keeps_its_order(name):
    x = np.array([1.0, 2.0, 3.0, 5.0, 900.0, np.nan])
    found = transforms.TRANSFORMS[name](x)
    assert np.isnan(found[5])
    assert (np.diff(found[:5]) > 0).all()
    assert (found[:5] != x[:5]).all()
    assert abs(outliers.skewness(found[:, None])[0]) < abs(outliers.skewness(x[:, None])[0])


def test_little_or_nothing_known_is_left_alone():
    x = np.array([[np.nan, 1.0, 7.0], [np.nan, np.nan, 7.0], [np.nan, 99.0, 7.0]])
    done = outliers.treat(x)
    assert [c.how for c in done.columns] == ["unknown"] * 3
    assert not done.changed.any()


# --- analysis ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
@LIMITS
@given(x=tables(gaps=True))
def test_correlations_are_symmetric_and_within_one(kind, x):
    r = correlation(x, kind=kind)
    close(r, r.T)
    assert (np.abs(r[~np.isnan(r)]) <= 1).all()
    varies = ~scale.flat_columns(x)
    close(np.diag(r)[varies], 1.0)


@LIMITS
@given(x=tables(low=-50, high=50))
def test_varimax_keeps_the_communalities_and_never_lowers_the_criterion(x):
    assume((x**2).sum() > 1)

    def criterion(loadings):
        length = np.sqrt((x**2).sum(axis=1))
        scaled = loadings / np.where(length > 0, length, 1)[:, None]
        return (scaled**2).var(axis=0).sum()

    turned = varimax(x)
    close((turned**2).sum(axis=1), (x**2).sum(axis=1), atol=1e-6)
    assert criterion(turned) >= criterion(x) - 1e-9


@LIMITS
@given(x=tables(gaps=True))
def test_ranks_are_places(x):
    found = rank(x)
    for j in range(x.shape[1]):
        for i in range(len(x)):
            if not np.isnan(x[i, j]):
                assert found[i, j] == 1 + (x[:, j] > x[i, j]).sum()
