"""用地面积: own + leased in − leased out + occupied without title − exempt. Leases of floors are
converted by the floor area ratio of the parcel.

The formula is the usual one and no published text of it was seen; what counts is therefore a
table that a caller may change, and each part says how it was reckoned.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["own", "leased_in", "leased_out", "floor_in", "floor_out", "untitled", "exempt"]
Counting = Literal["year_end", "by_days"]

M2_PER_MU = 10_000 / 15
"""Square metres of a mu, exactly 666 2/3."""
SIGNS: Mapping[str, int] = {
    "own": 1,
    "leased_in": 1,
    "leased_out": -1,
    "floor_in": 1,
    "floor_out": -1,
    "untitled": 1,
    "exempt": -1,
}
"""How each kind counts: added, or taken off."""


@dataclass(frozen=True, slots=True)
class AreaItem:
    """One piece of land or floor. ``area_mu`` for land, ``floor_m2`` with ``floor_area_ratio`` of
    the parcel for floors. Dates are inclusive; without them it counts always."""

    kind: Kind
    area_mu: float | None = None
    floor_m2: float | None = None
    floor_area_ratio: float | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AreaPart:
    """What an item contributes: signed mu; ``zh`` and ``en`` say how it was reckoned."""

    item: AreaItem
    mu: float | None
    share: float
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class EvaluatedArea:
    """The area of a year in mu; unknown (None) as long as a part is unknown."""

    mu: float | None
    parts: tuple[AreaPart, ...]
    problems: tuple[tuple[str, str], ...] = field(default=())


def evaluated_area(
    items: Iterable[AreaItem],
    year: int,
    *,
    counting: Counting = "year_end",
    signs: Mapping[str, int] = SIGNS,
) -> EvaluatedArea:
    """The area that counts in a year, in mu, with its parts.

    ``counting``: what is in force on 31 December, or each item by its share of the year's days.
    An item without its figures makes the whole unknown and is named; a sum below zero is a
    problem and unknown, never a negative area.

    >>> own = AreaItem("own", area_mu=50)
    >>> floor = AreaItem("floor_out", floor_m2=6000, floor_area_ratio=1.5)
    >>> evaluated_area([own, floor], 2024).mu
    44.0
    """
    parts = [_part(one, year, counting, signs) for one in items]
    problems = [(one.zh, one.en) for one in parts if one.mu is None]
    total: float | None = None
    if parts and not problems:
        total = round(sum(one.mu for one in parts if one.mu is not None), 6) + 0.0
        if total < 0:
            said = (
                f"各项合计为 {total:g} 亩，小于 0：请核对出租、豁免面积",
                f"the parts add up to {total:g} mu, below 0: check what is leased out or exempt",
            )
            problems.append(said)
            total = None
    return EvaluatedArea(total, tuple(parts), tuple(problems))


def _part(item: AreaItem, year: int, counting: Counting, signs: Mapping[str, int]) -> AreaPart:
    share = _share(item, year, counting)
    name_zh, name_en = _NAMES[item.kind]
    if share == 0:
        return AreaPart(item, 0.0, 0.0, f"{name_zh}：{year} 年不计", f"{name_en}: not in {year}")
    area, zh, en = _area(item)
    if area is None:
        return AreaPart(item, None, share, f"{name_zh}：{zh}", f"{name_en}: {en}")
    mu = signs[item.kind] * area * share
    sign = "−" if signs[item.kind] < 0 else "+"
    days_zh = "" if share == 1 else f" × {share:.4g}（按天数）"
    days_en = "" if share == 1 else f" × {share:.4g} of the year"
    return AreaPart(
        item, mu, share, f"{name_zh}：{sign} {zh}{days_zh}", f"{name_en}: {sign} {en}{days_en}"
    )


def _area(item: AreaItem) -> tuple[float | None, str, str]:
    """Mu of an item, and how, or what is missing."""
    if item.kind not in ("floor_in", "floor_out"):
        if item.area_mu is None or item.area_mu < 0:
            return None, "缺用地面积", "its area is missing"
        return item.area_mu, f"{item.area_mu:g} 亩", f"{item.area_mu:g} mu"
    if item.floor_m2 is None or item.floor_m2 < 0:
        return None, "缺建筑面积", "its floor area is missing"
    ratio = item.floor_area_ratio
    if ratio is None or ratio <= 0:
        return None, "缺所在宗地容积率", "the floor area ratio of its parcel is missing"
    mu = item.floor_m2 / ratio / M2_PER_MU
    said = f"{item.floor_m2:g} ㎡ ÷ {ratio:g} ÷ 666.67 = {mu:.4g}"
    return mu, f"{said} 亩", f"{said} mu"


def _share(item: AreaItem, year: int, counting: Counting) -> float:
    """The share of the year for which an item counts."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    start = max(item.valid_from or first, first)
    end = min(item.valid_to or last, last)
    if start > end:
        return 0.0
    if counting == "year_end":
        return 1.0 if end == last else 0.0
    days = 366 if calendar.isleap(year) else 365
    return ((end - start).days + 1) / days


_NAMES: Mapping[str, tuple[str, str]] = {
    "own": ("自有用地", "own land"),
    "leased_in": ("租入用地", "land leased in"),
    "leased_out": ("租出用地", "land leased out"),
    "floor_in": ("只租入房屋", "floors leased in"),
    "floor_out": ("只租出房屋", "floors leased out"),
    "untitled": ("未办证实际占用", "occupied without title"),
    "exempt": ("豁免用地", "exempt"),
}
