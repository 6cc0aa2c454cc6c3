"""What a person wants to reach, and what that means in points for the subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yuanheng.calc.evaluation.program import RANK, RATED, SCORE, SCORED
from yuanheng.calc.evaluation.replicates import GRADE_PLACE
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.improvement.effects import AT_ONCE, Array, Standing, Subject
from yuanheng.calc.improvement.solving import Need

LARGEST_SCORE = 1e6
NEAR = 6
"""So many rivals above and below a rank are watched when the subject's changes move them."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A rank, a grade or a score: exactly one of them."""

    rank: int | None = None
    grade: str | None = None
    score: float | None = None

    @property
    def words(self) -> tuple[str, str]:
        if self.rank is not None:
            return f"第 {self.rank} 位", f"rank {self.rank}"
        if self.grade is not None:
            return f"{self.grade} 档", f"grade {self.grade}"
        return f"{self.score:g} 分", f"{self.score:g} points"


def check_goal(subject: Subject, goal: Goal) -> None:
    """Raises FaultyInput where the goal makes no sense for this subject and scheme."""
    given = [part for part in (goal.rank, goal.grade, goal.score) if part is not None]
    columns, row = subject.columns, subject.row
    if len(given) != 1:
        _refuse(
            "one_goal",
            "目标要写一个，也只能写一个：名次、等级或分数。",
            "Name exactly one goal: a rank, a grade or a score.",
        )
    if columns[SCORED][row] != 1:
        _refuse("not_scored", "该对象不计分，没有办法提高。", "The subject is not scored.")
    if goal.score is not None:
        if not abs(goal.score) <= LARGEST_SCORE:
            _refuse(
                "bad_score",
                f"目标分数“{goal.score:g}”不是一个数或太大：应不超过 {LARGEST_SCORE:,.0f}。",
                f"The score “{goal.score:g}” must be a number of {LARGEST_SCORE:,.0f} at most.",
            )
        return
    if columns[RATED][row] != 1:
        _refuse(
            "not_rated",
            "该对象不参加排名，没有名次和等级；可用 --to-score。",
            "The subject is not rated: it has no rank and no grade. Use --to-score.",
        )
    count = len(subject.others) + 1
    if goal.rank is not None and not 1 <= goal.rank <= count:
        _refuse(
            "bad_rank",
            f"目标名次 {goal.rank} 不对：这个排名共 {count} 家，应在 1 到 {count} 之间。",
            f"Rank {goal.rank} can't be: the ranking has {count}, so 1 to {count}.",
        )
    if goal.grade is not None and goal.grade not in subject.scale:
        listed = "、".join(subject.scale) or "—"
        _refuse(
            "unknown_grade",
            f"没有等级“{goal.grade}”；本方案的等级是 {listed}。",
            f"There is no grade “{goal.grade}”; the scheme's are {listed}.",
        )


def _refuse(code: str, zh: str, en: str) -> None:
    raise FaultyInput([Fault(code, zh, en)])


def reached(subject: Subject, goal: Goal, standing: Standing) -> bool:
    """Whether the subject is there."""
    if goal.score is not None:
        return standing.score is not None and standing.score >= goal.score
    if goal.rank is not None:
        return standing.rank is not None and standing.rank <= goal.rank
    return bool(standing.place <= subject.scale.index(goal.grade or ""))


class Needs:
    """A goal as points that must be gained; ``margin`` points more where the first try missed.

    ``crossing`` says that the subject's changes can move the others' points. Then the rivals near
    the rank are watched one by one; those far above or below are taken to stay there, and the
    evaluation of the answer says whether they did."""

    def __init__(self, subject: Subject, goal: Goal, crossing: bool) -> None:
        self.subject, self.goal, self.crossing = subject, goal, crossing
        columns, row = subject.columns, subject.row
        score = subject.built.scheme.score
        self.unit = 10.0**-score.digits
        self.slack = 0.0 if score.rounding == "down" else self.unit / 2
        self.total = float(columns["_total"][row])
        self.rank, self.score = goal.rank, goal.score
        if goal.grade is not None:
            self.rank, self.score = self._for_grade(goal.grade)

    @property
    def possible(self) -> bool:
        """Whether any score reaches the goal."""
        return self.rank is not None or self.score is not None

    def need(self, margin: float, *, still: bool = False) -> Need:
        """What must be gained; ``still`` takes the others as if they stayed where they are."""
        points = None
        if self.score is not None:
            points = self.score - self.slack - self.total + margin
        if self.rank is None:
            return Need(points)
        if still or not self.crossing:
            bar = self._bar(self.rank) - self.slack - self.total + margin
            return Need(bar if points is None else max(bar, points))
        totals = np.asarray(self.subject.columns["_total"])
        rivals = [(int(row), float(totals[row] - self.total + margin)) for row in self.rivals]
        return Need(points, rivals, self.rank - 1 - self._far_above)

    @property
    def _far_above(self) -> int:
        return max(0, (self.rank or 0) - 1 - NEAR)

    @property
    def rivals(self) -> Array:
        """The rows of those who stand near the rank, from the top."""
        if self.rank is None or not self.crossing:
            return self.subject.others[:0]
        scores = np.asarray(self.subject.columns[SCORE])[self.subject.others]
        order = self.subject.others[np.argsort(-scores, kind="stable")]
        return order[self._far_above : self.rank + NEAR]

    def _bar(self, rank: int) -> float:
        """The score that only rank − 1 of the others exceed."""
        scores = np.asarray(self.subject.columns[SCORE])[self.subject.others]
        if rank > len(scores):
            return -np.inf
        return float(np.sort(scores)[::-1][rank - 1])

    def _for_grade(self, grade: str) -> tuple[int | None, float | None]:
        """The least score with which the subject would have the grade while the others stay, or,
        where its changes move the others, the rank and the score bound that stand behind it."""
        subject = self.subject
        bounds = self._score_bounds()
        others = np.asarray(subject.columns[SCORE])[subject.others]
        tried = np.unique(
            np.r_[others, others + self.unit, bounds, subject.columns[SCORE][subject.row]]
        )
        places, ranks = self._grades_at(tried)
        good = np.flatnonzero(places <= subject.scale.index(grade))
        if not len(good):
            return None, None
        least = float(tried[good[0]])
        if not self.crossing:
            return None, least
        below = bounds[bounds <= least]
        return int(ranks[good[0]]), float(below.max()) if len(below) else None

    def _score_bounds(self) -> Array:
        scheme = self.subject.built.scheme
        blocks = [scheme.grades, *(group.grades for group in scheme.groups)]
        found = [
            bound
            for block in blocks
            if block is not None
            for rule in block.rules
            for bound in (rule.score_at_least, rule.score_below)
            if bound is not None
        ]
        return np.array(found, dtype=float)

    def _grades_at(self, scores: Array) -> tuple[Array, Array]:
        """Grade places and ranks of the subject at these scores while the others stay."""
        subject, base = self.subject, self.subject.program.base_column
        own = float(subject.columns[base][subject.row])
        places, ranks = [], []
        for part in np.array_split(scores, 1 + len(scores) * subject.rows // AT_ONCE):
            changed = np.tile(np.asarray(subject.columns[base]), (len(part), 1))
            changed[:, subject.row] = own + part - self.total
            found = subject.run.run({base: changed}, [GRADE_PLACE, RANK])
            shape = (len(part), subject.rows)
            places.append(np.broadcast_to(found[GRADE_PLACE], shape)[:, subject.row])
            ranks.append(np.broadcast_to(found[RANK], shape)[:, subject.row])
        return np.concatenate(places), np.concatenate(ranks)
