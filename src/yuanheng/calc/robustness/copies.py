"""Scores, ranks and grades of every copy of a run, made from its draws in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build.items import MISSING
from yuanheng.calc.evaluation.program import (
    GROUP,
    RANK,
    RATED,
    SCORE,
    Define,
    ItemColumns,
    Program,
    reads,
)
from yuanheng.calc.evaluation.replicates import GRADE_PLACE, SETTLED, ReplicateRun, fields_of
from yuanheng.calc.robustness.choices import Draws, Uncertainty
from yuanheng.calc.robustness.normalising import NORMALISERS
from yuanheng.calc.robustness.tree import GroupTree, combine, effective_weights, tree_of

Array = npt.NDArray[Any]
BATCH_BYTES = 64 << 20
"""A batch holds so many copies that one figure an item, row and copy stays below this."""
OWN_POINTS = {"events", "rank_only"}
"""Methods whose points are no share of a weight: another normalisation leaves them alone."""
PER_ROW_AND_ITEM_FACTOR = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """Scores, ranks and grades of some copies (copies × rows; NaN where there is none). Grades are
    places in the scale, 0 the best."""

    score: Array
    rank: Array
    grade: Array | None

    def repeated(self, count: int) -> Outcome:
        """One copy's outcome for so many."""
        wide = (count, self.score.shape[1])
        grade = None if self.grade is None else np.broadcast_to(self.grade, wide)
        return Outcome(np.broadcast_to(self.score, wide), np.broadcast_to(self.rank, wide), grade)


@dataclass(slots=True)
class _Group:
    """One group: its tree, its rows, and where its items stand among all items."""

    tree: GroupTree
    rows: Array
    places: Array
    rated: Array
    fixed: Array


@dataclass(slots=True)
class _Figures:
    """Shares, values and states of one group: rows × items, or copies × rows × items."""

    shares: Array
    values: Array
    states: Array
    left_out: Array
    fixed: Array

    def take(self, chosen: Array) -> _Figures:
        """Some of the copies."""
        wide = (self.shares, self.values, self.states, self.left_out)
        shares, values, states, left_out = (
            _side_by_side(np.moveaxis(a, -1, 0)[:, chosen]) for a in wide
        )
        return _Figures(shares, values, states, left_out, self.fixed[chosen])


def _side_by_side(items: Any) -> Array:
    """Matrices of items as one array with the items on its last axis; in memory each item lies
    together, since nearly all work is item by item."""
    return np.moveaxis(np.asarray(items), 0, -1)


class Copies:
    """Makes copies of one finished run. ``columns`` is what ``ArrayRun`` made."""

    def __init__(
        self,
        program: Program,
        columns: Mapping[str, Array],
        rows: int,
        total: float,
        uncertainty: Uncertainty,
    ) -> None:
        self.program, self.columns, self.rows = program, columns, rows
        self.uncertainty = uncertainty
        self.run = ReplicateRun(program, columns, rows)
        self.rated = np.asarray(columns[RATED]) == 1
        self.items = program.items
        self.weights = np.array([item.weight for item in self.items])
        self.groups = self._groups(total)
        self.fields = self._fields()
        self._figures: dict[int, _Figures] = {}
        self._shares: dict[tuple[int, str, str], tuple[Array, Array | None]] = {}
        wanted = [SCORE, RANK]
        self.wanted = [*wanted, GRADE_PLACE] if self.run.scale else wanted

    def _groups(self, total: float) -> list[_Group]:
        codes = np.asarray(self.columns[GROUP], dtype=object)
        found = []
        for code in self.program.group_names:
            rows = np.flatnonzero(codes == code)
            places = [n for n, item in enumerate(self.items) if item.group == code]
            if len(rows) and places:
                tree = tree_of(self.program, code, total)
                fixed = tree.weights <= 0
                found.append(
                    _Group(tree, rows, np.array(places, dtype=np.intp), self.rated[rows], fixed)
                )
        return found

    def _fields(self) -> list[str]:
        """The number columns of the table that items look at: those that may be in error."""
        numbers = {c.key for c in self.program.inputs if c.kind == "number" and not c.shift}
        used: set[str] = set()
        for item in self.items:
            used |= fields_of(self.program, item.formula)
        return sorted(used & numbers)

    @property
    def can_go(self) -> Array:
        """The places of the items that may be left out: those with a weight whose group has
        another such item."""
        found: list[int] = []
        for group in self.groups:
            own = group.places[~group.fixed]
            found.extend(own.tolist() if len(own) > 1 else [])
        return np.array(found, dtype=np.intp)

    @property
    def anything_missing(self) -> bool:
        """Whether any rated subject lacks a figure of an item."""
        return any(
            (self._figures_of(n, group, None, 1).states[group.rated] == MISSING).any()
            for n, group in enumerate(self.groups)
        )

    def batch_size(self, active: frozenset[str]) -> int:
        """How many copies fit a batch."""
        wide = active & {"benchmarks", "error"} or self._lays_out(active)
        figures = self.rows * (len(self.items) * PER_ROW_AND_ITEM_FACTOR if wide else 12)
        return max(1, int(BATCH_BYTES // (8 * max(figures, 1))))

    def _lays_out(self, active: frozenset[str]) -> bool:
        """Whether levels that order need copies × rows × items of memory: not where the weights
        alone move and every item counts (see `uniform`)."""
        ordering = [n for n, group in enumerate(self.groups) if group.tree.root.orders]
        if not ordering or active != {"weights"}:
            return bool(ordering)
        return any(
            self.groups[n].tree.root.lays_out
            or self.groups[n].fixed.any()
            or self._figures_of(n, self.groups[n], None, 1).left_out.any()
            for n in ordering
        )

    def outcomes(self, draws: Draws) -> Iterator[tuple[slice, Outcome]]:
        """The outcome of every copy, batch by batch."""
        size = self.batch_size(frozenset(draws.values))
        for start in range(0, draws.count, size):
            rows = slice(start, min(start + size, draws.count))
            yield rows, self.outcome(draws.take(rows))

    def outcome(self, draws: Draws, perturbed: dict[str, Array] | None = None) -> Outcome:
        """Scores, ranks and grades of these copies at once. ``perturbed`` are their figures where
        they are known already."""
        if draws.count > 1 and self._all_alike(draws):
            return self.outcome(draws.take(slice(0, 1)), perturbed).repeated(draws.count)
        base = np.broadcast_to(self.columns[self.program.base_column], (draws.count, self.rows))
        base = base.copy()
        if perturbed is None:
            perturbed = self.perturbed(draws)
        for number, group in enumerate(self.groups):
            base[:, group.rows] = self._base(number, group, draws, perturbed)
        found = self.run.run({self.program.base_column: base}, self.wanted)
        wide = (draws.count, self.rows)
        score, rank = (np.broadcast_to(found[name], wide) for name in (SCORE, RANK))
        grade = found.get(GRADE_PLACE)
        return Outcome(score, rank, None if grade is None else np.broadcast_to(grade, wide))

    def _all_alike(self, draws: Draws) -> bool:
        """Whether only weights move, and weights have no say in any group."""
        return frozenset(draws.values) == {"weights"} and not any(
            group.tree.root.heeds_weights or (draws.values["weights"] <= 0).any()
            for group in self.groups
        )

    # --- figures ---------------------------------------------------------------------------

    def perturbed(self, draws: Draws) -> dict[str, Array] | None:
        """Items' values, states and points with errors and moved benchmarks; None where neither
        is drawn."""
        changed: dict[str, Array] = {}
        if "error" in draws.values:
            noise = self._noise(draws.values["error"])
            fields = {
                field: self.columns[field] * factor
                for field, factor in zip(self.fields, noise, strict=True)
            }
            changed = fields | self.run.run(fields, self._behind_points)
        if "benchmarks" in draws.values:
            changed = self._with_benchmarks(changed, draws.values["benchmarks"])
        return changed or None

    def _noise(self, seeds: Array) -> Array:
        """Factors on the figures (fields × copies × rows); each copy from its own seed."""
        found = np.empty((len(self.fields), len(seeds), self.rows))
        for at, seed in enumerate(seeds):
            normal = np.random.default_rng(int(seed)).standard_normal(
                (len(self.fields), self.rows)
            )
            found[:, at] = 1.0 + self.uncertainty.error * np.clip(normal, -3.0, 3.0)
        return found

    def _with_benchmarks(self, changed: dict[str, Array], factors: Array) -> dict[str, Array]:
        """Points with every benchmark of an item moved by its factor.

        Points depend on a value and its benchmarks by their ratios (or those of differences), so
        benchmarks times f earn what the value over f earns with the benchmarks as they are; the
        statistics that serve as benchmarks are therefore kept fixed while values are divided.
        """
        values = {
            item.value: np.asarray(changed.get(item.value, self.columns[item.value]))
            / factors[:, [n]]
            for n, item in enumerate(self.items)
            if item.method not in OWN_POINTS
        }
        kept = {
            step.name
            for step in self.program.steps
            if not isinstance(step, Define) and not step.name.endswith("/mean_score")
        }
        fields = set(self.fields)
        start = {n: column for n, column in changed.items() if n in kept or n in fields} | values
        points = [item.points for item in self.items]
        found = self.run.run(start, points, SETTLED | kept)
        return {**changed, **found}

    @cached_property
    def _behind_points(self) -> list[str]:
        """The items' points and every step that they are made from."""
        steps = {step.name: step for step in self.program.steps}
        waiting = [item.points for item in self.items]
        found: dict[str, None] = {}
        while waiting:
            name = waiting.pop()
            if name in steps and name not in found:
                found[name] = None
                waiting.extend(reads(steps[name]))
        return list(found)

    def _figures_of(
        self, number: int, group: _Group, perturbed: dict[str, Array] | None, copies: int
    ) -> _Figures:
        if perturbed is None:
            if number not in self._figures:
                self._figures[number] = self._collect(group, {}, None)
            return self._figures[number]
        return self._collect(group, perturbed, copies)

    def _collect(self, group: _Group, perturbed: dict[str, Array], copies: int | None) -> _Figures:
        shape = (len(group.rows),) if copies is None else (copies, len(group.rows))

        def matrix(name: str) -> Array:
            column = np.asarray(perturbed.get(name, self.columns[name]), dtype=float)
            return np.broadcast_to(column[..., group.rows], shape)

        items = group.tree.items
        values = _side_by_side([matrix(item.value) for item in items])
        points = _side_by_side([matrix(item.points) for item in items])
        states = _side_by_side([self._state(item, matrix) for item in items])
        left_out = _side_by_side(np.zeros((len(items), *shape), dtype=bool))
        for at, item in enumerate(items):
            for state, treatment in item.treatments.items():
                if treatment == "leave_out":
                    left_out[..., at] |= states[..., at] == state
        scale = np.where(group.fixed, 0.0, 1.0 / np.where(group.fixed, 1.0, group.tree.weights))
        shares = points * scale
        fixed = np.where(group.fixed, points * group.tree.signs, 0.0).sum(axis=-1)
        return _Figures(shares, values, states, left_out, fixed)

    @staticmethod
    def _state(item: ItemColumns, matrix: Any) -> Array:
        if item.state is not None:
            return np.asarray(matrix(item.state))
        return np.where(np.isnan(matrix(item.value)), float(MISSING), 0.0)

    # --- the group's points ------------------------------------------------------------------

    def _base(
        self, number: int, group: _Group, draws: Draws, perturbed: dict[str, Array] | None
    ) -> Array:
        """The group's points before adjustments (copies × the group's rows)."""
        figures = self._figures_of(number, group, perturbed, draws.count)
        weights = self._weights(group, draws)
        option = self._options(draws)
        result = np.empty((draws.count, len(group.rows)))
        combos, member = np.unique(option, axis=0, return_inverse=True)
        for place, combo in enumerate(combos):
            chosen = np.flatnonzero(member.ravel() == place)
            names = self._named(combo)
            shares, counts = self._shares_for(number, group, figures, names, chosen)
            points = combine(group.tree, weights[chosen], shares, counts, names[2], group.rated)
            result[chosen] = points
        fixed = figures.fixed
        return result + fixed

    def _weights(self, group: _Group, draws: Draws) -> Array:
        factors = draws.values.get("weights")
        left_out = draws.values.get("left_out")
        own = None
        if left_out is not None:
            where = np.full(len(self.items) + 1, -1)
            where[group.places] = np.arange(len(group.places))
            own = where[left_out]
        moved = None if factors is None else factors[:, group.places]
        weights = effective_weights(group.tree, moved, own)
        return weights if len(weights) == draws.count else np.repeat(weights, draws.count, axis=0)

    def _options(self, draws: Draws) -> Array:
        zeros = np.zeros(draws.count, dtype=np.intp)
        names = ("normalisation", "imputation", "aggregation")
        return np.stack([draws.values.get(n, zeros - 1) for n in names], axis=1)  # type: ignore[call-overload]

    def _named(self, combo: Array) -> tuple[str, str, str]:
        it = self.uncertainty
        options = (it.normalisations, it.imputations, it.aggregations)
        found = ["scheme" if at < 0 else o[at] for at, o in zip(combo, options, strict=True)]
        return found[0], found[1], found[2]

    def _shares_for(
        self,
        number: int,
        group: _Group,
        figures: _Figures,
        names: tuple[str, str, str],
        chosen: Array,
    ) -> tuple[Array, Array | None]:
        wide = figures.shares.ndim == 3
        key = (number, names[0], names[1])
        if not wide and key in self._shares:
            return self._shares[key]
        part = figures
        if wide and len(chosen) < len(figures.shares):
            part = figures.take(chosen)
        found = _with_options(group, part, names[0], names[1])
        if not wide:
            self._shares[key] = found
        return found


def _with_options(
    group: _Group, figures: _Figures, normalisation: str, imputation: str
) -> tuple[Array, Array | None]:
    """Shares by another normalisation and imputation, and which of them count (None: all)."""
    shares, left_out = figures.shares, figures.left_out
    ordinary = figures.states == 0
    if normalisation != "scheme":
        shares = shares.copy(order="K")
        for at, item in enumerate(group.tree.items):
            if item.method in OWN_POINTS or group.fixed[at]:
                continue
            sign = 1.0 if item.better == "higher" else -1.0
            usable = np.where(ordinary[..., at], sign * figures.values[..., at], np.nan)
            other = _rescaled(usable, group.rated, item, normalisation)
            shares[..., at] = np.where(ordinary[..., at], other, shares[..., at])
        shares = _mean_scores(group, figures, shares)
    if imputation != "scheme":
        shares, left_out = _imputed(group, figures, shares, left_out, imputation)
    return shares, None if not left_out.any() else ~left_out


def _rescaled(usable: Array, rated: Array, item: ItemColumns, normalisation: str) -> Array:
    if normalisation == "ratio_to_best" and item.better == "lower":
        with np.errstate(all="ignore"):
            usable = np.where(usable < 0, -1.0 / usable, np.nan)
        return np.nan_to_num(NORMALISERS[normalisation](usable, rated))
    return NORMALISERS[normalisation](usable, rated)


def _mean_scores(group: _Group, figures: _Figures, shares: Array) -> Array:
    """Where the scheme gives the group's mean points, the mean of the new ones."""
    for at, item in enumerate(group.tree.items):
        for state, treatment in item.treatments.items():
            if treatment == "group_mean_score":
                there = figures.states[..., at] == state
                mean = _centre(group, figures, shares, at, "group_mean_score")
                shares[..., at] = np.where(there, mean, shares[..., at])
    return shares


def _centre(group: _Group, figures: _Figures, shares: Array, at: int, way: str) -> Array:
    """The mean or median share of the group's rated with an ordinary value; 0 if there is none."""
    usable = group.rated & (figures.states[..., at] == 0)
    own = np.where(usable, shares[..., at], np.nan)
    count = usable.sum(axis=-1, keepdims=True)
    if way == "group_mean_score":
        return np.asarray(np.nansum(own, axis=-1, keepdims=True) / np.maximum(count, 1))
    ordered = np.sort(own, axis=-1)
    low = np.maximum((count - 1) // 2, 0)
    high = np.minimum(count // 2, ordered.shape[-1] - 1)
    ends = [np.take_along_axis(ordered, at_, axis=-1) for at_ in (low, high)]
    return np.where(count > 0, np.nan_to_num((ends[0] + ends[1]) / 2), 0.0)


def _imputed(
    group: _Group, figures: _Figures, shares: Array, left_out: Array, way: str
) -> tuple[Array, Array]:
    """The shares with missing figures treated another way."""
    missing = figures.states == MISSING
    if not missing.any():
        return shares, left_out
    if way == "leave_out":
        return shares, left_out | missing
    shares, left_out = shares.copy(order="K"), left_out & ~missing
    for at in range(shares.shape[-1]):
        there = missing[..., at]
        if there.any():
            centre: Array | float = 0.0
            if way != "zero_points":
                centre = _centre(group, figures, shares, at, way)
            shares[..., at] = np.where(there, centre, shares[..., at])
    return shares, left_out
