"""Growth as Chinese statistical communiqués state it (同比、环比、百分点、平均增速、拉动).

A growth is a share: 0.1808 stands for 18.08 %. What can't be said is ``None``, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def growth(now: float | None, before: float | None) -> float | None:
    """The share by which ``now`` exceeds ``before``.

    ``None`` where a figure is missing, or where the earlier one is zero or negative: a loss that
    shrank has no growth rate that anybody could read rightly.

    >>> round(growth(3923.37, 3322.6372), 4)
    0.1808
    >>> growth(5.0, 0.0) is None and growth(5.0, None) is None and growth(-1.0, -2.0) is None
    True
    """
    if now is None or before is None or before <= 0:
        return None
    return now / before - 1


def percentage_points(now: float | None, before: float | None) -> float | None:
    """The difference of two rates given as shares, in percentage points (个百分点).

    >>> percentage_points(0.75, 0.5)
    25.0
    """
    return None if now is None or before is None else (now - before) * 100


def earlier_level(now: float | None, grown_by: float | None) -> float | None:
    """The level of the earlier period that a published level and growth imply (back-cast).

    A published growth has two decimals, so the level is right to about as many digits. It is of
    comparable scope: it may differ from the figure that was published at the time.

    >>> round(earlier_level(3923.37, 0.1808), 2)
    3322.64
    """
    if now is None or grown_by is None or grown_by <= -1:
        return None
    return now / (1 + grown_by)


def real_growth(nominal: float | None, prices: float | None) -> float | None:
    """Growth at comparable prices, from nominal growth and the growth of prices.

    >>> round(real_growth(0.10, 0.02), 6)
    0.078431
    """
    if nominal is None or prices is None or prices <= -1:
        return None
    return (1 + nominal) / (1 + prices) - 1


def mean_growth(first: float | None, last: float | None, years: int) -> float | None:
    """Mean yearly growth over ``years`` years: (last / first) ** (1 / years) − 1.

    Source: the explanatory notes of the China Statistical Yearbook.

    >>> round(mean_growth(100.0, 121.0, 2), 10)
    0.1
    """
    if years < 1:
        raise ValueError("mean growth needs at least one year")
    if first is None or last is None or first <= 0 or last < 0:
        return None
    return float((last / first) ** (1 / years)) - 1


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part did for the growth of the whole.

    ``points``: percentage points of the whole's growth (拉动); they add up to it. ``share``: the
    part of the whole's change (贡献率), ``None`` where the whole did not change.
    """

    points: float
    share: float | None


def contributions(
    now: Mapping[str, float], before: Mapping[str, float]
) -> dict[str, Contribution] | None:
    """What each part contributed; a part that is new or gone counts from, or to, nothing.

    ``None`` where the whole had no positive level before, so that it has no growth.

    >>> found = contributions({"a": 60.0, "b": 55.0}, {"a": 50.0, "b": 50.0})
    >>> found["a"].points, found["b"].points, round(found["a"].share, 4)
    (10.0, 5.0, 0.6667)
    """
    whole = sum(before.values())
    if whole <= 0:
        return None
    names = [*before, *(name for name in now if name not in before)]
    change = {name: now.get(name, 0.0) - before.get(name, 0.0) for name in names}
    total = sum(change.values())
    return {
        name: Contribution(part / whole * 100, part / total if total else None)
        for name, part in change.items()
    }
