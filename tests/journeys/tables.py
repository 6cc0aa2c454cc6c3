"""Tables as offices send them: one clean table, and the same with one thing wrong."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import xlsxwriter
from tests.schemes.credit_codes import credit_code

HEADER = [
    "年度",
    "统一社会信用代码",
    "企业名称",
    "规上",
    "用地面积(亩)",
    "实缴税收(万元)",
    "工业增加值(万元)",
    "营业收入(万元)",
    "综合能耗(吨标准煤)",
    "用电量(千瓦时)",
    "主要污染物排放量(吨)",
    "平均从业人数(人)",
    "研发经费支出(万元)",
]
TAX = HEADER.index("实缴税收(万元)")
COUNT = 6


def clean_rows() -> list[list[Any]]:
    """Six enterprises with figures that differ."""
    rows = []
    for n in range(1, COUNT + 1):
        figures = [100, 3000 + 100 * n, 15000 + 10 * n, 50000, 7500, 1000000, 3.75, 750, 1000 + n]
        rows.append([2022, credit_code(n), f"企业{n}", "是", *figures])
    return rows


def write_csv(path: Path, rows: list[list[Any]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


def write_xlsx(
    path: Path, lines: list[list[Any]], merged: tuple[int, int, int, int] | None = None
) -> Path:
    """``lines`` from the first row on; a ``merged`` range keeps what its first cell holds."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
        if merged:
            top, left, bottom, right = merged
            blank = book.add_format()
            value = lines[top][left]
            sheet.merge_range(top, left, bottom, right, value, blank)
    return path
