"""Which figures are expected of whom and by when: what forms ask, else what the catalogue says.

Nobody enters this. As long as no form has been opened for a park and a period, it is the
catalogue: every indicator of parks that some park reported this year or the last, in its own
frequency. A room that knows better registers with ``tell_expected``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps

from yuanheng.accounts.api import lines_up
from yuanheng.calc.periods import HALF, MONTH, QUARTER, YEAR, Period
from yuanheng.kernel.dated import nearest_in_force, nearest_of
from yuanheng.ledger.choices import Frequency
from yuanheng.ledger.models import DueDay, Indicator

LENGTHS = {
    Frequency.MONTH: MONTH,
    Frequency.QUARTER: QUARTER,
    Frequency.HALF: HALF,
    Frequency.YEAR: YEAR,
}
# Samples of this software, as long as no office has set its own: the 10th of the next month, the
# 15th after a quarter, the 20th after a half year, the end of January after a year.
SAMPLE_DAYS = {
    Frequency.MONTH: 10,
    Frequency.QUARTER: 15,
    Frequency.HALF: 20,
    Frequency.YEAR: 31,
}


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure that should be in the ledger by a day."""

    subject_id: int
    indicator_id: int
    period: Period
    due: date


# (user, subjects, periods) → what is expected of these subjects for any of these periods
Source = Callable[[Any, Sequence[int], Sequence[Period]], Iterable[Expected]]
_sources: list[Source] = []


def tell_expected(source: Source) -> None:
    """Register who knows what is asked."""
    if source not in _sources:
        _sources.append(source)


def expected_of(
    user: Any,
    subjects: dict[int, int | None],
    periods: Sequence[Period],
    in_use: Iterable[Indicator],
) -> list[Expected]:
    """What is expected of ``subjects`` (number → their organisation) for ``periods``; where nobody
    says so for a subject and period, the indicators ``in_use`` in their frequency."""
    asked = [one for source in _sources for one in source(user, list(subjects), periods)]
    told = {(one.subject_id, one.period) for one in asked}
    by_frequency: dict[str, list[Indicator]] = {}
    for one in in_use:
        by_frequency.setdefault(one.frequency, []).append(one)
    dues = _recent_dues()
    for period in periods:
        frequency = next(name for name, length in LENGTHS.items() if length == period.kind)
        for one in by_frequency.get(frequency, []):
            if one.defined_from > period.last_day:
                continue
            asked += [
                Expected(subject, one.pk, period, dues.of(frequency, office, period))
                for subject, office in subjects.items()
                if (subject, period) not in told
            ]
    return asked


class _Dues:
    """Due days, each looked up once, in rows that are read once, with the organisations above."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int | None, Period], date] = {}
        self._rows = list(DueDay.objects.all())
        placed = any(one.org_unit_id is not None for one in self._rows)
        self._lines = lines_up() if placed else {}

    def of(self, frequency: str, office: int | None, period: Period) -> date:
        key = (frequency, office, period)
        if key not in self._kept:
            rows = [one for one in self._rows if one.frequency == frequency]
            found = nearest_of(rows, office, period.last_day, self._lines)
            self._kept[key] = _due(found, frequency, period)
        return self._kept[key]


_SECONDS = 10.0
_recent: list[tuple[float, _Dues]] = []


def _recent_dues() -> _Dues:
    """Due days for judging many figures on a page: at most ten seconds old."""
    now = time.monotonic()
    if not _recent or now - _recent[0][0] > _SECONDS:
        _recent[:] = [(now, _Dues())]
    return _recent[0][1]


def forget_recent_dues() -> None:
    """After a due day has been entered or changed."""
    _recent.clear()


def _due(found: DueDay | None, frequency: str, period: Period) -> date:
    days = found.days if found is not None else SAMPLE_DAYS[Frequency(frequency)]
    return period.last_day + timedelta(days=days)


def due_day(frequency: str, org_unit_id: int | None, period: Period) -> date:
    """The last day on which a figure of the period is in time."""
    rows = DueDay.objects.filter(frequency=frequency)
    found = nearest_in_force(rows, org_unit_id, period.last_day)
    return _due(found, frequency, period)


def _of_forms(user: Any, subjects: Sequence[int], periods: Sequence[Period]) -> Iterable[Expected]:
    """The cells of the reporting forms, where this installation has forms."""
    try:
        cells: Any = apps.get_model("ledger", "DraftFigure")
    except LookupError:
        return
    wanted = {(one.start, one.kind) for one in periods}
    at = "submission__form_period__"
    rows = cells.objects.filter(
        subject_id__in=subjects,
        indicator__formula="",  # shown on a form, never typed
        **{f"{at}period_start__in": {start for start, _kind in wanted}},
    )
    fields = ("subject_id", "indicator_id", f"{at}period_start", f"{at}period_kind", f"{at}due_on")
    for subject, indicator, start, kind, due in rows.values_list(*fields).distinct():
        if (start, kind) in wanted:
            yield Expected(subject, indicator, Period(start, kind), due)


tell_expected(_of_forms)
