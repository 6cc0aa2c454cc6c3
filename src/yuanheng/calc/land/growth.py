"""亩均增长空间: what would be won if a firm reached a quantile of its group, in yuan and in mu."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """One firm: its yield and the group's quantile, in yuan a mu; ``yuan`` is what it lacks on its
    land, ``mu`` the land that it could do without at that yield. Both 0 for who is above.
    ``land`` is what it holds, in mu: what its exit would set free."""

    code: str
    yield_per_mu: float | None
    target: float | None
    yuan: float | None
    mu: float | None
    land: float | None = None


def quantile(values: Sequence[float], q: float) -> float | None:
    """The linearly interpolated quantile (type 7 of Hyndman and Fan 1996); None of nothing.

    >>> quantile([1, 2, 3, 4], 0.5)
    2.5
    """
    if not 0 <= q <= 1:
        raise ValueError(f"a quantile lies between 0 and 1, not at {q}")
    if not values:
        return None
    ordered = sorted(values)
    at = (len(ordered) - 1) * q
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def room_for_growth(
    firms: Mapping[str, tuple[float | None, float | None]], q: float = 0.5
) -> list[Room]:
    """``firms``: code → (tax in yuan, land in mu), one group. Unknown figures, and land of 0 or
    less, leave the firm out of the quantile and its room unknown.

    >>> rooms = room_for_growth({"a": (1000.0, 10.0), "b": (3000.0, 10.0)}, 0.5)
    >>> [(one.code, one.yuan, one.mu) for one in rooms]
    [('a', 1000.0, 5.0), ('b', 0.0, 0.0)]
    """
    yields = {
        code: tax / land
        for code, (tax, land) in firms.items()
        if tax is not None and land is not None and land > 0
    }
    target = quantile(list(yields.values()), q)
    found = []
    for code, (tax, land) in firms.items():
        own = yields.get(code)
        if own is None or target is None or tax is None or land is None:
            found.append(Room(code, own, target, None, None, land))
            continue
        yuan = max(0.0, target * land - tax)
        spare = max(0.0, land - max(tax, 0.0) / target) if target > 0 else 0.0
        found.append(Room(code, own, target, yuan, spare if own < target else 0.0, land))
    return found
