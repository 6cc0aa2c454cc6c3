"""A dimension of which a rise lowers the level above, and a mean with a power of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from yuanheng.calc.composite import aggregation
from yuanheng.calc.composite.aggregation import Node, aggregate_tree
from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.explaining import SubjectExplainer
from yuanheng.calc.evaluation.program import SCORE
from yuanheng.calc.evaluation.tests.little_scheme import faults_of
from yuanheng.calc.evaluation.tests.test_composing import in_sql, prepared, text_of
from yuanheng.calc.robustness import Uncertainty, assess
from yuanheng.calc.robustness.choices import Draws
from yuanheng.calc.robustness.copies import Copies
from yuanheng.calc.scheme import read_scheme_text

SECOND = """\
      - code: second
        name: 乙项
        formula: 乙
        better: higher
        weight: 40
        normalise: {method: ratio_to_benchmark, benchmark: 20}
        cap: none
        floor: none
"""
RISK = """\
      - dimension: risk
        name: 风险
        weight: 40
        better: lower
        items:
          - {code: second, name: 乙项, formula: 乙, better: higher, weight: 30, cap: none,
             floor: none, normalise: {method: floored_range, base: 0}}
          - {code: third, name: 丙项, formula: 甲 - 乙, better: lower, weight: 10, cap: none,
             floor: none, normalise: {method: floored_range, base: 0}}
"""
RANGE = ("method: ratio_to_benchmark, benchmark: 10", "method: floored_range, base: 20")


def turned_text(*changes: tuple[str, str], group: str = "", risk: str = RISK) -> str:
    return text_of(RANGE, (SECOND, risk), *changes, group=group)


def figures(rows: int = 30) -> dict[str, Any]:
    random = np.random.default_rng(6)
    return {"x": random.lognormal(1, 0.6, rows), "y": random.lognormal(1, 0.6, rows)}


WAYS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "arithmetic": ("", "arithmetic", {}),
    "geometric": ("", "geometric", {}),
    "harmonic": ("", "harmonic", {}),
    "quadratic": ("", "power_mean", {"power": 2.0}),
    "power_mean": (", power: -2.5", "power_mean", {"power": -2.5}),
    "minimum": ("", "power_mean", {"power": float("-inf")}),
    "median": ("", "median", {}),
    "owa": (", places: [3, 1]", "owa", {"places": [3, 1]}),
    "topsis": ("", "topsis", {}),
    "vikor": ("", "vikor", {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_turned_dimension_is_what_aggregate_tree_says_on_both_engines(way):
    said, method, options = WAYS[way]
    given = figures()
    built, _ = prepared(turned_text(group=f"    combine: {{way: {way}{said}}}\n"), given)
    made = ArrayRun(given, 30).run(built.program)
    shares = {i.item: made[i.points] / i.weight for i in built.program.items}
    risk = Node("risk", ["second", "third"], [30, 10], direction=-1, turn=1.0)
    tree = Node("index", ["first", risk], [60, 40], method=method, options=options)
    found = aggregate_tree(shares, tree).scores
    np.testing.assert_allclose(made["firms//risk"] / 40, found["risk"], atol=1e-12)
    np.testing.assert_allclose(made[SCORE], np.round(100 * found["index"], 6), atol=2e-6)
    assert in_sql(built, given) == pytest.approx(list(made[SCORE]), abs=1e-9)


@pytest.mark.parametrize("way", ["arithmetic", "geometric", "median", "power_mean"])
def test_copies_of_a_turned_dimension_are_the_run(way):
    said = WAYS[way][0]
    text = turned_text(
        ("missing: zero_points", "missing: leave_out"),
        group=f"    combine: {{way: {way}{said}}}\n" if way != "median" else "",
    )
    given = figures(25)
    given["y"][3] = np.nan
    built = build_program(read_scheme_text(text))
    made = ArrayRun(given, 25).run(built.program)
    copies = Copies(built.program, made, 25, 100.0, Uncertainty())
    still = Draws({"weights": np.ones((2, 3)), "left_out": np.full(2, -1)}, 2)
    found = copies.outcome(still).score
    np.testing.assert_allclose(found, np.tile(made[SCORE], (2, 1)), atol=2e-6)
    assert (assess(built, made, 25, replicates=20).low >= 1).all()


def test_what_does_not_count_adds_nothing_and_its_weight_falls_on_the_others():
    given = {"x": np.array([1.0, 2.0, 3.0]), "y": np.array([2.0, np.nan, 1.0])}
    text = turned_text(("missing: zero_points", "missing: leave_out"))
    made = ArrayRun(given, 3).run(build_program(read_scheme_text(text)).program)
    assert made["firms//risk/counted"].tolist() == [40 - 40, 0, 40 - 0]
    assert made[SCORE].tolist() == [12.0, 60.0, 100.0]


def test_two_turns_are_none_and_a_turn_of_zero_weight_does_nothing():
    inner = RISK.replace("      -", "          -").replace("\n        ", "\n            ")
    outer = (
        "      - dimension: outer\n        name: 外\n        weight: 40\n        better: lower\n"
        f"        items:\n{inner}"
    )
    given = figures(8)
    twice, plain = (
        build_program(read_scheme_text(turned_text(risk=risk)))
        for risk in (outer, RISK.replace("        better: lower\n", "", 1))
    )
    scores = [ArrayRun(given, 8).run(one.program)[SCORE] for one in (twice, plain)]
    np.testing.assert_allclose(*scores, atol=1e-6)
    assert not any(item.turned for item in twice.program.items)
    without = turned_text(("        weight: 60", "        weight: 100")).replace(
        "weight: 40", "weight: 0").replace("weight: 30", "weight: 0").replace(
        "weight: 10,", "weight: 0,")  # fmt: skip
    made = ArrayRun(given, 8).run(build_program(read_scheme_text(without)).program)
    np.testing.assert_allclose(made["_base"], made["firms/first/points"], atol=1e-9)


def test_the_explanation_adds_up_and_says_what_is_turned_round():
    given = figures(6)
    built = build_program(read_scheme_text(turned_text()))
    made = ArrayRun(given, 6).run(built.program)
    explainer = SubjectExplainer(built)
    for at in range(6):
        row = {n: c[at].item() if hasattr(c[at], "item") else c[at] for n, c in made.items()}
        told = explainer.explain({**row, "subject_id": "A", "subject_name": None, "row_no": 2})
        (risk,) = told.dimensions
        first = next(item for item in told.items if not item.dimension)
        assert first.points + risk["counted"] == pytest.approx(told.base, abs=1e-9)
        below = [item for item in told.items if item.turned]
        assert sum(item.points for item in below) == pytest.approx(risk["points"])
        assert sum(item.lacking for item in told.items) == pytest.approx(100 - told.base)
        assert any("“风险”越低越好：本身得" in zh for zh, _ in told.sentences)
        assert all("反向计入" in item.zh and "in reverse" in item.en for item in below)


def test_what_rewards_silence_or_falls_below_zero_is_warned_of():
    found = {fault.code: fault for fault in faults_of(turned_text())}
    assert found["missing_gains"].path == "groups[0].items[1].better"
    assert found["missing_gains"].severity == "warning"
    assert "乙项、丙项缺数却按 0 分计" in found["missing_gains"].zh
    assert "turned_below_zero" not in found
    open_ = RISK.replace("{method: floored_range, base: 0}", "{method: efficacy, satisfactory: 9, "
                         "not_allowed: 1, c: 40, d: 60}", 1)  # fmt: skip
    found = {fault.code: fault for fault in faults_of(turned_text(risk=open_))}
    assert "乙项的得分可能超过权重" in found["turned_below_zero"].zh
    quiet = turned_text(("missing: zero_points", "missing: group_mean_score"))
    assert not faults_of(quiet)


def test_a_direction_is_one_of_two():
    (fault,) = faults_of(turned_text(risk=RISK.replace("better: lower", "better: down", 1)))
    assert (fault.path, fault.code) == ("groups[0].items[1].better", "not_a_choice")
    assert fault.line


# --- power mean --------------------------------------------------------------------------------

POWERS = (-10, -2.5, -1, -0.05, 0, 0.05, 0.5, 1, 2, 3.7, 10)


@pytest.mark.parametrize("power", POWERS)
def test_a_power_mean_is_that_of_the_function_on_both_engines(power):
    given = figures()
    given["x"][:2], given["y"][1] = 0.0, 0.0
    built = build_program(
        read_scheme_text(text_of(group=f"    combine: {{way: power_mean, power: {power}}}\n"))
    )
    made = ArrayRun(given, 30).run(built.program)
    shares = np.column_stack([made[i.points] / i.weight for i in built.program.items])
    wanted = 100 * aggregation.power_mean(shares, [0.6, 0.4], power)
    np.testing.assert_allclose(made[SCORE], np.round(wanted, 6), atol=2e-6)
    assert in_sql(built, given) == pytest.approx(list(made[SCORE]), abs=1e-9)
    copies = Copies(built.program, made, 30, 100.0, Uncertainty())
    still = Draws({"weights": np.ones((1, 2)), "left_out": np.full(1, -1)}, 1)
    np.testing.assert_allclose(copies.outcome(still).score[0], made[SCORE], atol=2e-6)


@pytest.mark.parametrize("power", [-10, -0.05, 0.05, 10])
def test_no_power_leaves_the_range_of_floats(power):
    x = np.array([1e15, 1e-15, 1e15, 0.0, -5.0, 1e9])
    given = {"x": x, "y": np.array([1e15, 1e-15, 1e-15, 1e15, 3.0, 2.0])}
    text = text_of(group=f"    combine: {{way: power_mean, power: {power}}}\n")
    built = build_program(read_scheme_text(text))
    made = ArrayRun(given, 6).run(built.program)[SCORE]
    assert np.isfinite(made).all()
    assert (made >= 0).all()
    assert in_sql(built, given) == pytest.approx(list(made))


def test_a_power_is_said_where_it_counts_and_within_its_bounds():
    def codes(said: str) -> list[tuple[str, str]]:
        found = faults_of(text_of(group=f"    combine: {said}\n"))
        return [(fault.code, fault.path) for fault in found]

    assert codes("{way: power_mean}") == [("inconsistent", "groups[0].combine")]
    assert codes("{way: geometric, power: 2}") == [("inconsistent", "groups[0].combine")]
    assert codes("{way: power_mean, power: 0.01}") == [("inconsistent", "groups[0].combine")]
    assert codes("{way: power_mean, power: 11}") == [("wrong_kind", "groups[0].combine.power")]
    least = codes("{way: power_mean, power: 0.5, least: 1%}")
    assert least == [("least_without_effect", "groups[0].combine.least")]
    assert not codes("{way: power_mean, power: -3, least: 1%}")
