"""Files that only look like workbooks, and such that would take all memory."""

import zipfile

import pytest

from yuanheng.calc.faults import FaultyInput
from yuanheng.tabular import package, read_table


def refused(path, fields):
    with pytest.raises(FaultyInput) as caught:
        read_table(path, fields, id_field="id")
    return caught.value.faults[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><table></table></html>", "网页"),
        ("企业代码,税收".encode(), "文本文件"),
        (b"PK\x03\x04broken\x00", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
    ],
)
def test_not_really_a_workbook(tmp_path, fields, content, said):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    fault = refused(path, fields)
    assert fault.code == "not_a_workbook"
    assert said in fault.zh


def test_password(tmp_path, fields):
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    fault = refused(path, fields)
    assert fault.code == "password_protected"
    assert "取消密码" in fault.zh


def test_zip_bomb_is_refused_by_its_directory(tmp_path, fields, monkeypatch):
    monkeypatch.setattr(package, "MAX_UNPACKED", 10 << 20)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (11 << 20))
    assert path.stat().st_size < 100_000
    assert refused(path, fields).code == "unpacked_too_large"


def test_lying_zip_directory_is_found(tmp_path, fields, xlsx_file):
    path = xlsx_file([["企业代码"], *[["某某" * 50 + str(i)] for i in range(500)]])
    data = path.read_bytes()
    with zipfile.ZipFile(path) as book:
        size = book.getinfo("xl/sharedStrings.xml").file_size
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert refused(path, fields).code == "not_a_workbook"


def test_far_apart_cells_are_refused(xlsx_file, fields):
    rows = [["企业代码"], ["a"]]
    path = xlsx_file(rows, percent=[("XFD1048576", 1)])
    assert refused(path, fields).code == "sheet_too_wide"


def test_other_zip_is_no_workbook(tmp_path, fields):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("photo.txt", "x")
    assert refused(path, fields).code == "not_a_workbook"
