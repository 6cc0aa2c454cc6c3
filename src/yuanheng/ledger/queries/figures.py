"""Figures of subjects for periods, put together from what has been reported.

Nothing is guessed: a figure that isn't known is None, and each says how it came about (``basis``)
and from which rows. A ratio over time or over parks is computed anew from its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from yuanheng.calc.expression import Ref, interpret
from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, YEAR, Period
from yuanheng.calc.series import earlier_level, growth, over_subjects, over_time
from yuanheng.ledger.choices import OverSubjects, OverTime
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.queries.believed import Row, believed
from yuanheng.ledger.queries.catalogue import Catalogue

Basis = Literal["", "reported", "added", "computed", "back_cast"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a figure was made of: an indicator in a period, with the row if it was reported."""

    indicator: Indicator
    period: Period
    value: float | None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in the indicator's measure. ``known`` of ``asked`` figures were there; ``row`` is
    the observation where it was reported as such."""

    value: float | None = None
    basis: Basis = ""
    known: int = 0
    asked: int = 1
    row: int | None = None
    parts: tuple[Part, ...] = ()

    @property
    def is_complete(self) -> bool:
        return self.value is not None and self.known >= self.asked


NOTHING = Figure()


class Reading:
    """What the ledger believes of some subjects over a span of months; read in one go."""

    def __init__(
        self,
        subject_ids: Sequence[int],
        first: int,
        last: int,
        *,
        catalogue: Catalogue | None = None,
        indicator_ids: Collection[int] | None = None,
        up_to: int | None = None,
        rows: Iterable[Row] | None = None,
    ) -> None:
        """Months ``first`` to ``last``, of periods that begin there (see ``calc.periods``);
        ``rows`` are what is believed where that has been read already."""
        self.catalogue = catalogue or Catalogue()
        self.subject_ids = list(subject_ids)
        self._raw: dict[tuple[int, int], dict[tuple[int, int], tuple[int, float]]] = {}
        self._seen: dict[tuple[int, int, int, int], Figure] = {}
        if rows is None:
            rows = believed(
                self.subject_ids, first, last, indicator_ids=indicator_ids, up_to=up_to
            )
        for subject, start, kind, indicator, row, value in rows:
            assert value is not None
            self._raw.setdefault((subject, indicator), {})[start, kind] = row, value

    def reported(self, subject: int, indicator: int) -> dict[Period, tuple[int, float]]:
        """What was reported, by period: (row, value)."""
        found = self._raw.get((subject, indicator), {})
        return {Period(*key): value for key, value in sorted(found.items())}

    def indicators_of(self, subject: int) -> set[int]:
        """Numbers of the indicators that were reported of a subject."""
        return {indicator for one, indicator in self._raw if one == subject}

    # one subject

    def figure(self, subject: int, indicator: Indicator, period: Period) -> Figure:
        """The figure of one subject, reported or put together."""
        pk = indicator.id
        raw = self._raw.get((subject, pk))
        # What was reported as such is most of what is asked: found without further ado.
        if raw is not None and (found := raw.get((period.start, period.kind))) is not None:
            row, value = found
            return Figure(value, "reported", 1, 1, row, (Part(indicator, period, value, row),))
        key = (subject, pk, period.start, period.kind)
        if key not in self._seen:
            self._seen[key] = NOTHING  # a formula that leads back to itself finds nothing
            self._seen[key] = self._figure(subject, indicator, period)
        return self._seen[key]

    def _figure(self, subject: int, indicator: Indicator, period: Period) -> Figure:
        raw = self._raw.get((subject, indicator.id), {})
        for same in _same_spans(period):
            if (found := raw.get((same.start, same.kind))) is not None:
                row, value = found
                part = Part(indicator, same, value, row)
                return Figure(value, "reported", 1, 1, row, (part,))
        if indicator.formula:
            return self._computed(subject, indicator, period)
        if indicator.growth_of_id:
            return self._growth(subject, indicator, period)
        return _over_months(indicator, period, raw)

    def _computed(self, subject: int, indicator: Indicator, period: Period) -> Figure:
        formula = self.catalogue.formulas.get(indicator.pk)
        if formula is None:
            return NOTHING
        record, parts = {}, []
        for ref in formula.checked.references:
            part, at = self._part(subject, ref, period)
            record[ref.key] = part.value if part.is_complete else None
            parts.append(Part(self.catalogue.by_code[ref.name], at, part.value, part.row))
        value = interpret(formula.checked.expr, record)
        if not isinstance(value, float):
            known = sum(one.value is not None for one in parts)
            return Figure(None, "computed", known, len(parts), None, tuple(parts))
        value *= formula.factor
        return Figure(value, "computed", len(parts), len(parts), None, tuple(parts))

    def _part(self, subject: int, ref: Ref, period: Period) -> tuple[Figure, Period]:
        at = _shifted(ref, period)
        return self.figure(subject, self.catalogue.by_code[ref.name], at), at

    def _growth(self, subject: int, indicator: Indicator, period: Period) -> Figure:
        if indicator.is_real:
            return NOTHING  # prices stand between the levels
        level = self.catalogue.by_id[indicator.growth_of_id]
        now = self.figure(subject, level, period)
        before = self.figure(subject, level, period.last_year())
        parts = (
            Part(level, period, now.value, now.row),
            Part(level, period.last_year(), before.value, before.row),
        )
        if not (now.is_complete and before.is_complete):
            return Figure(None, "computed", 0, 2, None, parts)
        share = growth(now.value, before.value)
        value = None if share is None else share * 100
        return Figure(value, "computed", 2, 2, None, parts)

    def before(self, subject: int, indicator: Indicator, period: Period) -> Figure:
        """The same period of last year; where nobody reported it, what a published growth implies
        (back-cast, of comparable scope), unless that growth is real."""
        found = self.figure(subject, indicator, period.last_year())
        if found.is_complete:
            return found
        rate = self.catalogue.growth_by_level.get(indicator.pk)
        if rate is None or rate.is_real:
            return found
        now, grown = (self.figure(subject, one, period) for one in (indicator, rate))
        if grown.basis != "reported" or grown.value is None or not now.is_complete:
            return found
        level = earlier_level(now.value, grown.value / 100)
        parts = (
            Part(indicator, period, now.value, now.row),
            Part(rate, period, grown.value, grown.row),
        )
        return Figure(level, "back_cast", 2, 2, None, parts)

    # several subjects

    def total(
        self, indicator: Indicator, period: Period, subjects: Sequence[int] | None = None
    ) -> Figure:
        """The figure of several subjects together; ``known`` of ``asked`` subjects are in it."""
        among = self.subject_ids if subjects is None else list(subjects)
        if len(among) == 1:
            return self.figure(among[0], indicator, period)
        how = indicator.over_subjects
        if indicator.growth_of_id:
            return self._growth_of_total(indicator, period, among)
        if how == OverSubjects.SUM:
            return self._added(indicator, period, among)
        if how == OverSubjects.WEIGHTED:
            return self._weighted(indicator, period, among)
        if how == OverSubjects.DERIVED:
            return self._computed_of_total(indicator, period, among)
        return Figure(asked=len(among))

    def _added(self, indicator: Indicator, period: Period, among: list[int]) -> Figure:
        found = [self.figure(one, indicator, period) for one in among]
        put = over_subjects([one.value for one in found])
        known = sum(one.is_complete for one in found)
        return Figure(put.value, "added" if put.value is not None else "", known, len(among))

    def _weighted(self, indicator: Indicator, period: Period, among: list[int]) -> Figure:
        weight = self.catalogue.by_id[indicator.weight_id]
        values = [self.figure(one, indicator, period).value for one in among]
        weights = [self.figure(one, weight, period).value for one in among]
        put = over_subjects(values, weights)
        return Figure(put.value, "computed" if put.value is not None else "", put.known, put.asked)

    def _computed_of_total(self, indicator: Indicator, period: Period, among: list[int]) -> Figure:
        """The formula over sums, of the subjects of which every part is known: a numerator without
        its denominator would bend the ratio."""
        formula = self.catalogue.formulas.get(indicator.pk)
        if formula is None:
            return Figure(asked=len(among))
        refs = formula.checked.references
        whole = [
            one
            for one in among
            if all(self._part(one, ref, period)[0].is_complete for ref in refs)
        ]
        if not whole:
            return Figure(None, "computed", 0, len(among))
        record, parts = {}, []
        for ref in refs:
            at, own = _shifted(ref, period), self.catalogue.by_code[ref.name]
            value = self.total(own, at, whole).value
            record[ref.key] = value
            parts.append(Part(own, at, value))
        value = interpret(formula.checked.expr, record)
        result = value * formula.factor if isinstance(value, float) else None
        return Figure(result, "computed", len(whole), len(among), None, tuple(parts))

    def _growth_of_total(self, indicator: Indicator, period: Period, among: list[int]) -> Figure:
        if indicator.is_real:
            return Figure(asked=len(among))
        level = self.catalogue.by_id[indicator.growth_of_id]
        whole = self.comparable(level, period, among)
        if not whole:
            return Figure(None, "computed", 0, len(among))
        now = sum(self.figure(one, level, period).value or 0 for one in whole)
        before = sum(self.before(one, level, period).value or 0 for one in whole)
        share = growth(now, before)
        parts = (Part(level, period, now), Part(level, period.last_year(), before))
        value = None if share is None else share * 100
        return Figure(value, "computed", len(whole), len(among), None, parts)

    def comparable(self, indicator: Indicator, period: Period, among: Sequence[int]) -> list[int]:
        """The subjects of which this period and that of last year are known (可比口径)."""
        return [
            one
            for one in among
            if self.figure(one, indicator, period).is_complete
            and self.before(one, indicator, period).is_complete
        ]


def _shifted(ref: Ref, period: Period) -> Period:
    if ref.shift == "last_year":
        return period.last_year()
    return period.before() if ref.shift == "previous" else period


def _same_spans(period: Period) -> Iterator[Period]:
    """The period, and other ways of writing the same months: 2024 is 2024-01..12."""
    yield period
    if period.start % 12 == 0:
        lengths = {1: MONTH, 3: QUARTER, 6: HALF, 12: YEAR}
        kinds = [CUMULATIVE + period.length, lengths.get(period.length)]
        yield from (Period(period.start, kind) for kind in kinds if kind and kind != period.kind)


Raw = dict[tuple[int, int], tuple[int, float]]


def _over_months(indicator: Indicator, period: Period, raw: Raw) -> Figure:
    """Put together over time from finer reports, as the indicator says."""
    how = indicator.over_time
    if not raw or how == OverTime.NONE:
        return NOTHING
    if how in {OverTime.LAST, OverTime.CUMULATIVE}:
        return _last(indicator, period, raw)
    if how == OverTime.SUM:
        difference = _difference(indicator, period, raw)
        if difference is not None:
            return difference
    best = NOTHING
    for parts in _partitions(period):
        found = [raw.get((one.start, one.kind)) for one in parts]
        values = [None if one is None else one[1] for one in found]
        put = over_time(values, "mean" if how == OverTime.MEAN else "sum")
        if put.known > 0 and (
            best.value is None or put.known * best.asked > best.known * put.asked
        ):
            shown = tuple(
                Part(indicator, one, value, at and at[0])
                for one, value, at in zip(parts, values, found, strict=True)
            )
            best = Figure(put.value, "added", put.known, put.asked, None, shown)
        if best.is_complete:
            break
    return best


def _partitions(period: Period) -> Iterator[list[Period]]:
    """The span in months, quarters, halves; only those that are finer and fill it."""
    for kind in (MONTH, QUARTER, HALF):
        if kind < period.length and period.length % kind == 0 and period.start % kind == 0:
            yield [Period(one, kind) for one in range(period.start, period.end + 1, kind)]


def _difference(indicator: Indicator, period: Period, raw: Raw) -> Figure | None:
    """A part of a year out of two cumulative reports: July is 01..07 without 01..06."""
    first = period.start % 12
    if not first:
        return None
    until, before = period.from_january(), Period(period.year * 12, CUMULATIVE + first)
    ends = [
        next((raw[s.start, s.kind] for s in _same_spans(one) if (s.start, s.kind) in raw), None)
        for one in (until, before)
    ]
    if ends[0] is None or ends[1] is None:
        return None
    parts = tuple(
        Part(indicator, one, at[1], at[0])
        for one, at in zip((until, before), ends, strict=True)
        if at is not None
    )
    return Figure(ends[0][1] - ends[1][1], "added", 2, 2, None, parts)


def _last(indicator: Indicator, period: Period, raw: Raw) -> Figure:
    """The latest report inside the span; complete only where it stands at the span's end."""
    inside = [
        (Period(*key), found)
        for key, found in raw.items()
        if key[0] >= period.start and Period(*key).end <= period.end
    ]
    if not inside:
        return NOTHING
    at, (row, value) = max(inside, key=lambda one: (one[0].end, one[0].start))
    known = 1 if at.end == period.end else 0
    return Figure(value, "added", known, 1, row, (Part(indicator, at, value, row),))
