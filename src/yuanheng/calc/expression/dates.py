"""Dates as days since 1970-01-01: reading, writing and taking apart.

A date is a whole number of days between the years 1 and 9999.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

_EPOCH = date(1970, 1, 1).toordinal()


def days_of(text: str) -> float:
    """The days since 1970-01-01 of an ISO date (``2024-01-31``); ValueError if it is none.

    >>> days_of("1970-01-02")
    1.0
    """
    if len(text) != 10 or not text.isascii():
        raise ValueError(text)
    return float(date.fromisoformat(text).toordinal() - _EPOCH)


def date_text(days: float) -> str:
    """The ISO date of a number of days since 1970-01-01.

    >>> date_text(19753.0)
    '2024-01-31'
    """
    return _date(days).isoformat()


def _date(days: float) -> date:
    return date.fromordinal(int(days) + _EPOCH)


def year_of(days: float) -> float:
    """The calendar year of a date."""
    return float(_date(days).year)


def month_of(days: float) -> float:
    """The month of a date, 1 to 12."""
    return float(_date(days).month)


def full_months(start: float, end: float) -> float:
    """Full months from ``start`` to ``end``, negative if ``end`` is earlier.

    >>> full_months(days_of("2024-01-31"), days_of("2024-02-29"))
    0.0
    """
    first, last = _date(start), _date(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if end >= start:
        return float(months - (last.day < first.day))
    return float(months + (last.day > first.day))


def date_parts(days: Any) -> tuple[Any, Any, Any]:
    """Year, month and day of an array of dates, as float64, NaN where the date is unknown."""
    unknown = np.isnan(days)
    whole = np.where(unknown, 0.0, days).astype("int64")
    as_days = whole.astype("datetime64[D]")
    as_months = as_days.astype("datetime64[M]")
    months = as_months.astype("int64")
    year, month = np.floor_divide(months, 12) + 1970, np.mod(months, 12) + 1
    day = whole - as_months.astype("datetime64[D]").astype("int64") + 1
    nan = np.where(unknown, np.nan, 0.0)
    return year + nan, month + nan, day + nan
