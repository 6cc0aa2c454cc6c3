"""Run a program on NumPy columns in memory, without a database.

Columns are float64 arrays with NaN for unknown (booleans are 0 and 1, dates are days) and object
arrays with None for text. Every column that the program makes is kept: the result is its trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.program import Aggregate, Define, Program, Rank
from yuanheng.calc.expression import evaluate_arrays
from yuanheng.calc.expression.nodes import Const

Column = npt.NDArray[Any]
FIXED = 1e9
"""Sums run over values fixed to nine decimals, as whole numbers, so they are exact."""
SPLIT = 2.0**32


class ArrayRun:
    """One run over the rows of one table; ``columns`` holds the inputs and every step's result."""

    def __init__(self, columns: Mapping[str, Column], rows: int) -> None:
        self.columns: dict[str, Column] = dict(columns)
        self.rows = rows
        self._scopes: dict[tuple[str, ...], tuple[npt.NDArray[np.intp], int]] = {}

    def run(self, program: Program) -> dict[str, Column]:
        """All columns after the last step."""
        with np.errstate(all="ignore"):
            for step in program.steps:
                self.columns[step.name] = self._step(step)
        return self.columns

    def _step(self, step: Define | Aggregate | Rank) -> Column:
        if isinstance(step, Define):
            return self._full(evaluate_arrays(step.expr, self.columns, self.rows))
        if isinstance(step, Aggregate):
            return self._aggregate(step)
        return self._rank(step)

    def _full(self, values: Any) -> Column:
        array = np.asarray(values)
        return np.broadcast_to(array, (self.rows,)) if array.ndim == 0 else array

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

    def _chosen(self, step: Aggregate) -> tuple[Column, Column]:
        values = self._full(evaluate_arrays(step.value, self.columns, self.rows))
        chosen = ~np.isnan(values)
        if step.where is not None:
            where = self._full(evaluate_arrays(step.where, self.columns, self.rows))
            chosen &= where == 1
        return values, chosen

    def _aggregate(self, step: Aggregate) -> Column:
        source, target, scopes = self._scope_of(step)
        if step.statistic == "count" and isinstance(step.value, Const):
            where = self._full(evaluate_arrays(step.where, self.columns, self.rows))  # type: ignore[arg-type]
            return np.bincount(source, weights=where == 1, minlength=scopes)[target]
        values, chosen = self._chosen(step)
        return _statistic(step, values[chosen], source[chosen], scopes)[target]

    # --- ranks -----------------------------------------------------------------------------

    def _rank(self, step: Rank) -> Column:
        where = self._full(evaluate_arrays(step.where, self.columns, self.rows)) == 1
        rows = np.flatnonzero(where)
        result = np.full(self.rows, np.nan)
        if not len(rows):
            return result
        scope = self.codes(step.by)[0][rows]
        keys = []
        for key in step.keys:
            values = self._full(evaluate_arrays(key.expr, self.columns, self.rows))[rows]
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


def exact_sums(values: Column, codes: Column, scopes: int) -> Column:
    """The sum of each scope over values fixed to nine decimals: the same in any order.

    The whole numbers are split into a high and a low part so that no partial sum leaves the range
    in which float64 counts exactly (2**53).
    """
    whole = np.floor(values * FIXED + 0.5)
    high = np.floor(whole / SPLIT)
    low = whole - high * SPLIT
    sums = np.bincount(codes, weights=high, minlength=scopes) * SPLIT
    return (sums + np.bincount(codes, weights=low, minlength=scopes)) / FIXED


def _statistic(step: Aggregate, values: Column, codes: Column, scopes: int) -> Column:
    count = np.bincount(codes, minlength=scopes).astype(float)
    if step.statistic == "count":
        return count
    empty = count == 0
    if step.statistic in ("sum", "mean"):
        total = exact_sums(values, codes, scopes)
        total[empty] = np.nan
        return total if step.statistic == "sum" else total / count
    if step.statistic == "quantile":
        return _quantiles(values, codes, scopes, float(step.quantile or 0.5), count)
    extreme = np.full(scopes, -np.inf if step.statistic == "max" else np.inf)
    (np.maximum if step.statistic == "max" else np.minimum).at(extreme, codes, values)
    extreme[empty] = np.nan
    return extreme


def _quantiles(values: Column, codes: Column, scopes: int, q: float, count: Column) -> Column:
    """Linear interpolation between order statistics, as SQL's ``percentile_cont``."""
    order = np.lexsort((values, codes))
    ordered = values[order]
    start = np.r_[0, np.cumsum(count[:-1])].astype(np.intp)
    result = np.full(scopes, np.nan)
    known = np.flatnonzero(count > 0)
    place = q * (count[known] - 1)
    below = np.floor(place)
    low = ordered[start[known] + below.astype(np.intp)]
    high = ordered[start[known] + np.ceil(place).astype(np.intp)]
    result[known] = low + (high - low) * (place - below)
    return result
