"""Copies of schemes whose levels order their parts or subjects, against a plain loop that writes
each copy's scheme, evaluates each copy's table, and knows nothing of copies."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.program import RANK, SCORE, Combining
from yuanheng.calc.robustness import Uncertainty, assess
from yuanheng.calc.robustness.choices import draw
from yuanheng.calc.robustness.copies import Copies
from yuanheng.calc.robustness.ordering import by_order
from yuanheng.calc.robustness.tree import effective_weights
from yuanheng.calc.robustness.uniform import by_order_at_once, uniform
from yuanheng.calc.scheme import read_scheme_text

HEAD = """\
format: yuanheng-scheme/1
id: ordered
title: 按次序合成
nature: own
period: "2024"
subject: park
data:
  id: [代码]
  fields:
    - {code: a, name: 甲}
    - {code: b, name: 乙}
    - {code: c, name: 丙}
    - {code: d, name: 丁}
    - {code: apart, name: 单列, kind: boolean}
data_rules: {missing: zero_points, zero: as_value, negative: as_value, false_data: none}
population:
  unrated: [{class: T, when: 单列, reason: 单列, scored: true}]
groups:
  - code: parks
    name: 园区
    when: true
"""
TAIL = "score: {total: 100, digits: 6}\nranking: {scope: group}\n"
WAYS = ["median", "owa", "copeland", "topsis", "vikor"]
PLACES = [3.0, 1.0, 2.0]
WEIGHTS = [25.0, 20.0, 15.0, 40.0]


def item(code: str, name: str, weight: float, benchmark: float, indent: int) -> str:
    lines = [
        f"- code: item_{code}", f"  name: {name}", f"  formula: {name}", "  better: higher",
        f"  weight: {weight!r}", "  cap: {times_weight: 1.5}", "  floor: {points: 0}",
        f"  normalise: {{method: ratio_to_benchmark, benchmark: {benchmark!r}}}",
    ]  # fmt: skip
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def text_of(way: str, weights: list[float], benchmarks: list[float], root: str) -> str:
    """Three items in a dimension that is combined by ``way``, and one beside it."""
    there = sum(1 for weight in weights[:3] if weight > 0)
    curve = np.r_[0.0, np.cumsum(PLACES)] / sum(PLACES)
    read = np.interp(np.linspace(0, 1, there + 1), np.linspace(0, 1, 4), curve)
    places = PLACES if there == 3 else [float(y - x) for x, y in pairwise(read)]
    said = f", places: {places}" if way == "owa" else ", majority: 30%" if way == "vikor" else ""
    parts = zip("abc", "甲乙丙", weights[:3], benchmarks[:3], strict=True)
    text = HEAD + (f"    combine: {{way: {root}}}\n" if root != "arithmetic" else "")
    text += "    items:\n      - dimension: level\n        name: 一层\n"
    text += f"        weight: {sum(weights[:3])!r}\n        combine: {{way: {way}{said}}}\n"
    text += "        items:\n"
    text += "".join(item(*part, indent=10) for part in parts)
    return text + item("d", "丁", weights[3], benchmarks[3], 6) + TAIL


def table(rows: int, seed: int = 0) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    found = {code: np.round(random.gamma(4.0, 1.0, rows), 1) for code in "abcd"}
    found["a"][1] = np.nan
    found["b"][2] = found["b"][3]
    found["apart"] = (np.arange(rows) == 5).astype(float)
    return found


def plainly(way: str, root: str, columns: dict[str, Any], weights: Any, benchmarks: Any) -> Any:
    """One copy: the scheme written with its weights and benchmarks, and evaluated."""
    text = text_of(way, weights.tolist(), benchmarks.tolist(), root)
    program = build_program(read_scheme_text(text)).program
    return ArrayRun(columns, len(columns["a"])).run(program)


@pytest.mark.parametrize("root", ["arithmetic", "copeland", "topsis"])
@pytest.mark.parametrize("way", WAYS)
def test_copies_are_what_evaluating_each_copy_gives(way, root):
    rows, count, benchmarks = 12, 20, np.array([5.0, 4.0, 6.0, 5.0])
    columns = table(rows)
    built = build_program(read_scheme_text(text_of(way, WEIGHTS, benchmarks.tolist(), root)))
    made = ArrayRun(columns, rows).run(built.program)
    certain = Uncertainty(active=("weights", "benchmarks", "error", "left_out"))
    copies = Copies(built.program, made, rows, 100.0, certain)
    draws = draw(certain, copies.weights, copies.can_go, count, 3)
    found = copies.outcome(draws)
    tree = copies.groups[0].tree
    weights = effective_weights(tree, draws.values["weights"], draws.values["left_out"])
    noise = copies._noise(draws.values["error"])
    assert (draws.values["left_out"] >= 0).any()
    for at in range(count):
        changed = {field: columns[field] * noise[n][at] for n, field in enumerate(copies.fields)}
        moved = benchmarks * draws.values["benchmarks"][at]
        again = plainly(way, root, {**columns, **changed}, weights[at], moved)
        np.testing.assert_allclose(found.score[at], again[SCORE], atol=2e-6)
        np.testing.assert_array_equal(found.rank[at], again[RANK])


@pytest.mark.parametrize("way", WAYS)
def test_nothing_moved_is_the_run_and_the_whole_analysis_goes_through(way):
    columns = table(30, 5)
    built = build_program(read_scheme_text(text_of(way, WEIGHTS, [5.0] * 4, "arithmetic")))
    made = ArrayRun(columns, 30).run(built.program)
    found = assess(built, made, 30, replicates=60, seed=1)
    assert (found.low <= found.median).all()
    assert (found.median <= found.high).all()
    assert {index.choice for index in found.indices} >= {"weights", "left_out"}
    again = assess(built, made, 30, replicates=60, seed=1)
    assert again.mean.tolist() == found.mean.tolist()


@given(
    way=st.sampled_from(WAYS),
    figures=st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=9),
    factor=st.integers(2, 50),
)
@settings(max_examples=60, deadline=None)
def test_what_every_way_owes_its_users(way, figures, factor):
    """Shares stay between 0 and 1 of full marks, who is at least as good everywhere is not behind,
    equals are equal, and the order of the rows changes nothing."""
    values = np.array(figures, dtype=float)
    columns = {code: values[:, at] for at, code in enumerate("abc")} | dict.fromkeys(
        ["d", "apart"], np.zeros(len(values))
    )
    text = text_of(way, [25.0, 20.0, 15.0, 40.0], [9.0] * 4, "arithmetic")
    program = build_program(read_scheme_text(text)).program
    score = ArrayRun(columns, len(values)).run(program)[SCORE]
    assert (score >= 0).all()
    assert (score <= 60 + 1e-6).all()
    for i, one in enumerate(values):
        for k, other in enumerate(values):
            if (one == other).all():
                assert score[i] == score[k]
            if (one >= other).all() and way != "topsis":
                assert score[i] >= score[k] - 1e-6
    back = {code: column[::-1] for code, column in columns.items()}
    turned = ArrayRun(back, len(values)).run(program)[SCORE][::-1]
    np.testing.assert_array_equal(turned, score)


@settings(deadline=None, max_examples=40)
@given(
    way=st.sampled_from(["median", "owa", "topsis", "vikor", "benefit_of_the_doubt"]),
    seed=st.integers(0, 2**31),
    rows=st.integers(2, 9),
)
def test_what_is_done_at_once_is_what_is_done_copy_by_copy(way, seed, rows):
    random = np.random.default_rng(seed)
    shares = random.integers(0, 5, (rows, 3)) / 4  # ties, and columns that are all alike
    weights = random.integers(1, 5, (6, 3)).astype(float)
    rated = random.random(rows) < 0.8
    rated[0] = True
    how = Combining(way, None, (3.0, 1.0, 2.0), 0.3, None, ("a", "b", "c"), (0.5, 0.3, 0.2),
                    ((1.0, 0.2, 0.0), (0.1, 0.6, 0.9)))  # fmt: skip
    parts = [(shares[None, :, n], weights[:, [n]] > 0, weights[:, [n]]) for n in range(3)]
    found = uniform(parts)
    assert found is not None
    # The same shares laid out copy by copy are no longer seen to be the same.
    laid_out = [(np.tile(share, (6, 1)), there, weight) for share, there, weight in parts]
    with np.errstate(all="ignore"):
        at_once = by_order_at_once(how, *found, rated)
        copy_by_copy = by_order(how, laid_out, rated)
    np.testing.assert_allclose(at_once, copy_by_copy, atol=1e-12)
