"""How large each enterprise is, and how it grows, dips and recovers from 2020 to 2024."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yuanheng.demo.industries import INDUSTRIES
from yuanheng.demo.places import SITES
from yuanheng.demo.register import FIRST_YEAR, OUTSIDE, YEARS, Firms

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BASE_YEAR = FIRST_YEAR - 1
ABOVE_SCALE_REVENUE = 2000.0  # 10^4 yuan a year: the threshold of industry
_LEAVING_REVENUE = 1500.0  # under this an enterprise leaves the above-scale list
_CITY_CYCLE = np.cumsum([0.0, 0.075, -0.055, 0.070, 0.065])  # logarithms, base year first
_STEPS = len(YEARS) + 1
_OUTSIDE_QUALITY = 0.80
_LARGE_MEDIAN, _LARGE_SPREAD, _LARGE_LEAST = 8200.0, 1.05, 2100.0
_SMALL_MEDIAN, _SMALL_SPREAD = 370.0, 0.86
_GIANT_SHARE = 0.006  # of the large: they reach billions of yuan


def level(firms: Firms, name: str) -> Floats:
    """The usual level ``name`` of each enterprise's industry."""
    levels = np.array([getattr(industry, name) for industry in INDUSTRIES], dtype=np.float64)
    return levels[firms.industry]


def site_quality(firms: Firms) -> Floats:
    """How well the land of each enterprise's park is used, 1 for the city's usual park."""
    quality = np.array([*(park.quality for park in SITES), _OUTSIDE_QUALITY])
    return quality[np.where(firms.site == OUTSIDE, len(SITES), firms.site)]


def draw_size(rng: np.random.Generator, firms: Firms) -> Floats:
    """Usual revenue of each enterprise, 10^4 yuan: log-normal, the large well over the small."""
    deviation = rng.standard_normal(len(firms.codes))
    boost = 0.5 * np.log(site_quality(firms)) + np.where(firms.high_tech, 0.25, 0.0)
    large = np.log(_LARGE_MEDIAN) + _LARGE_SPREAD * deviation + boost
    giant = rng.random(len(deviation)) < _GIANT_SHARE
    large += np.where(giant, rng.normal(2.1, 0.5, len(deviation)), 0.0)
    least = np.log(_LARGE_LEAST)
    large = np.where(large < least, 2 * least - large, large)
    small = np.log(_SMALL_MEDIAN) + _SMALL_SPREAD * deviation
    return np.asarray(np.exp(np.where(firms.large, large, small)))


def draw_revenue(rng: np.random.Generator, firms: Firms, usual: Floats) -> Floats:
    """Revenue of 2020 to 2024: the city's cycle, shocks of industry, park and enterprise."""
    count = len(firms.codes)
    industry_shock = np.cumsum(rng.normal(0, 0.035, (len(INDUSTRIES), _STEPS)), axis=1)
    site_shock = np.cumsum(rng.normal(0, 0.025, (len(SITES) + 1, _STEPS)), axis=1)
    path = _CITY_CYCLE + industry_shock[firms.industry] + site_shock[firms.site]
    path += rng.normal(0, 0.02, (count, 1)) * np.arange(-2, _STEPS - 2)
    own = rng.normal(0, 0.22, count)
    for step in range(_STEPS):
        path[:, step] += own
        own = 0.75 * own + 0.13 * np.clip(rng.standard_t(4, count), -5, 5)
    since = np.arange(BASE_YEAR, BASE_YEAR + _STEPS) - firms.started[:, None]
    path += np.select([since == 0, since == 1], [np.log(0.35), np.log(0.75)], 0.0)
    return np.round(usual[:, None] * np.exp(path), 2)


def scale_of_years(firms: Firms, revenue: Floats) -> Flags:
    """Who is above scale from 2020 to 2024.

    An enterprise enters in the year after one over the threshold, a new one at once, and leaves
    in a year clearly under it.
    """
    above = revenue >= ABOVE_SCALE_REVENUE
    for step in range(1, _STEPS):
        is_new = firms.started == BASE_YEAR + step
        stays = above[:, step - 1] & (revenue[:, step] >= _LEAVING_REVENUE)
        enters = np.where(is_new, revenue[:, step], revenue[:, step - 1]) >= ABOVE_SCALE_REVENUE
        above[:, step] = stays | enters
    return above
