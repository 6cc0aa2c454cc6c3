"""The door of the estate: the lines of an area list, a correction by a decision, a reckoning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yuanheng.accounts.api import office_of
from yuanheng.estate.actions import NothingToReckon, Summary, correct_area, reckon_year
from yuanheng.estate.actions.areas import FIGURES
from yuanheng.estate.choices import AreaKind
from yuanheng.estate.jobs import in_words
from yuanheng.estate.models import AreaItem, AreaRule, Reckoning, TaxKind, TaxPaid, TenantMerge
from yuanheng.estate.reckoning import in_order, items_in, reckon, rules_for
from yuanheng.kernel.policies import EDIT, instances

__all__ = [
    "AreaItem",
    "AreaKind",
    "AreaLine",
    "AreaRule",
    "AreaSheet",
    "NothingToReckon",
    "Reckoning",
    "Summary",
    "TaxKind",
    "TaxPaid",
    "TenantMerge",
    "area_sheets",
    "correct_area",
    "in_words",
    "reckon_year",
]
_UNITS = {"area_mu": "亩", "floor_m2": "平方米", "floor_area_ratio": ""}


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One figure of one item: ``key`` is the item's token, ``figure`` its field."""

    key: str
    figure: str
    name: str
    measure: str
    value: float | None
    basis: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class AreaSheet:
    """The area of one enterprise in a year: the total, signed mu by kind, every figure of every
    item; what was reckoned for the year before."""

    code: str
    name: str
    park_id: int | None
    region_id: int
    area_mu: float | None
    by_kind: dict[str, float]
    lines: list[AreaLine]
    before_mu: float | None


def area_sheets(user: Any, year: int) -> Iterator[AreaSheet]:
    """Of every enterprise that the person keeps and that has an area item in the year."""
    office = office_of(user)
    rules = rules_for(office.pk if office else None, year)
    items: dict[int, list[AreaItem]] = {}
    rows = items_in(year, instances(user, EDIT, AreaItem)).select_related("enterprise")
    for item in in_order(rows):
        items.setdefault(item.enterprise_id, []).append(item)
    codes = {key: own[0].enterprise.credit_code for key, own in items.items()}
    before = dict(
        Reckoning.objects.filter(year=year - 1, is_current=True).values_list(
            "enterprise", "area_mu"
        )
    )
    for found in reckon(sorted(items, key=codes.__getitem__), year, rules):
        own = items[found.enterprise_id]
        lines, by_kind = [], {}
        for item, part in zip(own, found.area_parts, strict=True):
            by_kind[item.kind] = by_kind.get(item.kind, 0.0) + (part["value"] or 0.0)
            lines += _lines(item, part)
        firm = own[0].enterprise
        yield AreaSheet(
            firm.credit_code, firm.name, firm.park_id, firm.region_id, found.area_mu,
            {kind: round(mu, 6) for kind, mu in by_kind.items()}, lines,
            before.get(found.enterprise_id),
        )  # fmt: skip


def _lines(item: AreaItem, part: dict[str, Any]) -> list[AreaLine]:
    names = FIGURES[1:] if item.is_floor else FIGURES[:1]
    found = []
    for name in names:
        value = getattr(item, name)
        title = str(AreaItem._meta.get_field(name).verbose_name)
        shown = f"{item} · {title}" if item.is_floor else str(item)
        number = None if value is None else float(value)
        words = (part["zh"], part["en"])
        found.append(
            AreaLine(str(item.token), name, shown, _UNITS[name], number, item.basis, *words)
        )
    return found
