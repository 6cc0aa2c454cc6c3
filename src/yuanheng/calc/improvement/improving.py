"""The shortest way up: the least change of a subject's items that reaches a goal, verified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.program import RANK, SCORE, ItemColumns
from yuanheng.calc.improvement.effects import FINE, Array, Effect, Standing, Subject
from yuanheng.calc.improvement.figures import table_figures
from yuanheng.calc.improvement.goals import Goal, Needs, check_goal, reached
from yuanheng.calc.improvement.levers import Lever, Rules, levers_of
from yuanheng.calc.improvement.solving import solve

Method = Literal["exact", "pieces", "search"]
TRIES = 8
NARROWED = 0.05
NEGLIGIBLE = 1e-9
DIGITS = range(3, 15)
DEARER = 1e-6


@dataclass(frozen=True, slots=True)
class Change:
    """One item: from and to in its own unit, what that earns, and the effort."""

    item: ItemColumns
    before: float
    after: float
    points_before: float
    points_after: float
    effort: float


@dataclass(frozen=True, slots=True)
class Improvement:
    """The answer. Where the goal is out of reach, the changes lead to the nearest that is reached
    and ``short`` says what lacks (points, places or grades, as the goal is).

    ``method``: ``exact`` (least by a solver over exact pieces), ``pieces`` (curved points, in
    pieces so fine that the effort is least but for what they miss), ``search`` (the pieces did
    not foretell the evaluation; the way was searched and may not be the least). ``figures``: the
    figures of the table to change, None where items share figures and their values were set
    directly. ``before`` and ``after`` are real evaluations."""

    goal: Goal
    reached: bool
    short: float
    before: Standing
    after: Standing
    changes: list[Change]
    effort: float
    method: Method
    figures: dict[str, float] | None
    missing: list[ItemColumns]
    possible: bool
    others: int
    moved: dict[Lever, float] = field(default_factory=dict)


def improve(
    built: BuiltScheme,
    columns: Mapping[str, Array],
    rows: int,
    row: int,
    goal: Goal,
    rules: Rules | None = None,
) -> Improvement:
    """Find the least change. ``columns`` is what ``ArrayRun`` made; ``row`` the subject's.

    Raises FaultyInput for goals and rules that make no sense.
    """
    subject = Subject(built, columns, rows, row)
    check_goal(subject, goal)
    levers, missing = levers_of(built, columns, row, rules or Rules({}, {}, ()))
    return _Way(subject, goal, levers, missing).find()


class _Way:
    def __init__(
        self, subject: Subject, goal: Goal, levers: list[Lever], missing: list[ItemColumns]
    ) -> None:
        self.subject, self.goal, self.missing = subject, goal, missing
        self.levers = [lever for lever in levers if lever.high > lever.low]
        (self.before,) = subject.standings({})
        self.effects: list[Effect] = []
        self.possible = True
        self.searched = self.crossing = False

    def find(self) -> Improvement:
        if reached(self.subject, self.goal, self.before):
            return self._answer({}, self.before)
        self.crossing = any(self.subject.crosses(lever) for lever in self.levers)
        needs = Needs(self.subject, self.goal, self.crossing)
        self.possible = needs.possible
        found = self._reach(self.goal, needs) if needs.possible else None
        if found is None:
            found = self._nearest()
        moved = {lever: to for lever, to in found.items() if lever.now != to}
        (after,) = self._standings([moved])
        return self._answer(moved, after)

    # --- reaching a goal ---------------------------------------------------------------------

    def _reach(self, goal: Goal, needs: Needs) -> dict[Lever, float] | None:
        """The least change that the real evaluation confirms; None if there is none."""
        if not self.levers:
            return None
        first = self._first(goal, needs)
        most = None if first is None else _effort(first)
        self.effects = self._pieces(needs.rivals, most)
        ways = [self._tried(goal, needs, self.effects, effort=most), first]
        least = _least(ways)
        if least is not None and not all(effect.exact for effect in self.effects):
            # Once more, with fine pieces around what was found with rough ones.
            effects = self._fine(needs.rivals, least)
            least = _least(
                [least, self._tried(goal, needs, effects, fine=True, effort=_effort(least))]
            )
        return self._trimmed(goal, least) if least is not None and least is first else least

    def _first(self, goal: Goal, needs: Needs) -> dict[Lever, float] | None:
        """A way that gets there, found quickly over few figures of each item with the others taken
        as still. None that costs more need be looked at, and that leaves few pieces."""
        rivals = needs.rivals[:0]
        coarse = [self.subject.effect(lever, rivals, coarse=True) for lever in self.levers]
        return self._tried(goal, needs, coarse, still=True, rough=True)

    def _pieces(self, rivals: Array, most: float | None) -> list[Effect]:
        """The levers' effects as far as an effort of ``most`` takes each by itself."""
        found = []
        for lever in self.levers:
            reach = None if most is None else most * (1 + DEARER) / lever.cost
            within = None if reach is None else (-reach, reach)
            found.append(self.subject.effect(lever, rivals, within))
        return found

    def _fine(self, rivals: Array, way: Mapping[Lever, float]) -> list[Effect]:
        """Fine pieces around a way that was found with rough ones."""
        most, effects = _effort(way), []
        for effect in self.effects:
            at = (way[effect.lever] - effect.lever.now) / effect.lever.scale
            spread = NARROWED * max(abs(at), 0.1)
            effects.append(
                _within([effect], most)[0]
                if effect.exact
                else self.subject.effect(effect.lever, rivals, (at - spread, at + spread), FINE)
            )
        return effects

    def _tried(
        self,
        goal: Goal,
        needs: Needs,
        effects: list[Effect],
        *,
        still: bool = False,
        rough: bool = False,
        fine: bool = False,
        effort: float | None = None,
    ) -> dict[Lever, float] | None:
        """Solve, evaluate, and ask for more until the evaluation says that the goal is met;
        ``effort``: what a way that is known takes. ``rough``: any way will do; ``fine``: the
        pieces are those around a way that is known."""
        margin = NEGLIGIBLE
        last: dict[Lever, float] | None = None
        for _ in range(TRIES):
            steps = solve(effects, needs.need(margin, still=still), effort, proven=not fine)
            if steps is None:
                break
            last = self._values(steps)
            (standing,) = self._standings([last])
            if reached(self.subject, goal, standing):
                return last if rough else self._trimmed(goal, last)
            margin = max(2 * margin, needs.unit, self._lack(needs, last, standing))
        return None if last is None or rough else self._along(goal, last)

    def _lack(self, needs: Needs, way: dict[Lever, float], standing: Standing) -> float:
        """Points that the real evaluation is short of, and a little more."""
        lack = 0.0
        if needs.score is not None and standing.score is not None:
            lack = needs.score - standing.score
        if needs.rank is not None:
            lack = max(lack, self.subject.behind(way, needs.rank))
        return 1.05 * lack

    def _along(self, goal: Goal, last: dict[Lever, float]) -> dict[Lever, float] | None:
        """Past the last try towards the ends of the bounds: the first point that gets there."""
        ends = {
            lever: lever.high if to > lever.now else lever.low if to < lever.now else lever.now
            for lever, to in last.items()
        }
        parts = np.linspace(0, 1, 257)
        ways = [
            {lever: _on_grid(lever, to + (ends[lever] - to) * part) for lever, to in last.items()}
            for part in parts
        ]
        for way, standing in zip(ways, self._standings(ways), strict=True):
            if reached(self.subject, goal, standing):
                self.searched = True
                return way
        return None

    def _values(self, steps: Sequence[float]) -> dict[Lever, float]:
        values = {}
        for lever, step in zip(self.levers, steps, strict=True):
            to = lever.now if abs(step) < NEGLIGIBLE / 10 else lever.now + step * lever.scale
            values[lever] = _on_grid(lever, float(np.clip(to, lever.low, lever.high)))
        return values

    def _standings(self, ways: Sequence[Mapping[Lever, float]]) -> list[Standing]:
        moved = {
            lever: np.array([way.get(lever, lever.now) for way in ways])
            for lever in self.levers
            if any(way.get(lever, lever.now) != lever.now for way in ways)
        }
        if not moved:
            return [self.before] * len(ways)
        return self.subject.standings(moved)

    def _trimmed(self, goal: Goal, way: dict[Lever, float]) -> dict[Lever, float]:
        """The same way in round figures where these cost nothing to speak of, and, where pieces
        are rough, no farther than needed."""
        if not all(effect.exact for effect in self.effects):
            way = self._shortened(goal, way)
        rounded = [
            {lever: _rounded(lever, to, digits) for lever, to in way.items()} for digits in DIGITS
        ]
        effort = _effort(way)
        for candidate, standing in zip(rounded, self._standings(rounded), strict=True):
            dearer = _effort(candidate) - effort
            if dearer <= DEARER * effort and reached(self.subject, goal, standing):
                return candidate
        return way

    def _shortened(self, goal: Goal, way: dict[Lever, float]) -> dict[Lever, float]:
        parts = 1 - np.geomspace(1e-9, 0.05, 60)
        ways = [
            {
                lever: to if lever.whole else lever.now + (to - lever.now) * part
                for lever, to in way.items()
            }
            for part in parts
        ]
        for shorter, standing in zip(ways[::-1], self._standings(ways)[::-1], strict=True):
            if reached(self.subject, goal, standing):
                return shorter
        return way

    # --- what is nearest -----------------------------------------------------------------------

    def _nearest(self) -> dict[Lever, float]:
        """The farthest that the bounds allow, reached with the least effort."""
        self.effects = self._pieces(self.subject.others[:0], None)
        steps = solve(self.effects, None) if self.levers else None
        if steps is None:
            return {}
        most = self._values(steps)
        (standing,) = self._standings([most])
        for goal in self._lesser(standing):
            needs = Needs(self.subject, goal, self.crossing)
            if reached(self.subject, goal, self.before):
                return {}
            found = self._reach(goal, needs) if needs.possible else None
            if found is not None:
                return found
        return most

    def _lesser(self, most: Standing) -> list[Goal]:
        """Goals to try instead, the best first."""
        if self.goal.rank is not None and most.rank is not None:
            return [Goal(rank=rank) for rank in range(self.goal.rank + 1, most.rank + 1)][-40:]
        if self.goal.grade is not None and self.subject.scale:
            first = self.subject.scale.index(self.goal.grade) + 1
            return [Goal(grade=grade) for grade in self.subject.scale[first:]]
        if most.score is None:
            return []
        unit = 10.0**-self.subject.built.scheme.score.digits
        return [Goal(score=most.score), Goal(score=most.score - unit)]

    # --- the answer ------------------------------------------------------------------------------

    def _answer(self, moved: dict[Lever, float], after: Standing) -> Improvement:
        points = self.subject.points_at({lever: np.array([to]) for lever, to in moved.items()})
        changes = [
            Change(
                lever.item,
                lever.now,
                to,
                float(self.subject.columns[lever.item.points][self.subject.row]),
                points[lever],
                lever.effort(to),
            )
            for lever, to in moved.items()
        ]
        done = reached(self.subject, self.goal, after)
        exact = all(effect.exact for effect in self.effects)
        method: Method = "search" if self.searched else "exact" if exact else "pieces"
        return Improvement(
            self.goal,
            done,
            0.0 if done else self._short(after),
            self.before,
            after,
            sorted(changes, key=lambda change: -change.effort),
            sum(change.effort for change in changes),
            method,
            table_figures(self.subject, moved),
            self.missing,
            self.possible,
            self._others_moved(moved),
            moved,
        )

    def _short(self, after: Standing) -> float:
        if self.goal.score is not None:
            return self.goal.score - (after.score or 0.0)
        if self.goal.rank is not None:
            return float((after.rank or 0) - self.goal.rank)
        return float(after.place - self.subject.scale.index(self.goal.grade or ""))

    def _others_moved(self, moved: Mapping[Lever, float]) -> int:
        """How many others' scores or ranks the change alters."""
        if not moved:
            return 0
        changed = self.subject.changed({lever: np.array([to]) for lever, to in moved.items()})
        found = self.subject.run.run(changed, [SCORE, RANK])
        differs = np.zeros(self.subject.rows, dtype=bool)
        for name in (SCORE, RANK):
            now, then = self.subject.columns[name], np.atleast_2d(found[name])[0]
            differs |= (now != then) & ~(np.isnan(now) & np.isnan(then))
        differs[self.subject.row] = False
        return int(differs.sum())


def _within(effects: Sequence[Effect], effort: float) -> list[Effect]:
    """The effects without the pieces that cost more than so much effort by themselves."""
    found = []
    for effect in effects:
        reach = effort * (1 + 1e-6) / effect.lever.cost
        pieces = [p for p in effect.pieces if p.start <= reach and p.end >= -reach]
        found.append(replace(effect, pieces=pieces))
    return found


def _on_grid(lever: Lever, to: float) -> float:
    return float(np.round(to)) if lever.whole else to


def _rounded(lever: Lever, to: float, digits: int) -> float:
    """The figure away from now at so many significant digits, within its bounds."""
    if to == lever.now or lever.whole or to == 0:
        return to
    unit = 10.0 ** (np.floor(np.log10(max(abs(to), abs(to - lever.now)))) + 1 - digits)
    steps = np.round(to / unit, 6)
    away: Any = np.ceil(steps) if to > lever.now else np.floor(steps)
    return float(np.clip(float(f"{away * unit:.15g}"), lever.low, lever.high))


def _least(ways: Sequence[dict[Lever, float] | None]) -> dict[Lever, float] | None:
    """The way of least effort among those that there are."""
    return min((way for way in ways if way is not None), key=_effort, default=None)


def _effort(way: Mapping[Lever, float]) -> float:
    return sum(lever.effort(to) for lever, to in way.items())
