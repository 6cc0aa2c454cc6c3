"""Bad input is answered by a sentence that says what, where and what to do."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.composite import aggregation as agg
from yuanheng.calc.composite import (
    denomination,
    inputs,
    normalisation,
    outliers,
    panel,
    points,
    transforms,
    weights,
)
from yuanheng.calc.composite.analysis import cronbach_alpha, principal_components
from yuanheng.calc.faults import FaultyInput

X = np.array([[1.0, -2.0], [3.0, 4.0], [5.0, 1.0]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: inputs.matrix([1.0, 2.0]), "must be a table"),
        (lambda: inputs.matrix([[np.inf]]), "infinite at (1, 1)"),
        (lambda: inputs.weight_vector([1, -1], 2), "each must be 0 or more"),
        (lambda: inputs.weight_vector([0, 0], 2), "not all may be 0"),
        (lambda: inputs.directions([1, 0], 2), "A direction is 1"),
        (lambda: inputs.from_columns({"a": [1.0]}, ["b"]), "has no column b"),
        (lambda: denomination.denominate(X, {0: [1, -1, 1]}, names=["税收", "b"]),
         "“税收” is -1 in row 2"),
        (lambda: panel.fill_linear(X, ["a", "a", "b"], [1, 1, 1]), "stands twice at 1"),
        (lambda: transforms.ln([1.0, 0.0]), "Figure 2 is 0 and has no logarithm"),
        (lambda: transforms.log_gii([0.1, 0.5]), "maximum above 1"),
        (lambda: outliers.winsorise([1.0], most=-1), "most is -1"),
        (lambda: normalisation.min_max(X, low=1, high=1), "lower end must be below"),
        (lambda: normalisation.goalposts(X, [0, 0], [1, 0]), "two different ends"),
        (lambda: normalisation.distance_to_target(X, [1, 9]), "target of column 1 is no better"),
        (lambda: normalisation.share_of_best(X), "Row 1, column 2 is -2"),
        (lambda: points.score_points([1.0], {"method": "N1", "benchmark": 0}), "can't be divided"),
        (lambda: agg.geometric(X, names=["a", "税收"]), "“税收” is -2 in row 1"),
        (lambda: agg.owa(X, [1]), "2 are needed"),
        (lambda: agg.copeland(np.ones((4001, 1))), "at most 4000 units"),
        (lambda: agg.topsis(np.full((2, 2), np.nan)), "No unit knows all its figures"),
        (lambda: agg.vikor(X, group_share=2), "group_share is 2"),
        (lambda: agg.aggregate_tree({"a": [1.0]}, agg.Node("i", ["b"])), "“b” under “i”"),
        (lambda: agg.aggregate_tree({"a": [1.0]}, agg.Node("a", ["a"])), "stands twice"),
        (lambda: agg.aggregate_tree({"a": [1.0]}, agg.Node("i", ["a"], method="best")),
         "isn't one of"),
        (lambda: weights.entropy_weights(X), "column 2 isn't positive in row 1"),
        (lambda: weights.ahp_weights([[1, 2], [1, 1]], names=["税", "地"]), "税 to 地 is 2"),
        (lambda: weights.ahp_group([np.eye(1), np.ones((2, 2))]), "different numbers"),
        (lambda: weights.from_upper([1, 2]), "2 comparisons were given"),
        (lambda: weights.best_worst_weights([1, 2], [3, 1], best=0, worst=1), "one comparison"),
        (lambda: weights.best_worst_weights([1, 2], [2, 1], best=0, worst=0), "best isn't worst"),
        (lambda: weights.benefit_of_the_doubt(X), "Row 1, column 2 is -2"),
        (lambda: weights.benefit_of_the_doubt(abs(X), least_share=0.6), "add up to 1.2"),
        (lambda: weights.multiplicative([[1, 0], [0, 1]]), "add them instead"),
        (lambda: weights.component_weights(X, factors=3), "3 factors were asked for"),
        (lambda: weights.correlation_weights([[1, 2], [1, 3], [1, 4]]), "column 1 doesn't vary"),
        (lambda: weights.regression_weights([[3.0], [2.0], [1.0]], [1, 2, 3]), "No indicator"),
        (lambda: principal_components([[1, 2], [1, 3], [1, 4]]), "Column 1 doesn't vary"),
        (lambda: cronbach_alpha([[1.0, np.nan], [1.0, 2.0]]), "1 units know all items"),
    ],
)  # fmt: skip
def test_refused_with_a_sentence(call, said):
    with pytest.raises(FaultyInput) as raised:
        call()
    assert said in str(raised.value)
    for fault in raised.value.faults:
        assert fault.zh
        assert fault.zh != fault.en


def test_inconsistent_comparisons_say_where():
    found = weights.ahp_weights(weights.from_upper([2, 1 / 8, 4]))
    assert not found.consistent
    assert found.ratio > 0.1
    assert found.worst[:2] in {(0, 1), (0, 2), (1, 2)}


def test_negative_correlations_leave_weights_at_zero():
    x = np.array([[0.0, 5.0, 0.2], [1.0, 4.0, 1.0], [2.0, 3.1, 2.2], [3.0, 2.0, 2.7]])
    found = weights.correlation_weights(x)
    assert (found.weights >= 0).all()
    assert found.missed > 0.01


def test_a_unit_whose_share_bound_cannot_be_met_scores_nothing():
    pytest.importorskip("highspy")
    y = np.array([[1.0, 0.0], [0.5, 1.0]])
    found = weights.benefit_of_the_doubt(y, least_share=0.2)
    assert found.scores[0] == 0
    assert found.scores[1] == pytest.approx(1)
