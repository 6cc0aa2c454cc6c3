"""A function of one figure as straight pieces, found by evaluating it.

The points that a figure earns are straight lines with kinks (caps, floors, anchors, a benchmark
that the figure itself becomes) and jumps (levels, steps, places). They are found from the
evaluation itself and not from the scheme's text, so no method can be described wrongly here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Function = Callable[[Array], Array]
_Open = tuple[float, float, Array, Array]
"""An interval that is not known to be straight: its ends and the outputs there."""
INNER = np.array([0.23, 0.5, 0.81])
MIDDLE = 1
DEEPEST = 48
NARROW = 4e-13
GRID, FEWEST, COARSE = 17, 7, 9
MANY = 160


@dataclass(frozen=True, slots=True)
class Piece:
    """From ``start`` to ``end`` the outputs run straight from ``low`` to ``high``."""

    start: float
    end: float
    low: Array
    high: Array

    @property
    def slope(self) -> Array:
        width = self.end - self.start
        return (self.high - self.low) / width if width > 0 else np.zeros_like(self.low)


def straight_pieces(
    function: Function,
    low: float,
    high: float,
    marks: Array,
    exact: float,
    rough: float,
    whole: float = 0.0,
) -> tuple[list[Piece], bool]:
    """The pieces between ``low`` and ``high``, and whether they are exact. Of a range of which
    only a part is looked at ``whole`` is the width: the part is first cut as closely as the whole
    would be.

    ``function`` takes figures (R) and gives outputs (R × m). ``marks``: figures where something
    may happen (the others' values). Pieces miss the function by at most ``exact``; where it is
    curved that would take too many, and they miss it by at most ``rough``.
    """
    if high <= low:
        value = function(np.array([low]))[0]
        return [Piece(low, high, value, value)], True
    even = GRID
    if whole > 0:
        even = max(FEWEST, 1 + math.ceil((GRID - 1) * min(1.0, (high - low) / whole)))
    grid = _grid(low, high, marks, even)
    inner = _inner(grid[:-1], grid[1:])
    # Ends and inner points in one call: where all is straight there is no other.
    values = function(np.r_[grid, inner.ravel()])
    values, found = values[: len(grid)], values[len(grid) :].reshape(*inner.shape, -1)
    pieces = _refine(function, grid, values, found, exact)
    if pieces is not None:
        return _merged(pieces, exact), True
    pieces = _refine(function, grid, values, found, rough, many=8 * MANY)
    if pieces is None:
        pieces = _joined(grid, values)
    return _merged(pieces, rough), False


def coarse_pieces(
    function: Function, low: float, high: float, marks: Array, rough: float
) -> list[Piece]:
    """Straight lines between the function's values at the marks and on an even grid, put together
    where they miss these by at most ``rough``."""
    if high <= low:
        value = function(np.array([low]))[0]
        return [Piece(low, high, value, value)]
    grid = _grid(low, high, marks, COARSE)
    return _merged(_joined(grid, function(grid)), rough)


def _grid(low: float, high: float, marks: Array, even: int = GRID) -> Array:
    inside = marks[(marks > low) & (marks < high)]
    return np.unique(np.r_[np.linspace(low, high, even), inside, low, high])


def _inner(starts: Array, ends: Array) -> Array:
    return np.asarray(starts[:, None] + (ends - starts)[:, None] * INNER)


def _joined(grid: Array, values: Array) -> list[Piece]:
    return [
        Piece(float(a), float(b), u, v)
        for a, b, u, v in zip(grid, grid[1:], values, values[1:], strict=False)
    ]


def _refine(
    function: Function,
    grid: Array,
    values: Array,
    found: Array,
    tolerance: float,
    many: int = MANY,
) -> list[Piece] | None:
    """Cut every interval that is not straight; None if there are too many of them. ``found``:
    the outputs at the inner points of the grid's intervals."""
    open_: list[_Open] = [
        (grid[n], grid[n + 1], values[n], values[n + 1]) for n in range(len(grid) - 1)
    ]
    done: list[Piece] = []
    for depth in range(DEEPEST):
        starts, ends = (np.array([part[n] for part in open_]) for n in (0, 1))
        inner = _inner(starts, ends)
        if depth:
            found = function(inner.ravel()).reshape(*inner.shape, -1)
        lows, highs = (np.array([part[n] for part in open_]) for n in (2, 3))
        line = lows[:, None] + (highs - lows)[:, None] * INNER[None, :, None]
        missed = np.abs(found - line).max(axis=(1, 2))
        straight = missed <= tolerance
        narrow = ends - starts <= NARROW * np.maximum(np.abs(ends), np.abs(starts))
        done += [
            Piece(float(part[0]), float(part[1]), part[2], part[3])
            for part, is_straight in zip(open_, straight, strict=True)
            if is_straight
        ]
        last = depth == DEEPEST - 1
        further = [] if last else np.flatnonzero(~straight & ~narrow).tolist()
        if 2 * len(further) > many or (depth > 1 and _curved(missed, further, tolerance, many)):
            return None
        open_ = _split(function, open_, further, inner, found)
        if not open_:
            break
    return sorted(done, key=lambda piece: (piece.start, piece.end))


def _curved(missed: Array, further: list[int], tolerance: float, many: int) -> bool:
    """Whether nearly all of the intervals bend and would take too many pieces: each halving
    misses a curve by a quarter. (Of the two halves at a kink or a jump one is straight.)"""
    if 4 * len(further) <= 3 * len(missed):
        return False
    return bool(np.sqrt(missed[further] / tolerance).sum() > many)


def _split(
    function: Function, open_: list[_Open], chosen: list[int], inner: Array, found: Array
) -> list[_Open]:
    """The intervals that are not straight, each in two: where the lines through its ends meet if
    they do so inside (a kink is then found at once), in the middle if they do not (a jump)."""
    if not chosen:
        return []
    points = np.array([_meeting(open_[n], inner[n], found[n]) for n in chosen])
    values = [found[n, MIDDLE] for n in chosen]
    kinks = np.flatnonzero(~np.isnan(points))
    for at, value in zip(kinks, function(points[kinks]) if len(kinks) else [], strict=True):
        values[at] = value
    parts: list[_Open] = []
    for n, point, value in zip(chosen, points, values, strict=True):
        start, end, low, high = open_[n]
        at = inner[n, MIDDLE] if np.isnan(point) else point
        parts += [(start, at, low, value), (at, end, value, high)]
    return parts


def _meeting(part: _Open, inner: Array, found: Array) -> float:
    """Where the line through the first two points meets that through the last two, for the output
    that bends most; NaN where that is not between them."""
    start, end, low, high = part
    bent = found[MIDDLE] - (low + high) / 2
    at = int(np.abs(bent).argmax())
    left = (found[0, at] - low[at]) / (inner[0] - start)
    right = (high[at] - found[-1, at]) / (end - inner[-1])
    if left == right:
        return float("nan")
    met = (high[at] - right * end - low[at] + left * start) / (left - right)
    return float(met) if inner[0] <= met <= inner[-1] else float("nan")


def _merged(pieces: list[Piece], tolerance: float) -> list[Piece]:
    """Neighbours on one line put together; the tiny gaps at kinks and jumps stay open."""
    if len(pieces) < 2 or _all_on_one_line(pieces, tolerance):
        return [_whole(pieces)] if pieces else pieces
    result: list[Piece] = []
    run = [pieces[0]]
    for piece in pieces[1:]:
        if _on_one_line([*run, piece], tolerance):
            run.append(piece)
        else:
            result.append(_whole(run))
            run = [piece]
    return [*result, _whole(run)]


def _whole(run: list[Piece]) -> Piece:
    return Piece(run[0].start, run[-1].end, run[0].low, run[-1].high)


def _all_on_one_line(pieces: list[Piece], tolerance: float) -> bool:
    first, last = pieces[0], pieces[-1]
    width = last.end - first.start
    if width <= 0:
        return False
    at = np.array([end for p in pieces for end in (p.start, p.end)])
    values = np.array([value for p in pieces for value in (p.low, p.high)])
    line = first.low + (last.high - first.low) * ((at - first.start) / width)[:, None]
    return bool(np.abs(values - line).max() <= tolerance)


def _on_one_line(run: list[Piece], tolerance: float) -> bool:
    """Whether the pieces lie on the line from the first's start to the last's end: looked at where
    the last two meet, and at the first and the middle joint."""
    first, before, last = run[0], run[-2], run[-1]
    if before.end == last.start and np.abs(before.high - last.low).max() > tolerance:
        return False
    width = last.end - first.start
    if width <= 0:
        return False
    for joint in (before, run[0], run[len(run) // 2 - 1]):
        line = first.low + (last.high - first.low) * ((joint.end - first.start) / width)
        if np.abs(joint.high - line).max() > 2 * tolerance:
            return False
    return True
