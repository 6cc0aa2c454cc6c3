"""What a run says of figures that tell nobody apart, of groups of one, and of zero weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from yuanheng.calc.evaluation.tests.little_scheme import scheme_text
from yuanheng.engine import assess_run, evaluate_files

RANGES = (
    ("method: ratio_to_benchmark, benchmark: 10", "method: floored_range, base: 0"),
    ("method: ratio_to_benchmark, benchmark: 20", "method: floored_range, base: 0"),
)
FREE = (("        weight: 60\n", ""), ("        weight: 40\n", ""))


def told(folder: Path, text: str, rows: list[tuple[object, object]]) -> dict[str, str]:
    """The run's warnings by code."""
    (folder / "scheme.yaml").write_text(text, "utf-8")
    lines = [f"P{n},{x},{y},东" for n, (x, y) in enumerate(rows)]
    (folder / "data.csv").write_text("代码,甲,乙,县区\n" + "\n".join(lines) + "\n", "utf-8")
    run = evaluate_files(folder / "scheme.yaml", folder / "data.csv", folder / "run")
    return {one["code"]: one["zh"] for one in run.record["warnings"]}


def test_a_constant_indicator_is_named_with_what_each_got(tmp_path):
    found = told(tmp_path, scheme_text(*RANGES), [(5, 1), (5, 2), (5, 3)])
    assert found == {
        "item_flat": "“全部”的“甲项”各家都是 5，分不出高下，各得 60 分；这一项不影响名次。"
    }


def test_a_gap_or_a_difference_is_no_constant(tmp_path):
    assert "item_flat" not in told(tmp_path, scheme_text(*RANGES), [(5, 1), ("", 2), (5, 3)])


def test_one_alone_in_its_group_is_told(tmp_path):
    found = told(tmp_path, scheme_text(*RANGES), [(5, 1)])
    assert set(found) == {"alone_in_group"}
    assert found["alone_in_group"].startswith("“全部”只有 1 家参加排名，没有可比的对象")


@pytest.mark.parametrize("method", ["critic", "principal_components", "entropy"])
def test_items_that_say_the_same_are_named_where_data_weigh_them(tmp_path, method):
    spec = ("    when: true\n", f"    when: true\n    weights_from: {{method: {method}}}\n")
    rows = [(n, 2 * n + 1) for n in (1, 4, 2, 8)]
    found = told(tmp_path, scheme_text(*RANGES, *FREE, spec), rows)
    assert "“甲项”与“乙项”完全相关，等于同一件事算两次" in found["items_say_the_same"]
    assert method in found["items_say_the_same"]


def test_a_scheme_of_zero_weights_is_assessed_without_a_division(tmp_path):
    text = scheme_text(
        ("weight: 60", "weight: 0"), ("weight: 40", "weight: 0"), ("total: 100", "total: 0")
    )
    told(tmp_path, text, [(1, 1), (2, 2), (3, 5)])
    assert (assess_run(tmp_path / "run", replicates=40).found.low == 1).all()


def test_own_best_weights_are_assessed_beside_an_item_that_weighs_nothing(tmp_path):
    way = ("    when: true\n", "    when: true\n    combine: {way: benefit_of_the_doubt}\n")
    third = (
        "score:",
        "      - {code: third, name: 丙项, formula: 甲 + 乙, better: higher, weight: 0, "
        "normalise: {method: floored_range, base: 0}, cap: none, floor: none}\nscore:",
    )
    told(tmp_path, scheme_text(*RANGES, way, third), [(1, 5), (2, 2), (3, 1), (2, 4)])
    found = assess_run(tmp_path / "run", replicates=40).found
    assert (found.low <= found.rank).all()
    assert (found.rank <= found.high).all()
