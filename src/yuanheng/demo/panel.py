"""Four years of figures for every enterprise, with the gaps and events an office knows.

An enterprise keeps its character through the years; the levels of productivity, energy and
emission belong to its industry and its park.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yuanheng.demo.growth import (
    BASE_YEAR,
    Flags,
    Floats,
    draw_revenue,
    draw_size,
    level,
    scale_of_years,
    site_quality,
)
from yuanheng.demo.industries import CLASS_ENERGY
from yuanheng.demo.places import SITES
from yuanheng.demo.register import OUTSIDE, YEARS, Firms

ACCIDENT_PARK = "棠堰工业集中区"
"""The one park with an accident in the last year: its veto shows."""

_REFERENCE_VALUE_ADDED = 2000.0
_TCE_PER_KWH = 1.229e-4


@dataclass(frozen=True)
class Panel:
    """Figures by enterprise (rows) and year 2021 to 2024 (columns); ``nan`` is not reported.

    Money in 10^4 yuan, land in mu, energy in tonnes of standard coal, emission in tonnes.
    ``revenue_before`` and ``value_added_before`` are 2020's, the latter only of above-scale ones.
    """

    alive: Flags
    above_scale: Flags
    land: Floats
    tax: Floats
    value_added: Floats
    revenue: Floats
    energy: Floats
    electricity: Floats
    emission: Floats
    employees: Floats
    research: Floats
    upgrading: Floats
    accidents: NDArray[np.int64]
    violations: NDArray[np.int64]
    revenue_before: Floats
    value_added_before: Floats


@dataclass(frozen=True)
class _Draw:
    """What every figure is drawn from: 2020 to 2024, and each enterprise's lasting character."""

    rng: np.random.Generator
    firms: Firms
    usual: Floats
    revenue: Floats
    above: Flags
    loss: Flags
    character: Floats

    def noise(self, spread: float) -> Floats:
        """Factors around one, new for each enterprise and year."""
        return np.asarray(np.exp(spread * self.rng.standard_normal(self.revenue.shape)))

    @property
    def sizeable(self) -> Flags:
        """Who is as large as an above-scale enterprise, or nearly."""
        return np.asarray(self.usual >= 1600.0)

    @property
    def usual_value_added(self) -> Floats:
        return self.usual * level(self.firms, "value_added_share")


def draw_panel(rng: np.random.Generator, firms: Firms) -> Panel:
    """Draw the figures of all enterprises and years."""
    usual = draw_size(rng, firms)
    revenue = draw_revenue(rng, firms, usual)
    above = scale_of_years(firms, revenue)
    loss = rng.random(revenue.shape) < 0.006
    draw = _Draw(rng, firms, usual, revenue, above, loss, rng.standard_normal((len(usual), 6)))
    electricity, energy = _power(draw)
    value_added = np.round(_value_added(draw), 2)
    was_alive = firms.alive(BASE_YEAR)
    panel = Panel(
        alive=np.column_stack([firms.alive(year) for year in YEARS]),
        above_scale=above[:, 1:],
        land=np.round(_land(draw)[:, 1:], 2),
        tax=np.round(_tax(draw)[:, 1:], 2),
        value_added=value_added[:, 1:],
        revenue=revenue[:, 1:],
        energy=np.round(energy[:, 1:], 2),
        electricity=np.round(electricity[:, 1:]),
        emission=np.round(_emission(draw)[:, 1:], 4),
        employees=_employees(draw)[:, 1:],
        research=np.round(_research(draw)[:, 1:], 2),
        upgrading=np.round(_upgrading(draw)[:, 1:], 2),
        accidents=np.zeros((len(usual), len(YEARS)), dtype=np.int64),
        violations=_violations(draw)[:, 1:],
        revenue_before=np.where(was_alive, revenue[:, 0], 0.0),
        value_added_before=np.where(was_alive & above[:, 0], value_added[:, 0], 0.0),
    )
    _leave_gaps(rng, panel)
    _place_accidents(rng, firms, panel)
    return panel


def _value_added(draw: _Draw) -> Floats:
    own = level(draw.firms, "value_added_share") * np.exp(0.17 * draw.character[:, 0])
    share = np.clip(np.clip(own, 0.08, 0.55)[:, None] * draw.noise(0.07), 0.05, 0.60)
    lost = draw.rng.uniform(0.005, 0.07, share.shape)
    return draw.revenue * np.where(draw.loss, -lost, share)


def _tax(draw: _Draw) -> Floats:
    own = level(draw.firms, "tax_share") * np.exp(
        0.12 * draw.character[:, 0] + 0.27 * draw.character[:, 1] - 0.04
    )
    relief = np.where(draw.above, 1.0, 0.72) * np.where(draw.loss, 0.4, 1.0)
    tax = draw.revenue * own[:, None] * relief * draw.noise(0.12)
    return np.where(draw.rng.random(tax.shape) < 0.012, 0.0, tax)


def _land(draw: _Draw) -> Floats:
    per_mu = level(draw.firms, "value_added_per_mu") * site_quality(draw.firms)
    per_mu *= 0.85 * np.exp(0.48 * draw.character[:, 2]) * np.where(draw.firms.leased, 2.0, 1.0)
    per_mu *= (draw.usual_value_added / _REFERENCE_VALUE_ADDED) ** 0.18
    extends = draw.rng.random(draw.revenue.shape) < 0.012
    growth = np.where(extends, draw.rng.uniform(1.05, 1.4, extends.shape), 1.0)
    land = np.maximum(draw.usual_value_added / per_mu, 0.3)
    return np.asarray(land[:, None] * np.cumprod(growth, axis=1))


def _power(draw: _Draw) -> tuple[Floats, Floats]:
    """Electricity (kWh), and total energy, of which electricity is the industry's usual part."""
    own = level(draw.firms, "kwh_per_wan") * CLASS_ENERGY[draw.firms.class_place]
    own *= np.where(draw.sizeable, 1.0, 2.7) * np.exp(0.40 * draw.character[:, 3])
    use = draw.revenue**0.93 * draw.usual[:, None] ** 0.07  # part of the use does not follow sales
    electricity = use * own[:, None] * draw.noise(0.06)
    part = level(draw.firms, "electric_share") + 0.08 * draw.character[:, 4]
    return electricity, electricity * _TCE_PER_KWH / np.clip(part, 0.2, 0.97)[:, None]


def _emission(draw: _Draw) -> Floats:
    per_tonne = level(draw.firms, "value_added_per_tonne") * np.exp(0.7 * draw.character[:, 5])
    share = level(draw.firms, "value_added_share") / per_tonne
    return np.asarray(draw.revenue * share[:, None] * draw.noise(0.10))


def _employees(draw: _Draw) -> Floats:
    person = level(draw.firms, "value_added_per_person") * np.where(draw.sizeable, 1.0, 0.6)
    person *= np.exp(draw.rng.normal(0, 0.32, len(person)))
    swing = (draw.revenue / draw.usual[:, None]) ** 0.5
    staff = (draw.usual_value_added / person)[:, None] * swing * draw.noise(0.05)
    return np.maximum(np.round(staff), 2.0)


def _research(draw: _Draw) -> Floats:
    """Research spending: 2 to 6 % of revenue for high-tech enterprises, often none for others."""
    count = len(draw.usual)
    high_tech = np.exp(np.log(0.036) + draw.rng.normal(0, 0.28, count))
    other = np.exp(np.log(0.011) + draw.rng.normal(0, 0.60, count))
    spends = draw.rng.random(count) < np.where(draw.sizeable, 0.68, 0.10)
    own = np.where(draw.firms.high_tech, high_tech, np.where(spends, other, 0.0))
    return draw.revenue * np.clip(own[:, None] * draw.noise(0.10), 0.0, 0.06)


def _upgrading(draw: _Draw) -> Floats:
    """Spending on technical upgrading: not every year, then 1 to 10 % of revenue."""
    spends = draw.rng.random(draw.revenue.shape) < np.where(draw.sizeable, 0.42, 0.08)[:, None]
    share = np.clip(np.exp(np.log(0.028) + draw.rng.normal(0, 0.7, spends.shape)), 0.003, 0.15)
    return np.where(spends, draw.revenue * share, 0.0)


def _violations(draw: _Draw) -> NDArray[np.int64]:
    chance = np.where(draw.above, 0.008, 0.002)
    return (draw.rng.random(chance.shape) < chance).astype(np.int64)


def _leave_gaps(rng: np.random.Generator, panel: Panel) -> None:
    """Blank what was not reported.

    Revenue is always there, and so are value added and energy of above-scale enterprises, so that
    a park's ratios are the same however they are added up.
    """
    shape = panel.alive.shape
    unmeasured = rng.random(shape[0]) < 0.25  # no measured emission, in any year
    panel.emission[unmeasured] = np.nan
    small = ~panel.above_scale
    for figures, small_chance, large_chance in (
        (panel.value_added, 0.04, 0.0),
        (panel.energy, 0.28, 0.0),
        (panel.electricity, 0.02, 0.005),
        (panel.tax, 0.003, 0.0),
        (panel.employees, 0.02, 0.003),
        (panel.research, 0.60, 0.02),
        (panel.upgrading, 0.70, 0.03),
    ):
        figures[rng.random(shape) < np.where(small, small_chance, large_chance)] = np.nan
    panel.land[small & (rng.random(shape) < 0.003)] = 0.0


def _place_accidents(rng: np.random.Generator, firms: Firms, panel: Panel) -> None:
    """Put the accidents: in the last year one park has exactly one."""
    by_name = {park.name: place for place, park in enumerate(SITES)}
    for year, site in (
        (2021, OUTSIDE),
        (2022, by_name["霁川经济开发区"]),
        (2023, OUTSIDE),
        (2024, OUTSIDE),
        (2024, by_name[ACCIDENT_PARK]),
    ):
        column = year - YEARS[0]
        able = (firms.site == site) & panel.alive[:, column] & firms.alive(YEARS[-1])
        able_large = able & panel.above_scale[:, column]
        candidates = np.flatnonzero(able_large if able_large.any() else able)
        if len(candidates):
            panel.accidents[rng.choice(candidates), column] += 1
