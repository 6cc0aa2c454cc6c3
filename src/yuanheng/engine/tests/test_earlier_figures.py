"""Earlier figures from a long table, from columns, or from an earlier run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from yuanheng.calc.evaluation.tests.little_scheme import GRADES, scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.engine import evaluate_files

SCHEME = scheme_text(
    ("  id: [代码]\n", "  id: [代码]\n  period: [年度]\n"),
    ("    - {code: county, name: 县区, kind: text}\n", ""),
    ("formula: 甲", "formula: 甲 / previous(甲) * 10"),
    more=GRADES,
)
LONG = "年度,代码,甲,乙\n2023,A,5,1\n2023,B,10,1\n2023,Z,1,1\n"
LONG += "2024,A,10,20\n2024,B,10,10\n2024,C,9,20\n"
WIDE = "代码,甲,上年甲,乙\nA,10,5,20\nB,10,10,10\nC,9,,20\n"
NOW = "代码,甲,乙\nA,10,20\nB,10,10\nC,9,20\n"
BEFORE = "代码,甲,乙\nA,5,1\nB,10,1\nZ,1,1\n"
WANTED = [("A", "160.000000", "1"), ("B", "80.000000", "2"), ("C", "40.000000", "3")]


def evaluate(folder: Path, name: str, table: str, text: str = SCHEME, **more: Path) -> Path:
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    (folder / f"{name}.csv").write_text(table, "utf-8")
    evaluate_files(folder / f"{name}.yaml", folder / f"{name}.csv", folder / name, **more)
    return folder / name


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def results(directory: Path) -> list[tuple[str, str, str]]:
    return [(r["id"], r["score"], r["rank"]) for r in rows(directory / "results.csv")]


@pytest.mark.parametrize("table", [LONG, WIDE], ids=["long", "wide"])
def test_earlier_figures_in_one_table(table: str, tmp_path: Path) -> None:
    out = evaluate(tmp_path, "now", table)
    assert results(out) == WANTED
    assert not (out / "movement.csv").exists()


PLAIN = SCHEME.replace(" / previous(甲) * 10", "").replace('"2024"', '"2023"')


def test_earlier_figures_from_a_run(tmp_path: Path) -> None:
    before = evaluate(tmp_path, "before", BEFORE, PLAIN)
    out = evaluate(tmp_path, "now", NOW, previous=before)
    assert results(out) == WANTED
    assert rows(out / "movement.csv") == [
        {"id": "A", "name": "", "rank_before": "2", "rank": "1", "places": "1",
         "grade_before": "C", "grade": "B"},
        {"id": "B", "name": "", "rank_before": "1", "rank": "2", "places": "-1",
         "grade_before": "B", "grade": "C"},
        {"id": "C", "name": "", "rank_before": "", "rank": "3", "places": "",
         "grade_before": "", "grade": "C"},
    ]  # fmt: skip


def test_a_run_of_a_run_keeps_its_evidence(tmp_path: Path) -> None:
    from yuanheng.engine import RunDirectory

    before = evaluate(tmp_path, "before", BEFORE, PLAIN)
    out = evaluate(tmp_path, "now", NOW, previous=before)
    with RunDirectory(out) as run:
        assert run.explain("A").score == 160
        assert run.explain("C").items[0].state == "missing"


def test_missing_earlier_figures_are_named(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        evaluate(tmp_path, "now", NOW)
    (fault,) = caught.value.faults
    assert fault.code == "earlier_figures_missing"
    assert "这些列：上年甲。请加上，或用 --previous 指定上一期的表。" in fault.zh


def test_a_period_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        evaluate(tmp_path, "now", LONG.replace("2024,", "2025,"))
    (fault,) = caught.value.faults
    assert fault.code == "period_missing"
    assert "方案评价 2024 期" in fault.zh
    assert "只有：2023、2025。" in fault.zh


def test_no_run_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        evaluate(tmp_path, "now", NOW, previous=tmp_path / "nowhere")
    assert caught.value.faults[0].code == "not_a_run"
    assert "请给出 yh evaluate --out 写出的目录。" in caught.value.faults[0].zh
    assert not (tmp_path / "now").exists()


def test_only_the_period_before_counts(tmp_path: Path) -> None:
    """A year further back is no earlier figure."""
    out = evaluate(tmp_path, "now", LONG.replace("2023,", "2022,"))
    assert [score for _, score, _ in results(out)] == ["40.000000", "40.000000", "20.000000"]
