"""Whole or nothing, also when something breaks half-way."""

import csv
import datetime
import math
import zipfile

import pytest
import python_calamine

from yuanheng.calc.faults import FaultyInput
from yuanheng.tabular import Sheet, whole_directory, whole_file, write_xlsx


def _fail_half_way(output, inside):
    with output as temporary:
        (temporary / inside if inside else temporary).write_text("half")
        raise RuntimeError


def test_file_appears_only_on_success(tmp_path):
    path = tmp_path / "deep" / "out.csv"
    with whole_file(path) as temporary:
        temporary.write_text("a")
        assert not path.exists()
    assert path.read_text() == "a"
    assert [p.name for p in path.parent.iterdir()] == ["out.csv"]


def test_exception_keeps_the_old_file(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError):
        _fail_half_way(whole_file(path), "")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_directory_is_replaced_only_on_success(tmp_path):
    path = tmp_path / "run"
    with whole_directory(path) as temporary:
        (temporary / "run.json").write_text("1")
        (temporary / "old.csv").write_text("1")
    with pytest.raises(RuntimeError):
        _fail_half_way(whole_directory(path), "run.json")
    assert (path / "run.json").read_text() == "1"
    with whole_directory(path) as temporary:
        (temporary / "run.json").write_text("2")
    assert [p.name for p in path.iterdir()] == ["run.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_foreign_directory_is_left_alone(tmp_path):
    path = tmp_path / "photos"
    path.mkdir()
    (path / "me.jpg").write_text("x")
    with pytest.raises(FaultyInput, match=r"run\.json") as caught, whole_directory(path):
        pass
    assert "me.jpg" in caught.value.faults[0].zh
    assert (path / "me.jpg").exists()


def test_empty_directory_may_be_used_and_a_file_not(tmp_path):
    (tmp_path / "empty").mkdir()
    with whole_directory(tmp_path / "empty") as temporary:
        (temporary / "run.json").write_text("1")
    (tmp_path / "file").write_text("x")
    with pytest.raises(FaultyInput) as caught, whole_directory(tmp_path / "file"):
        pass
    assert "已有一个文件" in caught.value.faults[0].zh
    with pytest.raises(FaultyInput), whole_file(tmp_path / "empty"):
        pass


def test_workbook_has_values_not_formulas(tmp_path):
    path = tmp_path / "out.xlsx"
    rows = [
        ["=1+1", 1.5, None, True, datetime.date(2024, 1, 5)],
        ["@x", math.nan, "+2", False, None],
        ["-3", 10**17, "a\x01b", 2, None],
    ]
    sheets = [
        Sheet("结果/一", ["企业", "分"], iter(rows), [None, "0.00"], [30]),
        Sheet("结果 一", ["a"], []),
    ]
    write_xlsx(path, sheets)
    book = python_calamine.load_workbook(str(path))
    assert book.sheet_names == ["结果 一", "结果 一_2"]
    got = book.get_sheet_by_index(0).to_python()
    assert got[1] == ["=1+1", 1.5, "", "是", datetime.date(2024, 1, 5)]
    assert got[2] == ["@x", "", "+2", "否", ""]
    assert got[3] == ["-3", "1" + "0" * 17, "ab", 2.0, ""]
    with zipfile.ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "frozen" in sheet
        assert "微软雅黑" in package.read("xl/styles.xml").decode()


def test_workbook_is_not_left_half_written(tmp_path):
    def rows():
        yield ["a"]
        raise csv.Error

    with pytest.raises(csv.Error):
        write_xlsx(tmp_path / "out.xlsx", [Sheet("s", ["h"], rows())])
    assert not list(tmp_path.iterdir())
