"""Word files in the layout of GB/T 9704-2012, read back."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

from django.utils.translation import override
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Emu, RGBColor

from yuanheng.kernel.figures import official_day
from yuanheng.kernel.official_word import (
    OfficialDocument,
    Table,
    Text,
    estimated_lines,
    official_word,
)

TOLD = OfficialDocument(
    title="关于园区建设情况的通报",
    parts=[Text("一、总体情况", 1), Text("（一）进度", 2), Text("共有任务 9 件。"),
           Table(["任务", "单位"], [["建成厂房", "市住建局"], ["清理土地", 3]], [3, 1])],
    sender="云泽市园区办", number="云园办〔2026〕1号", addressee="各园区",
    signed_by="云泽市园区办", signed_on=date(2026, 11, 2),
)  # fmt: skip


def read(told=TOLD):
    return Document(io.BytesIO(official_word(told)))


def font(run):
    return run._element.rPr.rFonts.get(qn("w:eastAsia"))


def test_page_and_grid_are_those_of_the_standard():
    section = read().sections[0]
    page = (section.page_width, section.page_height, section.top_margin, section.bottom_margin,
            section.left_margin, section.right_margin)  # fmt: skip
    assert [round(one.mm) for one in page] == [210, 297, 37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    # 22 lines in 225 mm (28.95 points each), 28 characters in 156 mm.
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert abs(22 * 579 / 20 - 225 / 25.4 * 72) < 1
    # Drawn closer, not on a grid of characters: LibreOffice gives a character that is wider than
    # such a grid two places.
    closer = read().styles["Normal"].element.rPr.find(qn("w:spacing"))
    line = 28 * (16 + int(closer.get(qn("w:val"))) / 20)
    assert 0 <= 156 / 25.4 * 72 - line < 2


def test_fonts_head_and_signature():
    told = read()
    words = [one.text for one in told.paragraphs]
    head, title = told.paragraphs[0], told.paragraphs[words.index("关于园区建设情况的通报")]
    assert head.text == "云泽市园区办"
    assert head.runs[0].font.color.rgb == RGBColor(255, 0, 0)
    assert (font(title.runs[0]), title.runs[0].font.size.pt) == ("方正小标宋简体", 22)
    number = told.paragraphs[words.index("云园办〔2026〕1号")]
    line = number._element.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert line.get(qn("w:color")) == "FF0000"
    names = ("Normal", "Official 1", "Official 2")
    styles = {name: told.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in names}
    assert styles == {"Normal": "仿宋_GB2312", "Official 1": "黑体", "Official 2": "楷体_GB2312"}
    assert told.styles["Normal"].font.size.pt == 16
    assert "各园区：" in words
    assert words[-2:] == ["云泽市园区办", "2026年11月2日"]


def test_tables_repeat_their_head_and_pages_are_numbered():
    told = read()
    table = told.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows][2] == ["清理土地", "3"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    section = told.sections[0]
    assert told.settings.odd_and_even_pages_header_footer
    for footer in (section.footer, section.even_page_footer):
        xml = footer._element.xml
        assert "PAGE" in xml
        assert footer.paragraphs[0].text.replace("\xa0", "") == "—  —"


def test_columns_are_as_wide_as_told_and_stand_within_the_line():
    for across, line in ((False, 156), (True, 225)):
        told = read(replace(TOLD, is_across=across))
        section, table = told.sections[0], told.tables[0]
        inner = section.page_width - section.left_margin - section.right_margin
        assert round(Emu(inner).mm) == line
        # In the table's own grid too: LibreOffice and WPS look there.
        assert [round(one.width.mm) for one in table.columns] == [
            round(line * 3 / 4),
            round(line / 4),
        ]
        cell = table.cell(1, 0).paragraphs[0]
        assert cell._element.pPr.find(qn("w:snapToGrid")).get(qn("w:val")) == "0"


def test_other_fonts_of_the_same_face_are_named_for_where_the_first_are_missing():
    with zipfile.ZipFile(io.BytesIO(official_word(TOLD))) as packed:
        fonts = packed.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts
    # Chinese quotation marks are taken from the Chinese font.
    body = next(one for one in read().paragraphs if one.text.startswith("共有任务"))
    assert body.runs[0]._element.rPr.rFonts.get(qn("w:hint")) == "eastAsia"


def test_days_are_written_in_the_language_of_the_text():
    assert official_day(date(2026, 4, 3)) == "2026年4月3日"
    with override("en"):
        assert official_day(date(2026, 4, 3)) == "3 April 2026"


def test_lines_are_counted_for_who_must_fit_a_page():
    short = OfficialDocument(title="提要", parts=[Text("一" * 26)])
    assert estimated_lines(short) < estimated_lines(
        OfficialDocument(title="提要", parts=[Text("一" * 27)])
    )
    assert "sender" not in [one.text for one in read(short).paragraphs]
