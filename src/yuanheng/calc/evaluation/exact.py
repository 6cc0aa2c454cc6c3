"""Sums that are the same in any order, on any engine (docs/decisions/0004-same-bytes.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.program import SUMMED_UP_TO

Column = npt.NDArray[Any]
FIXED = 1e9
"""Sums run over values fixed to nine decimals, as whole numbers, so they are exact."""
SPLIT = 2.0**32


def exact_sums(values: Column, add: Callable[[Column], Column]) -> Column:
    """The sums of values fixed to nine decimals: the same in any order.

    ``add`` adds up whole numbers, by scope or by row; their sums must stay below 2**53.
    The whole numbers are split into three parts of 32 bits and more, so that no partial sum
    leaves the range in which float64 counts exactly (2**53); the parts are then put together as
    the printed SQL does it.
    """
    beyond = np.abs(values) > SUMMED_UP_TO
    whole = np.floor(np.where(beyond, 0.0, values) * FIXED + 0.5)
    upper = np.floor(whole / SPLIT)
    top = np.floor(upper / SPLIT)
    parts = [top, upper - top * SPLIT, whole - upper * SPLIT]
    sums = _carried([add(part) for part in parts])
    below = sums[0] < 0
    sums = _carried([np.where(below, -part, part) for part in sums])
    total = ((sums[0] * SPLIT * SPLIT + sums[1] * SPLIT) + sums[2]) / FIXED
    total = np.where(below, -total, total)
    return np.where(add(beyond) > 0, np.nan, total) if beyond.any() else total


def _carried(parts: list[Column]) -> list[Column]:
    """The same number with its lower two parts between 0 and 2**32."""
    top, middle, low = parts
    carry = np.floor(low / SPLIT)
    low, middle = low - carry * SPLIT, middle + carry
    carry = np.floor(middle / SPLIT)
    return [top + carry, middle - carry * SPLIT, low]
