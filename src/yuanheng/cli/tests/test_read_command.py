"""``yh read``."""

from __future__ import annotations

import json

import pytest

from yuanheng.documents.tests.texts import bomb, mail, pdf

TEXT = (
    "沧宁市召开会议\n2023年7月18日\n"
    "上半年,全市完成税收12.5亿元,同比增长8.5%。由市财政局牵头,年底前完成方案。\n"
)


def test_json_has_the_form_of_the_contract(yh, tmp_path):
    source, target = tmp_path / "a.txt", tmp_path / "out.json"
    source.write_text(TEXT, "utf-8")
    answer = yh("read", source, "--json", target, "--today", "2023-07-20")
    assert answer.code == 0
    (document,) = json.loads(target.read_text("utf-8"))["documents"]
    assert set(document) == {
        *("file", "sha256", "title", "publisher", "published", "place"),
        *("facts", "directives", "parties", "removed"),
    }
    (fact,) = document["facts"]
    assert TEXT[slice(*fact["span"])] == "12.5"
    assert fact["period"] == {
        "label": "2023H1",
        "start": "2023-01-01",
        "end": "2023-06-30",
        "basis": "inherited",
    }
    (directive,) = document["directives"]
    assert directive["deadline"] == {"text": "年底前", "date": "2023-12-31"}


def test_for_people_it_prints_a_table(yh, tmp_path):
    source = tmp_path / "a.txt"
    source.write_text(TEXT, "gb18030")
    answer = yh("read", source)
    assert "市财政局" in answer.out
    assert "12.5 亿元" in answer.out


def test_a_picture_is_refused_in_words(yh, tmp_path):
    source = tmp_path / "a.png"
    source.write_bytes(b"\x89PNG\r\n\x1a\n")
    answer = yh("read", source)
    assert answer.code == 2
    assert "图片" in answer.err


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("空.txt", lambda: b"", "空的"),
        ("空白.txt", lambda: b" \r\n ", "没有文字"),
        ("锁.pdf", lambda: pdf(["x"], password=True), "密码"),
        ("扫描.pdf", lambda: pdf([""]), "扫描件"),
        ("炸弹.docx", bomb, "解压"),
        ("转发.eml", lambda: mail(levels=3000), "套着邮件"),
        ("坏.docx", lambda: b"PK\x03\x04 broken", "损坏"),
        ("旧.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "密码"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(yh, tmp_path, name, data, said):
    source = tmp_path / name
    source.write_bytes(data())
    answer = yh("read", source)
    assert answer.code == 2
    assert said in answer.err
    assert name in answer.err
    assert "Traceback" not in answer.err


def test_big5_a_mail_and_a_pdf_of_five_hundred_pages_are_read(yh, tmp_path):
    big5, letter, long = (tmp_path / name for name in ("繁體.txt", "邮件.eml", "长.pdf"))
    text = "2026年2月，冷水江經濟開發區完成固定資產投資三十二億元。\n"
    big5.write_bytes(text.encode("big5"))
    letter.write_bytes(mail())
    long.write_bytes(pdf([f"page {number} of a long report" for number in range(500)]))
    target = tmp_path / "out.json"
    assert yh("read", big5, letter, long, "--json", target).code == 0
    first, _, last = json.loads(target.read_text("utf-8"))["documents"]
    (fact,) = first["facts"]
    assert text[slice(*fact["span"])].startswith("三十二")
    assert fact["value_canonical"] == 3_200_000_000
    assert "page 499" in last["extracted_text"]


def test_one_bad_file_does_not_hide_the_good_one(yh, tmp_path):
    good, bad = tmp_path / "a.txt", tmp_path / "b.docx"
    good.write_text(TEXT, "utf-8")
    bad.write_bytes(b"")
    answer = yh("read", good, bad)
    assert answer.code == 1
    assert "b.docx" in answer.err
    assert "市财政局" in answer.out


def test_a_huge_file_is_refused_unread(yh, tmp_path):
    source = tmp_path / "a.txt"
    with source.open("wb") as stream:
        stream.truncate(1 << 30)
    answer = yh("read", source)
    assert answer.code == 2
    assert "1024 MB" in answer.err


def test_wrong_words_of_the_call(yh, tmp_path):
    source = tmp_path / "a.txt"
    source.write_text(TEXT, "utf-8")
    assert yh("read", tmp_path / "none.txt").code == 2
    assert yh("read", tmp_path).code == 2
    assert yh("read", source, "--today", "soon").code == 2
