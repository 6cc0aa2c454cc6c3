"""Gaps in units, points and places, worked by hand, and the words for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from yuanheng.calc.diagnosis import Diagnosis, diagnose, reference_in, sentences
from yuanheng.calc.evaluation import ArrayRun, build_program
from yuanheng.calc.evaluation.tests.little_scheme import scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme import read_scheme_text


def run_of(x: list[float], y: list[float], text: str) -> Any:
    built = build_program(read_scheme_text(text))
    columns = {"x": np.array(x, dtype=float), "y": np.array(y, dtype=float)}
    return built, ArrayRun(columns, len(x)).run(built.program), len(x)


def diagnosed(run: Any, row: int, against: Any, rival: int | None = None) -> Diagnosis:
    built, columns, rows = run
    reference = reference_in(built, columns, row, against, rival, "对手")
    return diagnose(built, columns, rows, row, reference)


RUN = ([10.0, 5.0, 6.0], [20.0, 40.0, 24.0])
"""Scores 100, 110, 84: ranks 2, 1, 3."""


def test_against_the_mean():
    """The mean of x is 7: 1 more is 6 points, 90 in all, still third. The mean of y is 28: 8
    points more, 92: still third."""
    first, second = diagnosed(run_of(*RUN, scheme_text()), 2, "mean").gaps
    assert (first.value, first.reference, first.gap) == (6.0, 7.0, -1.0)
    assert first.points_gap == pytest.approx(-6.0)
    assert (first.score_if_closed, first.places) == (pytest.approx(90.0), 0)
    assert second.score_if_closed == pytest.approx(92.0)
    assert first.ahead is False


def test_against_the_best_who_leads():
    """The first has y = 40, worth 80 against 48: closing it gives 116 and two places."""
    it = diagnosed(run_of(*RUN, scheme_text()), 2, "best")
    first, second = it.gaps
    assert first.ahead is True
    assert second.points_gap == pytest.approx(-32.0)
    assert (second.score_if_closed, second.rank_if_closed, second.places) == (116.0, 1, 2)
    assert [gap.item.item for gap in it.strengths] == ["first"]
    assert [gap.item.item for gap in it.weaknesses] == ["second"]


def test_against_an_ideal_and_a_rival():
    run = run_of(*RUN, scheme_text())
    ideal = diagnosed(run, 2, "ideal")
    assert [gap.reference for gap in ideal.gaps] == [10.0, 40.0]
    rival = diagnosed(run, 2, "subject", 0)
    assert [gap.reference for gap in rival.gaps] == [10.0, 20.0]


def test_lower_is_better_turns_ahead_and_the_ideal():
    run = run_of(*RUN, scheme_text(("better: higher", "better: lower")))
    (first, _) = diagnosed(run, 0, "ideal").gaps
    assert first.reference == 5.0
    assert first.gap == 5.0
    assert first.ahead is False


def test_a_benchmark_that_moves_with_the_subject_is_counted():
    """By range, closing to the best leaves the range; two share full marks."""
    text = scheme_text(
        ("method: ratio_to_benchmark, benchmark: 10", "method: floored_range, base: 0")
    )
    (first, _) = diagnosed(run_of(*RUN, text), 2, "ideal").gaps
    assert first.score_if_closed == pytest.approx(60 + 48)


def test_words():
    it = diagnosed(run_of(*RUN, scheme_text()), 2, "best")
    zh = "\n".join(pair[0] for pair in sentences(it, "丙园区"))
    assert "丙园区得分 84，在 3 家中列第 3 位。" in zh
    assert "1 项领先，1 项落后" in zh
    assert "乙项 24，低 16（40.0%），少得 32 分" in zh
    assert "应先补“乙项”：达到 40，总分升至 116，名次由第 3 位升至第 1 位" in zh
    en = " ".join(pair[1] for pair in sentences(it, "C"))
    assert "Close 乙项 first: at 40 the score is 116 and the rank goes from 3 to 1" in en


def test_a_missing_figure_is_named_and_never_a_gap_of_zero():
    it = diagnosed(run_of([10, np.nan], [20, 20], scheme_text()), 1, "mean")
    assert it.gaps[0].value is None
    assert it.gaps[0].gap is None
    assert "缺数：甲项" in sentences(it, "乙")[-1][0]


def test_nobody_to_compare_with():
    with pytest.raises(FaultyInput) as error:
        diagnosed(run_of([10], [20], scheme_text()), 0, "mean")
    assert "没有别的参评对象" in error.value.faults[0].zh


def test_all_equal_has_no_weakness():
    it = diagnosed(run_of([5, 5], [7, 7], scheme_text()), 0, "best")
    assert it.strengths == it.weaknesses == []
