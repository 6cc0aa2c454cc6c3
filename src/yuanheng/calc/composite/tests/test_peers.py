"""The same figures as independent libraries give, each skipped by name where it isn't there."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.composite import normalisation, ranks, transforms, weights
from yuanheng.calc.composite.aggregation import (
    arithmetic,
    copeland,
    geometric,
    harmonic,
    power_mean,
    topsis,
    vikor,
)
from yuanheng.calc.composite.analysis import (
    correlation,
    main_effect,
    principal_components,
    varimax,
)
from yuanheng.calc.composite.imputation import fill_nearest, fill_regression
from yuanheng.calc.composite.outliers import kurtosis, skewness
from yuanheng.calc.composite.tests.tai import VALUES

FACES = np.array([1, 1, -1, 1, 1, -1, 1, 1])
W = np.array([5, 1, 3, 2, 2, 4, 1, 2]) / 20
WITH_GAPS = VALUES.copy()
WITH_GAPS[[0, 3, 7, 9], [1, 0, 6, 2]] = np.nan
RNG = np.random.default_rng(20240101)


def same(found, wanted, atol=1e-9):
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=atol)


# --- SciPy ---------------------------------------------------------------------------------------


def test_moments_scipy():
    stats = pytest.importorskip("scipy.stats")
    same(skewness(VALUES), stats.skew(VALUES, bias=False))
    same(kurtosis(VALUES), stats.kurtosis(VALUES, bias=False))
    same(skewness(WITH_GAPS), stats.skew(WITH_GAPS, bias=False, nan_policy="omit"))


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
@pytest.mark.parametrize("x", [VALUES, WITH_GAPS, VALUES.round(-1)], ids=["all", "gaps", "ties"])
def test_correlation_scipy(kind, x):
    stats = pytest.importorskip("scipy.stats")
    one = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}
    found = correlation(x, kind=kind)
    for a in range(x.shape[1]):
        for b in range(a):
            both = ~np.isnan(x[:, a]) & ~np.isnan(x[:, b])
            if np.ptp(x[both, a]) and np.ptp(x[both, b]):
                same(found[a, b], one[kind](x[both, a], x[both, b])[0])
            else:
                assert np.isnan(found[a, b])


@pytest.mark.parametrize(
    ("ties", "name"),
    [("min", "min"), ("max", "max"), ("average", "average"), ("dense", "dense")],
)
def test_ranks_scipy(ties, name):
    stats = pytest.importorskip("scipy.stats")
    x = VALUES.round(-1)
    same(ranks.rank(x, ties=ties, descending=False), stats.rankdata(x, method=name, axis=0))


def test_box_cox_scipy():
    stats = pytest.importorskip("scipy.stats")
    for x in (VALUES[:, 0], VALUES[:, 1]):
        wanted = stats.boxcox_normmax(x, method="mle", brack=(-2, 2))
        assert transforms.box_cox_power(x, shift=False) == pytest.approx(wanted, abs=1e-5)
        same(transforms.box_cox(x, 0.3, shift=False), stats.boxcox(x, 0.3))


def test_means_scipy():
    stats = pytest.importorskip("scipy.stats")
    same(geometric(VALUES, W), stats.gmean(VALUES, axis=1, weights=W))
    same(harmonic(VALUES, W), stats.hmean(VALUES, axis=1, weights=W))
    for p in (-3.0, 0.5, 2.0, 7.0):
        same(power_mean(VALUES, W, p), stats.pmean(VALUES, p, axis=1, weights=W))
    same(arithmetic(VALUES, W), np.average(VALUES, axis=1, weights=W))


@pytest.mark.parametrize("shares", [None, (0.02, 0.5)])
def test_doubt_scipy(shares):
    optimize = pytest.importorskip("scipy.optimize")
    pytest.importorskip("highspy")
    y = normalisation.min_max(VALUES, low=1)
    low, high = shares or (None, None)
    found = weights.benefit_of_the_doubt(y, least_share=low, largest_share=high)
    for c, own in enumerate(y):
        rows, upper = y, np.ones(len(y))
        if shares:
            extra = np.vstack([low * own[None, :] - np.diag(own), np.diag(own) - high * own])
            rows, upper = np.vstack([y, extra]), np.r_[upper, np.zeros(2 * len(own))]
        wanted = -optimize.linprog(-own, A_ub=rows, b_ub=upper, method="highs-ipm").fun
        same(found.scores[c], wanted)
    if shares:
        assert found.shares.min() >= low - 1e-9
        assert found.shares.max() <= high + 1e-9


def test_best_worst_scipy():
    optimize = pytest.importorskip("scipy.optimize")
    pytest.importorskip("highspy")
    to_others, to_worst, best, worst = [3, 1, 5, 2, 9], [4, 9, 2, 6, 1], 1, 4
    found = weights.best_worst_weights(to_others, to_worst, best=best, worst=worst)
    rows = []
    for j in range(5):
        for one, other, times in ((best, j, to_others[j]), (j, worst, to_worst[j])):
            row = np.zeros(6)
            row[one] += 1
            row[other] -= times
            rows += [row, -row]
    a = np.array(rows)
    a[:, 5] = -1
    wanted = optimize.linprog(
        np.r_[np.zeros(5), 1], A_ub=a, b_ub=np.zeros(len(a)), A_eq=[[1] * 5 + [0]], b_eq=[1]
    )
    same(found.weights, wanted.x[:5])
    same(found.xi, wanted.x[5])


def test_target_weights_scipy():
    optimize = pytest.importorskip("scipy.optimize")
    x = normalisation.min_max(VALUES)
    found = weights.correlation_weights(x)
    r, s = correlation(x), x.std(axis=0)

    def away(w):
        reached = r @ (w * s)
        return ((reached / reached.sum() - 1 / 8) ** 2).sum() * 1e4

    best = optimize.minimize(
        away, np.full(8, 1 / 8), bounds=[(0, 1)] * 8, method="SLSQP",
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-15, "maxiter": 2000},
    )  # fmt: skip
    assert away(found.weights) <= best.fun + 1e-9
    yardstick = RNG.normal(size=len(x)) + x[:, 0] / 20
    given = weights.regression_weights(x, yardstick)
    z = (x - x.mean(axis=0)) / s
    u, _ = optimize.nnls(z, (yardstick - yardstick.mean()) / yardstick.std())
    same(given.weights, u / s / (u / s).sum(), 1e-8)


# --- pymcdm, scikit-criteria, AHPy ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (weights.entropy_weights, "entropy_weights"),
        (weights.gini_weights, "gini_weights"),
        # pymcdm's CRITIC takes no directions.
        (weights.critic_weights, "critic_weights"),
        (lambda x: weights.merec_weights(x, FACES), "merec_weights"),
        (lambda x: weights.deviation_weights(x, scale=False), "standard_deviation_weights"),
    ],
    ids=["entropy", "gini", "critic", "merec", "deviation"],
)
def test_objective_weights_pymcdm(ours, theirs):
    pymcdm = pytest.importorskip("pymcdm.weights")
    method = getattr(pymcdm, theirs)
    same(ours(VALUES), method(VALUES, FACES) if theirs != "gini_weights" else method(VALUES))


def test_objective_weights_scikit_criteria():
    skc = pytest.importorskip("skcriteria.preprocessing.weighters")
    same(weights.entropy_weights(VALUES), skc.entropy_weights(VALUES))
    same(
        weights.deviation_weights(VALUES, scale=False, ddof=0),
        skc.std_weights(VALUES, ddof=0)
        if "ddof" in skc.std_weights.__code__.co_varnames
        else skc.std_weights(VALUES),
    )
    same(
        weights.critic_weights(VALUES, FACES),
        skc.critic_weights(VALUES, FACES, correlation="pearson", scale=True),
    )
    same(weights.merec_weights(VALUES, FACES), skc.merec_weights(VALUES, FACES))
    same(weights.gini_weights(VALUES), skc.gini_weights(VALUES))


@pytest.mark.parametrize("scaling", ["vector", "min_max"])
def test_topsis_pymcdm(scaling):
    methods = pytest.importorskip("pymcdm.methods")
    normalizations = pytest.importorskip("pymcdm.normalizations")
    scale = {"vector": None, "min_max": normalizations.minmax_normalization}[scaling]
    if scaling == "vector":
        # pymcdm turns costs round as 1 − r, the published method by the sign: all benefits here.
        wanted = methods.TOPSIS(normalizations.vector_normalization)(VALUES, W, np.ones(8))
        same(topsis(VALUES, W), wanted)
    else:
        same(topsis(VALUES, W, FACES, scaling="min_max"), methods.TOPSIS(scale)(VALUES, W, FACES))


def test_topsis_scikit_criteria():
    skcriteria = pytest.importorskip("skcriteria")
    agg = pytest.importorskip("skcriteria.agg.topsis")
    scaled = VALUES / np.sqrt((VALUES**2).sum(axis=0))
    made = agg.TOPSIS().evaluate(skcriteria.mkdm(scaled, FACES, weights=W))
    same(topsis(VALUES, W, FACES), made.e_.similarity)


def test_vikor_pymcdm():
    methods = pytest.importorskip("pymcdm.methods")
    same(vikor(VALUES, W, FACES).q, methods.VIKOR(v=0.5)(VALUES, W, FACES))


def test_vikor_scikit_criteria():
    skcriteria = pytest.importorskip("skcriteria")
    agg = pytest.importorskip("skcriteria.agg.vikor")
    made = agg.VIKOR(v=0.5).evaluate(skcriteria.mkdm(VALUES, FACES, weights=W)).e_
    found = vikor(VALUES, W, FACES)
    same(found.q, made.q_k)
    same(found.s, made.s_k)
    same(found.r, made.r_k)
    assert set(np.flatnonzero(found.compromise)) == set(np.ravel(made.compromise_set))


def test_ahp_ahpy():
    ahpy = pytest.importorskip("ahpy")
    names = "abcd"
    upper = [3, 5, 2, 2, 1 / 3, 1 / 4]
    pairs = {(a, b): v for (a, b), v in
             zip([(a, b) for i, a in enumerate(names) for b in names[i + 1:]], upper,
                 strict=True)}  # fmt: skip
    there = ahpy.Compare("goal", pairs, precision=12, random_index="saaty")
    found = weights.ahp_weights(weights.from_upper(upper))
    same(found.weights, [there.target_weights[n] for n in names])


def test_ahp_pymcdm():
    subjective = pytest.importorskip("pymcdm.weights.subjective")
    a = weights.from_upper([3, 5, 2, 2, 1 / 3, 1 / 4])
    same(weights.ahp_weights(a).weights, subjective.AHP(matrix=a)(), 1e-9)


# --- scikit-learn, NumPy by definition ------------------------------------------


def test_nearest_scikit_learn():
    impute = pytest.importorskip("sklearn.impute")
    for k in (1, 3, 5):
        wanted = impute.KNNImputer(n_neighbors=k).fit_transform(WITH_GAPS)
        same(fill_nearest(WITH_GAPS, k=k, standardise=False).values, wanted)


def test_regression_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    chosen = [3, 4, 5]
    found = fill_regression(WITH_GAPS, predictors=chosen)
    gaps = np.isnan(WITH_GAPS)
    for j in (0, 1, 2, 6):
        known = ~gaps[:, j]
        model = linear.LinearRegression().fit(VALUES[known][:, chosen], VALUES[known, j])
        same(found.values[gaps[:, j], j], model.predict(VALUES[gaps[:, j]][:, chosen]))
    assert (found.filled == gaps).all()


def test_components_scikit_learn():
    decomposition = pytest.importorskip("sklearn.decomposition")
    z = normalisation.z_score(VALUES)
    there = decomposition.PCA().fit(z)
    found = principal_components(VALUES)
    same(found.eigenvalues, there.explained_variance_)
    same(found.share, there.explained_variance_ratio_)
    loadings = there.components_.T * np.sqrt(there.explained_variance_)
    same(np.abs(found.loadings), np.abs(loadings))


def test_varimax_scikit_learn():
    rotation = pytest.importorskip("sklearn.decomposition._factor_analysis")
    loadings = principal_components(VALUES).loadings[:, :4]
    found = varimax(loadings, normalise=False)
    there = rotation._ortho_rotation(loadings, tol=1e-15, max_iter=20000).T
    there = there if there.shape == found.shape else there.T
    order = np.argsort(-(there**2).sum(axis=0))
    same(np.abs(found), np.abs(there[:, order]), 1e-6)


def test_copeland_by_definition():
    x = VALUES.round(-1)
    beats = (x[:, None] > x[None]) @ W + 0.5 * ((x[:, None] == x[None]) @ W)
    np.fill_diagonal(beats, 0.5)
    wanted = np.where(np.abs(beats - 0.5) < 1e-9, 0, np.sign(beats - 0.5)).sum(axis=1)
    assert copeland(x, W).tolist() == wanted.tolist()


def test_main_effect_finds_a_curve_that_a_line_misses():
    line_of = np.linspace(-1, 1, 21)
    x = np.array([(a, b) for a in line_of for b in line_of])
    y = x[:, 0] ** 2 + 0.3 * x[:, 1]
    curve, line = main_effect(x, y), main_effect(x, y, fit="linear")
    parts = np.array([(line_of**2).var(), (0.3 * line_of).var()])
    # A smooth fit flattens the ends of a curve a little.
    np.testing.assert_allclose(curve, parts / parts.sum(), atol=0.04)
    assert line[0] < 0.05
