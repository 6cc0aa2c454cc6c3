"""Whether two sides stand to one another as a rule asks, with a tolerance: on whole columns."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Relation = Literal["=", "!=", "<", "<=", ">", ">="]
# Figures are typed with few decimals and added up in binary: so much is never a difference.
_NOISE = 1e-9


def breaks(
    left: ArrayLike,
    relation: Relation,
    right: ArrayLike,
    *,
    percent: float = 0.0,
    absolute: float = 0.0,
) -> NDArray[np.float64]:
    """1 where ``left relation right`` does not hold, 0 where it does, NaN where a side is unknown.

    Both shapes (n,), one unit. The tolerance is the larger of ``absolute`` (that unit) and
    ``percent`` of the right side's size; it always speaks for the figures: ``=`` and ``<=`` hold
    within it, and ``!=`` only outside it. ``<`` and ``>`` without a tolerance are strict.

    >>> breaks([100.4, 102.0, float("nan")], "=", [100.0, 100.0, 1.0], percent=1).tolist()
    [0.0, 1.0, nan]
    """
    x, y = np.broadcast_arrays(
        np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    )
    allowed = np.maximum(absolute, np.abs(y) * (percent / 100))
    noise = _NOISE * np.maximum(np.abs(x), np.abs(y))
    away = x - y
    if relation in {"=", "!="}:
        is_equal = np.abs(away) <= allowed + noise
        broken = is_equal if relation == "!=" else ~is_equal
    else:
        if relation in {">", ">="}:
            away = -away
        is_strict = relation in {"<", ">"}
        strict = np.where(allowed > 0, away > allowed + noise, away >= -noise)
        broken = strict if is_strict else away > allowed + noise
    return np.where(np.isnan(x) | np.isnan(y), np.nan, broken.astype(np.float64))


def changes(now: ArrayLike, before: ArrayLike, *, in_points: ArrayLike) -> NDArray[np.float64]:
    """How much figures moved: in per cent of the earlier one, or for rates the difference.

    Shapes (n,); ``in_points`` is true for rates. NaN where either isn't known, or the earlier one
    is 0 and no share of it can be taken. The sign is that of the movement, also from a loss.

    >>> changes([150.0, 5.0, -50.0], [100.0, 3.0, -100.0], in_points=[False, True, False]).tolist()
    [50.0, 2.0, 50.0]
    """
    x, y = np.asarray(now, dtype=np.float64), np.asarray(before, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (x - y) / np.where(y == 0, np.nan, np.abs(y)) * 100
    return np.where(np.asarray(in_points, dtype=bool), x - y, share)
