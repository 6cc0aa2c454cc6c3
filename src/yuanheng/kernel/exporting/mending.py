"""The rows that can't be used, as a workbook in which they can be mended and sent again."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import python_calamine as calamine
import xlsxwriter
from django.utils.translation import gettext as _

from yuanheng.kernel.importing.converting import plain_text
from yuanheng.kernel.importing.plan import PlanLine
from yuanheng.tabular import Rejected, Sheet, Table, whole_file, write_xlsx
from yuanheng.tabular.textfile import open_text
from yuanheng.tabular.texts import letters

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et")
_SAID = "问题（改正后可直接重新上传，本列不导入）"


def source_of(table: Table) -> dict[str, Any]:
    """Where the cells of a table stand: what ``write_faulty`` needs to find them again."""
    return {
        "sheet": table.source.sheet,
        "header_rows": list(table.source.header_rows),
        "letters": table.source.letters,
        "headers": table.source.headers,
        "units": table.source.units,
    }


def columns_at_fault(row: Rejected, source: Mapping[str, Any]) -> list[str]:
    """The columns of the cells at fault: ``名录!C7`` → the code of column C."""
    codes = {name: code for code, name in source["letters"].items()}
    found = [place.rpartition("!")[2].rstrip("0123456789") for place in row.cells]
    return [codes[one] for one in found if one in codes]


def write_faulty(
    target: Path,
    original: Path,
    source: Mapping[str, Any],
    at_fault: Sequence[PlanLine],
    *,
    whole: bool = False,
) -> int:
    """Write the lines of ``original`` that are at fault, with what is wrong in the first column
    and the cells at fault coloured; how many. ``whole`` writes the other lines too, for a table
    that is of use only as a whole.

    ``source`` says where its headings stand (``sheet``, ``header_rows``, ``letters``, ``headers``,
    ``units``). Of a Parquet file, which nobody mends by hand, it tells where each row stands.
    """
    if original.suffix.lower() == ".parquet":
        return _write_list(target, at_fault)
    faults = [(one.line, one.message, one.cells) for one in at_fault]
    lines = sorted({one.line for one in at_fault})
    head, found = _read(original, source, None if whole else lines)
    if whole:
        told = set(lines)
        faults = sorted([*faults, *((line, "", []) for line in found if line not in told)])
    width = max([len(head), *(len(row) for row in found.values())], default=0)
    places = {code: at for at in range(width) for code in _codes_at(source, at)}
    with (
        whole_file(target) as part,
        xlsxwriter.Workbook(
            str(part), {"strings_to_formulas": False, "strings_to_urls": False}
        ) as book,
    ):
        _Writer(book, head, width).write(faults, found, places)
    return len(lines)


def _write_list(target: Path, at_fault: Sequence[PlanLine]) -> int:
    headers = [_("Row"), _("Code"), _("Name"), _("What is wrong and what to do")]
    rows = ([one.line, one.key, one.label, one.message] for one in at_fault)
    sheet = Sheet(_("Rows that can't be used"), headers, rows, widths=[8, 24, 34, 90])
    write_xlsx(target, [sheet])
    return len(at_fault)


def _codes_at(source: Mapping[str, Any], at: int) -> list[str]:
    return [code for code, name in source["letters"].items() if name == letters(at)]


class _Writer:
    def __init__(self, book: Any, head: Sequence[Any], width: int) -> None:
        plain = {"font_name": "微软雅黑", "valign": "top"}
        self.sheet = book.add_worksheet("需改正的行")
        self.plain = book.add_format(plain | {"num_format": "@"})
        self.number = book.add_format(plain)
        self.day = book.add_format(plain | {"num_format": "yyyy-mm-dd"})
        self.wrong = book.add_format(plain | {"bg_color": "#F8CBAD", "border": 1})
        self.wrong_day = book.add_format(
            plain | {"bg_color": "#F8CBAD", "border": 1, "num_format": "yyyy-mm-dd"}
        )
        self.said = book.add_format(plain | {"text_wrap": True, "font_color": "#9C0006"})
        top = book.add_format(plain | {"bold": True, "bg_color": "#DCE6F1", "border": 1})
        self.sheet.set_column(0, 0, 60)
        self.sheet.set_column(1, max(width, 1), 16)
        self.sheet.write_string(0, 0, _SAID, top)
        for at in range(width):
            text = head[at] if at < len(head) else ""
            self.sheet.write_string(0, at + 1, str(text or ""), top)
        self.sheet.freeze_panes(1, 1)

    def write(
        self,
        faults: Iterable[tuple[int, str, Sequence[str]]],
        found: Mapping[int, Sequence[Any]],
        places: Mapping[str, int],
    ) -> None:
        for row, (line, text, codes) in enumerate(faults, 1):
            self.sheet.write_string(row, 0, text[:32000], self.said)
            marked = {places[code] for code in codes if code in places}
            for at, value in enumerate(found.get(line, ())):
                self._cell(row, at + 1, value, at in marked)
            for at in marked:
                self.sheet.write_comment(row, at + 1, text[:1000], {"x_scale": 2})
                if at >= len(found.get(line, ())):
                    self.sheet.write_blank(row, at + 1, None, self.wrong)

    def _cell(self, row: int, at: int, value: Any, is_wrong: bool) -> None:
        if value is None or value == "":
            if is_wrong:
                self.sheet.write_blank(row, at, None, self.wrong)
        elif isinstance(value, bool):
            self.sheet.write_string(
                row, at, "是" if value else "否", self.wrong if is_wrong else None
            )
        elif isinstance(value, int | float):
            self.sheet.write_number(row, at, value, self.wrong if is_wrong else self.number)
        elif hasattr(value, "toordinal") and value.year >= 1900:
            self.sheet.write_datetime(row, at, value, self.wrong_day if is_wrong else self.day)
        else:
            style = self.wrong if is_wrong else self.plain
            self.sheet.write_string(row, at, plain_text(str(value))[:32000], style)


def _read(
    path: Path, source: Mapping[str, Any], lines: Sequence[int] | None
) -> tuple[list[Any], dict[int, list[Any]]]:
    """The heading and the wanted lines of the file (all, for ``None``), as they stand in it."""
    last = source["header_rows"][-1]
    if path.suffix.lower() in WORKBOOKS:
        with path.open("rb") as stream, calamine.load_workbook(stream) as book:
            grid = book.get_sheet_by_name(source["sheet"]).to_python(skip_empty_area=False)
        wanted = range(last + 1, len(grid) + 1) if lines is None else lines
        found = {line: grid[line - 1] for line in wanted if line <= len(grid)}
        return _headings(source, grid[last - 1]), found
    with tempfile.TemporaryDirectory(prefix="yuanheng-") as folder:
        text = open_text(path, Path(folder))
        assert text is not None
        with text.path.open(encoding="utf-8-sig", newline="") as stream:
            sample = stream.read(20_000)
            stream.seek(0)
            delimiter = max(",;\t", key=lambda mark: sample.count(mark))
            rows = csv.reader(stream, delimiter=delimiter)
            head: list[Any] = []
            picked: dict[int, list[Any]] = {}
            chosen = None if lines is None else set(lines)
            for line, row in enumerate(rows, 1):
                if line == last:
                    head = row
                if line in chosen if chosen is not None else line > last:
                    picked[line] = row
    return _headings(source, head), picked


def _headings(source: Mapping[str, Any], head: Sequence[Any]) -> list[Any]:
    """The heading row; a column that was recognised keeps the whole heading it had (of two rows)
    and the unit that was found."""
    named = {name: code for code, name in source["letters"].items()}
    made = []
    for at, text in enumerate(head):
        code = named.get(letters(at))
        heading = source["headers"].get(code, text) if code else text
        unit = source["units"].get(code, "") if code else ""
        made.append(f"{heading}({unit})" if unit and unit not in heading else heading)
    return made
