"""``yh explain`` and ``yh compare``: reading runs back."""

from __future__ import annotations

import csv
import json

import pytest

from yuanheng.cli.tests.conftest import TABLE


@pytest.fixture(scope="module")
def later(folder):
    """A second run in which 乙厂 overtakes."""
    from yuanheng.engine import evaluate_files

    (folder / "later.csv").write_text(TABLE.replace("B,乙厂,500", "B,乙厂,5000"), "utf-8")
    evaluate_files(folder / "small.yaml", folder / "later.csv", folder / "later")
    return folder / "later"


def test_explain_goes_from_cell_to_rank(yh, folder):
    answer = yh("explain", folder / "run", "A")
    assert answer.code == 0
    assert "甲厂本期得 100 分，在全部企业 3 家中列第 2 位" in answer.out
    assert "税收 1,000万元  ← data.csv!C2" in answer.out
    assert "用地 100亩  ← data.csv!D2" in answer.out
    assert "60 × 10 ÷ 10 = 60 分" in answer.out
    assert "总分 100，名次 2/3" in answer.out


def test_explain_as_json(yh, folder):
    found = json.loads(yh("explain", folder / "run", "A", "--json").out)
    assert found["score"] == 100
    assert found["rank"] == 2
    assert [item["points"] for item in found["items"]] == [60, 40]
    assert found["items"][0]["sources"][0]["cell"] == "data.csv!C2"


def test_explain_in_english(yh, folder):
    answer = yh("explain", folder / "run", "A", "--lang", "en")
    assert "scores 100, rank 2 of 3" in answer.out


def test_explain_who_is_not_there(yh, folder):
    answer = yh("explain", folder / "run", "Z")
    assert answer.code == 2
    assert "没有“Z”" in answer.err
    assert "results.csv" in answer.err


def test_explain_where_no_run_is(yh, tmp_path):
    answer = yh("explain", tmp_path, "A")
    assert answer.code == 2
    assert "不是评价结果目录" in answer.err


def test_compare(yh, folder, later):
    answer = yh("compare", folder / "run", later)
    assert answer.code == 0
    assert "乙厂" in answer.out
    line = next(one for one in answer.out.splitlines() if one.startswith("乙厂  "))
    assert line.split()[:4] == ["乙厂", "3", "1", "+2"]


def test_compare_writes_all_moves(yh, folder, later, tmp_path):
    table, data = tmp_path / "moves.csv", tmp_path / "moves.json"
    answer = yh("compare", folder / "run", later, "--out", table)
    assert answer.code == 0
    with table.open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert rows["B"]["places"] == "2"
    answer = yh("compare", folder / "run", later, "--json", "--out", data)
    assert json.loads(answer.out) == json.loads(data.read_text("utf-8"))
    assert {path.name for path in tmp_path.iterdir()} == {"moves.csv", "moves.json"}


def test_compare_where_no_run_is(yh, folder, tmp_path):
    answer = yh("compare", folder / "run", tmp_path)
    assert answer.code == 2
    assert "不是评价结果目录" in answer.err


def test_compare_into_a_place_that_is_not_there(yh, folder, later, tmp_path):
    answer = yh("compare", folder / "run", later, "--out", tmp_path / "no" / "moves.csv")
    assert answer.code == 2
    assert "没有这个文件或目录" in answer.err


# --- two schemes ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other_scheme(folder):
    text = (folder / "small.yaml").read_text("utf-8")
    changed = text.replace("weight: 60", "weight: 30").replace("weight: 40", "weight: 70")
    assert changed != text
    (folder / "other.yaml").write_text(changed, "utf-8")
    return folder / "other.yaml"


def test_two_schemes_item_by_item(yh, folder, other_scheme):
    answer = yh("compare", folder / "small.yaml", other_scheme)
    assert answer.code == 0
    assert "两个方案都有的指标 2 项，其中完全相同 0 项" in answer.out
    assert "60.00%  30.00%" in answer.out


def test_two_schemes_on_one_table(yh, folder, other_scheme, tmp_path):
    out = tmp_path / "both.json"
    answer = yh(
        "compare", folder / "small.yaml", other_scheme, "--data", folder / "data.csv", "--out", out
    )
    assert answer.code == 0
    assert "两边都排名的 3 家中" in answer.out
    found = json.loads(out.read_text("utf-8"))
    assert [one["share_other"] for one in found["items"]] == [0.3, 0.7]
    assert len(found["subjects"]) == 3


def test_a_table_is_for_two_schemes_only(yh, folder, later):
    answer = yh("compare", folder / "run", later, "--data", folder / "data.csv")
    assert answer.code == 2
    assert "--data" in answer.err
