"""The composite scales and the scheme's points are the same where they mean the same."""

from __future__ import annotations

import numpy as np

from yuanheng.calc.composite import normalisation as scale
from yuanheng.calc.composite.points import score_points
from yuanheng.calc.composite.tests.tai import VALUES

X = VALUES[:, 0]


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_range_ratio_goalposts_and_z():
    column = X[:, None]
    close(score_points(X, {"method": "N3", "base": 0}), scale.min_max(column)[:, 0])
    close(score_points(X, {"method": "N2"}, weight=1), scale.share_of_best(column)[:, 0])
    close(
        score_points(X, {"method": "N2"}, weight=1, better="lower"),
        scale.share_of_best(column, [-1])[:, 0],
    )
    ends = {"method": "N3", "base": 0, "low": 5, "high": 900}
    close(score_points(X, ends), scale.goalposts(column, [5], [900], inside=False)[:, 0])
    spec = {"method": "N8", "centre": 0.5, "per_sd": 0.01, "deviation": "population"}
    close(score_points(X, spec), scale.z_score(column, mean=50, sd=1, ddof=0)[:, 0])


def test_groups_and_unknown():
    found = score_points([1, 2, np.nan, 10, 5], {"method": "N2"}, groups=list("aabbb"))
    close(found[[0, 1, 3, 4]], [50, 100, 100, 50])
    assert np.isnan(found[2])


def test_every_method_by_its_number():
    specs = {
        "N1": {"benchmark": {"statistic": "mean"}}, "N2": {}, "N3": {"base": 20},
        "N4": {"satisfactory": 900, "not_allowed": 10, "c": 40, "d": 60}, "N5": {},
        "N6": {"base": {"formula": "own"}, "parity": "80%", "step": "5%", "points_per_step": 1,
               "bonus_cap": "50%", "below": "pro_rata"},
        "N7": {"target": {"formula": "own"}, "cap": 1.2},
        "N8": {"centre": "50%", "per_sd": "20%", "deviation": "sample"},
        "N9": {"levels": [{"at_least": 100, "points": 3}], "otherwise": 1},
        "N10": {"per_event": 2}, "N11": {"points": "place"},
        "N12": {"anchors": [[0, 0], [1000, 100]], "outside": "clamp"},
    }  # fmt: skip
    for method, more in specs.items():
        found = score_points(X, {"method": method, **more}, own=np.full(len(X), 80.0))
        assert np.isfinite(found).all(), method
        order = np.argsort(X)
        assert (np.diff(found[order]) >= -1e-9).all(), method
