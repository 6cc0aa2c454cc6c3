"""Files of each kind, sound and broken."""

from __future__ import annotations

import io
import time
import zipfile
from email.message import EmailMessage

import docx
import pytest
import xlsxwriter

from yuanheng.reading import UnreadableDocument, lexicon_with
from yuanheng.reading.loading import load

SENTENCE = "全市完成税收12.5亿元，同比增长8.5%；由市财政局牵头，在年底前完成方案编制。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding):
    assert load((SENTENCE * 3).encode(encoding), "a.txt").text == SENTENCE * 3


def test_big5():
    text = "全市完成稅收十二億元，園區企業發展，經濟總量達到新的高度。" * 3
    assert load(text.encode("big5"), "a.txt").text == text


def test_html_spans_point_into_the_source():
    source = f"<html><head><title>无</title></head><body><p>一&nbsp;</p><script>x=5</script><p>{SENTENCE}</p></body></html>"
    loaded = load(source.encode(), "a.html")
    at = loaded.read.text.index("12.5")
    start, end = loaded.read.span(at, at + 4)
    assert loaded.text[start:end] == "12.5"
    assert "x=5" not in loaded.read.text


def word_file(nested: bool = False) -> bytes:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "工作任务", "牵头单位"
    table.cell(1, 0).text, table.cell(1, 1).text = "修编规划", "县发改局"
    if nested:
        table.cell(1, 1).add_table(1, 2).cell(0, 0).text = "内层"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word_with_tables():
    text = load(word_file(nested=True), "a.docx").text
    assert SENTENCE in text
    assert "修编规划\t县发改局" in text
    assert "内层" in text


def test_workbook():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("八月")
    sheet.write_row(0, 0, ["园区", "税收(万元)"])
    sheet.write_row(1, 0, ["甲园", 93520])
    book.close()
    assert "甲园\t93520" in load(out.getvalue(), "a.xlsx").text


def test_mail():
    message = EmailMessage()
    message["Subject"], message["Date"] = "督办", "Mon, 06 May 2024 09:00:00 +0800"
    message.set_content(SENTENCE, charset="gb18030")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="附件.pdf")
    text = load(message.as_bytes(), "a.eml").text
    assert text.startswith("督办\n2024年5月6日")
    assert SENTENCE in text
    assert "附件:附件.pdf" in text


def blank_pdf(pages: int = 2) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 200)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(**names: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in names.items():
            package.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b"   \n", "a.txt", "no_text"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "a.docx", "picture"),
        (b"\xff\xd8\xff\xe0" + b"0" * 50, "a.jpg", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "a.docx", "locked_or_old"),
        (b"%PDF-1.7 nothing", "a.pdf", "broken"),
        (b"hello", "a.pdf", "broken"),
        (b"PK\x03\x04broken", "a.docx", "broken"),
        (archive(readme=b"x"), "a.docx", "unknown_package"),
        (archive(**{"word/document.xml": b"<w:document"}), "a.docx", "broken"),
        (lambda: archive(**{"word/document.xml": b"0" * (301 << 20)}), "a.docx", "bomb"),
        (b"hello", "a.exe", "unknown_kind"),
        (bytes(range(128, 256)) * 40, "a.txt", "encoding"),
    ],
)
def test_what_cannot_be_read_is_said(data, name, code):
    with pytest.raises(UnreadableDocument) as caught:
        load(data() if callable(data) else data, name)
    assert caught.value.code == code
    assert caught.value.zh
    assert caught.value.en


def test_a_scan_is_said_to_be_a_scan():
    with pytest.raises(UnreadableDocument, match="it is a scan") as caught:
        load(blank_pdf(), "a.pdf")
    assert "扫描件" in caught.value.zh


def test_the_office_adds_its_words():
    lexicon = lexicon_with(["indicators:\n  亩均税收: [每亩贡献]\n"])
    assert lexicon.canonical_indicator("每亩贡献") == "亩均税收"


@pytest.mark.parametrize("text", ["a: [", "- 1", "no_such_list: [x]", "units: [x]"])
def test_a_wrong_word_list_is_said(text):
    with pytest.raises(UnreadableDocument, match="Wrong lexicon"):
        lexicon_with([text])


def test_nested_and_manifold_files_are_read_in_linear_time():
    deep = b"<html><body>" + b"<div>" * 60_000 + SENTENCE.encode() + b"</div>" * 60_000
    head = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    part = b"--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
    began = time.process_time()
    assert SENTENCE in load(deep, "a.html").read.text
    assert load(head + part * 2_000 + b"--b--", "a.eml").text.count("附件:a.txt") == 200
    assert time.process_time() - began < 8
