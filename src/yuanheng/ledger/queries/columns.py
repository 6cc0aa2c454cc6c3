"""Totals over many subjects at once: what ``Reading.total`` says, in columns.

A park's year out of its fifty enterprises is some twenty-five thousand figures. One read fills a
``Ground``; each figure is a column over the subjects, with another that says which are complete.
What was reported in unlike periods is put together by the ``Reading`` of the same rows, one by
one, so that both always say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yuanheng.calc.expression import PreparedExpression, interpret
from yuanheng.calc.periods import MONTH, Period
from yuanheng.calc.series import growth
from yuanheng.ledger.choices import OverSubjects, OverTime
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Figure, Part
from yuanheng.ledger.queries.ground import (
    Floats,
    Ground,
    finite,
    read_figures,
    shifted,
    without_numbers,
)

Flags = NDArray[np.bool_]
_LATEST = {OverTime.LAST, OverTime.CUMULATIVE}


class Column(NamedTuple):
    """One figure of every subject (NaN where nothing is known), and of which it is complete."""

    values: Floats
    complete: Flags


class Columns:
    """What the ledger believes of some subjects, of periods that begin in the months ``first`` to
    ``last``; ``up_to`` as ``known_up_to`` has it."""

    def __init__(
        self,
        subject_ids: Sequence[int],
        first: int,
        last: int,
        *,
        catalogue: Catalogue | None = None,
        indicator_ids: Collection[int] | None = None,
        up_to: int | None = None,
    ) -> None:
        self.catalogue = catalogue or Catalogue()
        self.subject_ids = sorted(set(subject_ids))
        rows = without_numbers(
            read_figures(self.subject_ids, first, last, indicator_ids=indicator_ids, up_to=up_to)
        )
        self.ground = Ground(
            self.catalogue, self.subject_ids, np.unique(rows["indicator"]).tolist(), (), rows
        )
        self._kept: dict[tuple[int, Period], Column] = {}
        self._all = np.ones(len(self.subject_ids), dtype=bool)

    @cached_property
    def reported(self) -> set[int]:
        """Numbers of the indicators of which anything was reported."""
        known = ~np.isnan(self.ground.values).all(axis=(1, 2))
        return {int(pk) for pk in self.ground.indicators[known]}

    # every subject by itself

    def figures(self, indicator: Indicator, period: Period) -> Column:
        """The figure of each subject, reported or put together, in the order of their numbers."""
        key = (indicator.pk, period)
        if key not in self._kept:
            nothing = np.full(len(self.subject_ids), np.nan)
            self._kept[key] = Column(nothing, ~self._all)  # a formula that leads back to itself
            self._kept[key] = self._figures(indicator, period)
        return self._kept[key]

    def _figures(self, indicator: Indicator, period: Period) -> Column:
        values = self._direct(indicator, period)
        missing = np.isnan(values)
        if not missing.any():
            return Column(values, self._all)
        if indicator.formula:
            rest = self._computed(indicator, period)
        elif indicator.growth_of_id:
            rest = self._growth(indicator, period)
        else:
            rest = self._over_months(indicator, period, missing)
        return Column(np.where(missing, rest.values, values), ~missing | rest.complete)

    def _direct(self, indicator: Indicator, period: Period) -> Floats:
        return self.ground.direct(indicator.pk, (period,))[:, 0]

    def _computed(self, indicator: Indicator, period: Period) -> Column:
        formula = self.catalogue.formulas.get(indicator.pk)
        if formula is None:
            return _whole(np.full(len(self.subject_ids), np.nan))
        columns = {}
        for ref in formula.checked.references:
            part = self.figures(self.catalogue.by_code[ref.name], shifted(period, ref.shift))
            columns[ref.key] = np.where(part.complete, part.values, np.nan)
        with np.errstate(all="ignore"):
            found = PreparedExpression(formula.checked.expr)(columns) * formula.factor
        return _whole(finite(np.broadcast_to(found, len(self.subject_ids))))

    def _growth(self, indicator: Indicator, period: Period) -> Column:
        if indicator.is_real:
            return _whole(np.full(len(self.subject_ids), np.nan))
        level = self.catalogue.by_id[indicator.growth_of_id]
        now, before = self.figures(level, period), self.figures(level, period.last_year())
        said = now.complete & before.complete & (before.values > 0)
        with np.errstate(all="ignore"):
            return _whole(np.where(said, (now.values / before.values - 1) * 100, np.nan))

    def _over_months(self, indicator: Indicator, period: Period, missing: Flags) -> Column:
        """Put together over time: in one go where there is nothing but months in the year."""
        at, how = self.ground.row_of.get(indicator.pk), indicator.over_time
        nothing = Column(np.full(len(self.subject_ids), np.nan), ~self._all)
        if at is None or how == OverTime.NONE:
            return nothing
        cube = self.ground.values[at]
        near = [
            place
            for place, one in enumerate(self.ground.periods)
            if one.kind != MONTH and one.year == period.year
        ]
        mixed = missing & ~np.isnan(cube[:, near]).all(axis=1)
        found = nothing
        if period.length > 1:
            months = [self.ground.column_of.get(one, -1) for one in period.months()]
            found = _of_months(cube[:, months], how)
        for place in np.flatnonzero(mixed):
            figure = self.ground.reading.figure(self.subject_ids[place], indicator, period)
            found.values[place] = np.nan if figure.value is None else figure.value
            found.complete[place] = figure.is_complete
        return found

    def before(self, indicator: Indicator, period: Period) -> Column:
        """The same period of last year, or what a published growth implies (``Reading``)."""
        found = self.figures(indicator, period.last_year())
        rate = self.catalogue.growth_by_level.get(indicator.pk)
        if rate is None or rate.is_real or found.complete.all():
            return found
        now, grown = self.figures(indicator, period), self._direct(rate, period)
        implied = ~found.complete & now.complete & ~np.isnan(grown)
        with np.errstate(all="ignore"):
            level = np.where(grown > -100, now.values / (1 + grown / 100), np.nan)
        values = np.where(implied, level, found.values)
        return Column(values, found.complete | (implied & ~np.isnan(level)))

    # all of them together

    def total(self, indicator: Indicator, period: Period, among: Flags | None = None) -> Figure:
        """The figure of the subjects together, as ``Reading.total``; ``among`` marks of which."""
        chosen = self._all if among is None else among
        asked = int(chosen.sum())
        how = indicator.over_subjects
        if asked == 1:
            return self._of_one(indicator, period, chosen)
        if indicator.growth_of_id:
            return self._growth_of_total(indicator, period, chosen)
        if how == OverSubjects.SUM:
            values, complete = self.figures(indicator, period)
            known = values[chosen & ~np.isnan(values)]
            if not len(known):
                return Figure(asked=asked, known=0)
            return Figure(_sum(known), "added", int((complete & chosen).sum()), asked)
        if how == OverSubjects.WEIGHTED:
            return self._weighted(indicator, period, chosen)
        if how == OverSubjects.DERIVED:
            return self._computed_of_total(indicator, period, chosen)
        return Figure(asked=asked)

    def _of_one(self, indicator: Indicator, period: Period, chosen: Flags) -> Figure:
        values, complete = self.figures(indicator, period)
        value = float(values[chosen][0])
        known = int(complete[chosen][0])
        return Figure(None if np.isnan(value) else value, "added" if known else "", known, 1)

    def _weighted(self, indicator: Indicator, period: Period, chosen: Flags) -> Figure:
        weight = self.catalogue.by_id[indicator.weight_id]
        values, weights = (
            self.figures(indicator, period).values,
            self.figures(weight, period).values,
        )
        both = chosen & ~np.isnan(values) & ~np.isnan(weights)
        known, asked = int(both.sum()), int(chosen.sum())
        below = _sum(weights[both])
        if below == 0:
            return Figure(None, "", known, asked)
        return Figure(_sum(values[both] * weights[both]) / below, "computed", known, asked)

    def _computed_of_total(self, indicator: Indicator, period: Period, chosen: Flags) -> Figure:
        formula, asked = self.catalogue.formulas.get(indicator.pk), int(chosen.sum())
        if formula is None:
            return Figure(asked=asked)
        refs = [
            (ref, self.catalogue.by_code[ref.name], shifted(period, ref.shift))
            for ref in formula.checked.references
        ]
        whole = chosen.copy()
        for _ref, own, at in refs:
            whole &= self.figures(own, at).complete
        if not whole.any():
            return Figure(None, "computed", 0, asked)
        record = {ref.key: self.total(own, at, whole).value for ref, own, at in refs}
        parts = tuple(Part(own, at, record[ref.key]) for ref, own, at in refs)
        value = interpret(formula.checked.expr, record)
        result = value * formula.factor if isinstance(value, float) else None
        return Figure(result, "computed", int(whole.sum()), asked, None, parts)

    def comparable(self, indicator: Indicator, period: Period) -> Flags:
        """The subjects of which this period and that of last year are known (可比口径)."""
        return self.figures(indicator, period).complete & self.before(indicator, period).complete

    def before_of(self, indicator: Indicator, period: Period, among: Flags) -> float | None:
        """The same period of last year, of those that ``among`` marks, back-cast where need be."""
        if indicator.over_subjects != OverSubjects.SUM:
            return self.total(indicator, period.last_year(), among).value
        return _sum(self.before(indicator, period).values[among])

    def _growth_of_total(self, indicator: Indicator, period: Period, chosen: Flags) -> Figure:
        asked = int(chosen.sum())
        if indicator.is_real:
            return Figure(asked=asked)
        level = self.catalogue.by_id[indicator.growth_of_id]
        whole = chosen & self.comparable(level, period)
        if not whole.any():
            return Figure(None, "computed", 0, asked)
        now = _sum(self.figures(level, period).values[whole])
        before = _sum(self.before(level, period).values[whole])
        parts = (Part(level, period, now), Part(level, period.last_year(), before))
        share = growth(now, before)
        value = None if share is None else share * 100
        return Figure(value, "computed", int(whole.sum()), asked, None, parts)


def _whole(values: Floats) -> Column:
    return Column(values, ~np.isnan(values))


def _of_months(found: Floats, how: str) -> Column:
    """Months of each subject as one figure, as ``over_time`` does it."""
    known = ~np.isnan(found)
    count = known.sum(axis=1)
    if how in _LATEST:
        last = found.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
        return Column(found[np.arange(len(found)), last], known[:, -1])
    added = np.where(known, found, 0.0).sum(axis=1)
    if how == OverTime.MEAN:
        added = added / np.maximum(count, 1)
    return Column(np.where(count > 0, added, np.nan), count == found.shape[1])


def _sum(values: Floats) -> float:
    return float(values.sum())
