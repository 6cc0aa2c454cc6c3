"""``yh verify``: a run again, byte by byte."""

from __future__ import annotations

import shutil

import pytest

from yuanheng.cli.tests.conftest import TABLE


@pytest.fixture(scope="module")
def later(folder):
    """A second run that knows the first."""
    from yuanheng.engine import evaluate_files

    (folder / "second.csv").write_text(TABLE.replace("B,乙厂,500", "B,乙厂,5000"), "utf-8")
    done = folder / "second"
    evaluate_files(
        folder / "small.yaml", folder / "second.csv", done, previous=folder / "run", trace=True
    )
    return done


def test_the_same_run_gives_the_same_bytes(yh, folder):
    answer = yh("verify", folder / "run")
    assert answer.code == 0
    assert "一致" in answer.out


def test_a_run_that_knows_the_one_before_needs_only_itself(yh, later, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(later, moved)
    assert yh("verify", moved).code == 0


@pytest.mark.parametrize("name", ["results.csv", "items.csv", "movement.csv"])
def test_one_changed_digit_is_found_and_placed(yh, later, tmp_path, name):
    changed = tmp_path / "changed"
    shutil.copytree(later, changed)
    lines = (changed / name).read_text("utf-8").splitlines()
    lines[1] = lines[1].replace("1", "7", 1) if "1" in lines[1] else lines[1] + "7"
    (changed / name).write_text("\n".join(lines) + "\n", "utf-8")
    answer = yh("verify", changed)
    assert answer.code == 1
    assert f"{name} 与重算结果不同（第 2 行起）" in answer.out


def test_a_changed_table_is_said_before_anything_is_computed(yh, later, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(later, changed)
    table = changed / "input.csv"
    table.write_text(table.read_text("utf-8").replace("5000", "5001"), "utf-8")
    answer = yh("verify", changed)
    assert answer.code == 1
    assert "数据表被改动过" in answer.out


def test_a_changed_record_names_what_changed(yh, later, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(later, changed)
    record = changed / "run.json"
    record.write_text(record.read_text("utf-8").replace('"rated": 3', '"rated": 4'), "utf-8")
    answer = yh("--lang", "en", "verify", changed)
    assert answer.code == 1
    assert "run.json, rated: recorded 4, now 3" in answer.out


def test_neither_a_run_nor_all_is_a_wrong_call(yh, folder, tmp_path):
    assert yh("verify").code == 2
    assert yh("verify", "--all", folder / "run").code == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    answer = yh("verify", empty)
    assert answer.code == 2
    assert "不是评价结果目录" in answer.err
