"""Periods as text: ``2024``, ``2024H1``, ``2024Q3``, ``2024-07``, ``2024-01..07`` (cumulative)."""

from __future__ import annotations

import re

_FORM = re.compile(
    r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>\d{2})"
    r"(?:\.\.(?P<until>\d{2}))?)?"
)


def same_period_last_year(period: str) -> str:
    """The same part of the year before.

    >>> same_period_last_year("2024Q3"), same_period_last_year("2024-01..07")
    ('2023Q3', '2023-01..07')
    """
    _parts(period)
    return f"{int(period[:4]) - 1:04d}{period[4:]}"


def previous_period(period: str) -> str:
    """The period of the same length just before.

    A cumulative period goes back one month; the first month of a year goes back to December.

    >>> previous_period("2024"), previous_period("2024Q1"), previous_period("2024-01")
    ('2023', '2023Q4', '2023-12')
    >>> previous_period("2024-01..07")
    '2024-01..06'
    """
    parts = _parts(period)
    year = int(parts["year"])
    if parts["until"]:
        until = int(parts["until"])
        return f"{year:04d}-01..{until - 1:02d}" if until > 1 else f"{year - 1:04d}-01..12"
    for name, last, text in (("half", 2, "H{}"), ("quarter", 4, "Q{}"), ("month", 12, "-{:02d}")):
        if parts[name]:
            number = int(parts[name])
            if number > 1:
                return f"{year:04d}" + text.format(number - 1)
            return f"{year - 1:04d}" + text.format(last)
    return f"{year - 1:04d}"


def _parts(period: str) -> dict[str, str]:
    found = _FORM.fullmatch(period)
    if not found:
        raise ValueError(f"not a period: {period}")
    return {key: value or "" for key, value in found.groupdict().items()}
