"""The order of public projects, by the rule in force; every part of it can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yuanheng.kernel import clock
from yuanheng.kernel.dated import nearest_in_force
from yuanheng.kernel.formulas import USUAL_SOURCE
from yuanheng.publicworks.models import OrderRule, PublicProject

USUAL = "100 * 紧急程度 + 2 * 超期天数 - 0.2 * 剩余天数 + 20 * 资金到位率"


@dataclass(frozen=True, slots=True)
class Rule:
    """The formula that counts, and on whose word."""

    formula: str
    source: str
    is_usual: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A project at its place; ``points`` is empty where the rule asks for what isn't known, and
    ``missing`` names that."""

    project: PublicProject
    points: float | None
    missing: tuple[str, ...]


def rule_for(org_unit_id: int | None, on: date) -> Rule:
    """The rule of an organisation on a day."""
    found = nearest_in_force(OrderRule.objects.all(), org_unit_id, on)
    if found is None:
        return Rule(USUAL, USUAL_SOURCE, is_usual=True)
    return Rule(found.formula, found.clause, is_usual=False)


def facts_of(row: PublicProject, today: date) -> dict[str, float | None]:
    """What a rule may ask of a project; unknown stays unknown."""
    left = (row.deadline - today).days if row.deadline else None
    share = None
    if row.budget_yuan and row.funded_yuan is not None:
        share = float(row.funded_yuan / row.budget_yuan)
    return {
        "urgency": float(row.urgency),
        "days_left": None if left is None else float(max(left, 0)),
        "days_overdue": None if left is None else float(max(-left, 0)),
        "funded": share,
        "progress": float(row.progress),
        "budget": None if row.budget_yuan is None else float(row.budget_yuan) / 10000,
    }


def placed(rows: Sequence[PublicProject], rule: Rule) -> list[Placed]:
    """Highest points first; what the rule can't judge comes after it, by urgency and deadline;
    finished ones last."""
    facts_asked = OrderRule.facts
    names = facts_asked.names
    reckoned = facts_asked.reader(rule.formula)
    today = clock.today()
    found = []
    for row in rows:
        facts = facts_of(row, today)
        value = reckoned(facts)
        points = None if value is None else round(value, 6)
        lacking = tuple(
            facts_asked.label(name) for name, fact in facts.items()
            if points is None and fact is None and names[name] in rule.formula
        )  # fmt: skip
        found.append(Placed(row, points, lacking))
    return sorted(found, key=_place)


def _place(one: Placed) -> tuple[Any, ...]:
    row = one.project
    return (
        row.is_done, one.points is None, -(one.points or 0.0), -int(row.urgency),
        row.deadline or date.max, row.code,
    )  # fmt: skip
