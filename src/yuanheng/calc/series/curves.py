"""A yearly target by month: the plan's curve, and the pace against it (时序进度、双过半)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Curve:
    """Which share of the year is due by the end of each month: twelve shares, the last is 1."""

    shares: tuple[float, ...]
    basis: str  # even, last_year, own

    def due(self, month: int) -> float:
        """The share due by the end of ``month`` (0 to 12)."""
        if not 0 <= month <= MONTHS:
            raise ValueError(f"not a month: {month}")
        return self.shares[month - 1] if month else 0.0

    def due_on(self, day: date) -> float:
        """The share due by the end of ``day``; inside a month it grows evenly with the days.

        >>> even_curve().due_on(date(2024, 6, 30))
        0.5
        """
        following = date(day.year + day.month // MONTHS, day.month % MONTHS + 1, 1)
        days = (following - day.replace(day=1)).days
        start, end = self.due(day.month - 1), self.due(day.month)
        return end if day.day == days else start + (end - start) * day.day / days


def even_curve() -> Curve:
    """A twelfth each month."""
    return Curve(tuple(month / MONTHS for month in range(1, MONTHS + 1)), "even")


def shaped_curve(months: Sequence[float]) -> Curve:
    """As an earlier year went: ``months`` are its twelve monthly figures.

    Raises ValueError for a year that isn't whole, has a negative month or nothing at all: it has
    no shape that a plan could follow.

    >>> shaped_curve([1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2]).shares[2]
    0.25
    """
    if len(months) != MONTHS:
        raise ValueError(f"a year has twelve months, not {len(months)}")
    if min(months) < 0 or sum(months) <= 0:
        raise ValueError("a plan can't follow a year with negative months or none at all")
    whole, reached, shares = sum(months), 0.0, []
    for one in months:
        reached += one
        shares.append(reached / whole)
    return Curve((*shares[:-1], 1.0), "last_year")


def own_curve(shares: Sequence[float]) -> Curve:
    """A curve of one's own: the share due by the end of each month.

    Raises ValueError unless there are twelve that never fall and end at 1.
    """
    if len(shares) != MONTHS:
        raise ValueError(f"a year has twelve months, not {len(shares)}")
    if any(later < earlier for earlier, later in zip([0.0, *shares], shares, strict=False)):
        raise ValueError("the share due can't fall from one month to the next")
    if abs(shares[-1] - 1) > 1e-9:
        raise ValueError("at the end of the year everything is due: the last share must be 1")
    return Curve((*shares[:-1], 1.0), "own")


def figures_curve(figures: Sequence[float], aim: float, base: float = 0.0) -> Curve:
    """A curve of one's own, from twelve figures in the unit of the ``aim``.

    Either what each month is to bring (they add up to aim − base), or where each month is to end
    (the last one is the aim). ``base`` is where the year begins: 0 for what is added up.
    Raises ValueError for figures that do neither, or that turn back on their way.

    >>> figures_curve([10] * 12, 120).shares[2], figures_curve(list(range(10, 130, 10)), 120).basis
    (0.25, 'own')
    """
    if len(figures) != MONTHS:
        raise ValueError(f"a year has twelve months, not {len(figures)}")
    way = aim - base
    if way == 0:
        raise ValueError("the aim is where the year begins: there is no way to plan")
    if math.isclose(figures[-1], aim, rel_tol=1e-6) and not math.isclose(
        sum(figures), way, rel_tol=1e-6
    ):
        reached = [one - base for one in figures]
    else:
        reached = list(itertools.accumulate(figures))
    if not math.isclose(reached[-1], way, rel_tol=1e-6):
        raise ValueError(
            f"the months add up to {sum(figures):g} and end at {figures[-1]:g}; the aim is {aim:g}"
        )
    return own_curve([*(one / way for one in reached[:-1]), 1.0])


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a target stands. Shares are of the year's target; ``gap`` is in percentage points,
    negative when behind. ``is_past_half`` answers 双过半 and is ``None`` before 30 June."""

    done: float
    due: float
    gap: float
    expected: float
    is_past_half: bool | None


def pace(target: float, actual: float, curve: Curve, day: date) -> Pace:
    """The pace of a yearly ``target`` of which ``actual`` had been reached by ``day``.

    Raises ValueError for a target that isn't positive.

    >>> pace(100.0, 45.0, even_curve(), date(2024, 6, 30))
    Pace(done=0.45, due=0.5, gap=-5.0, expected=50.0, is_past_half=False)
    """
    if target <= 0:
        raise ValueError("a target must be greater than zero to have a pace")
    done, due = actual / target, curve.due_on(day)
    is_june_over = (day.month, day.day) >= (6, 30)
    return Pace(
        done=done,
        due=due,
        gap=round((done - due) * 100, 9),
        expected=target * due,
        is_past_half=done >= 0.5 if is_june_over else None,
    )
