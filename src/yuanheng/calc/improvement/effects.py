"""What a change of one item does: to the subject's own points, and to everyone else's.

The subject may be part of a mean, a maximum or a ranking that serves as a benchmark, so its own
change can move the others' points. Where it cannot, only the subject's own row is evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.program import (
    GRADE,
    RANK,
    RATED,
    SCORE,
    Aggregate,
    Define,
    Step,
    reads,
)
from yuanheng.calc.evaluation.replicates import GRADE_PLACE, ReplicateRun
from yuanheng.calc.improvement.levers import Lever
from yuanheng.calc.improvement.pieces import Function, Piece, coarse_pieces, straight_pieces
from yuanheng.calc.improvement.tails import Factor, factor_of

Array = npt.NDArray[Any]
AT_ONCE = 4_000_000
TOTAL = "_total"
STEADY = 1e-9
NOTHING = 1e-9
"""Points too few to be a move."""
MOST_MARKS = 200
SMOOTH = frozenset({"sum", "mean", "count", "max", "min"})
"""Statistics that bend only where the subject becomes the highest or the lowest."""
EXACT, ROUGH, FINE = 1e-10, 3e-5, 1e-6
"""How far pieces may be off, as a share of the total score."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the subject stands: score, rank and grade (None where there is none)."""

    score: float | None
    rank: int | None
    grade: str | None
    place: float


@dataclass(frozen=True)
class Effect:
    """The change of scores by one lever, in pieces of (figure − now)/scale. Outputs: the subject
    itself, then ``others``."""

    lever: Lever
    pieces: list[Piece]
    exact: bool
    others: Array

    @cached_property
    def falling_slopes(self) -> bool:
        """Whether the subject's gain, and its gain on each of the others, is concave: no jump, and
        no slope that is steeper than the one before."""
        if len(self.pieces) < 2:
            return True
        sizes = max(np.abs(p.high).max() for p in self.pieces) or 1.0
        for before, piece in pairwise(self.pieces):
            apart = piece.start - before.end
            if np.abs(piece.low - before.high - piece.slope * apart).max() > STEADY * sizes:
                return False
            steeper = self._slopes(piece) - self._slopes(before)
            shorter = min(piece.end - piece.start, before.end - before.start)
            if steeper.max() * shorter > STEADY * sizes:
                return False
        return True

    @staticmethod
    def _slopes(piece: Piece) -> Array:
        slopes = piece.slope
        return np.asarray(np.r_[slopes[0], slopes[0] - slopes[1:]])

    @cached_property
    def least(self) -> dict[int, float]:
        """For each of the others the least that the lever gains the subject on it."""
        ends = np.array([end for piece in self.pieces for end in (piece.low, piece.high)])
        over = (ends[:, :1] - ends[:, 1:]).min(axis=0) if len(self.others) else []
        return {int(row): float(gain) for row, gain in zip(self.others, over, strict=True)}

    @cached_property
    def reach(self) -> dict[int, float]:
        """For each of the others the most that its points move for one unit of effort."""
        most = np.zeros(len(self.others))
        for piece in self.pieces:
            for at, points in ((piece.start, piece.low), (piece.end, piece.high)):
                moved = np.abs(points[1:])
                effort = max(self.lever.cost * abs(at), 1e-12)
                most = np.maximum(most, np.where(moved > NOTHING, moved / effort, 0.0))
        return {int(row): float(points) for row, points in zip(self.others, most, strict=True)}

    @cached_property
    def least_own(self) -> float:
        """The least that it gains the subject itself."""
        return min(min(float(p.low[0]), float(p.high[0])) for p in self.pieces)


class Subject:
    """One subject of a finished run, to be changed."""

    def __init__(
        self, built: BuiltScheme, columns: Mapping[str, Array], rows: int, row: int
    ) -> None:
        self.built, self.columns, self.rows, self.row = built, columns, rows, row
        self.program = built.program
        self.run = ReplicateRun(self.program, columns, rows)
        self.scale = self.run.scale
        codes = self.run.base.codes(self.program.rank_by)[0]
        rated = np.asarray(columns[RATED]) == 1
        beside = (codes == codes[row]) & rated
        beside[row] = False
        self.others = np.flatnonzero(beside)
        one = {name: np.asarray(column)[row : row + 1] for name, column in columns.items()}
        self._alone = ReplicateRun(self.program, one, 1)
        self._steps = {step.name: step for step in self.program.steps}
        self._factors: dict[Lever, Factor | None] = {}

    def crosses(self, lever: Lever) -> bool:
        """Whether a change of the item can move the points of others."""
        return any(not isinstance(step, Define) for step in self._between(lever))

    def _between(self, lever: Lever) -> list[Step]:
        """The steps that lead from the item's value to the total."""
        return self.run.kept(("between", lever.item.value), lambda: self._find_between(lever))

    def _find_between(self, lever: Lever) -> list[Step]:
        reached = self.run.affected([lever.item.value])
        needed, waiting = set(), [self.program.base_column]
        while waiting:
            name = waiting.pop()
            if name in reached and name not in needed:
                needed.add(name)
                waiting.extend(reads(self._steps[name]))
        return [self._steps[name] for name in needed]

    def _marks(self, lever: Lever) -> Array:
        """The others' values at which something may happen as the subject's passes them: all of
        them where places count, the outermost where only sums and extremes do."""
        values: Array = np.unique(np.asarray(self.columns[lever.item.value])[self.others])
        values = values[~np.isnan(values)]
        if all(
            isinstance(step, Define) or (isinstance(step, Aggregate) and step.statistic in SMOOTH)
            for step in self._between(lever)
        ):
            return np.asarray(values[[0, -1]] if len(values) else values)
        if len(values) > MOST_MARKS:
            return np.asarray(np.quantile(values, np.linspace(0, 1, MOST_MARKS)))
        return np.asarray(values)

    def effect(
        self,
        lever: Lever,
        rivals: Array,
        within: tuple[float, float] | None = None,
        rough: float = ROUGH,
        *,
        coarse: bool = False,
    ) -> Effect:
        """The lever's effect on the subject and on those of the ``rivals`` (rows) whom it can
        reach, in pieces; ``within`` narrows its range (in its scale). ``coarse``: straight lines
        between a few figures, for a first try."""
        crosses = self.crosses(lever)
        others = rivals if crosses else rivals[:0]
        marks = np.array([])
        if crosses:
            marks = (self._marks(lever) - lever.now) / lever.scale
        total = self.built.scheme.score.total
        digits = self.built.scheme.score.item_digits
        blur = 0.0 if digits is None else 0.6 * 10.0**-digits
        low, high = ((end - lever.now) / lever.scale for end in (lever.low, lever.high))
        whole = high - low
        if within is not None:
            low, high = max(low, within[0]), min(high, within[1])
        function = self._function(lever, others, crosses)
        if coarse:
            pieces = coarse_pieces(function, low, high, np.r_[0.0, marks], rough * total)
            return Effect(lever, pieces, False, others)
        pieces, exact = straight_pieces(
            function,
            low,
            high,
            np.r_[0.0, marks],
            max(EXACT * total, blur),
            max(rough * total, blur),
            whole,
        )
        return Effect(lever, pieces, exact and not blur, others)

    def _function(self, lever: Lever, others: Array, crosses: bool) -> Function:
        base = self.program.base_column
        own = float(self.columns[base][self.row])

        def alone(steps: Array) -> Array:
            values = (lever.now + steps * lever.scale)[:, None]
            found = self._alone.run({lever.item.value: values}, [base])[base]
            return np.broadcast_to(found, (len(steps), 1)) - own

        def together(steps: Array) -> Array:
            chosen = np.r_[self.row, others]
            parts = [
                self._moves(lever, lever.now + part * lever.scale, chosen)
                for part in np.array_split(steps, 1 + len(steps) * self.rows // AT_ONCE)
            ]
            return np.concatenate(parts)

        return together if crosses else alone

    def _moves(self, lever: Lever, figures: Array, chosen: Array) -> Array:
        """By how much the chosen rows' totals move at each of the figures."""
        factor = self._factor(lever)
        name = self.program.base_column if factor is None else lever.item.points
        found = self.run.run(self.changed({lever: figures}), [name])[name]
        wide = np.broadcast_to(found, (len(figures), self.rows))[:, chosen]
        apart = wide - np.asarray(self.columns[name])[chosen]
        if factor is None:
            return np.asarray(apart)
        return np.asarray(apart * np.broadcast_to(factor, (self.rows,))[chosen])

    def _factor(self, lever: Lever) -> Factor | None:
        """By how much the total moves for a point of the item, where all between is plain sums."""
        if lever not in self._factors:
            name, base = lever.item.points, self.program.base_column
            self._factors[lever] = factor_of(name, base, self._between(lever), self.columns)
        return self._factors[lever]

    def changed(self, moved: Mapping[Lever, Array]) -> dict[str, Array]:
        """The items' columns with the subject's own figures replaced (copies × rows)."""
        columns = {}
        for lever, values in moved.items():
            column = np.tile(np.asarray(self.columns[lever.item.value], float), (len(values), 1))
            column[:, self.row] = values
            columns[lever.item.value] = column
        return columns

    def values_at(self, lever: Lever, key: str, figures: Array) -> Array:
        """The item's value where a figure of the table is one of ``figures``."""
        found = self._alone.run({key: figures[:, None]}, [lever.item.value])[lever.item.value]
        return np.asarray(np.broadcast_to(found, (len(figures), 1))[:, 0])

    def points_at(self, moved: Mapping[Lever, Array]) -> dict[Lever, float]:
        """The points of each changed item, all of them changed."""
        changed = self.changed(moved)
        found = self.run.run(changed, [lever.item.points for lever in moved])
        return {
            lever: float(np.atleast_2d(found[lever.item.points])[0, self.row]) for lever in moved
        }

    def standings(self, moved: Mapping[Lever, Array]) -> list[Standing]:
        """Where the subject stands with its items at these figures: the real evaluation."""
        wanted = [SCORE, RANK, *([GRADE_PLACE] if self.scale else [])]
        count = len(next(iter(moved.values()), np.zeros(1)))
        found = self.run.run(self.changed(moved), wanted)

        def of(name: str) -> Array:
            column = found.get(name)
            if column is None:
                column = self.columns.get(name, np.full(self.rows, np.nan))
            return np.broadcast_to(column, (count, self.rows))[:, self.row]

        grades = of(GRADE_PLACE) if GRADE_PLACE in found else self._grade_now(count)
        return [
            self._standing(score, rank, place)
            for score, rank, place in zip(of(SCORE), of(RANK), grades, strict=True)
        ]

    def behind(self, moved: Mapping[Lever, float], rank: int) -> float:
        """The points that the subject lacks on the one who would keep it from the rank, with its
        items at these figures; 0 or less where none does."""
        changed = self.changed({lever: np.array([to]) for lever, to in moved.items()})
        found = self.run.run(changed, [TOTAL]).get(TOTAL, self.columns[TOTAL])
        totals = np.atleast_2d(found)[0]
        others = np.sort(totals[self.others])[::-1]
        return float(others[rank - 1] - totals[self.row]) if rank <= len(others) else 0.0

    def _grade_now(self, count: int) -> Array:
        text = self.columns[GRADE][self.row] if GRADE in self.columns else None
        place = self.scale.index(text) if text in self.scale else np.nan
        return np.full(count, place)

    def _standing(self, score: float, rank: float, place: float) -> Standing:
        return Standing(
            None if np.isnan(score) else float(score),
            None if np.isnan(rank) else int(rank),
            None if np.isnan(place) else self.scale[int(place)],
            float(place),
        )
