"""The steps of a composite indicator on 144 parks × 40 indicators, against the bare arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.harness import Row, ratio
from yuanheng.calc.composite import imputation, normalisation, outliers, ranks
from yuanheng.calc.composite.aggregation import Node, aggregate_tree, copeland
from yuanheng.calc.composite.inputs import to_columns

PARKS, INDICATORS, MISSING = 144, 40, 0.05
NAMES = [f"i{j}" for j in range(INDICATORS)]
DIMENSIONS = [Node(f"d{k}", NAMES[5 * k : 5 * k + 5]) for k in range(8)]
TREE = Node("index", [Node("a", DIMENSIONS[:4]), Node("b", DIMENSIONS[4:])])


def make_values() -> Any:
    """Seeded figures with gaps and, in some columns, outliers."""
    random = np.random.default_rng(7)
    values = np.exp(random.normal(size=(PARKS, INDICATORS)) * random.uniform(0.2, 1.3, INDICATORS))
    values[random.random(values.shape) < MISSING] = np.nan
    return values


def chain(values: Any) -> Any:
    """Filled, treated, scaled, three levels, a rank at every node, with all that is reported."""
    filled = imputation.fill_median(values)
    treated = outliers.treat(filled.values, then=None)
    scores = aggregate_tree(to_columns(normalisation.min_max(treated.values), NAMES), TREE)
    return ranks.rank(np.column_stack([scores.scores[name] for name in scores.scores]))


def _shape(x: Any) -> tuple[float, float]:
    n, d = len(x), x - x.mean()
    m = (d**2).mean()
    skew, kurt = (d**3).mean() / m**1.5, (d**4).mean() / m**2 - 3
    return (
        np.sqrt(n * (n - 1)) / (n - 2) * skew,
        ((n + 1) * kurt + 6) * (n - 1) / ((n - 2) * (n - 3)),
    )


def bare_chain(values: Any) -> Any:
    """The same by hand."""
    x = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
    for j in range(INDICATORS):
        changed = 0
        while changed < outliers.MOST:
            skew, kurt = _shape(x[:, j])
            if abs(skew) < 2 or kurt < 3.5:
                break
            c = x[:, j] if skew >= 0 else -x[:, j]
            top = c == c.max()
            c = np.where(top, c[~top].max(), c)
            changed = int(top.sum())
            x[:, j] = c if skew >= 0 else -c
    x = (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0)) * 100
    dimensions = x.reshape(PARKS, 8, 5).mean(axis=2)
    halves = dimensions.reshape(PARKS, 2, 4).mean(axis=2)
    nodes = np.column_stack([
        dimensions[:, :4], halves[:, 0], dimensions[:, 4:], halves[:, 1], halves.mean(axis=1)
    ])  # fmt: skip
    order = np.argsort(-nodes, axis=0, kind="stable")
    found = np.empty_like(nodes)
    np.put_along_axis(found, order, np.arange(1.0, PARKS + 1)[:, None], axis=0)
    return found


def bare_copeland(x: Any, w: Any) -> Any:
    """All pairs at once by broadcasting; figures without ties."""
    ahead = (x[:, None, :] > x[None, :, :]) @ w
    return np.sign(ahead - ahead.T).sum(axis=1)


def bare_doubt(y: Any) -> Any:
    """The same programs, one by one, by the solver's own interface."""
    import highspy

    found = np.empty(len(y))
    n, m = y.shape
    for c in range(n):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = m, n
        lp.col_cost_, lp.sense_ = y[c], highspy.ObjSense.kMaximize
        lp.col_lower_, lp.col_upper_ = np.zeros(m), np.full(m, highspy.kHighsInf)
        lp.row_lower_, lp.row_upper_ = np.full(n, -highspy.kHighsInf), np.ones(n)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.arange(n + 1) * m
        lp.a_matrix_.index_ = np.tile(np.arange(m), n)
        lp.a_matrix_.value_ = y.ravel()
        solver.passModel(lp)
        solver.run()
        found[c] = solver.getInfo().objective_function_value
    return found


def rows() -> list[Row]:
    """The lines of this benchmark; that of the solver only where it is installed."""
    values = make_values()
    complete = np.random.default_rng(8).random((PARKS, INDICATORS))
    w = np.random.default_rng(6).random(INDICATORS)
    if not np.array_equal(chain(values), bare_chain(values)):
        raise AssertionError("the two chains disagree")
    if not np.array_equal(copeland(complete, w), bare_copeland(complete, w)):
        raise AssertionError("the two Copeland counts disagree")
    lines = [
        ratio(
            "composite 144 x 40: fill, treat, scale, tree",
            lambda: chain(values),
            lambda: bare_chain(values),
            bar=4.0,
            baseline_is="bare NumPy: median, winsorising, range, three levels, ranks of 11 nodes",
            rounds=15,
            inner=5,
        ),
        ratio(
            "copeland 144 x 40",
            lambda: copeland(complete, w),
            lambda: bare_copeland(complete, w),
            bar=5.0,
            baseline_is="bare NumPy: every pair by broadcasting",
            rounds=15,
            inner=5,
        ),
    ]
    return lines + _doubt()


def _doubt() -> list[Row]:
    try:
        import highspy  # noqa: F401
    except ImportError:
        return []
    from yuanheng.calc.composite.weights import benefit_of_the_doubt

    y = np.random.default_rng(9).random((PARKS, 7))
    np.testing.assert_allclose(benefit_of_the_doubt(y).scores, bare_doubt(y), atol=1e-9)
    return [
        ratio(
            "benefit of the doubt 144 x 7",
            lambda: benefit_of_the_doubt(y),
            lambda: bare_doubt(y),
            bar=1.3,
            baseline_is="the same programs handed to HiGHS one by one",
        )
    ]
