"""The register: which enterprises there are, where, in what industry, and on whose land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yuanheng.demo.credit_code import draw_codes
from yuanheng.demo.industries import (
    CLASS_INDUSTRY,
    CLASS_WEIGHTS,
    INDUSTRIES,
    INDUSTRY_INDEX,
)
from yuanheng.demo.names import draw_names
from yuanheng.demo.places import COUNTIES, COUNTY_INDEX, SITES, Park

FIRST_YEAR, LAST_YEAR = 2021, 2024
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
OUTSIDE = -1
NEVER = 9999

_INSIDE_SHARE = 0.55
_LARGE_INSIDE, _LARGE_OUTSIDE = 0.113, 0.045
_LEADING_SHARE, _SPECIAL_SHARE = 0.58, 0.16
_BIRTH_SHARE = 0.022  # of the enterprises, in each year after the first
_DEATH_SHARE = 0.014  # of the small ones; a quarter of it for the large, none for high-tech
_LEASE_SMALL, _LEASE_LARGE = 0.27, 0.08
_LEASE_FROM_ENTERPRISE = 0.6
_LANDLORD_SHARE = 0.25  # of the large enterprises on own land


@dataclass(frozen=True)
class Firms:
    """The enterprises, one array entry each; ``site`` is a place in ``SITES`` or ``OUTSIDE``.

    ``large`` is the class of size an enterprise was drawn in, not its statistical scale of a year.
    ``started`` is the year of production, ``ended`` the first year without figures.
    """

    codes: NDArray[np.object_]
    names: NDArray[np.object_]
    site: NDArray[np.int64]
    county: NDArray[np.int64]
    class_place: NDArray[np.int64]
    large: NDArray[np.bool_]
    high_tech: NDArray[np.bool_]
    specialised: NDArray[np.bool_]
    established_on: NDArray[np.datetime64]
    production_on: NDArray[np.datetime64]
    started: NDArray[np.int64]
    ended: NDArray[np.int64]
    leased: NDArray[np.bool_]
    landlord: NDArray[np.int64]  # place of the enterprise it rents from, or -1

    @property
    def industry(self) -> NDArray[np.int64]:
        """Place in ``INDUSTRIES``."""
        return CLASS_INDUSTRY[self.class_place]

    def alive(self, year: int) -> NDArray[np.bool_]:
        """Which enterprises have figures for ``year``."""
        return np.asarray((self.started <= year) & (year < self.ended))


def draw_firms(rng: np.random.Generator, count: int) -> Firms:
    """Draw ``count`` enterprises, those that closed before the last year among them."""
    site, county = _draw_places(rng, count)
    class_place = _draw_classes(rng, site)
    inside = site != OUTSIDE
    large = rng.random(count) < np.where(inside, _LARGE_INSIDE, _LARGE_OUTSIDE)
    high_tech, specialised = _draw_honours(rng, class_place, large)
    started, production_on, established_on = _draw_dates(rng, count)
    high_tech &= started < LAST_YEAR
    specialised &= started < LAST_YEAR
    ended = _draw_ends(rng, started, large, high_tech)
    leased = rng.random(count) < np.where(large, _LEASE_LARGE, _LEASE_SMALL)
    lasting = (started < FIRST_YEAR) & (ended == NEVER)
    landlord = _draw_landlords(rng, site * len(COUNTIES) + county, large, leased, lasting)
    divisions = np.array([region.code for region in COUNTIES])[county]
    return Firms(
        codes=draw_codes(rng, divisions),
        names=draw_names(rng, class_place, county),
        site=site,
        county=county,
        class_place=class_place,
        large=large,
        high_tech=high_tech,
        specialised=specialised,
        established_on=established_on,
        production_on=production_on,
        started=started,
        ended=ended,
        leased=leased,
        landlord=landlord,
    )


def _draw_places(
    rng: np.random.Generator, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Park and county of each enterprise."""
    shares = np.array([park.share for park in SITES])
    site = rng.choice(len(SITES), count, p=shares / shares.sum())
    site[rng.random(count) >= _INSIDE_SHARE] = OUTSIDE
    weights = np.array([region.weight for region in COUNTIES])
    county = rng.choice(len(COUNTIES), count, p=weights / weights.sum())
    site_county = np.array([COUNTY_INDEX[park.region] for park in SITES])
    return site, np.where(site == OUTSIDE, county, site_county[site])


def _draw_classes(rng: np.random.Generator, site: NDArray[np.int64]) -> NDArray[np.int64]:
    """Class of GB/T 4754 of each enterprise: a park attracts its own industries."""
    classes = np.empty(len(site), dtype=np.int64)
    for place in (OUTSIDE, *range(len(SITES))):
        members = np.flatnonzero(site == place)
        weights = _industry_weights(None if place == OUTSIDE else SITES[place])
        probability = weights[CLASS_INDUSTRY] * CLASS_WEIGHTS
        classes[members] = rng.choice(
            len(probability), len(members), p=probability / probability.sum()
        )
    return classes


def _industry_weights(park: Park | None) -> NDArray[np.float64]:
    """How the enterprises of a park, or those outside parks, divide among industries."""
    weights = np.array([industry.weight for industry in INDUSTRIES])
    weights /= weights.sum()
    if park is None:
        return weights
    weights *= 1 - _LEADING_SHARE - _SPECIAL_SHARE
    for names, share in ((park.leading, _LEADING_SHARE), (park.special, _SPECIAL_SHARE)):
        for name in names:
            weights[INDUSTRY_INDEX[name]] += share / len(names)
    return weights


def _draw_honours(
    rng: np.random.Generator, class_place: NDArray[np.int64], large: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is a high-tech enterprise, and who is “专精特新”."""
    count = len(large)
    chance = np.array([industry.high_tech_share for industry in INDUSTRIES])
    chance = chance[CLASS_INDUSTRY[class_place]]
    high_tech = rng.random(count) < np.where(large, chance, 0.14 * chance)
    special = np.where(high_tech, 0.34, np.where(large, 0.06, 0.002))
    return high_tech, rng.random(count) < special


def _draw_dates(
    rng: np.random.Generator, count: int
) -> tuple[NDArray[np.int64], NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Year of production, day of production, day of establishment."""
    births = rng.random(count)
    age = np.minimum(rng.gamma(2.2, 4.4, count), 27).astype(np.int64)
    started = FIRST_YEAR - 1 - age
    for step, year in enumerate(YEARS[1:]):
        born = (births >= step * _BIRTH_SHARE) & (births < (step + 1) * _BIRTH_SHARE)
        started[born] = year
    first_day = (started - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    production_on = first_day + rng.integers(0, 365, count).astype("timedelta64[D]")
    wait = rng.integers(120, 1000, count).astype("timedelta64[D]")
    return started, production_on, production_on - wait


def _draw_ends(
    rng: np.random.Generator,
    started: NDArray[np.int64],
    large: NDArray[np.bool_],
    high_tech: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """First year without figures, ``NEVER`` for the living; nobody born in the period closes."""
    chance = np.where(high_tech, 0.0, np.where(large, _DEATH_SHARE / 4, _DEATH_SHARE))
    draw = rng.random(len(started))
    ended = np.full(len(started), NEVER)
    for step, year in enumerate(YEARS[1:]):
        ended[(draw >= step * chance) & (draw < (step + 1) * chance)] = year
    ended[started > FIRST_YEAR] = NEVER
    return ended


def _draw_landlords(
    rng: np.random.Generator,
    neighbourhood: NDArray[np.int64],
    large: NDArray[np.bool_],
    leased: NDArray[np.bool_],
    lasting: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """For small tenants, the large enterprise in the same park or county they rent from.

    The others rent from a platform company, which is no enterprise of the register.
    """
    count = len(large)
    offers = large & ~leased & lasting & (rng.random(count) < _LANDLORD_SHARE)
    asks = leased & ~large & (rng.random(count) < _LEASE_FROM_ENTERPRISE)
    pick = rng.random(count)
    landlord = np.full(count, -1)
    for place in np.unique(neighbourhood):
        owners = np.flatnonzero(offers & (neighbourhood == place))
        tenants = np.flatnonzero(asks & (neighbourhood == place))
        if len(owners):
            landlord[tenants] = owners[(pick[tenants] ** 1.6 * len(owners)).astype(np.int64)]
    return landlord
