"""A run settles what its scheme leaves to the data, keeps it, and gives the same again."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from yuanheng.calc.evaluation.tests.little_scheme import scheme_text
from yuanheng.calc.improvement import Goal
from yuanheng.engine import (
    RunDirectory,
    assess_run,
    compare_runs,
    diagnose_run,
    evaluate_files,
    improve_subject,
)

TEXT = scheme_text(
    ("missing: zero_points", "missing: {impute: group_median}"),
    ("    when: true\n", "    when: true\n    combine: {way: geometric, least: 1%}\n"
     "    weights_from: {method: critic}\n"),
    ("method: ratio_to_benchmark, benchmark: 10",
     "method: floored_range, base: 0}\n        treat: {method: winsorise"),
    ("method: ratio_to_benchmark, benchmark: 20",
     "method: floored_range, base: 10}\n        treat: {method: box_cox"),
    ("        weight: 60\n", ""),
    ("        weight: 40\n", ""),
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "scheme.yaml").write_text(TEXT, "utf-8")
    draw = random.Random(4)
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["代码", "甲", "乙", "县区"])
        for number in range(40):
            x = "" if number % 9 == 4 else round(draw.lognormvariate(1, 1.5), 3)
            writer.writerow([f"P{number:02}", x, round(draw.lognormvariate(3, 0.5), 3), "东"])
    evaluate_files(folder / "scheme.yaml", folder / "data.csv", folder / "run", trace=True)
    return folder


def test_the_record_says_what_was_settled_and_a_second_run_is_the_same(run: Path):
    record = json.loads((run / "run/run.json").read_text("utf-8"))
    settled = record["prepared"]["firms"]
    assert sum(settled["weights"].values()) == pytest.approx(100)
    assert set(settled["treatments"]) == {"first", "second"}
    assert "power" in settled["treatments"]["second"]
    evaluate_files(run / "scheme.yaml", run / "data.csv", run / "again", threads=1)
    for name in ("results.csv", "items.csv"):
        assert (run / "run" / name).read_bytes() == (run / "again" / name).read_bytes()


def test_what_was_put_in_is_marked_and_explained(run: Path):
    with RunDirectory(run / "run") as files:
        told = files.explain("P04")
    assert "（缺数，按本组中位数补）" in told.items[0].zh
    assert any("按几何平均合成" in zh for zh, _ in told.sentences)
    rows = list(csv.DictReader((run / "run/results.csv").open(encoding="utf-8")))
    assert {row["id"] for row in rows if "imputed:first" in (row["flags"] or "")} == {
        f"P{n:02}" for n in (4, 13, 22, 31)
    }


def test_depth_reads_the_settled_run(run: Path):
    found = assess_run(run / "run", replicates=60)
    assert {row["id"] for row in found.rows} == {f"P{n:02}" for n in range(40)}
    assert diagnose_run(run / "run", "P01").found.gaps
    way = improve_subject(run / "scheme.yaml", run / "data.csv", "P01", Goal(rank=5))
    assert way.found.reached
    assert way.found.after.rank is not None
    assert way.found.after.rank <= 5


def test_two_such_runs_compare(run: Path):
    moved = (run / "data.csv").read_text("utf-8").replace("P07,", "P07,9")
    (run / "later.csv").write_text(moved, "utf-8")
    evaluate_files(run / "scheme.yaml", run / "later.csv", run / "later")
    found = compare_runs(run / "run", run / "later")
    assert found is not None
