"""Shares of a move add up, and a part that is the same has none."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.calc.evaluation.tests.little_scheme import scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.engine import compare_runs, evaluate_files
from yuanheng.engine.comparison import Comparison

Table = dict[str, tuple[float, float]]
LIMITS = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
BEFORE: Table = {"A": (10, 20), "B": (5, 40), "C": (8, 10), "D": (2, 2)}


def evaluate(folder: Path, name: str, text: str, table: Table) -> Path:
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    data = folder / f"{name}.csv"
    with data.open("w", encoding="utf-8", newline="") as stream:
        rows = [[subject, *values] for subject, values in table.items()]
        csv.writer(stream).writerows([["代码", "甲", "乙"], *rows])
    evaluate_files(folder / f"{name}.yaml", data, folder / name)
    return folder / name


def little(benchmark: float = 10, weight: float = 60) -> str:
    return scheme_text(
        ("    - {code: county, name: 县区, kind: text}\n", ""),
        ("benchmark: 10", f"benchmark: {benchmark}"),
        ("weight: 60", f"weight: {weight}"),
        ("weight: 40", f"weight: {100 - weight}"),
    )


def compared(text: str, table: Table, text2: str, table2: Table) -> Comparison:
    with tempfile.TemporaryDirectory() as folder:
        before = evaluate(Path(folder), "before", text, table)
        after = evaluate(Path(folder), "after", text2, table2)
        return compare_runs(before, after)


def adds_up(comparison: Comparison) -> None:
    for move in comparison.moves:
        assert set(move.score_by) == set(comparison.differing)
        assert sum(move.score_by.values()) == pytest.approx(move.change, abs=1e-9)
        assert sum(move.places_by.values()) == pytest.approx(move.places, abs=1e-9)


figures = st.integers(0, 60).map(float)
tables = st.dictionaries(
    st.sampled_from("ABCDEFG"), st.tuples(figures, figures), min_size=1, max_size=6
)


@LIMITS
@given(
    one=tables,
    other=tables,
    benchmarks=st.tuples(st.sampled_from([5, 10]), st.sampled_from([5, 10])),
    weights=st.tuples(st.sampled_from([30, 60]), st.sampled_from([30, 60])),
)
def test_shares_add_up(
    one: Table, other: Table, benchmarks: tuple[int, int], weights: tuple[int, int]
) -> None:
    found = compared(
        little(benchmarks[0], weights[0]), one, little(benchmarks[1], weights[1]), other
    )
    adds_up(found)
    assert ("benchmark" in found.differing) == (benchmarks[0] != benchmarks[1])
    assert ("scheme" in found.differing) == (weights[0] != weights[1])
    assert {m.id for m in found.moves} == one.keys() & other.keys()
    assert {i for i, _ in found.joined} == other.keys() - one.keys()
    assert {i for i, _ in found.left} == one.keys() - other.keys()


@pytest.mark.parametrize(
    ("text", "table", "part"),
    [
        (little(20), BEFORE, "benchmark"),
        (little(10, 20), BEFORE, "scheme"),
        (little(), {**BEFORE, "A": (1, 1)}, "data"),
    ],
)
def test_one_part_gets_everything(text: str, table: Table, part: str) -> None:
    found = compared(little(), BEFORE, text, table)
    adds_up(found)
    assert any(move.change for move in found.moves)
    assert any(move.places for move in found.moves) or part != "data"
    for move in found.moves:
        assert move.score_by[part] == pytest.approx(move.change, abs=1e-9)
        others = {p: v for p, v in move.score_by.items() if p != part}
        assert all(v == 0 for v in others.values()), others


def test_who_joins_costs_places_but_no_points() -> None:
    found = compared(little(), BEFORE, little(), {**BEFORE, "E": (99, 99)})
    adds_up(found)
    assert found.joined == [("E", None)]
    assert found.left == []
    for move in found.moves:
        assert move.places_by["population"] == -1
        assert move.places_by["data"] == 0
        assert set(move.score_by.values()) == {0.0}


def test_the_same_run_has_no_shares() -> None:
    found = compared(little(), BEFORE, little(), BEFORE)
    assert found.differing == []
    assert all(move.score_by == {} and move.places == 0 for move in found.moves)
    assert found.sentences[0][0] == "两次评价的方案、数据和参评范围都相同。"


def test_different_kinds_of_subject_do_not_compare() -> None:
    park = little().replace("subject: enterprise", "subject: park")
    with pytest.raises(FaultyInput) as caught:
        compared(little(), BEFORE, park, BEFORE)
    assert caught.value.faults[0].zh == "两次评价的对象不同（enterprise 与 park），不能比较。"


def test_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        compare_runs(tmp_path, tmp_path)
    assert "不是评价结果目录" in caught.value.faults[0].zh


def test_the_sentences_name_who_moved() -> None:
    found = compared(little(), BEFORE, little(), {**BEFORE, "D": (90, 90)})
    said = [zh for zh, _ in found.sentences]
    assert said[0] == "两次评价不同的是：参评范围、数据。"
    assert said[1].startswith("共有 4 家两次都在，其中 4 家名次变动，0 家换了分组；")
    assert said[2] == "D由第 4 位到第 1 位，上升 3 位（其中：数据+3.00 位）。"
