"""The one rounding that every reader uses, and the range that numbers are kept in.

``round(x, n)`` is half away from zero on the number as people read it. 2.675 is stored a little
below 2.675, so a nudge of 2^-50 of the value lifts it over the half, as spreadsheets do; above
2^45 the nudge stops growing, so that large whole numbers stay what they are. From 2^52 on there
are no fractions left and x itself is returned.

Numbers are kept in a range in which no engine overflows or underflows. A result of 1e150 or more
is unknown, and one that could be smaller than 1e-120 is rounded to a multiple of about 1e-116.
Only operations that can leave the range, given that figures are at most 1e18 and, when not 0, at
least 1e-18, are followed by this step: see `settling.py`.
"""

from __future__ import annotations

import math

LARGEST_INPUT, SMALLEST_INPUT = 1e18, 1e-18
OVERFLOW = 1e150
UNDERFLOW = 1e-120
LIFT = 1e-100
"""Added and subtracted again, it rounds away what is far smaller."""
SMALLEST_LIFTED = 1e-117

NUDGE = 2.0**-50
NUDGED_UP_TO = 2.0**45
WHOLE_FROM = 2.0**52


def round_half_up(value: float, digits: int) -> float:
    """Round half away from zero to ``digits`` decimals.

    >>> round_half_up(2.675, 2), round_half_up(-2.5, 0), round_half_up(1e15 + 1, 0)
    (2.68, -3.0, 1000000000000001.0)
    """
    power = 10.0**digits
    size = abs(value)
    if size >= WHOLE_FROM / power:
        return value
    lifted = size * power + min(size * power, NUDGED_UP_TO) * NUDGE + 0.5
    return math.copysign(float(math.floor(lifted)), value) / power


def without_overflow(value: float) -> float | None:
    """The value, or unknown if it left the range."""
    return None if abs(value) >= OVERFLOW else value


def without_underflow(value: float) -> float:
    """The value without what is too small to be told from 0."""
    return (value + LIFT) - LIFT
