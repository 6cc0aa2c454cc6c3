"""Figures as arrays: what is believed of many subjects, with proposed figures laid over it.

A cube of indicator × subject × period, filled from one ordered read in which a later row takes the
place of an earlier one. Columns for rules come from it: reported figures straight away, formulas
evaluated on whole columns, and what has to be put together from other periods as pages do it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from yuanheng.calc.expression import PreparedExpression
from yuanheng.calc.periods import CUMULATIVE, MONTH, Period
from yuanheng.kernel.arrays import read_array
from yuanheng.ledger.choices import OverTime
from yuanheng.ledger.models import Indicator, Observation
from yuanheng.ledger.queries.believed import rows_within
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HISTORY = 12  # earlier periods of the same kind, against which a figure is held
_CHUNK = 2000
ROW = np.dtype(
    [("subject", "i8"), ("indicator", "i8"), ("start", "i8"), ("kind", "i8"), ("value", "f8")]
)
READ = np.dtype([*ROW.descr, ("id", "i8")])  # with the number of the row
_COLUMNS = ("subject_id", "indicator_id", "period_start", "period_kind", "value", "id")
_KIND = 1000  # a period as one number: start · 1000 + kind


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows to be read: of these subjects and indicators, of periods that begin in the months
    ``first`` to ``last``; ``kinds`` of periods, where not all."""

    subject_ids: Sequence[int]
    indicator_ids: Collection[int]
    first: int
    last: int
    kinds: Collection[int] | None = None


def read_stretches(stretches: Sequence[Stretch]) -> NDArray[Any]:
    """Every row of these in the order in which they became known, as an array of ``READ``: in one
    query, as long as there are no more than two thousand subjects."""
    most = max((len(one.subject_ids) for one in stretches), default=0)
    parts = [np.empty(0, READ)]
    for start in range(0, most, _CHUNK):
        arms = [arm for one in stretches if (arm := _arm(one, start)) is not None]
        if not arms:
            continue
        rows = arms[0].union(*arms[1:], all=True) if arms[1:] else arms[0]
        parts.append(read_array(*rows.query.sql_with_params(), READ))
    found = np.concatenate(parts)
    return found[np.argsort(found["id"], kind="stable")]


def read_figures(
    subject_ids: Sequence[int],
    first: int,
    last: int,
    *,
    indicator_ids: Collection[int] | None = None,
    up_to: int | None = None,
) -> NDArray[Any]:
    """Every row of these subjects of periods that begin in the months ``first`` to ``last``, in
    the order in which they became known, as an array of ``READ``."""
    parts = [np.empty(0, READ)]
    for start in range(0, len(subject_ids), _CHUNK):
        rows = rows_within(subject_ids[start : start + _CHUNK], first, last, indicator_ids, up_to)
        sql, params = rows.order_by().values_list(*_COLUMNS).query.sql_with_params()
        parts.append(read_array(sql, params, READ))
    found = np.concatenate(parts)
    return found[np.argsort(found["id"], kind="stable")]


def without_numbers(rows: NDArray[Any]) -> NDArray[Any]:
    """The same rows as a ``Ground`` takes them."""
    return rows[list(ROW.names or ())].astype(ROW)


def _arm(one: Stretch, start: int) -> QuerySet | None:
    subjects = one.subject_ids[start : start + _CHUNK]
    if not subjects or not one.indicator_ids or one.first > one.last:
        return None
    rows = Observation.objects.filter(
        subject_id__in=subjects,
        indicator_id__in=one.indicator_ids,
        period_start__gte=one.first,
        period_start__lte=one.last,
    )
    if one.kinds is not None:
        rows = rows.filter(period_kind__in=one.kinds)
    return rows.order_by().values_list(*_COLUMNS)


class Ground:
    """``values[indicator, subject, period]``; NaN where nothing is known.

    ``asked`` are the periods that are judged. Rows are laid in the order given, so proposed
    figures come last. ``at`` of a place is its (subject, asked period) as positions.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        subject_ids: Iterable[int],
        indicator_ids: Iterable[int],
        asked: Sequence[Period],
        rows: NDArray[Any],
    ) -> None:
        self.catalogue = catalogue
        self.asked = list(asked)
        self.subjects = np.array(sorted(set(subject_ids)), dtype=np.int64)
        self.indicators = np.array(sorted(set(indicator_ids)), dtype=np.int64)
        self.row_of = {int(pk): at for at, pk in enumerate(self.indicators)}
        codes = rows["start"] * _KIND + rows["kind"]
        known = np.unique(codes)
        self.periods = [Period(int(code) // _KIND, int(code) % _KIND) for code in known]
        self.column_of = {one: at for at, one in enumerate(self.periods)}
        # One further column that is always unknown: -1 leads there.
        shape = (len(self.indicators), len(self.subjects), len(known) + 1)
        self.values: Floats = np.full(shape, np.nan)
        self.values[
            np.searchsorted(self.indicators, rows["indicator"]),
            np.searchsorted(self.subjects, rows["subject"]),
            np.searchsorted(known, codes),
        ] = rows["value"]
        self._reading: Reading | None = None
        self._kept: dict[tuple[int, tuple[Period, ...]], Floats] = {}

    def positions(self, subject_ids: Sequence[int]) -> Ints:
        """Where these subjects stand in the cube."""
        return np.searchsorted(self.subjects, np.asarray(subject_ids, dtype=np.int64))

    def direct(self, indicator: int, targets: Sequence[Period]) -> Floats:
        """What was reported as such for each of ``targets``: shape (subjects, targets)."""
        at = self.row_of.get(indicator)
        if at is None:
            return np.full((len(self.subjects), len(targets)), np.nan)
        found = self.values[at][:, [self.column_of.get(one, -1) for one in targets]]
        for place, target in enumerate(targets):
            for other in _other_ways(target):
                column = self.column_of.get(other)
                if column is not None:
                    empty = np.isnan(found[:, place])
                    found[empty, place] = self.values[at][empty, column]
        return found

    def grid(self, indicator: Indicator, targets: tuple[Period, ...]) -> Floats:
        """The figures of an indicator of every subject, reported or put together as the pages do:
        shape (subjects, targets). What isn't complete is unknown."""
        key = (indicator.pk, targets)
        if key not in self._kept:
            self._kept[key] = np.full((len(self.subjects), len(targets)), np.nan)  # no circles
            self._kept[key] = self._grid(indicator, targets)
        return self._kept[key]

    def _grid(self, indicator: Indicator, targets: tuple[Period, ...]) -> Floats:
        found = self.direct(indicator.pk, targets)
        if not np.isnan(found).any():
            return found
        if indicator.formula:
            return _filled(found, self._computed(indicator, targets))
        if indicator.growth_of_id:
            return _filled(found, self._growth(indicator, targets))
        if indicator.over_time == OverTime.SUM:
            found = _filled(found, self._added(indicator, targets))
        return self._put_together(indicator, targets, found)

    def _computed(self, indicator: Indicator, targets: tuple[Period, ...]) -> Floats:
        formula = self.catalogue.formulas.get(indicator.pk)
        if formula is None:
            return np.full((len(self.subjects), len(targets)), np.nan)
        columns = {
            ref.key: self.grid(
                self.catalogue.by_code[ref.name], tuple(shifted(one, ref.shift) for one in targets)
            )
            for ref in formula.checked.references
        }
        with np.errstate(all="ignore"):
            found = PreparedExpression(formula.checked.expr)(columns)
        return finite(np.broadcast_to(found * formula.factor, (len(self.subjects), len(targets))))

    def _growth(self, indicator: Indicator, targets: tuple[Period, ...]) -> Floats:
        if indicator.is_real:
            return np.full((len(self.subjects), len(targets)), np.nan)
        level = self.catalogue.by_id[indicator.growth_of_id]
        now = self.grid(level, targets)
        before = self.grid(level, tuple(one.last_year() for one in targets))
        with np.errstate(all="ignore"):
            return finite((now / before - 1) * 100)

    def _added(self, indicator: Indicator, targets: tuple[Period, ...]) -> Floats:
        """Sums of months, of those whose every month is known."""
        at = self.row_of.get(indicator.pk)
        found = np.full((len(self.subjects), len(targets)), np.nan)
        for place, target in enumerate(targets):
            columns = [self.column_of.get(one, -1) for one in target.months()]
            if at is not None and target.kind != MONTH and -1 not in columns:
                found[:, place] = self.values[at][:, columns].sum(axis=1)
        return found

    def _put_together(
        self, indicator: Indicator, targets: tuple[Period, ...], found: Floats
    ) -> Floats:
        """What is still unknown and was reported in other kinds of periods, as ``Reading`` has
        it; one by one, since it is rare."""
        at = self.row_of.get(indicator.pk)
        if at is None:
            return found
        for place, target in enumerate(targets):
            near = [
                column
                for column, one in enumerate(self.periods)
                if one.kind != target.kind and one.year == target.year
            ]
            empty = np.isnan(found[:, place])
            if not near or not empty.any():
                continue
            hopeful = empty & ~np.isnan(self.values[at][:, near]).all(axis=1)
            for subject in np.flatnonzero(hopeful):
                one = self.reading.figure(int(self.subjects[subject]), indicator, target)
                if one.is_complete and one.value is not None:
                    found[subject, place] = one.value
        return found

    @property
    def reading(self) -> Reading:
        """The same figures as pages read them."""
        if self._reading is None:
            ids = [int(one) for one in self.subjects]
            self._reading = Reading(ids, 0, 0, catalogue=self.catalogue, rows=self._known_rows())
        return self._reading

    def _known_rows(self) -> Iterator[tuple[int, int, int, int, int, float]]:
        places = np.argwhere(~np.isnan(self.values[:, :, :-1]))
        for indicator, subject, column in places.tolist():
            period = self.periods[column]
            value = float(self.values[indicator, subject, column])
            yield (
                int(self.subjects[subject]), period.start, period.kind,
                int(self.indicators[indicator]), 0, value,
            )  # fmt: skip

    def history(self, indicator: Ints, subject: Ints, asked: Ints) -> Floats:
        """The ``HISTORY`` periods of the same kind before each figure: shape (n, HISTORY)."""
        steps = [list(_line_before(one)) for one in self.asked]
        columns = np.array(
            [[self.column_of.get(one, -1) for one in line] for line in steps], dtype=np.int64
        ).reshape(len(self.asked), HISTORY)
        return self.values[indicator[:, None], subject[:, None], columns[asked]]


def shifted(period: Period, shift: str) -> Period:
    """The period that a shifted name speaks of."""
    if shift == "last_year":
        return period.last_year()
    return period.before() if shift == "previous" else period


def finite(values: Floats) -> Floats:
    """Without infinities: what is out of range can't be judged."""
    return np.where(np.isfinite(values), values, np.nan)


def _filled(found: Floats, more: Floats) -> Floats:
    return np.where(np.isnan(found), more, found)


def _other_ways(period: Period) -> Iterator[Period]:
    """Other ways of writing the same months: 2024 is 2024-01..12."""
    if period.start % 12 == 0:
        kinds = {CUMULATIVE + period.length}
        if period.length in {1, 3, 6, 12}:
            kinds.add(period.length)
        yield from (Period(period.start, kind) for kind in sorted(kinds - {period.kind}))


def _line_before(period: Period) -> Iterator[Period]:
    """Earlier periods of the same kind, the nearest first; of cumulative ones, the same months of
    earlier years, since each holds those before it."""
    at = period
    for _step in range(HISTORY):
        at = at.last_year() if at.kind > CUMULATIVE else at.before()
        yield at


def earliest(period: Period) -> int:
    """The first month that judging a period needs of its own kind."""
    return min(one.start for one in _line_before(period))
