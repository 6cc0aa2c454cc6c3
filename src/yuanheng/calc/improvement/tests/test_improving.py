"""The least change: by hand, against brute force, and told where it can't be."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.program import GRADE, RANK, SCORE
from yuanheng.calc.evaluation.tests.little_scheme import GRADES, scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.improvement import Goal, Improvement, Rules, improve
from yuanheng.calc.improvement.pieces import straight_pieces
from yuanheng.calc.scheme import read_scheme_text

RATIO = "method: ratio_to_benchmark, benchmark: 10"
SECOND = "method: ratio_to_benchmark, benchmark: 20"
LIMITS = settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def run_of(x: list[float], y: list[float], text: str) -> Any:
    built = build_program(read_scheme_text(text))
    columns = {"x": np.array(x, dtype=float), "y": np.array(y, dtype=float)}
    return built, ArrayRun(columns, len(x)).run(built.program), len(x)


def found(run: Any, row: int, goal: Goal, **rules: Any) -> Improvement:
    built, columns, rows = run
    filled = {"limits": {}, "costs": {}, "fixed": (), **rules}
    return improve(built, columns, rows, row, goal, Rules(**filled))


def moved(it: Improvement) -> dict[str, float]:
    return {change.item.item: change.after for change in it.changes}


def table(built: Any, columns: Any, row: int, figures: dict[str, float]) -> dict[str, Any]:
    """The whole evaluation on the changed table."""
    inputs = {key: columns[key].copy() for key in ("x", "y")}
    for key, figure in figures.items():
        inputs[key][row] = figure
    return ArrayRun(inputs, len(inputs["x"])).run(built.program)


# --- by hand -----------------------------------------------------------------------------------


def test_the_cheaper_item_moves():
    """60·x/10 + 40·y/20 from (8, 10) = 68 to 80. One part more of x (8 → 16) earns 48, of y
    (10 → 20) 20: x moves by 12/48 = a quarter, 8 → 10."""
    it = found(run_of([8], [10], scheme_text()), 0, Goal(score=80.0))
    assert it.reached
    assert moved(it) == pytest.approx({"first": 10.0}, rel=1e-6)
    assert it.effort == pytest.approx(0.25, rel=1e-5)
    assert it.method == "exact"
    assert it.figures == pytest.approx({"x": 10.0}, rel=1e-6)


def test_costs_turn_the_choice_and_bounds_split_it():
    """With x three times as hard, y earns 20 for 1 and x 16: y moves first, up to 15 (+10), then
    x for the 2 points left: 8 + 2/6."""
    run = run_of([8], [10], scheme_text())
    it = found(run, 0, Goal(score=80.0), costs={"甲项": 3.0}, limits={"second": "±50%"})
    assert moved(it) == pytest.approx({"second": 15.0, "first": 8 + 1 / 3}, rel=1e-6)
    assert it.effort == pytest.approx(0.5 + 3 / 24, rel=1e-5)


def test_a_fixed_item_stays():
    run = run_of([8], [10], scheme_text())
    it = found(run, 0, Goal(score=80.0), fixed=["first"])
    assert moved(it) == pytest.approx({"second": 16.0}, rel=1e-6)


def test_a_cap_is_respected():
    """x earns no more than 60: the rest must come from y."""
    text = scheme_text(("cap: none", "cap: {points: 60}"))
    it = found(run_of([8], [10], text), 0, Goal(score=90.0))
    assert moved(it) == pytest.approx({"first": 10.0, "second": 15.0}, rel=1e-6)


def test_steps_are_jumped_to_exactly():
    levels = "method: levels, levels: [{at_least: 30, points: 60}, {at_least: 12, points: 40}], "
    text = scheme_text((RATIO, levels + "otherwise: 5"))
    it = found(run_of([8], [20], text), 0, Goal(score=80.0), limits={"first": "±10"})
    assert moved(it) == {"first": 12.0}
    assert it.after.score == 80.0


def test_what_is_counted_moves_in_whole_numbers():
    text = scheme_text(("formula: 甲", "formula: 甲\n        unit: 家"))
    text = text.replace("{code: x, name: 甲}", "{code: x, name: 甲, unit: 家}")
    it = found(run_of([8], [10], text), 0, Goal(score=75.0), fixed=["second"])
    assert moved(it) == {"first": 10.0}
    assert it.after.score == pytest.approx(80.0)


def test_lower_is_better():
    """60·10/x from x = 20 (30 points) to 40: x = 15."""
    text = scheme_text(("better: higher", "better: lower"))
    it = found(run_of([20], [0], text), 0, Goal(score=40.0), fixed=["second"])
    assert moved(it)["first"] == pytest.approx(15.0, rel=1e-4)
    assert it.reached


def test_a_rank_is_shared_where_scores_are_equal():
    run = run_of([10, 8], [20, 10], scheme_text())
    it = found(run, 1, Goal(rank=1))
    assert it.after.rank == 1
    assert moved(it) == pytest.approx({"first": 8 + 32 / 6}, rel=1e-6)


def test_its_own_change_moves_the_benchmark():
    """Both by range: becoming the largest pushes the other down. From (8, ·) against (10, ·) with
    y equal: reaching 10 shares the first rank."""
    text = scheme_text((RATIO, "method: floored_range, base: 0"))
    it = found(run_of([10, 8, 2], [20, 20, 20], text), 1, Goal(rank=1))
    assert it.reached
    assert moved(it)["first"] == pytest.approx(10.0, rel=1e-4)


def test_the_mean_that_it_is_part_of_is_counted():
    """40·y/mean: with y the mean is (20 + y)/2; 60 + 40·2y/(20 + y) = 110 at y = 33.33."""
    text = scheme_text((SECOND, "method: ratio_to_benchmark, benchmark: {statistic: mean}"))
    run = run_of([10, 10], [20, 20], text)
    it = found(run, 1, Goal(score=110.0), fixed=["first"], limits={"second": "±20"})
    assert it.reached
    assert moved(it)["second"] == pytest.approx(100 / 3, rel=1e-4)
    assert it.others == 1


def test_a_grade_is_reached_through_its_quota():
    run = run_of([10, 9, 8, 7, 6], [20] * 5, scheme_text(more=GRADES))
    it = found(run, 2, Goal(grade="A"))
    assert (it.before.grade, it.after.grade, it.after.rank) == ("B", "A", 1)


def test_a_goal_that_is_met_costs_nothing():
    it = found(run_of([10, 8], [20, 10], scheme_text()), 0, Goal(rank=1))
    assert it.reached
    assert it.changes == []
    assert it.effort == 0


# --- out of reach --------------------------------------------------------------------------------


def test_out_of_reach_says_how_far_it_gets():
    """At most 8 → 8.8 and 10 → 11: 52.8 + 22 = 74.8."""
    run = run_of([8], [10], scheme_text())
    it = found(run, 0, Goal(score=80.0), limits={"first": "±10%", "second": "±1"})
    assert not it.reached
    assert it.after.score == pytest.approx(74.8)
    assert it.short == pytest.approx(5.2)


def test_out_of_reach_of_a_rank_gets_to_the_nearest():
    run = run_of([30, 10, 8], [20, 20, 20], scheme_text())
    it = found(run, 2, Goal(rank=1), limits={"first": "±3"}, fixed=["second"])
    assert not it.reached
    assert it.after.rank == 2
    assert it.short == 1
    assert moved(it) == pytest.approx({"first": 10.0}, rel=1e-6)


def test_a_grade_that_no_score_gives_is_told():
    """20 % of three rounded down is nobody."""
    it = found(run_of([10, 9, 8], [20] * 3, scheme_text(more=GRADES)), 2, Goal(grade="A"))
    assert not it.reached
    assert not it.possible


def test_nothing_may_move():
    it = found(run_of([8], [10], scheme_text()), 0, Goal(score=80.0), fixed=["first", "second"])
    assert not it.reached
    assert it.changes == []
    assert it.short == pytest.approx(12.0)


def test_all_equal_indicators():
    text = scheme_text((RATIO, "method: floored_range, base: 0"), (SECOND, "method: reverse_mean"))
    it = found(run_of([5, 5, 5], [7, 7, 7], text), 1, Goal(score=90.0))
    assert it.reached
    assert it.after.score >= 90


def test_a_missing_figure_is_left_alone_and_named():
    it = found(run_of([8, 9], [np.nan, 10], scheme_text()), 0, Goal(score=50.0))
    assert [item.item for item in it.missing] == ["second"]


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goal", "rules", "words"),
    [
        (Goal(rank=0), {}, "1 到 2"),
        (Goal(rank=3), {}, "1 到 2"),
        (Goal(grade="S"), {}, "没有等级"),
        (Goal(score=float("nan")), {}, "不是一个数"),
        (Goal(), {}, "目标要写一个"),
        (Goal(rank=1, score=3.0), {}, "目标要写一个"),
        (Goal(rank=1), {"limits": {"nothing": "±1"}}, "没有指标“nothing”"),
        (Goal(rank=1), {"limits": {"first": "-5"}}, "不小于 0"),
        (Goal(rank=1), {"limits": {"first": "±x"}}, "不小于 0"),
        (Goal(rank=1), {"costs": {"first": 0.0}}, "应大于 0"),
        (Goal(rank=1), {"fixed": ["第三项"]}, "没有指标“第三项”"),
    ],
)
def test_wrong_calls_are_told(goal, rules, words):
    run = run_of([10, 8], [20, 10], scheme_text(more=GRADES))
    with pytest.raises(FaultyInput) as error:
        found(run, 1, goal, **rules)
    assert words in error.value.faults[0].zh


def test_every_wrong_rule_is_told_at_once():
    run = run_of([10, 8], [20, 10], scheme_text())
    with pytest.raises(FaultyInput) as error:
        found(run, 1, Goal(rank=1), limits={"a": "±1", "first": "-1"}, fixed=["b"])
    assert len(error.value.faults) == 3


# --- what always holds -------------------------------------------------------------------------

METHODS = [
    "method: ratio_to_benchmark, benchmark: 10",
    "method: floored_range, base: 40",
    "method: floored_range, base: 0, low: 0, high: 30",
    "method: completion, target: 12, cap: 1.2",
    "method: piecewise, anchors: [[0, 0], [10, 60], [30, 100]], outside: clamp",
    "method: levels, levels: [{at_least: 20, points: 60}, {at_least: 9, points: 30}], "
    "otherwise: 5",
    "method: rank_only, points: place",
    "method: ratio_to_benchmark, benchmark: {statistic: mean}",
]
numbers = st.integers(1, 40).map(float)


@LIMITS
@given(
    st.sampled_from(METHODS),
    st.lists(st.tuples(numbers, numbers), min_size=2, max_size=5),
    st.integers(1, 5),
    st.booleans(),
)
def test_the_answer_holds_on_the_table_and_no_way_is_cheaper(method, rows, rank, capped):
    changes = [(RATIO, method)]
    if capped:
        changes.append(("cap: none", "cap: {points: 55}"))
    xs, ys = ([row[n] for row in rows] for n in (0, 1))
    built, columns, count = run = run_of(xs, ys, scheme_text(*changes))
    goal = Goal(rank=min(rank, count))
    it = found(run, count - 1, goal, limits={"first": "±15", "second": "±15"})
    assert it.figures is not None
    again = table(built, columns, count - 1, it.figures)
    assert again[RANK][-1] == it.after.rank
    assert again[SCORE][-1] == pytest.approx(it.after.score, abs=2e-6)
    assert (it.after.rank <= goal.rank) == it.reached
    cheapest = brute_force(built, columns, count - 1, goal, it)
    if cheapest is not None:
        assert it.reached
        assert it.effort <= cheapest * (1 + 1e-3) + 1e-6


def brute_force(built: Any, columns: Any, row: int, goal: Goal, it: Improvement) -> float | None:
    """The least effort among all pairs of a grid that reach the goal."""
    own = {"x": columns["x"][row], "y": columns["y"][row]}
    grids = {
        k: np.unique(np.r_[np.linspace(max(v - 15, 0), v + 15, 25), v]) for k, v in own.items()
    }
    least = None
    for x, y in itertools.product(grids["x"], grids["y"]):
        effort = abs(x - own["x"]) / own["x"] + abs(y - own["y"]) / own["y"]
        if least is not None and effort >= least:
            continue
        if table(built, columns, row, {"x": x, "y": y})[RANK][row] <= goal.rank:
            least = effort
    return least


def test_grades_hold_on_the_table():
    run = run_of([10, 9, 8, 7, 6, 5], [20, 25, 20, 10, 20, 20], scheme_text(more=GRADES))
    built, columns, _ = run
    for row in range(6):
        it = found(run, row, Goal(grade="A"))
        assert table(built, columns, row, it.figures or {})[GRADE][row] == "A"
        assert it.reached


def test_pieces_follow_kinks_jumps_and_lines():
    def function(x):
        return np.where(x < 1.25, x, np.where(x < 2, 1.25, 5 + x))[:, None]

    pieces, exact = straight_pieces(function, 0.0, 3.0, np.array([]), 1e-9, 1e-3)
    assert exact
    assert [(round(p.start, 6), round(p.end, 6)) for p in pieces] == [(0, 1.25), (1.25, 2), (2, 3)]


def test_pieces_of_a_curve_are_near_it():
    pieces, exact = straight_pieces(lambda x: (x * x)[:, None], 0.0, 1.0, np.array([]), 1e-9, 1e-3)
    assert not exact
    at = np.linspace(0, 1, 500)
    line = np.array(
        [next(p.low[0] + p.slope[0] * (x - p.start) for p in pieces if x <= p.end) for x in at]
    )
    assert np.abs(line - at * at).max() < 5e-3


# --- quick enough to wait for ------------------------------------------------------------------


def test_kinks_are_met_by_lines_and_jumps_by_halving():
    asked: list[int] = []

    def function(at: Any) -> Any:
        asked.append(len(at))
        return np.minimum(np.maximum(at, 0.3), 0.71)[:, None]

    pieces, exact = straight_pieces(function, 0.0, 1.0, np.array([]), 1e-10, 1e-4)
    assert exact
    assert len(asked) < 8
    assert [round(piece.end, 9) for piece in pieces] == [0.3, 0.71, 1.0]


def test_a_curve_is_told_from_kinks_before_it_is_cut_to_pieces():
    asked: list[int] = []

    def function(at: Any) -> Any:
        asked.append(len(at))
        return (1 / (1 + at))[:, None]

    pieces, exact = straight_pieces(function, 0.0, 9.0, np.array([]), 1e-10, 1e-4)
    assert not exact
    assert sum(asked) < 2000
    ends = np.array([piece.end for piece in pieces])
    assert ends[-1] == 9.0


def test_rank_among_rivals_that_the_change_moves_is_verified():
    """The benchmark is the best of the class, the subject itself: raising it lowers the others."""
    text = scheme_text((RATIO, "method: ratio_to_best"), (SECOND, "method: ratio_to_best"))
    run = run_of([9, 10, 8, 7], [8, 6, 10, 9], text)
    built, columns, _rows = run
    row = int(np.argmax(columns[RANK]))
    it = found(run, row, Goal(rank=1))
    assert it.reached
    assert it.figures is not None
    assert table(built, columns, row, it.figures)[RANK][row] == 1


# --- what no one can mean ----------------------------------------------------------------------

GROUP_RANGE = ("method: ratio_to_benchmark, benchmark: 10", "method: floored_range, base: 20")


@pytest.mark.parametrize("limit", ["1000", "1e9", "1e15", "1e18", "1000000000000%"])
def test_a_wide_limit_gives_the_answer_of_a_narrower_one(limit):
    run = run_of([8, 9, 10, 14], [10, 12, 9, 13], scheme_text(GROUP_RANGE))
    wanted = found(run, 0, Goal(rank=1), limits={"first": "100"})
    it = found(run, 0, Goal(rank=1), limits={"first": limit})
    assert it.reached
    assert it.effort == pytest.approx(wanted.effort, rel=1e-4)


@pytest.mark.parametrize(
    ("rules", "goal", "said"),
    [
        ({"limits": {"first": "1e30"}}, Goal(rank=1), "不超过 1e18 的数"),
        ({"limits": {"first": "1e400"}}, Goal(rank=1), "不超过 1e18 的数"),
        ({"costs": {"first": 1e300}}, Goal(rank=1), "百万分之一至一百万之间"),
        ({"costs": {"first": 0.0}}, Goal(rank=1), "应大于 0"),
        ({}, Goal(score=1e308), "不超过 1,000,000"),
        ({}, Goal(score=float("nan")), "目标分数“nan”不是一个数"),
    ],
)
def test_what_no_one_can_mean_is_refused(rules, goal, said):
    with pytest.raises(FaultyInput) as error:
        found(run_of([8, 9], [10, 12], scheme_text()), 0, goal, **rules)
    assert said in error.value.faults[0].zh


def test_a_large_cost_does_not_spoil_the_answer():
    run = run_of([8, 9, 10, 14], [10, 12, 9, 13], scheme_text())
    wanted = found(run, 0, Goal(rank=2), fixed=("first",))
    it = found(run, 0, Goal(rank=2), costs={"first": 1e6})
    assert it.effort == pytest.approx(wanted.effort, rel=1e-5)
