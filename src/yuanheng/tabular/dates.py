"""Reads dates and periods the way offices write them."""

from __future__ import annotations

import datetime
import re

from yuanheng.calc.faults import Fault
from yuanheng.tabular.numbers import Mended, error_cell
from yuanheng.tabular.texts import halved, is_error_cell, is_unknown_figure, shown, trimmed

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_EXCEL_ZERO = datetime.date(1899, 12, 30).toordinal()
_DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:t?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?)?",
    re.I | re.A,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.A)
_MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?|(\d{2}))", re.A)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.A)

_YEAR = re.compile(r"(\d{4})(?:\.0)?(?:年度?|全年|年全年)?", re.A)
_HALF = re.compile(r"(\d{4})(?:年)?-?(?:(上|下)半年(?:度)?|H([12]))", re.A | re.I)
_QUARTER = re.compile(
    r"(\d{4})(?:年)?-?(?:第?([一二三四1-4])季度?|Q([1-4]))",
    re.A | re.I,
)
_SPAN = re.compile(
    r"(\d{4})(?:年(\d{1,2})月?[-~—–至到](\d{1,2})月|-(\d{2})\.\.(\d{2}))(?:份|累计)?", re.A
)
_ONE_MONTH = re.compile(r"(\d{4})(?:年(\d{1,2})月(?:份)?|[-/.](\d{1,2})|(\d{2}))", re.A)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}


def parse_date(cell: object) -> Mended | Fault:
    """The day in ``cell`` as days since 1970-01-01; a bare month is its first day.

    Takes dates, Excel serial numbers and text (``2024年1月5日``, ``2024-1-5``, ``20240105``,
    ``2024.1.5``, ``2024年1月``). Never raises.
    """
    if cell is None:
        return Mended(None)
    if isinstance(cell, datetime.date):
        return Mended(float(cell.toordinal() - _EPOCH))
    if isinstance(cell, bool):
        return _not_a_date(cell)
    text = _plain(cell)
    if is_unknown_figure(trimmed(text)):
        return Mended(None, "unknown_word" if trimmed(text) else "")
    if is_error_cell(trimmed(text)):
        return error_cell(trimmed(text))
    return _date_from(halved(text), cell)


def _date_from(text: str, cell: object) -> Mended | Fault:
    day = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if day:
        return _day(int(day[1]), int(day[2]), int(day[3]), "", cell)
    if _SERIAL.fullmatch(text):
        return Mended(float(int(float(text)) + _EXCEL_ZERO - _EPOCH), "serial_date")
    month = _MONTH.fullmatch(text)
    if month:
        return _day(int(month[1]), int(month[2] or month[3]), 1, "month_only", cell)
    return _not_a_date(cell)


def _day(year: int, month: int, day: int, how: str, cell: object) -> Mended | Fault:
    if not 1800 <= year <= 2200:
        return _not_a_date(cell)
    try:
        return Mended(float(datetime.date(year, month, day).toordinal() - _EPOCH), how)
    except ValueError:
        return _not_a_date(cell)


def parse_period(cell: object) -> Mended | Fault:
    """The normal form of a period: ``2024``, ``2024H1``, ``2024Q3``, ``2024-07``, ``2024-01..07``.

    Takes what offices write (``2024年上半年``, ``2024年三季度``, ``2024年1-7月``), Excel numbers
    and dates that are the first of a month. Never raises.
    """
    if cell is None:
        return Mended(None)
    if isinstance(cell, datetime.date):
        return Mended(f"{cell:%Y-%m}") if cell.day == 1 else _not_a_period(cell)
    if isinstance(cell, bool):
        return _not_a_period(cell)
    raw = trimmed(_plain(cell))
    if is_unknown_figure(raw):
        return Mended(None)
    if is_error_cell(raw):
        return error_cell(raw)
    text = halved(raw)
    found = _period(text)
    if found is None:
        return _not_a_period(cell)
    return Mended(found, "" if found == raw or not isinstance(cell, str) else "period_form")


def _period(text: str) -> str | None:
    if (m := _YEAR.fullmatch(text)) and 1800 <= int(m[1]) <= 2200:
        return m[1]
    if m := _HALF.fullmatch(text):
        return f"{m[1]}H{m[3] or {'上': 1, '下': 2}[m[2]]}"
    if m := _QUARTER.fullmatch(text):
        return f"{m[1]}Q{m[3] or _NUMERALS.get(m[2], m[2])}"
    if m := _SPAN.fullmatch(text):
        first, last = int(m[2] or m[4]), int(m[3] or m[5])
        return f"{m[1]}-{first:02}..{last:02}" if 1 <= first <= last <= 12 else None
    if m := _ONE_MONTH.fullmatch(text):
        month = int(m[2] or m[3] or m[4])
        return f"{m[1]}-{month:02}" if 1 <= month <= 12 and 1800 <= int(m[1]) <= 2200 else None
    return None


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _not_a_date(cell: object) -> Fault:
    return Fault(
        "not_a_date",
        f"“{shown(cell)}”不是有效日期。请写成 2024-01-05 或 2024年1月5日。",
        f'"{shown(cell)}" is no valid date. Write it as 2024-01-05.',
    )


def _not_a_period(cell: object) -> Fault:
    return Fault(
        "not_a_period",
        f"“{shown(cell)}”不是有效的期间。请写成 2024、2024H1、2024Q3 或 2024-07。",
        f'"{shown(cell)}" is no valid period. Write 2024, 2024H1, 2024Q3 or 2024-07.',
    )
