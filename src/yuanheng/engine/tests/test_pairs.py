"""Schemes that hold subjects against each other, through the doors a user takes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from yuanheng.calc.composite import imputation
from yuanheng.calc.evaluation.program import GRADE, RANK, SCORE
from yuanheng.calc.evaluation.tests.little_scheme import GRADES, scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.improvement import Goal, Rules
from yuanheng.engine import (
    RunDirectory,
    assess_run,
    compare_runs,
    diagnose_run,
    evaluate_files,
    improve_subject,
)
from yuanheng.engine.loaded import load_run
from yuanheng.engine.verify import verify_run

COPELAND = ("    when: true\n", "    when: true\n    combine: {way: copeland}\n")


def written(folder: Path, text: str, rows: int, *, gaps: int = 0, seed: int = 1) -> Path:
    random = np.random.default_rng(seed)
    x = random.lognormal(2, 0.5, rows).round(3)
    y = (2 * x + random.normal(0, 1, rows)).round(3)
    lines = ["代码,甲,乙,县区"]
    for at in range(rows):
        own = "" if at < gaps else f"{y[at]}"
        lines.append(f"P{at:05},{x[at]},{own},{'东西'[at % 2]}")
    (folder / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "scheme.yaml").write_text(text, encoding="utf-8")
    return folder / "data.csv"


def evaluated(folder: Path, text: str, rows: int, *, gaps: int = 0, name: str = "out") -> Path:
    data = written(folder, text, rows, gaps=gaps)
    evaluate_files(folder / "scheme.yaml", data, folder / name)
    return folder / name


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("how", ["regression", "nearest, k: 3"])
def test_a_run_is_the_same_in_duckdb_and_in_numpy_and_marks_what_it_put_in(tmp_path, how):
    text = scheme_text(("missing: zero_points", f"missing: {{impute: {how}}}"), more=GRADES)
    out = evaluated(tmp_path, text, 60, gaps=7)
    with RunDirectory(out) as run:
        loaded = load_run(run)
        assert "（缺数，按" in run.explain("P00003").items[1].zh
    made = loaded.columns
    results = {row["id"]: row for row in rows_of(out / "results.csv")}
    for at, subject in enumerate(loaded.ids):
        row = results[subject]
        assert float(row["score"]) == made[SCORE][at]
        assert (int(row["rank"]), row["grade"]) == (made[RANK][at], made[GRADE][at])
    marked = [row["flags"] for row in rows_of(out / "items.csv") if "imputed" in row["flags"]]
    assert marked == [f"imputed:{how.split(',')[0]}"] * 7
    assert sum("imputed:second" in row["flags"] for row in results.values()) == 7


@pytest.mark.parametrize("how", ["regression", "nearest"])
def test_what_is_put_in_is_what_the_function_says(tmp_path, how):
    text = scheme_text(("missing: zero_points", f"missing: {{impute: {how}}}"))
    out = evaluated(tmp_path, text, 40, gaps=5)
    with RunDirectory(out) as run:
        loaded = load_run(run)
    given = np.column_stack([loaded.inputs["x"], loaded.inputs["y"]])
    of = imputation.fill_regression if how == "regression" else imputation.fill_nearest
    second = loaded.built.program.items[1]
    np.testing.assert_allclose(loaded.columns[second.value], of(given).values[:, 1], rtol=1e-9)
    if how == "nearest":
        return
    prepared = json.loads((out / "run.json").read_text(encoding="utf-8"))["prepared"]
    found = prepared["firms"]["regressions"]["second"]
    said = f"{{start: {found['start']!r}, slopes: {{first: {found['slopes']['first']!r}}}}}"
    frozen = text.replace(
        "    when: true\n", f"    when: true\n    regressions: {{second: {said}}}\n"
    )
    again = evaluated(tmp_path, frozen, 40, gaps=5, name="frozen")
    assert (again / "results.csv").read_bytes() == (out / "results.csv").read_bytes()


def test_copeland_from_a_file_goes_through_every_door(tmp_path):
    text = scheme_text(COPELAND, more=GRADES)
    one = evaluated(tmp_path, text, 40, gaps=2)
    results = {row["id"]: row for row in rows_of(one / "results.csv")}
    first = next(row["id"] for row in results.values() if row["rank"] == "1")
    last = max(results.values(), key=lambda row: int(row["rank"]))["id"]
    with RunDirectory(one) as run:
        loaded = load_run(run)
        said = run.explain(first).sentences
    assert [float(results[subject]["score"]) for subject in loaded.ids] == list(
        loaded.columns[SCORE]
    )
    assert any("与另外 39 家逐一比较，净胜 39 家" in zh for zh, _ in said)
    assert any("39 more won than lost" in en for _, en in said)
    assert assess_run(one, replicates=60).found.low.min() == 1
    assert diagnose_run(one, last).found.gaps
    way = improve_subject(tmp_path / "scheme.yaml", tmp_path / "data.csv", last, Goal(score=20.0))
    assert way.sentences
    written(tmp_path, text, 40, seed=2)
    evaluate_files(tmp_path / "scheme.yaml", tmp_path / "data.csv", tmp_path / "two")
    assert compare_runs(one, tmp_path / "two")


def test_own_best_weights_from_a_file_go_through_every_door(tmp_path):
    own = ("    when: true\n",
           "    when: true\n    combine: {way: benefit_of_the_doubt, within: 50%}\n")  # fmt: skip
    text = scheme_text(own, more=GRADES)
    one = evaluated(tmp_path, text, 40, gaps=2)
    results = {row["id"]: row for row in rows_of(one / "results.csv")}
    last = max(results.values(), key=lambda row: int(row["rank"]))["id"]
    with RunDirectory(one) as run:
        loaded = load_run(run)
        said = {subject: run.explain(subject) for subject in loaded.ids}
    assert [float(results[subject]["score"]) for subject in loaded.ids] == list(
        loaded.columns[SCORE]
    )
    assert verify_run(one).holds
    weights = [said[subject].own_weights[0].weights for subject in loaded.ids]
    assert len({tuple(found.values()) for found in weights}) > 1  # not the same for all
    for found in weights:
        assert sum(found.values()) == pytest.approx(1)
        assert 0.6 * 0.5 - 1e-9 <= found["甲项"] <= 0.6 * 1.5 + 1e-9
    shown = f"甲项 {weights[0]['甲项']:.1%}（方案 60.0%）"
    assert any(shown in zh for zh, _ in said[loaded.ids[0]].sentences)
    assert any("the scheme's 60.0%" in en for _, en in said[last].sentences)
    assert said[last].to_dict()["own_weights"][0]["given"]["乙项"] == pytest.approx(0.4)
    # The sets that the run found, written into the file, give the same bytes.
    prepared = json.loads((one / "run.json").read_text(encoding="utf-8"))["prepared"]
    sets = prepared["firms"]["weightings"]["_total"]
    frozen = text.replace(
        "    when: true\n", f"    when: true\n    weightings: {{_total: {sets}}}\n"
    )
    again = evaluated(tmp_path, frozen, 40, gaps=2, name="frozen")
    assert (again / "results.csv").read_bytes() == (one / "results.csv").read_bytes()
    assert assess_run(one, replicates=60).found.low.min() == 1
    assert diagnose_run(one, last).found.gaps
    # (the frozen file is the one that lies there now)
    way = improve_subject(tmp_path / "scheme.yaml", tmp_path / "data.csv", last, Goal(score=95.0))
    assert way.sentences
    written(tmp_path, text, 40, seed=2)
    evaluate_files(tmp_path / "scheme.yaml", tmp_path / "data.csv", tmp_path / "two")
    assert compare_runs(one, tmp_path / "two")


def test_a_turned_dimension_goes_through_every_door(tmp_path):
    from yuanheng.calc.evaluation.tests.test_turning import RANGE, RISK, SECOND

    text = scheme_text(RANGE, (SECOND, RISK), more=GRADES)
    one = evaluated(tmp_path, text, 40, gaps=2)
    results = {row["id"]: row for row in rows_of(one / "results.csv")}
    turned = {row["item"] for row in rows_of(one / "items.csv") if "turned" in row["flags"]}
    assert turned == {"second", "third"}
    with RunDirectory(one) as run:
        loaded = load_run(run)
        told = run.explain("P00009").to_dict()
    assert [float(results[s]["score"]) for s in loaded.ids] == list(loaded.columns[SCORE])
    assert verify_run(one).holds
    (risk,) = told["dimensions"]
    first = next(item for item in told["items"] if not item["dimension"])
    assert risk["counted"] == pytest.approx(40 - risk["points"])
    assert first["points"] + risk["counted"] == pytest.approx(told["base"])
    last = max(results.values(), key=lambda row: int(row["rank"]))["id"]
    assert assess_run(one, replicates=60).found.low.min() == 1
    for gap in diagnose_run(one, last).found.gaps:
        more = gap.points - gap.reference_points
        assert gap.points_gap == pytest.approx(-more if gap.item.turned else more)
        if gap.gap and abs(more) > 1e-9:
            assert gap.ahead == (gap.points_gap > 0)
    risky = loaded.ids[int(np.argmax(loaded.columns["firms//risk"]))]
    goal = float(results[risky]["score"]) + 5
    files = tmp_path / "scheme.yaml", tmp_path / "data.csv"
    way = improve_subject(*files, risky, Goal(score=goal), Rules({}, {}, ["first", "third"]))
    (change,) = way.found.changes
    assert way.found.reached
    assert way.found.after.score == pytest.approx(goal, abs=1e-4)
    assert (change.item.item, change.points_after < change.points_before) == ("second", True)
    assert any("本项得分 −" in zh and "反向计入" in zh for zh, _ in way.sentences)
    written(tmp_path, text.replace("        better: lower\n", "", 1), 40)
    evaluate_files(*files, tmp_path / "two")
    assert compare_runs(one, tmp_path / "two")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (COPELAND, "copeland 合成要把“全部”的 4,100 家两两比较，共 16,810,000 对，最多"),
        ((COPELAND[0], COPELAND[1].replace("copeland", "benefit_of_the_doubt")),
         "择优加权"),
        (("missing: zero_points", "missing: {impute: nearest}"),
         "nearest 补数要把“全部”“乙项”缺数的 2,050 家与有数的 2,050 家"),
    ],
)  # fmt: skip
def test_too_many_pairs_are_refused_in_a_clear_sentence(tmp_path, change, words, monkeypatch):
    gaps = 2050 if "nearest" in words else 0
    if gaps:
        monkeypatch.setattr("yuanheng.calc.evaluation.pairs.MOST_UNITS", 2000)
    data = written(tmp_path, scheme_text(change), 4100, gaps=gaps)
    with pytest.raises(FaultyInput) as error:
        evaluate_files(tmp_path / "scheme.yaml", data, tmp_path / "out")
    assert words in error.value.faults[0].zh
    assert not (tmp_path / "out").exists()
