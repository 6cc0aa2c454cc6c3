"""The grid of a year: an indicator a line, a month a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yuanheng.calc.periods import Period
from yuanheng.ledger.models import Indicator


@dataclass(frozen=True, slots=True)
class GridCell:
    """One figure of the grid: its text, where it comes from, and whether something is missing."""

    text: str
    href: str = ""
    note: str = ""
    is_partial: bool = False
    threshold: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One indicator of the grid."""

    indicator: Indicator
    year: GridCell
    change: str
    tone: str
    months: list[GridCell]
    picture: str


def so_far(months: Sequence[tuple[Period, float | None]], period: Period) -> Period:
    """The year as far as it is known: to compare with the same months of last year."""
    known = [at.end for at, value in months if value is not None]
    if not known or max(known) == period.end:
        return period
    return Period(max(known), 1).from_january()
