"""Copies of a run: nothing moved gives the run, each choice moves what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.program import RANK, RATED, SCORE, Program, Rank, RankKey
from yuanheng.calc.evaluation.replicates import GRADE_PLACE, ReplicateRun, competition_ranks
from yuanheng.calc.evaluation.tests.little_scheme import GRADES, scheme_text
from yuanheng.calc.expression.nodes import Ref
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.robustness import CHOICES, Uncertainty, assess, sensitivity
from yuanheng.calc.robustness.choices import Draws, draw
from yuanheng.calc.robustness.copies import Copies
from yuanheng.calc.robustness.together import groups_together
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.engine.tests.made_tables import CASES, SHIPPED, built_of, made_columns, scheme_name

TEXT = scheme_text(
    ("method: ratio_to_benchmark, benchmark: 10", "method: floored_range, base: 0"),
    ("missing: zero_points", "missing: leave_out"),
    more=GRADES,
)


def run_of(x: list[float], y: list[float], text: str = TEXT) -> Any:
    built = build_program(read_scheme_text(text))
    columns = {"x": np.array(x, dtype=float), "y": np.array(y, dtype=float)}
    return built, ArrayRun(columns, len(x)).run(built.program), len(x)


def random_run(rows: int = 30, text: str = TEXT) -> Any:
    random = np.random.default_rng(5)
    x = random.lognormal(size=rows)
    x[3] = np.nan
    return run_of(x.tolist(), random.lognormal(3, 0.3, rows).tolist(), text)


@pytest.mark.parametrize("path", [*SHIPPED, *CASES], ids=scheme_name)
def test_copies_with_nothing_moved_are_the_run(path):
    built = built_of(path)
    columns = ArrayRun(made_columns(path, 40, 3, huge=False), 40).run(built.program)
    copies = Copies(built.program, columns, 40, built.scheme.score.total, Uncertainty())
    still = Draws(
        {
            "weights": np.ones((3, len(copies.items))),
            "left_out": np.full(3, -1),
            "normalisation": np.zeros(3, dtype=int),
        },
        3,
    )
    outcome = copies.outcome(still)
    scored = ~np.isnan(columns[SCORE])
    assert np.isnan(outcome.score[:, ~scored]).all()
    np.testing.assert_allclose(outcome.score[:, scored], np.tile(columns[SCORE][scored], (3, 1)),
                               rtol=1e-9, atol=2e-6)  # fmt: skip


@pytest.mark.parametrize("path", SHIPPED, ids=scheme_name)
def test_steps_on_matrices_are_the_steps_of_the_run(path):
    """Inputs given as matrices make the very columns that the run made, copy by copy."""
    built = built_of(path)
    given = made_columns(path, 25, 4)
    columns = ArrayRun(given, 25).run(built.program)
    numbers = [c.key for c in built.program.inputs if c.kind == "number"]
    changed = {key: np.tile(given[key], (2, 1)) for key in numbers}
    wanted = [
        SCORE,
        RANK,
        *([GRADE_PLACE] if ReplicateRun(built.program, columns, 25).scale else []),
    ]
    found = ReplicateRun(built.program, columns, 25).run(changed, wanted)
    for name in (SCORE, RANK):
        for copy in np.broadcast_to(found[name], (2, 25)):
            np.testing.assert_array_equal(copy, columns[name])


def test_moved_figures_are_evaluated_as_an_evaluation_would():
    built, columns, rows = random_run()
    changed = {"x": columns["x"] * np.random.default_rng(1).uniform(0.5, 2, (4, rows))}
    found = ReplicateRun(built.program, columns, rows).run(changed, [SCORE, RANK, GRADE_PLACE])
    for at in range(4):
        again = ArrayRun({"x": changed["x"][at], "y": columns["y"]}, rows).run(built.program)
        np.testing.assert_array_equal(found[SCORE][at], again[SCORE])
        np.testing.assert_array_equal(found[RANK][at], again[RANK])
        grades = ["ABC"[int(place)] for place in found[GRADE_PLACE][at]]
        assert grades == list(again["_grade"])


def test_moved_weights_are_the_scheme_with_those_weights():
    """Two items, 60 and 40, x out of 10 and y out of 20; weights 60·1.2 and 40·0.8."""
    text = scheme_text()
    built, columns, rows = run_of([10, 5], [10, 20], text)
    copies = Copies(built.program, columns, rows, 100.0, Uncertainty())
    outcome = copies.outcome(Draws({"weights": np.array([[1.2, 0.8]])}, 1))
    heavier = 72 / 104 * 100
    lighter = 100 - heavier
    assert outcome.score[0] == pytest.approx([heavier + lighter / 2, heavier / 2 + lighter])


def test_an_item_left_out_gives_its_weight_to_the_others():
    built, columns, rows = run_of([10, 5], [10, 20], scheme_text())
    copies = Copies(built.program, columns, rows, 100.0, Uncertainty())
    outcome = copies.outcome(Draws({"left_out": np.array([0, 1])}, 2))
    assert outcome.score == pytest.approx(np.array([[50.0, 100.0], [100.0, 50.0]]))


def test_a_moved_benchmark_is_the_scheme_with_that_benchmark():
    built, columns, rows = run_of([10, 5], [10, 20], scheme_text())
    copies = Copies(built.program, columns, rows, 100.0, Uncertainty())
    outcome = copies.outcome(Draws({"benchmarks": np.array([[1.25, 1.0]])}, 1))
    _, found, _ = run_of([10, 5], [10, 20], scheme_text(("benchmark: 10", "benchmark: 12.5")))
    assert outcome.score[0] == pytest.approx(found[SCORE])


def test_missing_figures_by_other_means():
    text = scheme_text()
    built, columns, rows = run_of([10, 5, np.nan], [20, 20, 20], text)
    options = ("zero_points", "group_mean_score", "leave_out")
    copies = Copies(built.program, columns, rows, 100.0, Uncertainty(imputations=options))
    outcome = copies.outcome(Draws({"imputation": np.arange(3)}, 3))
    assert outcome.score[:, 2] == pytest.approx([40.0, 40.0 + 45.0, 100.0])


def test_a_geometric_mean_of_shares():
    built, columns, rows = run_of([10, 2.5], [20, 20], scheme_text())
    copies = Copies(built.program, columns, rows, 100.0, Uncertainty(aggregations=("geometric",)))
    outcome = copies.outcome(Draws({"aggregation": np.zeros(1, dtype=int)}, 1))
    assert outcome.score[0] == pytest.approx([100.0, 100 * 0.25**0.6])


def test_the_same_seed_gives_the_same_and_batches_do_not_matter(monkeypatch):
    built, columns, rows = random_run()
    once = assess(built, columns, rows, replicates=60, seed=4)
    monkeypatch.setattr("yuanheng.calc.robustness.copies.BATCH_BYTES", 9000)
    again = assess(built, columns, rows, replicates=60, seed=4)
    other = assess(built, columns, rows, replicates=60, seed=5)
    assert (once.low == again.low).all()
    assert once.mean.tolist() == again.mean.tolist()
    assert once.mean.tolist() != other.mean.tolist()
    for one, two in zip(once.indices, again.indices, strict=True):
        assert one.total == pytest.approx(two.total)


def test_a_choice_switched_off_leaves_the_draws_of_the_others():
    weights, can_go = np.array([60.0, 40.0]), np.array([0, 1])
    whole = draw(Uncertainty(), weights, can_go, 10, 3)
    part = draw(Uncertainty(active=("weights",)), weights, can_go, 10, 3)
    assert (whole.values["weights"] == part.values["weights"]).all()
    assert set(whole.values) == set(CHOICES)


def test_dirichlet_draws_keep_the_mean_and_the_total():
    weights = np.array([60.0, 30.0, 10.0])
    certain = Uncertainty(concentration=50.0, active=("weights",))
    drawn = draw(certain, weights, np.array([0]), 4000, 1).values["weights"] * weights
    assert drawn.sum(axis=1).mean() == pytest.approx(100, rel=0.01)
    assert drawn.mean(axis=0) == pytest.approx(weights, rel=0.03)


def test_grades_are_probabilities_and_intervals_hold_the_median():
    built, columns, rows = random_run()
    found = assess(built, columns, rows, replicates=100, seed=1)
    assert found.grades.sum(axis=1) == pytest.approx(np.ones(rows))
    assert found.scale == ["A", "B", "C"]
    assert (found.low <= found.median).all()
    assert (found.median <= found.high).all()
    assert sorted(at for group in found.together for at in group) == list(range(rows))
    assert found.evaluations == 100 + 50 * len(found.active)


def test_subjects_far_apart_are_sure():
    built, columns, rows = run_of([1, 10, 100], [1, 10, 100], scheme_text())
    found = assess(built, columns, rows, replicates=100, seed=1)
    assert found.low.tolist() == found.high.tolist() == [3, 2, 1]
    assert [len(group) for group in found.together] == [1, 1, 1]


def test_equal_subjects_cannot_be_told_apart():
    built, columns, rows = run_of([5, 5, 5], [7, 7, 7], scheme_text())
    found = assess(built, columns, rows, replicates=40, seed=1, with_sensitivity=False)
    assert [len(group) for group in found.together] == [3]
    assert found.indices == []


def test_groups_hold_only_pairs_that_are_unsure():
    """1 and 2 swap, 2 and 3 swap, but 1 is always ahead of 3: 3 starts a group of its own."""
    ranks = np.array([[1, 2, 3], [2, 1, 3], [1, 3, 2], [1, 2, 3]] * 10)
    assert groups_together(ranks, np.arange(3)) == [[0, 1], [2]]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"replicates": 5}, "太少"),
        ({"seed": -1}, "不能为负"),
        ({"uncertainty": Uncertainty(weights=0, active=("weights",))}, "没有任何一项"),
    ],
)
def test_wrong_calls_are_told(wrong, words):
    built, columns, rows = random_run()
    with pytest.raises(FaultyInput) as error:
        assess(built, columns, rows, **{"replicates": 40, **wrong})
    assert words in error.value.faults[0].zh


@pytest.mark.parametrize(
    "wrong",
    [{"weights": -0.1}, {"error": 2.0}, {"concentration": 0.0}, {"normalisations": ("x",)},
     {"active": ()}],
)  # fmt: skip
def test_wrong_uncertainties_are_told(wrong):
    with pytest.raises(FaultyInput, match="within"):
        Uncertainty(**wrong)


def test_a_population_of_one_has_nothing_to_compare():
    built, columns, rows = run_of([5], [5], scheme_text())
    with pytest.raises(FaultyInput) as error:
        assess(built, columns, rows)
    assert "只有 1 家" in error.value.faults[0].zh


def test_every_choice_alone_runs_on_awkward_figures():
    text = scheme_text(("missing: zero_points", "missing: group_mean_score"))
    built, columns, rows = run_of([5, 5, np.nan, 0, -1], [7, 7, 7, 7, 7], text)
    for choice in CHOICES:
        found = assess(
            built, columns, rows, replicates=20, uncertainty=Uncertainty(active=(choice,))
        )
        assert (found.low >= 1).all()
        assert (found.high <= rows).all()


def test_competition_ranks_share_and_put_unknown_last():
    keys = np.array([[3.0, 1.0, np.nan, 1.0, np.nan]])
    assert competition_ranks([keys], keys.shape).tolist() == [[3, 1, 4, 1, 4]]
    second = np.array([[0.0, 2.0, 0.0, 1.0, 0.0]])
    assert competition_ranks([keys, second], keys.shape).tolist() == [[3, 2, 4, 1, 4]]


def test_only_the_rated_are_assessed():
    built, columns, rows = random_run()
    found = assess(built, columns, rows, replicates=40)
    assert len(found.rows) == int((columns[RATED] == 1).sum())


def test_sensitivity_of_a_scheme_agrees_with_salib():
    """The score of one subject under moved weights, benchmarks and items left out."""
    sobol = pytest.importorskip("SALib.analyze.sobol", reason="SALib is not installed")
    names = ["weights", "benchmarks", "left_out"]
    built, columns, rows = random_run()
    uncertainty = Uncertainty(benchmarks=0.3, active=("weights", "benchmarks", "left_out"))
    copies = Copies(built.program, columns, rows, 100.0, uncertainty)
    draws = draw(uncertainty, copies.weights, copies.can_go, 4096, 2)
    first, second = draws.take(slice(0, 2048)), draws.take(slice(2048, 4096))

    def scores(of: Draws) -> Any:
        return copies.outcome(of).score[:, 7]

    a, b = scores(first), scores(second)
    mixed = [scores(first.with_choice(name, second)) for name in names]  # type: ignore[arg-type]
    ours = sensitivity(a, b, mixed, names, seed=1)
    problem = {"num_vars": 3, "names": names, "bounds": [[0, 1]] * 3}
    y = np.stack([a, *mixed, b], axis=1).ravel()
    theirs = sobol.analyze(problem, y, calc_second_order=False, seed=1)
    for at, index in enumerate(ours):
        assert index.first == pytest.approx(theirs["S1"][at], abs=2e-3)
        assert index.total == pytest.approx(theirs["ST"][at], abs=2e-3)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**31), rows=st.integers(1, 40), scopes=st.integers(1, 12))
def test_copies_are_ranked_in_every_scope_as_one_table_is(seed, rows, scopes):
    """Scopes of all sizes, rows that are not ranked anywhere, unknown figures, ties."""
    random = np.random.default_rng(seed)
    scope = np.minimum(random.geometric(0.35, rows), scopes).astype(float)
    values = random.integers(0, 4, (3, rows)).astype(float)
    values[random.random(values.shape) < 0.15] = np.nan
    ranked = (random.random(rows) < random.choice([0.3, 0.8, 1.0])).astype(float)
    program = Program()
    step = Rank("place", (RankKey(Ref("value"), True),), Ref("ranked"), ("scope",))
    program.steps.append(step)
    columns = {"value": values[0], "ranked": ranked, "scope": scope}
    made = ArrayRun(columns, rows).run(program)
    found = ReplicateRun(program, made, rows).run({"value": values}, ["place"])["place"]
    for copy, figures in zip(found, values, strict=True):
        alone = ArrayRun({**columns, "value": figures}, rows).run(program)["place"]
        np.testing.assert_array_equal(copy, alone)
