"""One indicator of one subject from a day on: what a task or a promise is held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from yuanheng.calc.periods import CUMULATIVE, Period
from yuanheng.kernel import clock
from yuanheng.kernel.masking import MASK
from yuanheng.ledger.models import Indicator, Subject
from yuanheng.ledger.queries.believed import believed
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.hidden import hidden_groups, is_hidden
from yuanheng.ledger.wording import written


@dataclass(frozen=True, slots=True)
class Known:
    """A figure as it is believed now; ``value`` in the unit that is shown, None where masked."""

    period: Period
    value: float | None
    text: str


def figures_since(user: Any, subject: Subject, indicator: Indicator, since: date) -> list[Known]:
    """The figures of all periods that end on or after ``since``, the earliest first; with them the
    last one before, to compare with. A computed indicator is computed for each year and month for
    which all its parts are known."""
    first, last = since.year * 12 + since.month - 25, _month(clock.today())
    hides = is_hidden(indicator, hidden_groups(user, subject))
    found = [
        Known(period, None if hides else value * indicator.shown_factor,
              MASK if hides else written(indicator, value))
        for period, value in _values(subject, indicator, first, last)
    ]  # fmt: skip
    found.sort(key=lambda one: (one.period.last_day, one.period.kind))
    before = [one for one in found if one.period.last_day < since][-1:]
    return before + [one for one in found if one.period.last_day >= since]


def figures_like(
    user: Any, subject: Subject, indicator: Indicator, since: date, like: Period
) -> list[Known]:
    """The figures of all periods that are comparable with ``like``, from two years before
    ``since`` on, the earliest first: months with months, years with years, and what has come
    together since January with the same of later months. What isn't reported is put together of
    its months; a period for which one is missing is left out."""
    first, last = since.year * 12 + since.month - 25, _month(clock.today())
    hides = is_hidden(indicator, hidden_groups(user, subject))
    reading = Reading([subject.pk], first, last)
    found = []
    for period in _comparable(like, first, last):
        figure = reading.figure(subject.pk, indicator, period)
        if figure.value is None or not figure.is_complete:
            continue
        value = None if hides else figure.value * indicator.shown_factor
        found.append(Known(period, value, MASK if hides else written(indicator, figure.value)))
    return found


def _comparable(like: Period, first: int, last: int) -> list[Period]:
    if like.kind > CUMULATIVE:
        return [
            Period(month - month % 12, CUMULATIVE + month % 12 + 1)
            for month in range(max(first, like.start), last + 1)
        ]
    starts = range(first - first % like.kind, last + 1, like.kind)
    return [one for one in (Period(start, like.kind) for start in starts) if one.end <= last]


def _values(
    subject: Subject, indicator: Indicator, first: int, last: int
) -> list[tuple[Period, float]]:
    if not indicator.is_derived:
        rows = believed([subject.pk], first, last, indicator_ids=[indicator.pk])
        return [(Period(row[1], row[2]), row[5]) for row in rows if row[5] is not None]
    reading = Reading([subject.pk], first, last)
    periods = [Period(month, 1) for month in range(first, last + 1)]
    periods += [Period(year * 12, 12) for year in range(first // 12, last // 12 + 1)]
    values = [(one, reading.figure(subject.pk, indicator, one).value) for one in periods]
    return [(period, value) for period, value in values if value is not None]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
