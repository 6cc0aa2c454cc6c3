"""Workbooks as an office keeps them: titles, grouped headings, totals, numbers typed as text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from yuanheng.demo.columns import (
    FIGURE_COLUMNS,
    FIGURE_GROUPS,
    PARK_FIGURE_COLUMNS,
    PARK_HEADERS,
    Column,
)
from yuanheng.demo.figure_table import Table
from yuanheng.demo.park_figures import ADDED_UP
from yuanheng.demo.places import CITY, PARKS, committee_of
from yuanheng.demo.register import LAST_YEAR

_CREATED_AT = datetime.datetime(2025, 1, 1)
TEXT_COLUMN = "营业收入"
"""The column whose numbers are text with thousands separators."""
YUAN_COLUMN = "研发经费支出"
"""The column that is in yuan between columns in 10^4 yuan."""
_SUMMED = ("number", "whole")
_NOT_SUMMED = ("年度",)


@contextmanager
def open_workbook(path: Path) -> Iterator[tuple[Workbook, Format]]:
    """A new workbook with a fixed creation date, and its format of headings."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "演示数据（虚构）", "created": _CREATED_AT})
    heading = book.add_format(
        {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True}
    )
    yield book, heading
    book.close()


def office_headers() -> list[str]:
    """Headers of the figures of one year: one column is in yuan, with full-width brackets."""
    return [
        f"{column.name}（元）" if column.name == YUAN_COLUMN else column.header
        for column in FIGURE_COLUMNS
    ]


def write_parks(path: Path) -> None:
    """The list of parks under a merged title."""
    with open_workbook(path) as (book, heading):
        sheet = book.add_worksheet("园区名录")
        sheet.merge_range(
            0,
            0,
            0,
            len(PARK_HEADERS) - 1,
            f"{CITY.name}产业园区名录（演示数据，均为虚构）",
            heading,
        )
        sheet.write_row(1, 0, PARK_HEADERS, heading)
        for line, park in enumerate(PARKS, start=2):
            cells = (
                park.code,
                park.name,
                park.short,
                park.grade,
                committee_of(park),
                park.region,
                park.parent,
                "、".join(park.leading),
                "、".join(park.special),
                park.planned_mu,
            )
            sheet.write_row(line, 0, cells)
        sheet.set_column(1, 1, 28)
        sheet.set_column(4, 8, 24)
        sheet.freeze_panes(2, 0)


def write_park_figures(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Four years of park indicators, and a note on what is added up from the enterprises."""
    with open_workbook(path) as (book, heading):
        sheet = book.add_worksheet("园区指标")
        sheet.write_row(0, 0, [column.header for column in PARK_FIGURE_COLUMNS], heading)
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(PARK_FIGURE_COLUMNS):
                _write(sheet, line, place, row[column.name])
        sheet.set_column(2, 2, 28)
        sheet.freeze_panes(1, 3)
        note = book.add_worksheet("说明")
        note.write_row(0, 0, ("指标", "口径"), heading)
        for line, entry in enumerate(ADDED_UP.items(), start=1):
            note.write_row(line, 0, entry)
        last = len(ADDED_UP) + 1
        note.write_row(
            last, 0, ("其余指标", "按园区水平随机生成；一区三园为所属三个园之和或加权平均")
        )
        note.set_column(1, 1, 60)


def write_enterprise_figures(path: Path, table: Table) -> None:
    """One year of above-scale figures: two header rows, a total below."""
    with open_workbook(path) as (book, heading):
        sheet = book.add_worksheet(f"{LAST_YEAR}年")
        _write_headings(sheet, heading)
        last = 2 + len(table["年度"])
        for place, column in enumerate(FIGURE_COLUMNS):
            values = office_cells(column, table[column.name].tolist())
            for line, value in enumerate(values, start=2):
                _write(sheet, line, place, value)
        sheet.write(last, 0, "合计", heading)
        for place, column in enumerate(FIGURE_COLUMNS):
            if column.kind in _SUMMED and column.name not in _NOT_SUMMED:
                total = round(float(np.nansum(table[column.name].astype(float))), column.decimals)
                _write(sheet, last, place, office_cells(column, [total])[0])
        sheet.set_column(1, 2, 30)
        sheet.set_column(3, len(FIGURE_COLUMNS) - 1, 13)
        sheet.freeze_panes(2, 3)


def office_cells(column: Column, values: Sequence[object]) -> list[object]:
    """Cells of a column as the office keeps them: see ``TEXT_COLUMN`` and ``YUAN_COLUMN``."""
    known = [None if _is_missing(value) else value for value in values]
    if column.kind == "date":
        return [str(value)[:10] for value in known]
    if column.name == TEXT_COLUMN:
        return [None if value is None else f"{value:,.2f}" for value in known]
    if column.name == YUAN_COLUMN:
        return [None if value is None else round(float(str(value)) * 10_000) for value in known]
    return known


def _write_headings(sheet: Worksheet, heading: Format) -> None:
    place = 0
    for name, columns in FIGURE_GROUPS:
        if len(columns) > 1:
            sheet.merge_range(0, place, 0, place + len(columns) - 1, name, heading)
        else:
            sheet.write(0, place, name, heading)
        place += len(columns)
    sheet.write_row(1, 0, office_headers(), heading)


def _write(sheet: Worksheet, line: int, place: int, value: object) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(line, place, value)
    else:
        sheet.write_number(line, place, value)


def _is_missing(value: object) -> bool:
    return value is None or value != value
