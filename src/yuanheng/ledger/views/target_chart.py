"""The year of a target as a drawing: the plan, what was reached, and where it is going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yuanheng.kernel.figures import exact
from yuanheng.ledger.queries.targets import Standing

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 16, 26


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Ready for ``ledger/_target_chart.html``; coordinates in its own box."""

    width: int
    height: int
    words: str
    plan: str
    actual: str
    dots: list[tuple[float, float]]
    aim_y: float | None
    ticks: list[Mark]
    months: list[Mark]
    going: str = ""
    forecast: tuple[float, float] | None = None
    whisker: tuple[float, float] | None = None  # its ends, top to bottom


def chart_of(standing: Standing) -> Chart | None:
    """None where neither a plan nor an actual is known."""
    aim = standing.target.aim
    if not standing.plan and not standing.reached:
        return None
    expected = standing.forecast if len(standing.reached) < 12 else None
    known = [*standing.plan, *standing.reached]
    known += [one for one in (aim, standing.base) if one is not None]
    if expected is not None:
        ends = (expected.value, expected.low, expected.high)
        # An interval without a bound to speak of must not press the rest to the floor.
        known += [one for one in ends if one is not None and abs(one) < 3 * max(map(abs, known))]
    low, high = min(known), max(known)
    if high - low <= 1e-9 * max(abs(high), 1.0):
        low, high = low - 1, high + 1
    if low > 0 and low < high / 2:
        low = 0.0
    step = (WIDTH - LEFT - RIGHT) / 12

    def x(month: int) -> float:
        return round(LEFT + step * month, 1)

    def y(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    start = [] if standing.base is None else [standing.base]
    shift = 0 if start else 1
    dots = [
        (x(at + 1), y(value))
        for at, value in enumerate(standing.reached)
        if at not in standing.silent
    ]
    going, forecast, whisker = "", None, None
    if expected is not None and dots:
        forecast = (x(12), y(expected.value))
        going = _points([dots[-1], forecast])
        if expected.low is not None and expected.high is not None:
            whisker = (y(expected.high), y(expected.low))
    return Chart(
        WIDTH, HEIGHT, _words(standing),
        _points(_line([*start, *standing.plan], x, y, shift) if standing.plan else []),
        _points([*_line(start, x, y, shift), *dots]),
        dots,
        None if aim is None else y(aim),
        [Mark(LEFT - 6, y(one), exact(one, 2)) for one in _ticks(low, high)],
        [Mark(x(month), HEIGHT - 8, str(month)) for month in range(1, 13)],
        going, forecast, whisker,
    )  # fmt: skip


def _line(values: Sequence[float], x, y, shift: int) -> list[tuple[float, float]]:  # type: ignore[no-untyped-def]
    return [(x(at + shift), y(value)) for at, value in enumerate(values)]


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def _ticks(low: float, high: float) -> list[float]:
    return [low + (high - low) * at / 4 for at in range(5)]


def _words(standing: Standing) -> str:
    """For who can't see the drawing."""
    said = {
        "name": standing.target.shown_name,
        "aim": exact(standing.target.aim),
        "actual": exact(standing.actual) if standing.actual is not None else "—",
    }
    return _("%(name)s by month: plan to %(aim)s, reached %(actual)s") % said
