"""Periods as text: ``2024``, ``2024H1``, ``2024Q3``, ``2024-07``, ``2024-01..07`` (cumulative)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTH, QUARTER, HALF, YEAR = 1, 3, 6, 12
CUMULATIVE = 100  # 101 to 112: from January to that month
_LENGTHS = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}

_FORM = re.compile(
    r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>\d{2})"
    r"(?:\.\.(?P<until>\d{2}))?)?"
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of months as two small whole numbers, as tables keep it.

    ``start`` counts months from year 0 (2024-07 is 2024·12 + 6). ``kind`` is the length in months
    of a month, quarter, half year or year (1, 3, 6, 12), or 100 + n for the first n months of a
    year taken together: ``2024-01..03`` and ``2024Q1`` are two ways of reporting and stay apart.
    """

    start: int
    kind: int

    @classmethod
    def parse(cls, label: str) -> Period:
        """Read a label. Raises ValueError for anything else.

        >>> Period.parse("2024Q3"), Period.parse("2024-01..07").kind
        (Period(start=24294, kind=3), 107)
        """
        parts = _parts(label)
        first = int(parts["year"]) * 12
        if parts["until"]:
            return cls(first, CUMULATIVE + int(parts["until"]))
        if parts["half"]:
            return cls(first + 6 * (int(parts["half"]) - 1), HALF)
        if parts["quarter"]:
            return cls(first + 3 * (int(parts["quarter"]) - 1), QUARTER)
        if parts["month"]:
            return cls(first + int(parts["month"]) - 1, MONTH)
        return cls(first, YEAR)

    @property
    def label(self) -> str:
        """As people and files write it.

        >>> [Period.parse(one).label for one in ("2024", "2024H2", "2024-07", "2024-01..07")]
        ['2024', '2024H2', '2024-07', '2024-01..07']
        """
        year, month = divmod(self.start, 12)
        if self.kind > CUMULATIVE:
            return f"{year:04d}-01..{self.length:02d}"
        if self.kind == YEAR:
            return f"{year:04d}"
        if self.kind == MONTH:
            return f"{year:04d}-{month + 1:02d}"
        return f"{year:04d}{'H' if self.kind == HALF else 'Q'}{month // self.kind + 1}"

    @property
    def length(self) -> int:
        """In months."""
        return self.kind - CUMULATIVE if self.kind > CUMULATIVE else _LENGTHS[self.kind]

    @property
    def year(self) -> int:
        return self.start // 12

    @property
    def end(self) -> int:
        """The last month, counted as ``start`` is."""
        return self.start + self.length - 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.start % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """
        >>> Period.parse("2024-02").last_day
        datetime.date(2024, 2, 29)
        """
        year, month = divmod(self.end + 1, 12)
        return date(year, month + 1, 1) - timedelta(days=1)

    def months(self) -> Iterator[Period]:
        """The months that it holds, in order."""
        return (Period(one, MONTH) for one in range(self.start, self.end + 1))

    def last_year(self) -> Period:
        """The same part of the year before."""
        return Period(self.start - 12, self.kind)

    def before(self) -> Period:
        """The period of the same length just before; see ``previous_period``."""
        return Period.parse(previous_period(self.label))

    def from_january(self) -> Period:
        """From January to its end.

        >>> Period.parse("2024Q2").from_january().label
        '2024-01..06'
        """
        return Period(self.year * 12, CUMULATIVE + self.end % 12 + 1)


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
    parts = {key: value or "" for key, value in found.groupdict().items()}
    month, until = parts["month"], parts["until"]
    if month and not 1 <= int(month) <= 12:
        raise ValueError(f"not a month: {period}")
    if until and not (month == "01" and 1 <= int(until) <= 12):
        raise ValueError(f"a cumulative period goes from January to a month: {period}")
    return parts
