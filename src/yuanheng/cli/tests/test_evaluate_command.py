"""``yh evaluate``: what it says, how it ends, and what it leaves behind."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from yuanheng.cli.tests.conftest import SCHEME, TABLE

RUN_FILES = {
    "results.csv",
    "items.csv",
    "rejected.csv",
    "run.json",
    "scheme.yaml",
    "source.json",
    "input.csv",
}


def test_results_worked_by_hand(yh, folder):
    """甲 60×10/10+40=100;丙 60×20/10+32=152;乙 60×5/10+20=50。"""
    lines = (folder / "run" / "results.csv").read_text("utf-8").splitlines()
    assert lines == [
        "id,name,group,rated,score,rank,grade,flags",
        "C,丙厂,all,true,152.000000,1,,",
        "A,甲厂,all,true,100.000000,2,,",
        "B,乙厂,all,true,50.000000,3,,",
    ]
    assert {path.name for path in (folder / "run").iterdir()} == RUN_FILES


def test_answer_is_aligned(yh, folder, tmp_path):
    answer = yh("evaluate", folder / "small.yaml", folder / "data.csv", "--out", tmp_path / "out")
    assert answer.code == 0
    assert "表中对象 3，参加排名 3" in answer.out
    table = [line for line in answer.out.splitlines() if line.startswith(("分组", "all"))]
    assert table == [
        "分组  名次  名称  得分  等级",
        "all      1  丙厂   152  —",
        "all      2  甲厂   100  —",
        "all      3  乙厂    50  —",
    ]


def test_english(yh, folder, tmp_path):
    answer = yh(
        "--lang", "en", "evaluate", folder / "small.yaml", folder / "data.csv",
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert "3 subjects: 3 ranked" in answer.out
    assert "rank" in answer.out


def test_language_by_environment(process, folder):
    done = process("check", folder / "small.yaml", YUANHENG_LANG="en")
    assert "0 errors" in done.stdout


def test_shuffled_rows_and_threads_change_no_byte(yh, folder, tmp_path):
    head, *rows = TABLE.splitlines()
    rows += [f"X{n},厂{n},{n * 7 % 911 / 7},{1 + n % 13}" for n in range(300)]
    found = []
    for number, threads in enumerate((1, 2)):
        random.Random(number).shuffle(rows)
        table = tmp_path / f"{number}.csv"
        table.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        out = tmp_path / f"out{number}"
        answer = yh("evaluate", folder / "small.yaml", table, "--out", out, "--threads", threads)
        assert answer.code == 0
        found.append([(out / name).read_bytes() for name in ("results.csv", "items.csv")])
    assert found[0] == found[1]


def test_same_input_gives_the_same_record_but_for_seconds(yh, folder, tmp_path):
    out = tmp_path / "again"
    yh("evaluate", folder / "small.yaml", folder / "data.csv", "--out", out, "--threads", 2)
    records = [json.loads((d / "run.json").read_text("utf-8")) for d in (folder / "run", out)]
    assert all(record.pop("seconds") >= 0 for record in records)
    assert records[0] == records[1]
    for name in RUN_FILES - {"run.json"}:
        assert (out / name).read_bytes() == (folder / "run" / name).read_bytes(), name


def test_layout_of_the_scheme_changes_no_result(yh, folder, tmp_path):
    other = tmp_path / "small.yaml"
    other.write_text(
        SCHEME.replace("# 两项指标,便于手算。\n", "").replace("   # 每亩", ""), "utf-8"
    )
    yh("evaluate", other, folder / "data.csv", "--out", tmp_path / "out")
    one, two = (
        json.loads((d / "run.json").read_text()) for d in (folder / "run", tmp_path / "out")
    )
    assert one["run_hash"] == two["run_hash"]


def test_missing_figure_under_a_fail_rule_is_a_problem(yh, folder, tmp_path):
    table = tmp_path / "data.csv"
    table.write_text(TABLE + "D,丁厂,,50\n", "utf-8")
    answer = yh("evaluate", folder / "small.yaml", table, "--out", tmp_path / "out")
    assert answer.code == 1
    assert "第 5 行  D 丁厂" in answer.err
    assert "“亩均税收”缺少数据" in answer.err
    assert "丙厂" in (tmp_path / "out" / "results.csv").read_text("utf-8")


def test_rows_that_the_scheme_leaves_out_are_no_problem(yh, folder, tmp_path):
    scheme = tmp_path / "small.yaml"
    rule = "population:\n  exclude:\n    - {when: 用地 < 50, reason: 用地不足50亩}\n"
    scheme.write_text(SCHEME.replace("groups:\n", rule + "groups:\n"), "utf-8")
    answer = yh("evaluate", scheme, folder / "data.csv", "--out", tmp_path / "out")
    assert answer.code == 0
    assert "未参评 1" in answer.out
    rejected = (tmp_path / "out" / "rejected.csv").read_text("utf-8")
    assert "C,丙厂,excluded,用地不足50亩" in rejected


@pytest.mark.parametrize("backend", ["spark", "postgresql://host/db"])
def test_other_backends_are_not_there_yet(yh, folder, tmp_path, backend):
    answer = yh(
        "evaluate", folder / "small.yaml", folder / "data.csv", "--out", tmp_path / "out",
        "--backend", backend,
    )  # fmt: skip
    assert answer.code == 2
    assert "这个版本只在 duckdb 上计算" in answer.err
    assert not (tmp_path / "out").exists()


WRONG = [
    (["nowhere.yaml", "data.csv"], "找不到方案文件“nowhere.yaml”"),
    (["small.yaml", "nowhere.csv"], "nowhere.csv"),
    (["small.yaml", "data.csv", "--previous", "."], "不是评价结果目录"),
    (["small.yaml", "data.csv", "--period", "去年"], "期别“去年”写法不对"),
    (["small.yaml", "small.yaml"], "small.yaml"),
    (["data.csv", "data.csv"], "data.csv"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_calls_are_said_and_leave_nothing(yh, folder, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(folder)
    before = sorted(tmp_path.iterdir())
    answer = yh("evaluate", *words, "--out", tmp_path / "out")
    assert answer.code == 2
    assert said in answer.err or words[0] == "data.csv"
    assert "Traceback" not in answer.err
    assert sorted(tmp_path.iterdir()) == before


def test_out_that_holds_other_files_is_not_touched(yh, folder, tmp_path):
    (tmp_path / "letter.txt").write_text("keep", "utf-8")
    answer = yh("evaluate", folder / "small.yaml", folder / "data.csv", "--out", tmp_path)
    assert answer.code == 2
    assert "写结果会替换整个目录" in answer.err
    assert (tmp_path / "letter.txt").read_text("utf-8") == "keep"


def test_out_that_holds_the_input_is_refused(yh, folder):
    run = folder / "run"
    answer = yh("evaluate", run / "scheme.yaml", folder / "data.csv", "--out", run)
    assert answer.code == 2
    assert "在结果目录" in answer.err


@pytest.mark.parametrize("place", ["data.csv", "data.csv/out", "/proc/out"])
def test_out_that_cannot_be_written(yh, folder, monkeypatch, place):
    monkeypatch.chdir(folder)
    answer = yh("evaluate", "small.yaml", "data.csv", "--out", place)
    assert answer.code == 2
    assert Path(place).parts[-1] in answer.err or "data.csv" in answer.err
    assert "Traceback" not in answer.err


def test_failure_on_the_way_keeps_the_earlier_results(yh, folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    yh("evaluate", folder / "small.yaml", folder / "data.csv", "--out", out)
    kept = (out / "results.csv").read_bytes()
    monkeypatch.setattr("yuanheng.engine.runs._keep_inputs", _full_disk)
    answer = yh("evaluate", folder / "small.yaml", folder / "data.csv", "--out", out)
    assert answer.code == 2
    assert "磁盘已满" in answer.err
    assert (out / "results.csv").read_bytes() == kept
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device", "out")


def test_previous_run(yh, folder, tmp_path):
    table = tmp_path / "next.csv"
    table.write_text(TABLE.replace("B,乙厂,500", "B,乙厂,5000"), "utf-8")
    out = tmp_path / "out"
    answer = yh(
        "evaluate", folder / "small.yaml", table, "--out", out, "--previous", folder / "run"
    )
    assert answer.code == 0
    moves = (out / "movement.csv").read_text("utf-8").splitlines()
    assert "B,乙厂,3,1,2,," in moves
