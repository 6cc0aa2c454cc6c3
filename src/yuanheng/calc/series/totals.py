"""From months to a year, and from parks to a city: how figures may be put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

OverTime = Literal["sum", "last", "mean", "cumulative"]


@dataclass(frozen=True, slots=True)
class Aggregation:
    """A figure over several subjects or periods, and what it leaves unsaid.

    ``value`` is ``None`` where nothing is known; ``known`` of ``asked`` figures were there.
    """

    value: float | None
    known: int
    asked: int

    @property
    def is_complete(self) -> bool:
        return self.known == self.asked


def over_time(values: Sequence[float | None], how: OverTime) -> Aggregation:
    """Figures of consecutive periods as one of the whole span.

    ``sum`` for flows (revenue of a month); ``last`` for stocks (enterprises at the end);
    ``mean`` for levels that are averaged (employees); ``cumulative`` where each figure already
    holds those before it, so that the last known one is the span's.

    >>> over_time([1.0, None, 2.0], "sum")
    Aggregation(value=3.0, known=2, asked=3)
    >>> over_time([5.0, 9.0, None], "cumulative").value, over_time([5.0, 9.0], "mean").value
    (9.0, 7.0)
    >>> over_time([None], "sum").value is None
    True
    """
    known = [value for value in values if value is not None]
    asked = len(values)
    if not known:
        return Aggregation(None, 0, asked)
    if how == "sum":
        return Aggregation(sum(known), len(known), asked)
    if how == "mean":
        return Aggregation(sum(known) / len(known), len(known), asked)
    # The end of the span counts: a stock that isn't known there is not complete.
    at_end = values[-1] is not None
    return Aggregation(known[-1], asked if at_end else len(known), asked)


def over_subjects(
    values: Sequence[float | None], weights: Sequence[float | None] | None = None
) -> Aggregation:
    """Figures of several subjects as one of all of them.

    Without ``weights`` they are added. With them they are ratios, and each weight is the ratio's
    own denominator: the result is Σ value·weight ÷ Σ weight, that is the ratio of the sums. A bare
    mean of ratios is not on offer: it would let the smallest park count as much as the largest.

    >>> over_subjects([10.0, 20.0, None]).value
    30.0
    >>> over_subjects([0.5, 0.1], [10.0, 90.0]).value
    0.14
    """
    if weights is None:
        known = [value for value in values if value is not None]
        return Aggregation(sum(known) if known else None, len(known), len(values))
    pairs = [
        (value, weight)
        for value, weight in zip(values, weights, strict=True)
        if value is not None and weight is not None
    ]
    below = sum(weight for _value, weight in pairs)
    if below == 0:
        return Aggregation(None, len(pairs), len(values))
    above = sum(value * weight for value, weight in pairs)
    return Aggregation(above / below, len(pairs), len(values))
