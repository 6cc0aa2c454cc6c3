"""Figures as Chinese offices write them. A missing figure is a dash, never 0."""

from __future__ import annotations

from calendar import month_abbr, month_name
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, Period
from yuanheng.calc.units import english_unit

MISSING = "—"
_LONGEST = 21  # digits before the point, beyond which nobody reads a figure but its size


def figure(value: Any, decimals: int = 2) -> str:
    """``1234567.5`` → ``1,234,567.50``; nothing, NaN and infinity → ``—``."""
    if value is None or value == "" or isinstance(value, bool):
        return MISSING
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return MISSING
    if not number.is_finite():
        return MISSING
    if number.adjusted() >= _LONGEST:
        return f"{number:.{decimals}E}"
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)  # no "-0.00"
    return f"{rounded:,.{decimals}f}"


def exact(value: Any, most: int = 4) -> str:
    """At most ``most`` decimals and no trailing zeros: ``1234.50`` → ``1,234.5``."""
    text = figure(value, most)
    return text.rstrip("0").rstrip(".") if "." in text else text


def brief(value: Any) -> str:
    """Two decimals, or four for a figure below one: ``0.0251`` says more than ``0.03``."""
    small = isinstance(value, int | float | Decimal) and abs(value) < 1
    return exact(value, 4 if small else 2)


def count(value: Any) -> str:
    """A whole number with separators."""
    return figure(value, 0)


def measure_words(unit: str | None) -> str:
    """A unit of measure in the reader's language: ``亿元``, ``hundred million yuan``."""
    return english_unit(unit) if unit and in_english() else unit or ""


def measured(text: str, unit: str | None) -> str:
    """A written figure with its unit: ``12.50亿元``, ``12.50 hundred million yuan``. What is
    missing has no unit."""
    if not unit or not text or text == MISSING:
        return text
    if in_english() and unit != "%":
        return f"{text} {english_unit(unit)}"
    return f"{text}{unit}"


def in_brackets(unit: str | None) -> str:
    """A unit behind a name: ``（亿元）``, `` (hundred million yuan)``; nothing without a unit."""
    if not unit:
        return ""
    return f" ({english_unit(unit)})" if in_english() else f"（{unit}）"


def wan(yuan: Any, decimals: int = 2) -> str:
    """Yuan → 万元: ``123456789`` → ``12,345.68``."""
    if figure(yuan) == MISSING:
        return MISSING
    return figure(Decimal(str(yuan)) / 10000, decimals)


def percent(share: Any, decimals: int = 2) -> str:
    """A share of 1 → percent: ``0.1234`` → ``12.34%``."""
    if figure(share) == MISSING:
        return MISSING
    return figure(Decimal(str(share)) * 100, decimals) + "%"


def day(value: date | datetime | None) -> str:
    """``2024-07-01``."""
    if value is None:
        return MISSING
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%Y-%m-%d")


def moment(value: datetime | None) -> str:
    """``2024-07-01 09:30`` in local time."""
    return MISSING if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def official_day(day: date | None) -> str:
    """``2026年4月3日``: the year in four digits, month and day without a 0 before them.
    ``3 April 2026`` in a text in English. Of a moment, its day in local time."""
    if day is None:
        return MISSING
    if isinstance(day, datetime):
        day = timezone.localtime(day)
    if in_english():
        return f"{day.day} {month_name[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def period_words(label: str) -> str:
    """``2026-01..09`` → ``2026年1—9月``, ``Jan–Sep 2026`` in English. What is no period of the
    ledger stays as it is."""
    try:
        one = Period.parse(label)
    except ValueError:
        return label
    year, month = one.year, one.start % 12 + 1
    if in_english():
        if one.kind == MONTH:
            return f"{month_abbr[month]} {year}"
        return f"Jan–{month_abbr[one.length]} {year}" if one.kind > CUMULATIVE else label
    words = f"{year}年"
    if one.kind > CUMULATIVE:
        return words + (f"1—{one.length}月" if one.length > 1 else "1月")
    if one.kind == MONTH:
        return f"{words}{month}月"
    if one.kind == QUARTER:
        return f"{words}{'一二三四'[month // 3]}季度"
    return words + ("上半年" if month == 1 else "下半年") if one.kind == HALF else words


def listed(values: Iterable[Any]) -> str:
    """``甲、乙``; ``a, b`` in a text in English."""
    return str(_(", ")).join(str(one) for one in values)


def in_english() -> bool:
    """Whether the reader has chosen English."""
    return (get_language() or "").startswith("en")
