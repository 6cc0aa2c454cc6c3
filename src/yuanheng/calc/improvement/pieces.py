"""A function of one figure as straight pieces, found by evaluating it.

The points that a figure earns are straight lines with kinks (caps, floors, anchors, a benchmark
that the figure itself becomes) and jumps (levels, steps, places). They are found from the
evaluation itself and not from the scheme's text, so no method can be described wrongly here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Function = Callable[[Array], Array]
INNER = np.array([0.23, 0.5, 0.81])
MIDDLE = 1
DEEPEST = 48
NARROW = 4e-13
GRID = 33
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
    function: Function, low: float, high: float, marks: Array, exact: float, rough: float
) -> tuple[list[Piece], bool]:
    """The pieces between ``low`` and ``high``, and whether they are exact.

    ``function`` takes figures (R) and gives outputs (R × m). ``marks``: figures where something
    may happen (the others' values). Pieces miss the function by at most ``exact``; where it is
    curved that would take too many, and they miss it by at most ``rough``.
    """
    if high <= low:
        value = function(np.array([low]))[0]
        return [Piece(low, high, value, value)], True
    inside = marks[(marks > low) & (marks < high)]
    grid = np.unique(np.r_[np.linspace(low, high, GRID), inside, low, high])
    values = function(grid)
    pieces = _refine(function, grid, values, exact)
    if pieces is not None:
        return _merged(pieces, exact), True
    pieces = _refine(function, grid, values, rough, many=8 * MANY)
    if pieces is None:
        pieces = [
            Piece(a, b, u, v)
            for a, b, u, v in zip(grid, grid[1:], values, values[1:], strict=False)
        ]
    return _merged(pieces, rough), False


def _refine(
    function: Function, grid: Array, values: Array, tolerance: float, many: int = MANY
) -> list[Piece] | None:
    """Halve every interval that is not straight; None if there are too many of them."""
    open_ = [(grid[n], grid[n + 1], values[n], values[n + 1]) for n in range(len(grid) - 1)]
    done: list[Piece] = []
    for depth in range(DEEPEST):
        if not open_:
            break
        starts, ends = (np.array([part[n] for part in open_]) for n in (0, 1))
        inner = starts[:, None] + (ends - starts)[:, None] * INNER
        found = function(inner.ravel()).reshape(*inner.shape, -1)
        lows, highs = (np.array([part[n] for part in open_]) for n in (2, 3))
        line = lows[:, None] + (highs - lows)[:, None] * INNER[None, :, None]
        straight = np.abs(found - line).max(axis=(1, 2)) <= tolerance
        narrow = ends - starts <= NARROW * np.maximum(np.abs(ends), np.abs(starts))
        further = []
        for n, (start, end, low, high) in enumerate(open_):
            if straight[n]:
                done.append(Piece(float(start), float(end), low, high))
            elif not narrow[n] and depth < DEEPEST - 1:
                middle, value = inner[n, MIDDLE], found[n, MIDDLE]
                further += [(start, middle, low, value), (middle, end, value, high)]
        open_ = further
        if len(open_) > many:
            return None
    return sorted(done, key=lambda piece: (piece.start, piece.end))


def _merged(pieces: list[Piece], tolerance: float) -> list[Piece]:
    """Neighbours on one line put together; the tiny gaps at kinks and jumps stay open."""
    if not pieces:
        return pieces
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
