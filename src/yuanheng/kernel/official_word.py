"""Word files in the layout of official documents (GB/T 9704-2012): A4, 22 lines of 28 characters.

Fonts are named, not embedded. For a machine without 仿宋_GB2312 the file names the font of the
same face that it may have; one without 方正小标宋简体 shows its 宋体.

28 characters come by drawing the body's characters a quarter of a point closer, never by a grid of
characters: an office suite whose grid is narrower than a character gives each one two places.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from yuanheng.kernel.figures import official_day

LINES, CHARACTERS = 22, 28
_LINE = Pt(28.95)  # 225 mm in 22 lines
_BODY, _TITLE, _TABLE, _FOOT = 16, 22, 12, 14  # 三号, 二号, 小四, 四号
_SONG_TITLE, _HEI, _KAI, _FANG, _SONG = (
    "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体",
)  # fmt: skip
_LATIN = "Times New Roman"
_INSTEAD = {_SONG_TITLE: "宋体", _KAI: "楷体", _FANG: "仿宋"}  # where the first isn't there
_CLOSER = -5  # twips: 28 characters of 15.75 points in 156 mm
_SHORT = 8  # characters: a column of numbers, days, grades stands in the middle
_WIDTH, _WIDTH_ACROSS = 156, 225  # mm of a line, upright and across
_HEADINGS = {1: _HEI, 2: _KAI, 3: _FANG}  # 一、 （一） 1.
_RED = RGBColor(0xFF, 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``level`` 1 to 3 is a heading, 0 the body. ``is_flush``: not indented."""

    text: str
    level: int = 0
    is_flush: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its heading; ``widths`` are shares of the line."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """What a document says; ``sender`` puts the red head and the red line over it. ``is_across``
    turns the pages on their side, for a table of many columns."""

    title: str
    parts: Sequence[Text | Table]
    sender: str = ""
    number: str = ""
    addressee: str = ""
    signed_by: str = ""
    signed_on: date | None = None
    notes: Sequence[str] = field(default_factory=tuple)
    is_across: bool = False


def official_word(told: OfficialDocument) -> bytes:
    """The .docx."""
    document = Document()
    _page(document, is_across=told.is_across)
    _styles(document)
    _fonts_instead(document)
    _footers(document)
    if told.sender:
        _red_head(document, told)
    _centred(document, told.title, _SONG_TITLE, _TITLE, spacing=Pt(36))
    if told.number and not told.sender:
        _centred(document, told.number, _KAI, _BODY, spacing=_LINE)
    _paragraph(document, "", is_flush=True)
    if told.addressee:
        _paragraph(document, f"{told.addressee}：", is_flush=True)
    for part in told.parts:
        if isinstance(part, Table):
            _table(document, part, _WIDTH_ACROSS if told.is_across else _WIDTH)
        else:
            _paragraph(document, part.text, level=part.level, is_flush=part.is_flush)
    _signature(document, told)
    for note in told.notes:
        _paragraph(document, f"（{note}）")
    properties = document.core_properties
    properties.title, properties.author = told.title[:255], told.signed_by or told.sender
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def estimated_lines(told: OfficialDocument) -> float:
    """How many lines of a page the text takes, tables left out: 22 fill one."""
    # A title of 22 points has 20 characters in a line.
    count = ceil(_width(told.title) / 20) * 36 / 28.95 + 1
    count += 1 if told.number and not told.sender else 0
    count += 1 if told.addressee else 0
    for part in told.parts:
        if isinstance(part, Text):
            indent = 0 if part.is_flush else 2
            count += max(1, ceil((_width(part.text) + indent) / CHARACTERS))
    return count + (3 if told.signed_by or told.signed_on else 0) + len(told.notes)


def _width(text: str) -> float:
    """In Chinese characters: a digit or a Latin letter is half of one."""
    return sum(1.0 if east_asian_width(one) in "FWA" else 0.5 for one in text)


def _page(document: Any, *, is_across: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(24)
    if is_across:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin, section.right_margin = Mm(37), Mm(35)
        section.footer_distance = Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, _FANG, _BODY)
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), str(_CLOSER))
    normal.element.rPr.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz")
    shape = normal.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    shape.space_before = shape.space_after = Pt(0)
    for level, font in _HEADINGS.items():
        style = document.styles.add_style(f"Official {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, font, _BODY)
        style.paragraph_format.keep_with_next = True
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level - 1))
        style.element.get_or_add_pPr().append(outline)


def _fonts_instead(document: Any) -> None:
    """``w:altName`` in the table of fonts: what Word takes where a font isn't installed."""
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            fonts = "".join(
                f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
                "</w:font>"
                for name, other in _INSTEAD.items()
            )
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())


def _font(holder: Any, name: str, size: float) -> None:
    """For a style or a run: Chinese in ``name``, Latin letters and digits in their own."""
    holder.font.size, holder.font.name = Pt(size), _LATIN
    fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")  # “ ” … — are Chinese signs here, of a full place


def _run(paragraph: Any, text: str, name: str, size: float, *, is_red: bool = False) -> None:
    run = paragraph.add_run(text)
    _font(run, name, size)
    if is_red:
        run.font.color.rgb = _RED


def _paragraph(document: Any, text: str, *, level: int = 0, is_flush: bool = False) -> Any:
    style = f"Official {level}" if level else "Normal"
    found = document.add_paragraph(text, style=style)
    for run in found.runs:
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    if not is_flush:
        indent = found._element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "200")
        found.paragraph_format.first_line_indent = Pt(2 * _BODY)
    return found


def _centred(document: Any, text: str, name: str, size: float, *, spacing: Any) -> Any:
    found = document.add_paragraph()
    found.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _off_the_grid(found)
    found.paragraph_format.line_spacing = spacing
    _run(found, text, name, size)
    return found


def _red_head(document: Any, told: OfficialDocument) -> None:
    """发文机关标志, 发文字号 and the red line, 35 mm under the edge of the text."""
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _off_the_grid(head)
    size = min(42.0, 430 / max(1.0, _width(told.sender)))  # in one line of 156 mm
    head.paragraph_format.space_before = Mm(35)
    head.paragraph_format.line_spacing = Pt(size * 1.2)
    _run(head, told.sender, _SONG_TITLE, size, is_red=True)
    _paragraph(document, "", is_flush=True)
    number = _centred(document, told.number, _FANG, _BODY, spacing=_LINE)
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in {"val": "single", "sz": "12", "space": "11", "color": "FF0000"}.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    shape = number._element.get_or_add_pPr()
    shape.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )
    _paragraph(document, "", is_flush=True)


def _table(document: Any, told: Table, width: float) -> None:
    """``width`` of the line in mm. The widths stand in the table's own grid too: some suites look
    only there."""
    table = document.add_table(rows=1, cols=len(told.headers), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    shares = list(told.widths) or [1.0] * len(told.headers)
    widths = [Mm(width * one / sum(shares)) for one in shares]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    columns = zip(*told.rows, strict=True)
    middle = [all(_width(str(one)) <= _SHORT for one in column) for column in columns]
    headers = [f"{one[:1].upper()}{one[1:]}" for one in map(str, told.headers)]
    for paragraph in _cells(table.rows[0], headers, widths, _HEI, [True] * len(widths)):
        paragraph.paragraph_format.keep_with_next = True
    mark = OxmlElement("w:tblHeader")  # said again on each page
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in told.rows:
        _cells(table.add_row(), row, widths, _FANG, middle)
    _paragraph(document, "", is_flush=True)


def _cells(
    row: Any, values: Sequence[Any], widths: Sequence[Any], font: str, middle: Sequence[bool]
) -> list[Any]:
    """The row's paragraphs; ``middle`` says of each column whether it stands in the middle."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, value, width, centred in zip(row.cells, values, widths, middle, strict=True):
        cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        _off_the_grid(paragraph)
        shape = paragraph.paragraph_format
        shape.line_spacing, shape.space_before, shape.space_after = Pt(18), Pt(2), Pt(2)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, str(value), font, _TABLE)
    return [cell.paragraphs[0] for cell in row.cells]


def _off_the_grid(paragraph: Any) -> None:
    """Its lines are as high as they say: on the grid they would be those of the body."""
    mark = OxmlElement("w:snapToGrid")
    mark.set(qn("w:val"), "0")
    shape = paragraph._element.get_or_add_pPr()
    shape.insert_element_before(mark, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")


def _signature(document: Any, told: OfficialDocument) -> None:
    """Who and when, to the right, four characters from the edge."""
    lines = [told.signed_by] if told.signed_by else []
    if told.signed_on is not None:
        lines.append(official_day(told.signed_on))
    if lines:
        _paragraph(document, "", is_flush=True)
    for text in lines:
        found = _paragraph(document, text, is_flush=True)
        found.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        found.paragraph_format.right_indent = Pt(4 * _BODY)


def _footers(document: Any) -> None:
    """— 1 —, to the right on odd pages and to the left on even ones, a character from the edge."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    sides = (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer,
                                                     WD_ALIGN_PARAGRAPH.LEFT),
    )  # fmt: skip
    for footer, side in sides:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        shape = paragraph.paragraph_format
        if side == WD_ALIGN_PARAGRAPH.RIGHT:
            shape.right_indent = Pt(_FOOT)
        else:
            shape.left_indent = Pt(_FOOT)
        _run(paragraph, "— ", _SONG, _FOOT)
        _page_number(paragraph)
        _run(paragraph, " —", _SONG, _FOOT)


def _page_number(paragraph: Any) -> None:
    for kind in ("begin", "PAGE", "end"):
        _run(paragraph, "", _SONG, _FOOT)
        run = paragraph.runs[-1]
        if kind == "PAGE":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = kind
            run._element.append(code)
            continue
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._element.append(mark)
