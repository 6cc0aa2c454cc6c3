"""Yearly figures of the parks: what the enterprises determine is added up from them.

The other indicators are drawn, each park with its own standing level. A zone's figures are those
of its parks together: sums of amounts, and ratios of the sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yuanheng.demo.columns import PARK_FIGURE_COLUMNS
from yuanheng.demo.growth import Flags, Floats
from yuanheng.demo.industries import INDUSTRY_INDEX
from yuanheng.demo.panel import Panel
from yuanheng.demo.places import PARKS, SITES, Park, sites_of
from yuanheng.demo.register import YEARS, Firms

WAN_PER_YI = 10_000
INSPECTION_PARK = "霁川经济开发区"
"""The one park with a problem found by the central environmental inspection in the last year."""
_EARLIER_INSPECTIONS = (
    (2021, "砚浦新材料产业园"),
    (2021, "珞栖工业集中区"),
    (2022, INSPECTION_PARK),
)

ADDED_UP = {
    "技工贸总收入": "园区内全部企业营业收入之和",
    "入库税收": "园区内全部企业实缴税收之和",
    "亩均税收": "园区内全部企业实缴税收之和 ÷ 用地面积之和",
    "规模工业增加值": "园区内规上企业工业增加值之和",
    "单位增加值能耗": "园区内规上企业综合能耗之和 ÷ 工业增加值之和",
    "高新技术企业数": "园区内当年有数据的高新技术企业（按名录现状）",
    "高新技术产业增加值占比": "规上高新技术企业工业增加值之和 ÷ 规上企业工业增加值之和",
    "主导产业集聚度": "主导产业和特色产业企业营业收入之和 ÷ 全部企业营业收入之和",
    "研发投入强度": "规上企业研发经费支出之和 ÷ 规上企业营业收入之和",
    "技工贸总收入增速": "本年合计 ÷ 上年合计 − 1（2021年的上年数不在本数据内）",
    "规模工业增加值增速": "本年合计 ÷ 上年合计 − 1，现价（2021年的上年数不在本数据内）",
    "较大及以上安全事故": "园区内企业事故起数之和",
}
"""How each indicator that comes from the enterprises is made, for the note beside the figures."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A drawn indicator: level = middle + by_quality·(quality − 1), its spreads and limits."""

    middle: float
    by_quality: float
    between_parks: float
    between_years: float
    yearly: float
    least: float
    most: float
    decimals: int


_RATES = {
    "土地建成率": _Drawn(82, 12, 4, 0.5, 0.9, 60, 97, 2),
    "项目履约率": _Drawn(79, 18, 5, 3.0, 1.0, 55, 98, 2),
    "审批平均办理时长": _Drawn(6.8, -4.5, 0.9, 0.4, -0.45, 1.5, 14, 1),
    "企业诉求按期办结率": _Drawn(94.5, 4, 1.6, 0.9, 0.7, 86, 100, 2),
    "企业满意度": _Drawn(92.5, 6, 1.6, 0.8, 0.5, 82, 99.5, 2),
}
# Shares of revenue, in per cent: an amount follows the park's size.
_SHARES = {
    "固定资产投资": _Drawn(7.6, 2.0, 1.4, 0.7, 0.1, 3.0, 14, 4),
    "进出口总额": _Drawn(9.0, 14.0, 2.5, 0.6, 0.3, 1.0, 24, 4),
}
# Counts for each 10^10 yuan of revenue.
_COUNTS = {
    "省级以上创新平台数": _Drawn(6.0, 7.0, 1.0, 0.2, 0.7, 1.0, 20, 4),
    "新签约亿元以上项目数": _Drawn(5.5, 3.0, 1.0, 1.0, 0.2, 1.5, 12, 4),
}


def draw_park_rows(
    rng: np.random.Generator, firms: Firms, panel: Panel
) -> list[dict[str, object]]:
    """One row per year and park, keyed by the plain names of ``PARK_FIGURE_COLUMNS``."""
    drawn = _draw_sites(rng)
    rows = []
    for step, year in enumerate(YEARS):
        for park in PARKS:
            row: dict[str, object] = {
                "年度": year,
                "园区代码": park.code,
                "园区名称": park.name,
                "级别": park.grade,
                "县区": park.region,
                "中央环保督察问题": int(_is_inspected(park, year)),
            }
            row |= add_up(firms, panel, park, step)
            row |= _drawn_figures(firms, panel, park, step, drawn)
            rows.append({column.name: row[column.name] for column in PARK_FIGURE_COLUMNS})
    return rows


def add_up(firms: Firms, panel: Panel, park: Park, step: int) -> dict[str, object]:
    """The indicators of ``ADDED_UP`` of one park in the year ``YEARS[step]``."""
    inside = np.isin(firms.site, sites_of(park))
    members = inside & panel.alive[:, step]
    large = members & panel.above_scale[:, step]
    own = [INDUSTRY_INDEX[name] for name in (*park.leading, *park.special)]

    def total(figures: Floats, among: Flags = members, at: int = step) -> float:
        return float(np.nansum(figures[among, at]))

    revenue, tax = total(panel.revenue), total(panel.tax)
    value_added = total(panel.value_added, large)
    if step:
        earlier = inside & panel.alive[:, step - 1]
        revenue_before = total(panel.revenue, earlier, step - 1)
        earlier_large = earlier & panel.above_scale[:, step - 1]
        value_added_before = total(panel.value_added, earlier_large, step - 1)
    else:
        revenue_before = float(panel.revenue_before[inside].sum())
        value_added_before = float(panel.value_added_before[inside].sum())
    return {
        "技工贸总收入": round(revenue / WAN_PER_YI, 4),
        "入库税收": round(tax / WAN_PER_YI, 4),
        "亩均税收": _ratio(tax, total(panel.land), 2),
        "规模工业增加值": round(value_added / WAN_PER_YI, 4),
        "单位增加值能耗": _ratio(total(panel.energy, large), value_added, 4),
        "高新技术企业数": int((members & firms.high_tech).sum()),
        "高新技术产业增加值占比": _ratio(
            100 * total(panel.value_added, large & firms.high_tech), value_added, 2
        ),
        "主导产业集聚度": _ratio(
            100 * total(panel.revenue, members & np.isin(firms.industry, own)), revenue, 2
        ),
        "研发投入强度": _ratio(100 * total(panel.research, large), total(panel.revenue, large), 2),
        "技工贸总收入增速": _ratio(100 * (revenue - revenue_before), revenue_before, 2),
        "规模工业增加值增速": _ratio(
            100 * (value_added - value_added_before), value_added_before, 2
        ),
        "较大及以上安全事故": int(panel.accidents[members, step].sum()),
    }


def _ratio(upper: float, lower: float, decimals: int) -> float | None:
    """A rounded quotient, nothing when there is nothing to divide by."""
    return round(upper / lower, decimals) if lower else None


def _draw_sites(rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """Each drawn indicator by site (rows) and year (columns)."""
    quality = np.array([park.quality for park in SITES])
    drawn: dict[str, NDArray[np.float64]] = {}
    for name, spec in (_RATES | _SHARES | _COUNTS).items():
        standing = spec.middle + spec.by_quality * (quality - 1)
        standing = standing + rng.normal(0, spec.between_parks, len(SITES))
        yearly = rng.normal(0, spec.between_years, (len(SITES), len(YEARS)))
        path: Floats = standing[:, None] + spec.yearly * np.arange(len(YEARS)) + yearly
        limited: Floats = np.clip(path, spec.least, spec.most)
        drawn[name] = np.round(limited, spec.decimals)
    return drawn


def _drawn_figures(
    firms: Firms, panel: Panel, park: Park, step: int, drawn: dict[str, NDArray[np.float64]]
) -> dict[str, object]:
    """The drawn indicators of a park; a zone's from those of its parks."""
    sites = list(sites_of(park))
    members = [(firms.site == site) & panel.alive[:, step] for site in sites]
    revenue = np.array([panel.revenue[among, step].sum() for among in members]) / WAN_PER_YI
    weights = np.maximum(revenue, 1e-6)
    figures: dict[str, object] = {}
    for name, spec in _RATES.items():
        values = drawn[name][sites, step]
        figures[name] = round(float(np.average(values, weights=weights)), spec.decimals)
    for name in _SHARES:
        amounts = np.round(drawn[name][sites, step] * revenue / 100, 2)
        figures[name] = round(float(amounts.sum()), 2)
    for name in _COUNTS:
        counts = np.maximum(np.round(drawn[name][sites, step] * revenue / 100), 1)
        figures[name] = int(counts.sum())
    return figures


def _is_inspected(park: Park, year: int) -> bool:
    return (year, park.name) in ((YEARS[-1], INSPECTION_PARK), *_EARLIER_INSPECTIONS)
