"""Looks into spreadsheet files before they are read: what they are, how large, what is hidden."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from yuanheng.calc.faults import Fault, FaultyInput

# Unpacked sizes beyond these are refused: a real workbook of a million rows stays below.
MAX_UNPACKED = 2 << 30
MAX_CELLS = 100_000_000
_SMALL_PART = 256 << 20

# What a broken archive makes zipfile raise; RuntimeError is an encrypted part.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 8 << 20
_ERROR = re.compile(
    rb'<(?:\w+:)?c ([^>]*?\bt="e"[^>]*)>'
    rb"(?:<(?:\w+:)?f[^>]*/>|<(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>)?"
    rb"<(?:\w+:)?v>([^<]*)<"
)
_REF = re.compile(rb'\br="([A-Z]+)(\d+)"')
# Only columns from AA on: nearly all cells of nearly all tables lie before.
_FILLED = re.compile(rb'c r="([A-Z]{2,3})\d+"(?: s="\d+")?(?: t="\w+")?>')
_ROW = re.compile(rb'row\s[^>]*?\br="(\d+)"')
_TAGS = (b"<", b":")
_HIDDEN = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')


@dataclass(slots=True)
class SheetSurvey:
    """What the sheet's own file says and calamine does not: 0-based (row, column) of error
    cells with their text and of cells shown as a percentage, and hidden rows (1-based)."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    hidden: list[int] = field(default_factory=list)


def sniff(path: Path) -> str:
    """``xlsx``, ``xlsb``, ``ods`` or ``xls`` by content.

    Raises FaultyInput for a password-protected or oversized workbook and for what is none.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
        if start.startswith(_OLE):
            rest = start + stream.read(1 << 20)
            if "EncryptedPackage".encode("utf-16-le") in rest or _ends_encrypted(path):
                raise FaultyInput([password_fault(path.name)])
            return "xls"
    if not zipfile.is_zipfile(path):
        raise FaultyInput([_no_workbook(path, start)])
    try:
        with zipfile.ZipFile(path) as package:
            return _inside(path, package)
    except _BROKEN as error:
        raise FaultyInput([_no_workbook(path, b"")]) from error


def _ends_encrypted(path: Path) -> bool:
    """The directory of an OLE file may lie at its end."""
    with path.open("rb") as stream:
        size = path.stat().st_size
        stream.seek(max(0, size - (1 << 20)))
        return "EncryptedPackage".encode("utf-16-le") in stream.read()


def _inside(path: Path, package: zipfile.ZipFile) -> str:
    parts = package.infolist()
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED:
        raise FaultyInput([_too_large(path.name, total)])
    names = {part.filename for part in parts}
    kind = next(
        (
            kind
            for mark, kind in (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"))
            if mark in names
        ),
        "ods" if "content.xml" in names else "",
    )
    if not kind:
        raise FaultyInput([_no_workbook(path, b"PK")])
    for part in parts:
        # Python stops at the declared size and checks the sum: a directory that lies is found.
        if part.filename in ("xl/sharedStrings.xml", "xl/styles.xml", "content.xml"):
            for _ in _chunks(package, part.filename):
                pass
    return kind


def _chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def survey_sheet(path: Path, sheet: str) -> SheetSurvey:
    """Scans the sheet's XML in an .xlsx file.

    Raises FaultyInput when its cells lie so far apart that reading it would take all memory.
    """
    survey = SheetSurvey()
    try:
        with zipfile.ZipFile(path) as package:
            part = _part_of(package, sheet)
            if part is not None:
                _scan(package, part, survey, path.name)
    except _BROKEN as error:
        raise FaultyInput([_no_workbook(path, b"PK")]) from error
    return survey


def _part_of(package: zipfile.ZipFile, sheet: str) -> str | None:
    names = set(package.namelist())
    if "xl/_rels/workbook.xml.rels" not in names:
        return None
    book = package.read("xl/workbook.xml").decode("utf-8", "replace")
    rels = package.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", rels):
        targets[_attribute(tag, "Id")] = _attribute(tag, "Target")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        if html.unescape(_attribute(tag, "name")) == sheet:
            target = targets.get(_attribute(tag, r"\w+:id"), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in names else None
    return None


def _attribute(tag: str, attribute: str) -> str:
    match = re.search(rf'\s{attribute}="([^"]*)"', tag) or re.search(
        rf"\s{attribute}='([^']*)'", tag
    )
    return match[1] if match else ""


def _scan(package: zipfile.ZipFile, part: str, survey: SheetSurvey, where: str) -> None:
    percent = _percent_cell(package)
    rest = b""
    last_row, widest = 0, 26
    for chunk in _chunks(package, part):
        text = rest + chunk
        cut = max(text.rfind(b"row r="), text.rfind(b"row>"), 8) - 8
        whole, rest = (text[:cut], text[cut:]) if cut and len(text) < 64 << 20 else (text, b"")
        last_row, widest = _scan_rows(whole, survey, percent, last_row, widest)
    last_row, widest = _scan_rows(rest, survey, percent, last_row, widest)
    if last_row * widest > MAX_CELLS:
        raise FaultyInput([_too_wide(where, last_row, widest)])


def _scan_rows(
    text: bytes,
    survey: SheetSurvey,
    percent: re.Pattern[bytes] | None,
    last_row: int,
    widest: int,
) -> tuple[int, int]:
    # Most files have neither errors nor hidden rows: a look for the words is far faster.
    for match in _ERROR.finditer(text) if b't="e"' in text else ():
        if ref := _REF.search(match[1]):
            place = int(ref[2]) - 1, _column(ref[1])
            survey.errors[place] = html.unescape(match[2].decode("utf-8", "replace"))
    if percent:
        survey.percents |= {(int(r) - 1, _column(c)) for c, r in percent.findall(text)}
    if b"hidden=" in text:
        survey.hidden += [int(row) for row in _HIDDEN.findall(text)]
    rows = [int(m[1]) for m in _ROW.finditer(text) if text[m.start() - 1 : m.start()] in _TAGS]
    columns = set(_FILLED.findall(text))
    last_row = max([last_row, *rows[-1:]])
    return last_row, max([widest, *(_column(c) + 1 for c in columns)])


def _percent_cell(package: zipfile.ZipFile) -> re.Pattern[bytes] | None:
    """A pattern for cells that are shown with a percent sign."""
    if "xl/styles.xml" not in package.namelist():
        return None
    styles = package.read("xl/styles.xml").decode("utf-8", "replace")
    formats = {"9", "10"}
    for tag in re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", styles):
        if "%" in _attribute(tag, "formatCode"):
            formats.add(_attribute(tag, "numFmtId"))
    body = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.S)
    cells = re.findall(r"<(?:\w+:)?xf\b[^>]*>", body[0]) if body else []
    used = [str(i) for i, tag in enumerate(cells) if _attribute(tag, "numFmtId") in formats]
    if not used:
        return None
    return re.compile(
        rf'<(?:\w+:)?c r="([A-Z]+)(\d+)" s="(?:{"|".join(used)})"(?: t="n")?>'.encode()
    )


def _column(name: bytes) -> int:
    number = 0
    for char in name:
        number = number * 26 + char - 64
    return number - 1


def password_fault(file: str) -> Fault:
    """The fault for a workbook that wants a password."""
    return Fault(
        "password_protected",
        f"{file}：工作簿设有打开密码。请在 Excel 中取消密码后重新上传。",
        f"{file}: the workbook is protected by a password. Remove it in Excel and upload again.",
    )


def _too_large(file: str, size: int) -> Fault:
    return Fault(
        "unpacked_too_large",
        f"{file}：解压后有 {size / 2**30:.1f} GB，超过 {MAX_UNPACKED / 2**30:.0f} GB 的上限，"
        "未读取。请删去多余内容，或改用 .csv、.parquet。",
        f"{file}: unpacks to {size / 2**30:.1f} GB, over the limit of "
        f"{MAX_UNPACKED / 2**30:.0f} GB; not read. Remove what is not needed, "
        "or use .csv or .parquet.",
    )


def _too_wide(where: str, rows: int, columns: int) -> Fault:
    return Fault(
        "sheet_too_wide",
        f"{where}：工作表占了 {rows:,} 行 × {columns:,} 列，过大。"
        "请删去表格右侧和下方多余的单元格。",
        f"{where}: the sheet spans {rows:,} rows by {columns:,} columns, too large. Delete stray "
        "cells to the right of and below the table.",
    )


def _no_workbook(path: Path, start: bytes) -> Fault:
    head = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        zh, en = "其实是网页或 XML 文件", "it is a web page or an XML file"
    elif head and b"\0" not in start:
        zh, en = "其实是文本文件（可改名为 .csv 再试）", "it is a text file (try naming it .csv)"
    else:
        zh, en = "文件已损坏或不是工作簿", "it is damaged or no workbook"
    return Fault(
        "not_a_workbook",
        f"{path.name}：不是有效的 Excel 文件：{zh}。请用 Excel 打开后另存为 .xlsx。",
        f"{path.name}: not a valid Excel file: {en}. Open it in Excel and save it as .xlsx.",
    )
