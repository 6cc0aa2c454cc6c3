"""Last (or first) k of a class in n of m periods: warning, exit, promotion.

Published examples: the last five nationwide two years running leave (national economic zones,
2016 edition); twice in three years among the last five of their region (2021 edition); the last
three in two of three years (Jiangsu 2021).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Measure = Literal["last", "first", "grade"]


@dataclass(frozen=True, slots=True)
class Place:
    """A subject in one period: its rank among so many ranked of its class, and its grade.

    ``rank`` None: it took part unranked, or not at all.
    """

    period: str
    rank: int | None = None
    of: int = 0
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """``times`` of the latest ``within`` periods among the ``measure`` ``size`` of the class.

    ``size`` counts places; with ``is_share`` it is percent of the ranked, rounded down, at least
    one. For ``grade`` it says nothing, and ``grades`` are those that count.
    """

    measure: Measure
    times: int
    within: int
    size: float = 0
    is_share: bool = False
    grades: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.times <= self.within:
            raise ValueError(f"{self.times} of {self.within} periods: from 1 to all of them")
        if self.measure == "grade" and not self.grades:
            raise ValueError("a rule by grade names the grades that count")
        if self.measure != "grade" and not self.size > 0:
            raise ValueError(f"how many places count must be above 0, not {self.size}")

    def places(self, of: int) -> int:
        """How many places count among so many ranked."""
        if not self.is_share:
            return int(self.size)
        return max(1, math.floor(of * self.size / 100 + 1e-9))

    def counts(self, place: Place) -> bool:
        """Whether one period counts. In a class no larger than the tail everybody is in it, so
        that a class of ``size`` or fewer counts for nobody."""
        if self.measure == "grade":
            return place.grade in self.grades
        if place.rank is None or place.of <= self.places(place.of):
            return False
        if self.measure == "first":
            return place.rank <= self.places(place.of)
        return place.rank > place.of - self.places(place.of)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule holds, the periods that counted, and those of the window that are missing."""

    holds: bool
    counted: tuple[str, ...]
    window: tuple[str, ...]
    missing: tuple[str, ...] = field(default=())


def judge(history: Sequence[Place], periods: Sequence[str], rule: Rule) -> Verdict:
    """One subject by one rule. ``periods`` are those in which the class was evaluated, latest
    first; a period in which the subject wasn't is missing and counts for nothing.

    >>> rule = Rule("last", times=2, within=3, size=5)
    >>> past = [Place("2024", 40, 44), Place("2023", 12, 44), Place("2022", 43, 44)]
    >>> judge(past, ["2024", "2023", "2022"], rule).counted
    ('2024', '2022')
    """
    window = tuple(periods[: rule.within])
    known = {one.period: one for one in history}
    counted = tuple(one for one in window if one in known and rule.counts(known[one]))
    missing = tuple(one for one in window if one not in known)
    return Verdict(len(counted) >= rule.times, counted, window, missing)
