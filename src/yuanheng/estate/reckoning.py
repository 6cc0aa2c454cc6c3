"""Evaluated area and tax of many enterprises in a year, from their items, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from yuanheng.calc import land
from yuanheng.estate.choices import AreaKind
from yuanheng.estate.models import AreaItem, AreaRule, TaxKind, TaxPaid, TenantMerge
from yuanheng.kernel.dated import nearest_in_force, nearest_of

_CHUNK = 500
Words = tuple[str, str]
"""The same in Chinese and in English."""


@dataclass(slots=True)
class Reckoned:
    """One enterprise: mu and yuan, None where something is missing, and what they are made of.
    A part is {"key", "zh", "en", "value"}."""

    enterprise_id: int
    area_mu: float | None = None
    tax_yuan: float | None = None
    area_parts: list[dict[str, Any]] = field(default_factory=list)
    tax_parts: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Words] = field(default_factory=list)
    head_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What an office counts, in force on the last day of a year."""

    counting: land.area.Counting
    signs: dict[str, int]
    tax: tuple[land.TaxRule, ...]
    name: str = ""


def rules_for(org_unit_id: int | None, year: int) -> Rules:
    """The rules of the nearest office upward. Without one, area counts by the year's last day."""
    on = date(year, 12, 31)
    rule = nearest_in_force(AreaRule.objects.all(), org_unit_id, on) or AreaRule()
    signs = dict(land.area.SIGNS)
    signs["untitled"] = 1 if rule.untitled_counts else 0
    signs["exempt"] = -1 if rule.exempt_deducts else 0
    by_name: dict[str, list[TaxKind]] = defaultdict(list)
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    for one in TaxKind.objects.filter(living, valid_from__lte=on):
        by_name[one.name].append(one)
    lines: dict[int | None, list[int]] = {}
    found = [nearest_of(rows, org_unit_id, on, lines) for rows in by_name.values()]
    tax = tuple(land.TaxRule(one.name, one.counts, float(one.share) / 100) for one in found if one)
    return Rules(rule.counting, signs, tax, rule.name)


def items_in(year: int, items: QuerySet) -> QuerySet:
    """Area items that are in force on some day of a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=last)
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=first)
    return items.filter(begun, living, archived_at__isnull=True)


def in_order(items: Iterable[AreaItem]) -> list[AreaItem]:
    """Own land first, then as the kinds are listed."""
    return sorted(items, key=lambda one: (AreaKind.values.index(one.kind), one.pk))


def heads_on(day: date) -> tuple[dict[int, int], dict[int, Words]]:
    """Which tenant is counted with which final holder on a day, and tenants whose holders go round
    in a circle, in words. One query."""
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    rows = TenantMerge.objects.filter(living, valid_from__lte=day, archived_at__isnull=True)
    holder = {
        str(tenant): str(to) for tenant, to in rows.order_by().values_list("tenant", "holder")
    }
    everybody = dict.fromkeys([*holder, *holder.values()])
    units, problems = land.merge_tenants(
        land.Tenant(one, holder.get(one, "")) for one in everybody
    )
    heads = {int(one): int(unit.code) for unit in units for one in unit.members}
    return heads, {int(code): (zh, en) for code, zh, en in problems}


def reckon(enterprise_ids: Sequence[int], year: int, rules: Rules) -> Iterator[Reckoned]:
    """Each of these enterprises, in their order."""
    heads, circles = heads_on(date(year, 12, 31))
    for start in range(0, len(enterprise_ids), _CHUNK):
        chunk = enterprise_ids[start : start + _CHUNK]
        items: dict[int, list[AreaItem]] = defaultdict(list)
        rows = items_in(year, AreaItem.objects.filter(enterprise__in=chunk))
        for item in in_order(rows):
            items[item.enterprise_id].append(item)
        paid: dict[int, list[TaxPaid]] = defaultdict(list)
        given = TaxPaid.objects.filter(enterprise__in=chunk, year=year, archived_at__isnull=True)
        for tax in given.order_by("is_addition", "tax_kind", "pk"):
            paid[tax.enterprise_id].append(tax)
        for key in chunk:
            found = Reckoned(key, head_id=heads.get(key))
            if key in circles:
                found.problems.append(circles[key])
            _area(found, items[key], year, rules)
            _tax(found, paid[key], rules)
            yield found


def calc_item(item: AreaItem) -> land.AreaItem:
    """A row of the register as ``calc`` reads it."""
    return land.AreaItem(
        item.kind,  # type: ignore[arg-type]  the choices are its own
        _number(item.area_mu),
        _number(item.floor_m2),
        _number(item.floor_area_ratio),
        item.valid_from,
        item.valid_until,
        item.basis,
    )


def _area(found: Reckoned, items: Iterable[AreaItem], year: int, rules: Rules) -> None:
    rows = list(items)
    if not rows:
        if found.head_id is not None:
            zh, en = (
                "没有自己的面积项，用地计在合并主体名下",
                "no item of its own: with its holder",
            )
            found.area_mu = 0.0
            found.area_parts.append({"key": "", "zh": zh, "en": en, "value": 0.0})
        return
    area = land.evaluated_area(
        [calc_item(one) for one in rows], year, counting=rules.counting, signs=rules.signs
    )
    for item, part in zip(rows, area.parts, strict=True):
        about = f"（{item.title}{'，' + item.basis if item.basis else ''}）"
        found.area_parts.append(
            {"key": str(item.token), "zh": part.zh + about, "en": part.en + about,
             "value": part.mu}
        )  # fmt: skip
    found.area_mu = area.mu
    found.problems += area.problems


def _tax(found: Reckoned, rows: Sequence[TaxPaid], rules: Rules) -> None:
    if not rows:
        return
    tax = land.evaluated_tax(
        [
            land.TaxItem(one.tax_kind, _number(one.amount_yuan), one.is_addition, one.note)
            for one in rows
        ],
        rules.tax,
    )
    for row, (kind, amount, counted, zh, en) in zip(rows, tax.parts, strict=True):
        note = f"（{row.note}）" if row.note else ""
        shown = "—" if amount is None else f"{amount:,.2f}"
        found.tax_parts.append(
            {"key": str(row.token), "zh": f"{kind} {shown} 元：{zh}{note}",
             "en": f"{kind} {shown} yuan: {en}{note}", "value": counted}
        )  # fmt: skip
    found.tax_yuan = tax.amount
    found.problems += tax.problems


def last_day_before(year: int) -> date:
    """31 December of the year before."""
    return date(year, 1, 1) - timedelta(days=1)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
