"""City totals: an indicator over any level and class of parks, with its comparisons.

Growth compares like with like: only subjects of which both periods are known. Rates are compared
in percentage points. What can't be said is None, and each line says of how many parks it speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from yuanheng.calc.periods import CUMULATIVE, MONTH, YEAR, Period
from yuanheng.calc.series import Contribution, contributions, growth
from yuanheng.ledger.choices import OverSubjects, OverTime
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.queries.figures import Figure, Reading


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved: ``value`` in per cent, or in percentage points for a rate.

    ``basis``: reported (as published), computed; ``among`` of how many subjects both were known.
    """

    value: float | None = None
    is_points: bool = False
    basis: str = ""
    among: int = 0
    row: int | None = None


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One indicator over the chosen subjects."""

    indicator: Indicator
    figure: Figure
    before: Figure
    on_year: Change
    on_month: Change
    cumulative: Figure | None = None
    cumulative_on_year: Change | None = None
    parts: dict[int, Contribution] = field(default_factory=dict)
    of_subjects: dict[int, Figure] = field(default_factory=dict)


def months_needed(period: Period) -> tuple[int, int]:
    """From which month to which a reading must go for the totals of a period."""
    return period.year * 12 - 12, period.end


def total_line(reading: Reading, indicator: Indicator, period: Period) -> TotalLine:
    """Everything that a page of totals says of one indicator."""
    among = reading.subject_ids
    found = reading.total(indicator, period)
    cumulative = _cumulative(reading, indicator, period)
    return TotalLine(
        indicator,
        found,
        _before(reading, indicator, period),
        on_last_year(reading, indicator, period),
        on_month_before(reading, indicator, period),
        cumulative,
        on_last_year(reading, indicator, period.from_january()) if cumulative else None,
        parts_of_growth(reading, indicator, period),
        {one: reading.figure(one, indicator, period) for one in among},
    )


def on_last_year(reading: Reading, indicator: Indicator, period: Period) -> Change:
    """On the same period of last year; a published growth of the subject itself goes first."""
    if indicator.is_rate or indicator.growth_of_id:
        return _points(reading, indicator, period, period.last_year())
    published = _published(reading, indicator, period)
    if published is not None:
        return published
    whole = reading.comparable(indicator, period, reading.subject_ids)
    if not whole or (indicator.over_subjects == OverSubjects.NONE and len(whole) > 1):
        return Change()
    now = reading.total(indicator, period, whole).value
    if len(whole) == 1:
        before = reading.before(whole[0], indicator, period).value
    elif indicator.over_subjects == OverSubjects.SUM:
        before = sum(reading.before(one, indicator, period).value or 0.0 for one in whole)
    else:
        before = reading.total(indicator, period.last_year(), whole).value
    return _grown(now, before, len(whole))


def on_month_before(reading: Reading, indicator: Indicator, period: Period) -> Change:
    """On the period before (环比); of a cumulative period its last month on the month before."""
    at = Period(period.end, MONTH) if period.kind > CUMULATIVE else period
    if period.kind == YEAR:
        return Change()  # the year before is last year
    if indicator.is_rate or indicator.growth_of_id:
        return _points(reading, indicator, at, at.before())
    whole = [
        one
        for one in reading.subject_ids
        if reading.figure(one, indicator, at).is_complete
        and reading.figure(one, indicator, at.before()).is_complete
    ]
    if not whole or (indicator.over_subjects == OverSubjects.NONE and len(whole) > 1):
        return Change()
    now, before = (reading.total(indicator, one, whole).value for one in (at, at.before()))
    return _grown(now, before, len(whole))


def parts_of_growth(
    reading: Reading, indicator: Indicator, period: Period
) -> dict[int, Contribution]:
    """What each subject did for the growth of the whole, by subject; of sums only."""
    if indicator.over_subjects != OverSubjects.SUM or len(reading.subject_ids) < 2:
        return {}
    whole = reading.comparable(indicator, period, reading.subject_ids)
    now = {str(one): reading.figure(one, indicator, period).value or 0.0 for one in whole}
    before = {str(one): reading.before(one, indicator, period).value or 0.0 for one in whole}
    found = contributions(now, before) or {}
    return {int(one): part for one, part in found.items()}


def _before(reading: Reading, indicator: Indicator, period: Period) -> Figure:
    if len(reading.subject_ids) == 1:
        return reading.before(reading.subject_ids[0], indicator, period)
    return reading.total(indicator, period.last_year())


def _published(reading: Reading, indicator: Indicator, period: Period) -> Change | None:
    rate = reading.catalogue.growth_by_level.get(indicator.pk)
    if rate is None or len(reading.subject_ids) != 1:
        return None
    found = reading.figure(reading.subject_ids[0], rate, period)
    if found.basis != "reported":
        return None
    return Change(found.value, False, "reported", 1, found.row)


def _points(reading: Reading, indicator: Indicator, period: Period, earlier: Period) -> Change:
    """Rates are kept in per cent: their difference is in percentage points."""
    now, before = reading.total(indicator, period), reading.total(indicator, earlier)
    if now.value is None or before.value is None:
        return Change(is_points=True)
    among = min(now.known, before.known)
    return Change(now.value - before.value, True, "computed", among)


def _grown(now: float | None, before: float | None, among: int) -> Change:
    share = growth(now, before)
    if share is None:
        return Change(among=among)
    return Change(share * 100, False, "computed", among)


def _cumulative(reading: Reading, indicator: Indicator, period: Period) -> Figure | None:
    """From January on, where that says more than the figure itself."""
    so_far = period.from_january()
    if so_far.length == period.length or indicator.over_time == OverTime.LAST:
        return None
    found = reading.total(indicator, so_far)
    return found if found.value is not None else None


def lines_of(reading: Reading, indicators: Sequence[Indicator], period: Period) -> list[TotalLine]:
    """The lines of several indicators, those of which nothing is known left out."""
    lines = [total_line(reading, one, period) for one in indicators]
    return [one for one in lines if one.figure.value is not None]
