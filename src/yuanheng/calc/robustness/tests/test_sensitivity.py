"""The estimators against known answers and against SALib."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.robustness import sensitivity

NAMES = ["x1", "x2", "x3"]
FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}


def ishigami(x):
    """Ishigami and Homma (1990), a = 7, b = 0.1; its indices are known exactly."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def samples(count: int, seed: int = 3):
    random = np.random.default_rng(seed)
    a, b = (random.uniform(-np.pi, np.pi, (count, 3)) for _ in range(2))
    mixed = []
    for at in range(3):
        m = a.copy()
        m[:, at] = b[:, at]
        mixed.append(ishigami(m))
    return ishigami(a), ishigami(b), mixed


def test_ishigami_has_its_known_indices():
    for shift in (0.0, 1e4):
        of_a, of_b, mixed = samples(40_000)
        found = sensitivity(of_a + shift, of_b + shift, [m + shift for m in mixed], NAMES, seed=1)
        for index in found:
            assert index.first == pytest.approx(FIRST[index.choice], abs=0.02)
            assert index.total == pytest.approx(TOTAL[index.choice], abs=0.02)
            assert abs(index.first - FIRST[index.choice]) < 2 * index.first_error + 1e-3
            assert abs(index.total - TOTAL[index.choice]) < 2 * index.total_error + 1e-3


def test_agrees_with_salib_on_its_own_sample():
    sobol = pytest.importorskip("SALib.analyze.sobol", reason="SALib is not installed")
    from SALib.sample import sobol as sampling

    problem = {"num_vars": 3, "names": NAMES, "bounds": [[-np.pi, np.pi]] * 3}
    y = ishigami(sampling.sample(problem, 1024, calc_second_order=False, seed=5))
    theirs = sobol.analyze(problem, y, calc_second_order=False, seed=5)
    rows = y.reshape(-1, 5)
    ours = sensitivity(rows[:, 0], rows[:, 4], [rows[:, n] for n in (1, 2, 3)], NAMES, seed=5)
    for at, index in enumerate(ours):
        # SALib divides by the variance of A and B together around their own mean.
        assert index.first == pytest.approx(theirs["S1"][at], abs=2e-3)
        assert index.total == pytest.approx(theirs["ST"][at], abs=2e-3)
        assert index.first_error == pytest.approx(theirs["S1_conf"][at], rel=0.4)


def test_a_choice_that_does_nothing_has_index_zero():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 500, 4))
    found = sensitivity(a, b, [b, a], ["all", "none"], seed=1)
    assert found[1].first == found[1].total == 0.0
    assert found[0].total == pytest.approx(1.0, abs=0.15)


def test_nothing_varies():
    same = np.ones((50, 3))
    (index,) = sensitivity(same, same, [same], ["x"], seed=1)
    assert (index.first, index.total) == (0.0, 0.0)


def test_many_outputs_are_weighted_by_their_variance():
    """Two independent linear outputs, 3·x1 and x2: x1 explains 9 parts of 10."""
    random = np.random.default_rng(4)
    a, b = random.normal(size=(2, 20_000, 2)) * [3.0, 1.0]
    mixed = [np.c_[b[:, 0], a[:, 1]], np.c_[a[:, 0], b[:, 1]]]
    found = sensitivity(a, b, mixed, ["x1", "x2"], seed=2)
    assert found[0].first == pytest.approx(0.9, abs=0.03)
    assert found[1].total == pytest.approx(0.1, abs=0.03)
