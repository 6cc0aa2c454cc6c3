"""Writes .xlsx workbooks for officials: styled header, frozen, text that never is a formula."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from yuanheng.tabular.writing import whole_file

FONT = "微软雅黑"
_MAX_ROWS = 1_048_576
_LONGEST_TEXT = 32_767
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# XML 1.0 knows no control characters.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: ``rows`` may be a generator; ``formats`` are Excel number formats and ``widths``
    characters, by column, and may be shorter than ``headers``."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]
    formats: Sequence[str | None] = field(default=())
    widths: Sequence[float | None] = field(default=())


def write_xlsx(path: Path | str, sheets: Sequence[Sheet]) -> None:
    """Writes the workbook whole or not at all, row by row in little memory.

    Rows beyond Excel's limit go on in further sheets. None, NaN and infinity are empty cells.
    Raises FaultyInput when ``path`` can't be written.
    """
    with whole_file(path) as temporary:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(temporary), options) as book:
            writer = _Writer(book)
            for sheet in sheets:
                writer.write(sheet)


class _Writer:
    """Keeps the styles of one workbook and the names already taken."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.taken: set[str] = set()
        self.styles: dict[str, Any] = {}
        self.header = book.add_format(
            {"font_name": FONT, "bold": True, "bg_color": "#DCE6F1", "border": 1,
             "align": "center", "valign": "vcenter", "text_wrap": True}
        )  # fmt: skip

    def write(self, sheet: Sheet) -> None:
        page, line = self._page(sheet), 1
        for row in sheet.rows:
            if line >= _MAX_ROWS:
                page, line = self._page(sheet), 1
            for column, value in enumerate(row):
                self._cell(page, line, column, value, _at(sheet.formats, column))
            line += 1

    def _page(self, sheet: Sheet) -> Any:
        page = self.book.add_worksheet(self._free_name(sheet.name))
        page.freeze_panes(1, 0)
        for column, header in enumerate(sheet.headers):
            width = _at(sheet.widths, column) or min(40, max(10, _width(header) + 4))
            page.set_column(column, column, width)
        for column, header in enumerate(sheet.headers):
            page.write_string(0, column, _safe(header), self.header)
        return page

    def _cell(self, page: Any, line: int, column: int, value: Any, form: str | None) -> None:
        style = self._style(form, value)
        if hasattr(value, "item"):
            value = value.item()
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return
        if isinstance(value, bool):
            page.write_string(line, column, "是" if value else "否", style)
        elif isinstance(value, int | float) and abs(value) < 1e15:
            page.write_number(line, column, value, style)
        elif isinstance(value, datetime.date):
            page.write_datetime(line, column, value, style)
        else:
            page.write_string(line, column, _safe(str(value)), style)

    def _style(self, form: str | None, value: Any) -> Any:
        if form is None and isinstance(value, datetime.date):
            form = "yyyy-mm-dd"
        key = form or ""
        if key not in self.styles:
            options = {"font_name": FONT, "valign": "vcenter"}
            self.styles[key] = self.book.add_format(options | ({"num_format": key} if key else {}))
        return self.styles[key]

    def _free_name(self, wanted: str) -> str:
        base = (_NOT_IN_NAMES.sub(" ", _CONTROL.sub("", wanted)).strip("' ") or "Sheet")[:31]
        name, number = base, 1
        while name.lower() in self.taken:
            number += 1
            name = f"{base[: 30 - len(str(number))]}_{number}"
        self.taken.add(name.lower())
        return name


def _at(values: Sequence[Any], column: int) -> Any:
    return values[column] if column < len(values) else None


def _safe(text: str) -> str:
    return _CONTROL.sub("", text)[:_LONGEST_TEXT]


def _width(text: str) -> int:
    """The width in characters; Chinese ones are twice as wide."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
