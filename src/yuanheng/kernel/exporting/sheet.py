"""One worksheet that a person can fill in: lists, notes, formats, and a stamp."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.exporting.selection import Hidden
from yuanheng.kernel.exporting.stamp import Stamp, properties
from yuanheng.kernel.importing.converting import plain_text, unguarded
from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.tabular.table import CLEAR, MASK

_FONT = "微软雅黑"
_SHORT_LIST = 240  # characters that a list may have inside its cell's rule
_SPARE = 500  # rows below the last that still have the lists
_LONGEST = 32_000
_LONG_NUMBER = 1e15
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_WIDTHS = {"date": 12, "moment": 17, "flag": 8, "whole": 10, "number": 14, "choice": 12}


def safe_cell(text: str) -> str:
    """A text as a string cell: it can't run, and comes back as it is."""
    text = plain_text(text)[:_LONGEST]
    if text.startswith("#") or text in (CLEAR, MASK) or unguarded(text) != text:
        return "'" + text
    return text


class SheetWriter:
    """Writes the rows of one register into a workbook, in little memory."""

    def __init__(
        self,
        book: Any,
        name: str,
        fields: Sequence[ExchangeField],
        lists: dict[str, list[str]],
        stamp: Stamp | None = None,
    ) -> None:
        self.book = book
        self.fields = fields
        self.sheet = book.add_worksheet(_NOT_IN_NAMES.sub(" ", name)[:31])
        self.styles: dict[str, Any] = {}
        self.head = book.add_format(
            {"font_name": _FONT, "bold": True, "bg_color": "#DCE6F1", "border": 1,
             "align": "center", "valign": "vcenter", "text_wrap": True}
        )  # fmt: skip
        self.needed = book.add_format(
            {"font_name": _FONT, "bold": True, "bg_color": "#F8E3C9", "border": 1,
             "align": "center", "valign": "vcenter", "text_wrap": True}
        )  # fmt: skip
        self.formats = [self._format(one) for one in fields]
        self.lists = self._lists(lists)
        if stamp is not None:
            for key, text in properties(stamp).items():
                book.set_custom_property(key, text, "text")

    def _lists(self, lists: dict[str, list[str]]) -> dict[str, Any]:
        """For each column with a list the source of its rule; long lists on a hidden sheet."""
        sources: dict[str, Any] = {}
        long: list[tuple[str, list[str]]] = []
        for one in self.fields:
            words = self._words(one, lists)
            if not words:
                continue
            if sum(len(word) + 1 for word in words) <= _SHORT_LIST and not any(
                "," in word for word in words
            ):
                sources[one.code] = words
            else:
                long.append((one.code, words))
        if long:
            self._hidden(long, sources)
        return sources

    def _words(self, one: ExchangeField, lists: dict[str, list[str]]) -> list[str]:
        if one.kind == "flag":
            return ["是", "否"]
        if one.kind == "choice":
            return [word for word in one.labels.values() if word]
        return lists.get(one.code, [])

    def _hidden(self, long: list[tuple[str, list[str]]], sources: dict[str, Any]) -> None:
        from xlsxwriter.utility import xl_col_to_name

        sheet = self.book.add_worksheet("选项")
        sheet.hide()
        for line in range(max(len(words) for _code, words in long)):
            for column, (_code, words) in enumerate(long):
                if line < len(words):
                    sheet.write_string(line, column, words[line])
        for column, (code, words) in enumerate(long):
            letters = xl_col_to_name(column)
            sources[code] = f"='选项'!${letters}$1:${letters}${len(words)}"

    def _format(self, one: ExchangeField) -> Any:
        number = {"date": "yyyy-mm-dd", "whole": "0", "text": "@", "moment": "@"}.get(one.kind, "")
        if one.kind == "number":
            places = 2
            if isinstance(one.model_field, models.DecimalField):
                places = one.model_field.decimal_places
                number = "#,##0" + ("." + "0" * places if places else "")
            elif one.model_field is not None:
                number = "General"
        if number not in self.styles:
            options = {"font_name": _FONT, "valign": "vcenter"}
            self.styles[number] = self.book.add_format(
                options | ({"num_format": number} if number else {})
            )
        return self.styles[number]

    def write(self, rows: Iterable[Sequence[Any]], total: int) -> int:
        """Headings, rows, rules; the number of rows."""
        sheet = self.sheet
        sheet.freeze_panes(1, min(2, len(self.fields)))
        sheet.set_row(0, 32)
        for at, one in enumerate(self.fields):
            sheet.set_column(at, at, _width(one), self.formats[at])
        for at, one in enumerate(self.fields):
            sheet.write_string(0, at, one.title, self.needed if one.required else self.head)
            sheet.write_comment(0, at, note_of(one), {"x_scale": 1.8, "y_scale": 1.2})
            if one.code in self.lists:
                sheet.data_validation(1, at, total + _SPARE, at, self._rule(self.lists[one.code]))
        count = 0
        for line, row in enumerate(rows, 1):
            count += 1
            for at, value in enumerate(row):
                if value is not None and value != "":
                    self._cell(line, at, value)
        sheet.autofilter(0, 0, max(count, 1), len(self.fields) - 1)
        return count

    def _rule(self, source: Any) -> dict[str, Any]:
        return {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": _("Not in the list"),
            "error_message": _("Choose a value from the list, or write the code."),
        }

    def _cell(self, line: int, at: int, value: Any) -> None:
        sheet, style = self.sheet, self.formats[at]
        if isinstance(value, bool):
            sheet.write_string(line, at, "是" if value else "否", style)
        elif isinstance(value, int | float | Decimal):
            if abs(value) < _LONG_NUMBER:
                sheet.write_number(line, at, value, style)
            else:
                sheet.write_string(line, at, format(Decimal(value), "f"), style)
        elif hasattr(value, "toordinal"):
            if value.year < 1900:  # before the first day that a spreadsheet knows
                sheet.write_string(line, at, value.isoformat(), style)
            else:
                sheet.write_datetime(line, at, value, style)
        else:
            text = str(value) if isinstance(value, Hidden) else safe_cell(str(value))
            sheet.write_string(line, at, text, style)


def note_of(one: ExchangeField) -> str:
    """What the note on a heading says."""
    lines = [str(one.note)] if one.note else []
    if one.required:
        lines.append(_("Required."))
    if one.unit:
        lines.append(_("In %(unit)s; another unit may stand in the heading.") % {"unit": one.unit})
    lines.append(_kind_note(one))
    if not one.clearable:
        if not one.required:
            lines.append(_("An empty cell means that it is not known; it is never taken for 0."))
    elif not one.required:
        lines.append(
            _("An empty cell changes nothing; write %(word)s to clear what is there.")
            % {"word": CLEAR}
        )
    return "\n".join(line for line in lines if line)


def _kind_note(one: ExchangeField) -> str:
    if one.kind == "relation":
        return _("Code, or a name that only one has.")
    if one.kind == "choice":
        return _("One of: %(words)s.") % {
            "words": " / ".join(word for word in one.labels.values() if word)[:400]
        }
    if one.kind == "flag":
        return _("Write yes or no.")
    if one.kind == "date":
        return _("A day, such as 2024-01-05.")
    if one.kind == "moment":
        return _("A time, such as 2024-01-05 09:30.")
    if one.kind == "text" and getattr(one.model_field, "max_length", None):
        return _("At most %(most)d characters.") % {"most": one.model_field.max_length}
    return ""


def _width(one: ExchangeField) -> int:
    title = sum(2 if ord(char) > 0x2E7F else 1 for char in one.title) + 4
    if one.kind in ("text", "relation"):
        most = getattr(one.model_field, "max_length", None) or 24
        return max(title, min(34, max(12, most // 2 + 8)))
    return max(title, _WIDTHS.get(one.kind, 12))
