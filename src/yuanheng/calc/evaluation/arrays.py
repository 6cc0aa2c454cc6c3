"""Run a program on NumPy columns in memory, without a database.

Columns are float64 arrays with NaN for unknown (booleans are 0 and 1, dates are days) and object
arrays with None for text. Every column that the program makes is kept: the result is its trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.batches import Batch, batches_of
from yuanheng.calc.evaluation.exact import exact_sums
from yuanheng.calc.evaluation.pairs import pairs_column
from yuanheng.calc.evaluation.program import Aggregate, Define, Pairs, Program, Rank

Column = npt.NDArray[Any]


class ArrayRun:
    """One run over the rows of one table; ``columns`` holds the inputs and every step's result."""

    def __init__(self, columns: Mapping[str, Column], rows: int) -> None:
        self.columns: dict[str, Column] = dict(columns)
        self.rows = rows
        self._scopes: dict[tuple[str, ...], tuple[npt.NDArray[np.intp], int]] = {}

    def run(self, program: Program) -> dict[str, Column]:
        """All columns after the last step."""
        results: list[Any] = []
        with np.errstate(all="ignore"):
            for batch in batches_of(program):
                made = self._batch(batch, results)
                results.append(made)
                if len(batch.names) == 1:
                    self.columns[batch.names[0]] = made
                else:
                    self.columns.update(zip(batch.names, made, strict=True))
        return self.columns

    def _batch(self, batch: Batch, results: list[Any]) -> Column:
        """The columns of a batch: a vector for one step, a matrix with a row for each of many."""
        step = batch.step
        if isinstance(step, Rank):
            return self._rank(step, batch, results)
        if isinstance(step, Pairs):
            return self._pairs(step, batch, results)
        assert batch.formula is not None
        values = self._full(batch.formula.evaluate(self.columns, results), len(batch.names))
        if isinstance(step, Define):
            return values
        where = None
        if batch.where is not None:
            where = self._full(batch.where.evaluate(self.columns, results), 1) == 1
        return self._aggregate(step, values, where)

    def _full(self, values: Any, steps: int) -> Column:
        """Values spread over all rows, and over all steps of a batch."""
        text = values is None or isinstance(values, str)
        array = np.array(values, dtype=object) if text else np.asarray(values)
        wanted = (self.rows,) if steps == 1 else (steps, self.rows)
        return array if array.shape == wanted else np.broadcast_to(array, wanted)

    # --- scopes ----------------------------------------------------------------------------

    def codes(self, by: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], int]:
        """The scope of each row as a whole number, and how many scopes there are."""
        if by not in self._scopes:
            self._scopes[by] = self._make_codes(by)
        return self._scopes[by]

    def _make_codes(self, by: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], int]:
        if not by:
            return np.zeros(self.rows, dtype=np.intp), 1
        combined = np.zeros(self.rows, dtype=np.intp)
        by = tuple(name for name in by if self.columns[name].strides != (0,))
        for name in by:
            index: dict[Any, int] = {}
            column = self.columns[name]
            keys = column.tolist()
            if column.dtype != object:
                keys = [None if key != key else key for key in keys]
            part = np.fromiter(
                (index.setdefault(key, len(index)) for key in keys), np.intp, self.rows
            )
            combined = combined * max(len(index), 1) + part
        if len(by) > 1:
            _, combined = np.unique(combined, return_inverse=True)
        return combined, int(combined.max(initial=-1)) + 1

    def _scope_of(self, step: Aggregate) -> tuple[Column, Column, int]:
        """The scope codes from which figures are gathered, those to which they go, the count."""
        if step.source_by is None or step.source_by == step.by:
            codes, count = self.codes(step.by)
            return codes, codes, count
        index: dict[tuple[Any, ...], int] = {}
        pair = []
        for by in (step.source_by, step.by):
            lists = [self.columns[name].tolist() for name in by]
            keys = zip(*lists, strict=True) if lists else [()] * self.rows
            pair.append(
                np.fromiter(
                    (index.setdefault(tuple(key), len(index)) for key in keys), np.intp, self.rows
                )
            )
        return pair[0], pair[1], len(index)

    # --- statistics ------------------------------------------------------------------------

    def _aggregate(self, step: Aggregate, values: Column, where: Column | None) -> Column:
        source, target, scopes = self._scope_of(step)
        chosen = ~np.isnan(values)
        if where is not None:
            chosen &= where
        if scopes == 1:
            return self._whole(step.statistic, values, chosen)
        many = values.ndim == 2
        if many:
            # Each step of the batch gets scopes of its own, and one pass serves them all.
            steps = len(values)
            source = source + scopes * np.arange(steps)[:, None]
            found = _statistic(step, values[chosen], source[chosen], scopes * steps)
            return found.reshape(steps, scopes)[:, target]
        return _statistic(step, values[chosen], source[chosen], scopes)[target]

    def _whole(self, statistic: str, values: Column, chosen: Column) -> Column:
        """A statistic over all rows as one scope, for each step of a batch."""
        if statistic in ("max", "min"):
            return self._extreme(statistic, values, chosen)
        found = count = chosen.sum(axis=-1, keepdims=True).astype(float)
        if statistic != "count":

            def add(part: Column) -> Column:
                return np.asarray(part.sum(axis=-1, keepdims=True))

            total = exact_sums(np.where(chosen, values, 0.0), add)
            total = np.where(count == 0, np.nan, total)
            found = total if statistic == "sum" else total / count
        return np.broadcast_to(found, values.shape)

    def _extreme(self, statistic: str, values: Column, chosen: Column) -> Column:
        high = statistic == "max"
        filled = np.where(chosen, values, -np.inf if high else np.inf)
        found = (
            filled.max(axis=-1, keepdims=True, initial=-np.inf)
            if high
            else (filled.min(axis=-1, keepdims=True, initial=np.inf))
        )
        found = np.where(np.isinf(found), np.nan, found)
        return np.broadcast_to(found, values.shape)

    # --- pairs -----------------------------------------------------------------------------

    def _pairs(self, step: Pairs, batch: Batch, results: list[Any]) -> Column:
        found = [self._full(one.evaluate(self.columns, results), 1) for one in batch.keys]
        of, among = (column == 1 for column in found[-2:])
        value = None if step.value is None else found[len(step.parts)]
        return pairs_column(step, found[: len(step.parts)], value, of, among)

    # --- ranks -----------------------------------------------------------------------------

    def _rank(self, step: Rank, batch: Batch, results: list[Any]) -> Column:
        assert batch.where is not None
        where = self._full(batch.where.evaluate(self.columns, results), 1) == 1
        rows = np.flatnonzero(where)
        result = np.full(self.rows, np.nan)
        if not len(rows):
            return result
        scope = self.codes(step.by)[0][rows]
        keys = []
        for key, formula in zip(step.keys, batch.keys, strict=True):
            values = self._full(formula.evaluate(self.columns, results), 1)[rows]
            # Unknown comes last whichever way the order runs; lexsort puts NaN last by itself.
            keys.append(-values if key.descending else values)
        order = np.lexsort([*reversed(keys), scope])
        scope = scope[order]
        new_scope = np.r_[True, scope[1:] != scope[:-1]]
        differs = new_scope.copy()
        for values in keys:
            ordered = values[order]
            same = (ordered[1:] == ordered[:-1]) | (np.isnan(ordered[1:]) & np.isnan(ordered[:-1]))
            differs[1:] |= ~same
        place = np.arange(len(rows))
        start = np.maximum.accumulate(np.where(new_scope, place, 0))
        first = np.maximum.accumulate(np.where(differs, place, 0))
        result[rows[order]] = first - start + 1.0
        return result


def _statistic(step: Aggregate, values: Column, codes: Column, scopes: int) -> Column:
    count = np.bincount(codes, minlength=scopes).astype(float)
    if step.statistic == "count":
        return count
    empty = count == 0
    if step.statistic in ("sum", "mean"):
        total = exact_sums(values, lambda part: np.bincount(codes, weights=part, minlength=scopes))
        total[empty] = np.nan
        return total if step.statistic == "sum" else total / count
    extreme = np.full(scopes, -np.inf if step.statistic == "max" else np.inf)
    (np.maximum if step.statistic == "max" else np.minimum).at(extreme, codes, values)
    extreme[empty] = np.nan
    return extreme
