"""``yh robustness``, ``yh diagnose`` and ``yh improve`` from the command line."""

from __future__ import annotations

import json

import pytest

from yuanheng.cli.tests.conftest import TABLE


@pytest.fixture(scope="module")
def later(folder):
    """A second run in which 乙厂 overtakes."""
    from yuanheng.engine import evaluate_files

    (folder / "deeper.csv").write_text(TABLE.replace("B,乙厂,500", "B,乙厂,5000"), "utf-8")
    evaluate_files(folder / "small.yaml", folder / "deeper.csv", folder / "deeper")
    return folder / "deeper"


def test_robustness(yh, folder):
    answer = yh("robustness", folder / "run", "--replicates", "100")
    assert answer.code == 0
    assert "重算 100 次（随机种子 0）" in answer.out
    assert "对名次影响最大的是" in answer.out
    assert "甲厂" in answer.out


def test_robustness_as_json_is_the_same_each_time(yh, folder):
    words = ("robustness", folder / "run", "--replicates", "60", "--seed", "3", "--json")
    first = json.loads(yh(*words).out)
    assert first == json.loads(yh(*words).out)
    assert [row["rank"] for row in first["subjects"]] == [1, 2, 3]
    assert first["subjects"][0]["rank_low"] <= 1 <= first["subjects"][0]["rank_high"]
    assert {index["choice"] for index in first["sensitivity"]} == set(first["choices"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replicates", "3"), "太少"),
        (("--only", "wieghts"), "wieghts"),
        (("--weights", "x"), "不是比例"),
        (("--seed", "-1"), "不能为负"),
    ],
)
def test_robustness_called_wrongly(yh, folder, words, said):
    answer = yh("robustness", folder / "run", *words)
    assert answer.code == 2
    assert said in answer.err


def test_diagnose_against_the_best(yh, folder):
    """丙厂: 20 万元/亩 and 800 万元, 152 points; 甲厂: 10 and 1000, 100 points."""
    answer = yh("diagnose", folder / "run", "A", "--against", "best")
    assert answer.code == 0
    assert "甲厂得分 100，在 3 家中列第 2 位" in answer.out
    assert "与第一名（丙厂）逐项比对：1 项领先，1 项落后" in answer.out
    assert "名次由第 2 位升至第 1 位" in answer.out


def test_diagnose_against_its_own_previous_figures(yh, folder, later):
    words = ("diagnose", later, "B", "--against", "previous", "--previous", folder / "run")
    found = json.loads(yh(*words, "--json").out)
    assert [item["gap"] for item in found["items"]] == [45.0, 4500.0]
    assert sum(found["places_by"].values()) == pytest.approx(2)
    assert found["places_by"]["own"] == pytest.approx(2)
    assert found["places_by"]["others"] == pytest.approx(0)
    assert "本单位数据 +2.00 位" in yh(*words).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Z",), "没有“Z”"),
        (("A", "--against", "nobody"), "既不是"),
        (("A", "--against", "previous"), "--previous"),
    ],
)
def test_diagnose_called_wrongly(yh, folder, words, said):
    answer = yh("diagnose", folder / "run", *words)
    assert answer.code == 2
    assert said in answer.err


def test_improve_reaches_a_rank(yh, folder):
    """甲厂 lacks 52 points; 10 → 18.67 万元/亩 at 6 points each is 0.867 of itself, and 税收总量
    would need 1.3."""
    words = ("improve", folder / "small.yaml", folder / "data.csv", "A", "--to-rank", "1")
    answer = yh(*words)
    assert answer.code == 0
    assert "10 → 18.66667万元/亩" in answer.out
    assert "已用改后的数据表重新评价核验" in answer.out
    found = json.loads(yh(*words, "--json").out)
    assert found["reached"]
    assert found["after"]["rank"] == 1
    assert found["method"] == "exact"


def test_improve_out_of_reach(yh, folder):
    limits = ("--limit", "亩均税收=±1", "--limit", "tax_total=±10%")
    answer = yh(
        "improve", folder / "small.yaml", folder / "data.csv", "A", "--to-score", "150", *limits
    )
    assert answer.code == 1
    assert "达不到 150 分，最多得分 110、第 2 位，差 40 分" in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "写一个目标"),
        (("--to-rank", "1", "--to-score", "3"), "写一个目标"),
        (("--to-rank", "9"), "1 到 3"),
        (("--to-grade", "A"), "没有等级"),
        (("--to-rank", "1", "--limit", "亩均税收"), "写法不对"),
        (("--to-rank", "1", "--limit", "亩均税收=-3"), "不小于 0"),
        (("--to-rank", "1", "--fix", "别的"), "没有指标“别的”"),
        (("--to-rank", "1", "--cost", "亩均税收=重"), "不是数"),
    ],
)
def test_improve_called_wrongly(yh, folder, words, said):
    answer = yh("improve", folder / "small.yaml", folder / "data.csv", "A", *words)
    assert answer.code == 2
    assert said in answer.err


def test_improve_somebody_who_is_not_there(yh, folder):
    answer = yh("improve", folder / "small.yaml", folder / "data.csv", "Z", "--to-rank", "1")
    assert answer.code == 2
    assert "没有“Z”" in answer.err


@pytest.mark.parametrize("name", ["robustness", "diagnose", "improve"])
def test_help_has_an_example(yh, name):
    answer = yh(name, "--help")
    assert answer.code == 0
    assert f"yh {name} " in answer.out
