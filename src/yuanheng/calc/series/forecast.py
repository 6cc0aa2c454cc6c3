"""What the year will come to: a forecast of the twelve months' sum, with an honest interval.

Two methods that an office can follow with a pencil, and the one that was less wrong in the past is
used. *Share*: what has been reached is the share of the year that the same months were before.
*Growth*: the months still to come are last year's, grown as the months so far have grown. The
interval is made of the method's own errors at the same month of earlier years, each forecast from
the years before it only, and is wide where there are few of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from yuanheng.calc.series.curves import MONTHS

Method = Literal["share", "growth", "change", "count"]
# Student's t for a two-sided interval of 80 % by degrees of freedom; then the normal value.
_T80 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372)
_NORMAL80 = 1.282


@dataclass(frozen=True, slots=True)
class Forecast:
    """The year's sum as forecast, and what speaks for it.

    ``low`` and ``high`` hold the truth four times in five if the coming months are like those
    before; they are ``None`` where no earlier year can be tried. ``error_last_year`` is by how
    much (as a share) this method, at this month of last year, missed what came out.
    """

    value: float
    low: float | None
    high: float | None
    method: Method
    error_last_year: float | None
    tried_years: int
    # Of a count: what this method gave at this month of last year, and what came out.
    last_year: tuple[int, int] | None = None


def forecast_year(
    months: Sequence[float], earlier: Mapping[int, Sequence[float]]
) -> Forecast | None:
    """Forecast the sum of the year whose first ``months`` are known.

    ``earlier`` maps a year to its twelve months; years that aren't whole are not used. The years
    need not be consecutive, the last one counts as last year. ``None`` with no month or no
    earlier year that is whole. Twelve months are the year itself.

    >>> flat = {2022: [10.0] * 12, 2023: [11.0] * 12}
    >>> found = forecast_year([12.1] * 6, flat)
    >>> round(found.value, 1), found.method, found.tried_years
    (145.2, 'share', 1)
    """
    whole = [tuple(earlier[y]) for y in sorted(earlier) if len(earlier[y]) == MONTHS]
    known = len(months)
    if known > MONTHS:
        raise ValueError(f"a year has twelve months, not {known}")
    if not known or not whole:
        return None
    if known == MONTHS:
        done = float(sum(months))
        return Forecast(done, done, done, "share", None, 0)
    tried = {method: _errors(whole, known, method) for method in _METHODS}
    usable = [method for method in _METHODS if _METHODS[method](months, whole) is not None]
    if not usable:
        return None
    method = min(usable, key=lambda one: (_typical(tried[one]), one != "share"))
    value = _METHODS[method](months, whole)
    assert value is not None
    errors = [error for error in tried[method] if error is not None]
    low, high = _interval(value, float(sum(months)), errors)
    last = tried[method][-1] if tried[method] else None
    return Forecast(value, low, high, method, last, len(errors))


def forecast_level(
    months: Sequence[float], earlier: Mapping[int, Sequence[float]]
) -> Forecast | None:
    """Forecast where a level (a stock or a rate) ends whose first ``months`` are known.

    *Change*: the last level, moved by the mean of what the same months of up to three earlier
    years still brought. ``earlier`` maps a year to its twelve levels. Interval and errors as in
    ``forecast_year``, but in the level's own unit added on both sides, since levels may cross
    zero; ``error_last_year`` is still a share, ``None`` for a level of zero.

    >>> found = forecast_level([10, 11], {2023: list(range(12)), 2024: list(range(12))})
    >>> found.value, found.method, found.error_last_year
    (21.0, 'change', 0.0)
    """
    whole = [tuple(earlier[y]) for y in sorted(earlier) if len(earlier[y]) == MONTHS]
    known = len(months)
    if known > MONTHS:
        raise ValueError(f"a year has twelve months, not {known}")
    if not known or (not whole and known < MONTHS):
        return None
    if known == MONTHS:
        return Forecast(months[-1], months[-1], months[-1], "change", None, 0)
    value = months[-1] + _change(whole, known)
    missed = [
        whole[at][known - 1] + _change(whole[:at], known) - whole[at][-1]
        for at in range(1, len(whole))
    ]
    last = missed[-1] / abs(whole[-1][-1]) if missed and whole[-1][-1] else None
    if not missed:
        return Forecast(value, None, None, "change", None, 0)
    reach = _reach(missed)
    return Forecast(value, value - reach, value + reach, "change", last, len(missed))


def _change(earlier: Sequence[Sequence[float]], known: int) -> float:
    """The mean of what the months after the known ones brought."""
    brought = [year[-1] - year[known - 1] for year in earlier[-3:]]
    return float(sum(brought) / len(brought))


def _by_share(months: Sequence[float], earlier: Sequence[Sequence[float]]) -> float | None:
    """So far ÷ the mean share that these months were of the last three years."""
    known = len(months)
    shares = [sum(y[:known]) / sum(y) for y in earlier[-3:] if sum(y) > 0]
    mean = sum(shares) / len(shares) if shares else 0.0
    return sum(months) / mean if mean > 0 else None


def _by_growth(months: Sequence[float], earlier: Sequence[Sequence[float]]) -> float | None:
    """So far + the rest of last year × this year's growth so far."""
    known, last = len(months), earlier[-1]
    base = sum(last[:known])
    return sum(months) + sum(last[known:]) * sum(months) / base if base > 0 else None


_METHODS: dict[Method, Callable[..., float | None]] = {"share": _by_share, "growth": _by_growth}


def _errors(whole: Sequence[Sequence[float]], known: int, method: Method) -> list[float | None]:
    """For each year but the first: forecast ÷ truth − 1, made from the years before it only."""
    found: list[float | None] = []
    for at in range(1, len(whole)):
        truth = sum(whole[at])
        made = _METHODS[method](whole[at][:known], whole[:at])
        found.append(made / truth - 1 if made is not None and truth > 0 else None)
    return found


def _typical(errors: Sequence[float | None]) -> float:
    known = [abs(error) for error in errors if error is not None]
    # Rounded, so that noise in the last digits doesn't choose the method.
    return round(sum(known) / len(known), 9) if known else math.inf


def _interval(
    value: float, reached: float, errors: Sequence[float]
) -> tuple[float | None, float | None]:
    """value ÷ (1 + error) at ± t·s; s is about zero, since a method without a bias is assumed."""
    if not errors:
        return None, None
    reach = _reach(errors)
    high = value / (1 - reach) if reach < 1 else math.inf
    low = value / (1 + reach)
    # A flow that only grows can't end below what is there already.
    return (max(low, reached) if value >= reached else low), high


def _reach(errors: Sequence[float]) -> float:
    """t·s of an interval of 80 % around zero."""
    count = len(errors)
    spread = math.sqrt(sum(error * error for error in errors) / count)
    return spread * (_T80[count - 1] if count <= len(_T80) else _NORMAL80)


@dataclass(frozen=True, slots=True)
class CountedLine:
    """One of those that are counted: its months of this year (a flow's own months, a stock's
    levels), and of earlier years."""

    months: Sequence[float]
    earlier: Mapping[int, Sequence[float]]


def forecast_count(
    lines: Sequence[CountedLine], level: float, year: int, *, is_flow: bool
) -> Forecast | None:
    """How many will have reached ``level`` by the year's end: each line is forecast by itself, as
    ``forecast_year`` and ``forecast_level`` do, and counted.

    ``low`` counts those whose whole interval reaches the level, ``high`` those of whose interval
    any part does; a line without a whole earlier year counts as it stands in ``low`` and in the
    value, and may reach it in ``high``. ``last_year`` is what the same gave at the same month of
    last year, and what came out. ``None`` with no month, or with no line that can be forecast.

    >>> grows = CountedLine([6.0] * 6, {2022: [4.0] * 12, 2023: [5.0] * 12})
    >>> small = CountedLine([1.0] * 6, {2022: [1.0] * 12, 2023: [1.0] * 12})
    >>> found = forecast_count([grows, small], 70.0, 2024, is_flow=True)
    >>> found.value, found.last_year
    (1.0, (0, 0))
    """
    known = max((len(one.months) for one in lines), default=0)
    if not known:
        return None
    found = [
        _reaches(one.months, one.earlier, level, is_flow=is_flow) for one in lines if one.months
    ]
    if all(one.has_past is False for one in found):
        return None
    before = _last_year(lines, level, year - 1, known, is_flow=is_flow)
    return Forecast(
        float(sum(one.likely for one in found)),
        float(sum(one.surely for one in found)),
        float(sum(one.possibly for one in found)),
        "count",
        None,
        int(before is not None),
        before,
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    likely: bool
    surely: bool
    possibly: bool
    has_past: bool


def _reaches(
    months: Sequence[float], earlier: Mapping[int, Sequence[float]], level: float, *, is_flow: bool
) -> _Reach:
    now = math.fsum(months) if is_flow else months[-1]
    if len(months) == MONTHS:
        return _Reach(now >= level, now >= level, now >= level, True)
    there = is_flow and now >= level
    found = forecast_year(months, earlier) if is_flow else forecast_level(months, earlier)
    if found is None:
        return _Reach(now >= level, now >= level, True, False)
    low = found.low if found.low is not None else now
    high = found.high if found.high is not None else math.inf
    return _Reach(
        there or found.value >= level, there or low >= level, there or high >= level, True
    )


def _last_year(
    lines: Sequence[CountedLine], level: float, year: int, known: int, *, is_flow: bool
) -> tuple[int, int] | None:
    """Of the lines whose last year is whole and that have a whole year before it."""
    said = came = tried = 0
    for one in lines:
        whole = one.earlier.get(year, ())
        before = {at: months for at, months in one.earlier.items() if at < year}
        if len(whole) != MONTHS:
            continue
        end = math.fsum(whole) if is_flow else whole[-1]
        reach = _reaches(whole[:known], before, level, is_flow=is_flow)
        tried += reach.has_past
        said += reach.likely
        came += end >= level
    return (said, came) if tried else None
