"""Reads .xlsx, .xls, .xlsb and .ods through calamine: sheets, merged cells, error cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine as calamine

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.tabular import merges
from yuanheng.tabular.cells import as_text
from yuanheng.tabular.columns import refuse_too_many
from yuanheng.tabular.credit_code import good_credit_codes
from yuanheng.tabular.headers import Matcher
from yuanheng.tabular.layout import SEARCHED_ROWS, Layout, best_score, find_layout
from yuanheng.tabular.package import (
    MAX_CELLS,
    SheetSurvey,
    password_fault,
    sniff,
    survey_sheet,
)
from yuanheng.tabular.parquet import file_hash
from yuanheng.tabular.table import Convert, FieldSpec, RawColumn, RawTable, warning
from yuanheng.tabular.texts import is_footnote, is_plain_text, is_total, row_list, shown

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
Grid = list[list[Any]]


def read_workbook(
    path: Path,
    matcher: Matcher,
    *,
    needed: Sequence[str],
    sheet: str | None,
    convert: Convert,
    max_rows: int,
) -> RawTable:
    """The rows of one sheet before mending; without ``sheet`` the first visible one that fits.

    Raises FaultyInput for a file that can't be read and a header that can't be used.
    """
    kind = sniff(path)
    try:
        with path.open("rb") as stream, calamine.load_workbook(stream) as book:
            name, grid, merged, survey, notes = _choose(path, kind, book, matcher, needed, sheet)
    except calamine.PasswordError as error:
        raise FaultyInput([password_fault(path.name)]) from error
    except calamine.CalamineError as error:
        raise FaultyInput([_unreadable(path.name, str(error))]) from error
    where = f"{path.name} [{name}]"
    top = [[as_text(cell) for cell in row] for row in grid[: SEARCHED_ROWS + 1]]
    merges.spread_header(top, merged)
    layout = find_layout(top, matcher, needed=needed, convert=convert, where=where)
    refuse_too_many(len(grid) - layout.last - 1, max_rows, where)
    specs = [spec for spec in matcher.fields if spec.code in layout.matches]
    source = layout.source(path.name, name, kind, "", file_hash(path))
    notes += layout.notes + _notes_of(kind, survey, layout, where)
    notes += merges.fill_body(grid, merged, layout, specs, source)
    rows = np.arange(layout.last + 2, len(grid) + 1)
    body = grid[layout.last + 1 :]
    columns = {
        spec.code: _column(spec, body, layout, survey, is_key=spec.code in needed)
        for spec in specs
    }
    raw = RawTable(rows, columns, source, notes, _marks(body, layout))
    return raw


def _choose(
    path: Path,
    kind: str,
    book: calamine.CalamineWorkbook,
    matcher: Matcher,
    needed: Sequence[str],
    sheet: str | None,
) -> tuple[str, Grid, merges.Ranges, SheetSurvey, list[Fault]]:
    """The sheet to read: the one asked for, or the first visible one whose header fits best."""
    visible = [
        m.name for m in book.sheets_metadata if m.visible == calamine.SheetVisibleEnum.Visible
    ]
    candidates = visible or book.sheet_names
    if sheet is not None:
        if sheet not in book.sheet_names:
            raise FaultyInput([_no_sheet(path.name, sheet, book.sheet_names)])
        candidates = [sheet]
    best: tuple[int, str, Grid, merges.Ranges, SheetSurvey] | None = None
    for name in candidates:
        survey = survey_sheet(path, name) if kind == "xlsx" else SheetSurvey()
        part = book.get_sheet_by_name(name)
        end = part.end or (0, 0)
        if (end[0] + 1) * (end[1] + 1) > MAX_CELLS:
            raise FaultyInput([_unreadable(f"{path.name} [{name}]", "too many cells")])
        grid = part.to_python(skip_empty_area=False)
        merged = list(part.merged_cell_ranges or [])
        top = [[as_text(cell) for cell in row] for row in grid[: SEARCHED_ROWS + 1]]
        merges.spread_header(top, merged)
        score = best_score(top, matcher)
        if best is None or score > best[0]:
            best = score, name, grid, merged, survey
        if score > len(needed):
            break
    if best is None:
        raise FaultyInput([_no_sheet(path.name, sheet or "", book.sheet_names)])
    _, name, grid, merged, survey = best
    return name, grid, merged, survey, _other_sheets(path.name, name, visible, sheet)


def _column(
    spec: FieldSpec, body: Grid, layout: Layout, survey: SheetSurvey, *, is_key: bool
) -> RawColumn:
    """One column of the grid: clean figures as floats, everything else left to be mended."""
    match = layout.matches[spec.code]
    at_column, first = match.column, layout.last + 1
    cells = [row[at_column] if at_column < len(row) else "" for row in body]
    for (row, column), error in survey.errors.items():
        if column == at_column and first <= row < first + len(cells):
            cells[row - first] = error
    unit = match.unit or ""
    if spec.kind == "number" and unit == "%":
        _as_percentages(cells, survey, at_column, first)
    if spec.kind == "number":
        clean = [type(c) is float and abs(c) <= 1e18 and not 0 < abs(c) < 1e-18 for c in cells]
        values = np.array([c if ok else np.nan for c, ok in zip(cells, clean, strict=True)], float)
        at = [i for i, (c, ok) in enumerate(zip(cells, clean, strict=True)) if not ok and c != ""]
    elif spec.kind == "text" and not spec.check and not is_key:
        clean = [type(c) is str and c != "" and is_plain_text(c) for c in cells]
        values = np.array([c if ok else None for c, ok in zip(cells, clean, strict=True)], object)
        at = [i for i, (c, ok) in enumerate(zip(cells, clean, strict=True)) if not ok and c != ""]
    elif spec.check == "credit_code":
        clean = good_credit_codes(cells)
        values = np.array([c if ok else None for c, ok in zip(cells, clean, strict=True)], object)
        at = [i for i, (c, ok) in enumerate(zip(cells, clean, strict=True)) if not ok and c != ""]
    else:
        empty = np.nan if spec.kind != "text" else None
        values = np.full(len(cells), empty, dtype=float if spec.kind != "text" else object)
        at = [i for i, c in enumerate(cells) if c != ""]
    odd = [_plain(cells[i]) for i in at]
    return RawColumn(values, np.array(at, np.int64), odd, unit, layout.factors[spec.code])


def _as_percentages(cells: list[Any], survey: SheetSurvey, column: int, first: int) -> None:
    """A cell that holds 0.125 and is shown as 12.5% is 12.5 in a column in %."""
    for row, at in survey.percents:
        index = row - first
        if at == column and 0 <= index < len(cells) and isinstance(cells[index], float):
            cells[index] = float(f"{cells[index] * 100:.15g}")


def _plain(cell: Any) -> Any:
    """Times of day and durations have no place in these tables: their text is judged instead."""
    if isinstance(cell, str | float | int | datetime) or hasattr(cell, "toordinal"):
        return cell
    return str(cell) if not isinstance(cell, timedelta) else f"{cell}"


def _marks(body: Grid, layout: Layout) -> dict[int, str]:
    """Totals and remarks that stand in columns nobody asked for, such as a running number."""
    used = {match.column for match in layout.matches.values()}
    end = max(used) + 1
    free = [c for c in range(end) if c not in used]
    marks = {}
    for at, row in enumerate(body):
        for column in free:
            cell = row[column] if column < len(row) else ""
            if isinstance(cell, str) and cell and (is_total(cell) or is_footnote(cell.strip())):
                marks[at] = cell.strip()
                break
    return marks


def _notes_of(kind: str, survey: SheetSurvey, layout: Layout, where: str) -> list[Fault]:
    notes = []
    hidden = [row for row in survey.hidden if row > layout.last + 1]
    if hidden:
        zh, en = row_list(hidden)
        notes.append(
            warning(
                "rows_hidden",
                f"{where}：{zh}是隐藏行，已照常读取；不需要的请删除。",
                f"{where}: {en} are hidden and were read like the others; "
                "delete them if unwanted.",
            )
        )
    if kind != "xlsx":
        notes.append(
            warning(
                "errors_invisible",
                f"{where}：.{kind} 文件中的公式错误值（如 #DIV/0!）读不出来，按空格处理。"
                "如有公式，请另存为 .xlsx。",
                f"{where}: errors such as #DIV/0! can't be seen in .{kind} files and count as "
                "empty. Save as .xlsx if there are formulas.",
            )
        )
    return notes


def _other_sheets(
    file: str, chosen: str, visible: Sequence[str], asked: str | None
) -> list[Fault]:
    others = [name for name in visible if name != chosen]
    if asked is not None or not others:
        return []
    names = "、".join(shown(name) for name in others[:10])
    return [
        warning(
            "sheets_unread",
            f"{file}：读取了工作表“{chosen}”，没有读取：{names}。",
            f'{file}: read the sheet "{chosen}", not: {names}.',
        )
    ]


def _no_sheet(file: str, sheet: str, names: Sequence[str]) -> Fault:
    have = "、".join(shown(name) for name in names)
    return Fault(
        "sheet_missing",
        f"{file}：没有名为“{sheet}”的工作表，现有：{have}。请改正工作表名。",
        f'{file}: no sheet "{sheet}"; there are: {have}. Correct the name.',
    )


def _unreadable(where: str, why: str) -> Fault:
    return Fault(
        "not_a_workbook",
        f"{where}：工作簿无法读取，可能已损坏。请用 Excel 打开后另存为 .xlsx。",
        f"{where}: the workbook can't be read ({why}). Open it in Excel and save it as .xlsx.",
    )
