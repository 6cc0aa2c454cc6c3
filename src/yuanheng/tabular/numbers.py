"""Reads the numbers and the yes and no that people write into cells."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from yuanheng.calc.faults import Fault
from yuanheng.calc.units import conversion_factor
from yuanheng.tabular.texts import halved, is_error_cell, is_unknown_figure, shown, trimmed
from yuanheng.tabular.units import is_money, is_share

LARGEST = 1e18
SMALLEST = 1e-18

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.I | re.A)
_GROUPED = re.compile(r"[+-]?\d{1,3}([,，]\d{3})+(\.\d+)?", re.A)
_MONEY_TAIL = re.compile(r"(.*?)(百万|千|万|亿)?(元)?", re.S)
_TRUE = frozenset({"是", "√", "✓", "✔", "y", "yes", "1", "1.0", "true", "t", "规上", "真", "对"})
_FALSE = frozenset({"否", "×", "✗", "x", "n", "no", "0", "0.0", "false", "f", "规下", "假", "错"})


class Mended(NamedTuple):
    """A value read from a cell (None is unknown) and how it was mended (a note code or "")."""

    value: Any
    how: str = ""


def parse_number(cell: object, unit: str = "") -> Mended | Fault:
    """The number in ``cell``, in ``unit``, or the fault that says why there is none.

    A percentage is a share in a field without unit (``12.5%`` is 0.125) and itself in a field in
    %; ``3.2万`` is read only where ``unit`` is money. Never raises.
    """
    if isinstance(cell, bool):
        return _not_a_number(str(cell))
    if isinstance(cell, int | float):
        return _bounded(float(cell) if abs(cell) < 1e300 else math.inf, shown(cell), "")
    if cell is None:
        return Mended(None)
    if not isinstance(cell, str):
        return _not_a_number(shown(cell))
    raw = trimmed(cell)
    if is_unknown_figure(raw):
        return Mended(None, "unknown_word" if raw else "")
    if is_error_cell(raw):
        return error_cell(raw)
    return _from_text(raw, unit)


def _from_text(raw: str, unit: str) -> Mended | Fault:
    text = halved(raw)
    how = "fullwidth" if text != raw else "text_number"
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text, how = text[1:-1], "brackets"
        if text[:1] in "+-":
            return _not_a_number(raw)
    text, factor, how = _tail(text.lstrip("¥￥") if is_money(unit) else text, unit, how)
    text = text.replace("−", "-").replace("﹣", "-")
    if _GROUPED.fullmatch(text):
        text, how = text.replace(",", "").replace("，", ""), how_first(how, "thousands")
    if factor is None or not _PLAIN.fullmatch(text):
        return _not_a_number(raw)
    number = _exact_product(text, factor)
    return _bounded(-number if negative else number, raw, how)


def how_first(how: str, new: str) -> str:
    """The more telling of two ways of mending: the later one unless a unit was involved."""
    return how if how in ("percent", "money_suffix", "brackets") else new


def _tail(text: str, unit: str, how: str) -> tuple[str, float | None, str]:
    """The text without %, 万, 亿元 at its end, and what that multiplies by (None: not allowed)."""
    if text.endswith(("%", "‰")):
        if unit and not is_share(unit):
            return text, None, how
        return text[:-1], conversion_factor(text[-1], unit), "percent"
    match = _MONEY_TAIL.fullmatch(text)
    if not match or not (match[2] or match[3]):
        return text, 1.0, how
    if not is_money(unit):
        return text, None, how
    # 3.2万 means 32,000 yuan also in a column in 万元, where it is 3.2: nobody writes 万 of 万元.
    return match[1], conversion_factor(f"{match[2] or ''}元", unit), "money_suffix"


def _exact_product(text: str, factor: float) -> float:
    """Shifts the decimal point in the text, so that 12.5% is exactly 0.125."""
    if factor == 1.0:
        return float(text)
    mantissa, _, exponent = text.lower().partition("e")
    return float(f"{mantissa}e{int(exponent or 0) + round(math.log10(factor))}")


def _bounded(number: float, found: str, how: str) -> Mended | Fault:
    if not math.isfinite(number) or abs(number) > LARGEST or 0 < abs(number) < SMALLEST:
        return Fault(
            "number_out_of_reach",
            f"“{shown(found)}”不是可用的数（绝对值超过 1e18、小于 1e-18 或不是有限数）。"
            "请核对后改正。",
            f'"{shown(found)}" is no usable number (beyond 1e18, below 1e-18 or not finite). '
            "Check and correct it.",
        )
    return Mended(number, how)


def parse_boolean(cell: object) -> Mended | Fault:
    """1.0 or 0.0 for 是/否, √/×, Y/N, 1/0, true/false, 规上/规下; never raises."""
    if cell is None:
        return Mended(None)
    if isinstance(cell, bool | int | float) and cell in (0, 1):
        return Mended(float(cell))
    text = trimmed(str(cell))
    if is_unknown_figure(text):
        return Mended(None, "unknown_word" if text else "")
    if is_error_cell(text):
        return error_cell(text)
    word = halved(text).lower()
    if word in _TRUE or word in _FALSE:
        return Mended(1.0 if word in _TRUE else 0.0)
    return Fault(
        "not_a_boolean",
        f"“{shown(text)}”不是“是”或“否”。请填写 是/否、√/×、Y/N 或 1/0。",
        f'"{shown(text)}" is neither yes nor no. Write 是/否, √/×, Y/N or 1/0.',
    )


def error_cell(text: str) -> Fault:
    """The fault for a spreadsheet error in a cell."""
    return Fault(
        "error_cell",
        f"单元格是 Excel 错误值“{shown(text)}”。请改正公式，或清空该格。",
        f'The cell holds the spreadsheet error "{shown(text)}". Mend the formula or clear it.',
    )


def _not_a_number(found: str) -> Fault:
    return Fault(
        "not_a_number",
        f"应为数字，实际是“{shown(found)}”。请填写数字；没有数据请留空。",
        f'A number is expected, found "{shown(found)}". Write a number, or leave it empty.',
    )
