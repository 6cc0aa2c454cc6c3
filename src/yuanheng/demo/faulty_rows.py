"""A small workbook with wrong rows, to show what the import says about each of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from yuanheng.demo.columns import FIGURE_COLUMNS
from yuanheng.demo.credit_code import with_wrong_check
from yuanheng.demo.figure_table import Table
from yuanheng.demo.workbooks import open_workbook

_SOUND = 3  # sound rows before the wrong ones
_FAULTS: tuple[tuple[str, str, object], ...] = (
    # column, what the import should say, the cell (None: an empty one)
    ("统一社会信用代码", "统一社会信用代码校验位不正确", "wrong check"),
    ("统一社会信用代码", "缺少统一社会信用代码", None),
    ("统一社会信用代码", "名录中没有这家企业", "unknown"),
    ("用地面积", "用地面积应大于0", -12.5),
    ("用地面积", "用地面积为0，亩均指标无法计算", 0),
    ("实缴税收", "应为数字，不能带“约”字", "约120"),
    ("营业收入", "营业收入疑为按元填报，比上年大一万倍", "in yuan"),
    ("工业增加值", "工业增加值大于营业收入", "above revenue"),
    ("年度", "年度不在填报范围内", 2204),
    ("园区", "没有这个园区", "云泽高薪区"),
    ("规上", "只能填“是”或“否”", "√"),
    ("建成投产日期", "日期不存在", "2019-02-30"),
    ("平均从业人数", "人数应为整数", 35.6),
    ("", "与第2行重复", "duplicate"),
)


def write_faulty_rows(path: Path, table: Table, unknown_code: str) -> None:
    """Sound rows, then one row for each fault; a second sheet says what is wrong where."""
    headers = [column.header for column in FIGURE_COLUMNS]
    rows = _rows(table, unknown_code)
    with open_workbook(path) as (book, heading):
        sheet = book.add_worksheet("待导入")
        sheet.write_row(0, 0, headers, heading)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row.values()):
                if value is not None:
                    sheet.write(line, place, value)
        sheet.set_column(1, 2, 30)
        note = book.add_worksheet("应报的问题")
        note.write_row(0, 0, ("行号", "列", "问题"), heading)
        names = {column.name: column.header for column in FIGURE_COLUMNS}
        for line, (column, message, _) in enumerate(_FAULTS, start=1):
            note.write_row(line, 0, (line + _SOUND + 1, names.get(column, "整行"), message))
        note.set_column(1, 2, 40)


def _rows(table: Table, unknown_code: str) -> list[dict[str, object]]:
    """The rows by plain column name, figures complete but for the fault."""
    complete = np.ones(len(table["年度"]), dtype=bool)
    for column in FIGURE_COLUMNS:
        if column.kind in ("number", "whole"):
            complete &= np.isfinite(table[column.name].astype(float))
    picked = np.flatnonzero(complete)[: _SOUND + len(_FAULTS)]
    rows = [
        {column.name: _cell(table[column.name][place]) for column in FIGURE_COLUMNS}
        for place in picked
    ]
    for row, (spoilt, _, value) in zip(rows[_SOUND:], _FAULTS, strict=True):
        if value == "duplicate":
            row |= rows[0]
        else:
            row[spoilt] = _spoilt(row, spoilt, value, unknown_code)
    return rows


def _spoilt(row: dict[str, object], column: str, value: object, unknown_code: str) -> object:
    """The wrong cell to put into ``column``."""
    if value == "wrong check":
        return with_wrong_check(str(row[column]))
    if value == "unknown":
        return unknown_code
    if value == "in yuan":
        return float(str(row[column])) * 10_000
    if value == "above revenue":
        return round(float(str(row["营业收入"])) * 1.3, 2)
    return value


def _cell(value: object) -> object:
    if isinstance(value, np.datetime64):
        return str(value)[:10]
    return value.item() if isinstance(value, np.generic) else value
