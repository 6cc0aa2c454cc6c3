"""差别化政策: what a grade brings by consecutive years, several measures stacked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Stacking = Literal["highest", "sum"]


@dataclass(frozen=True, slots=True)
class Tariff:
    """One clause: who has been ``grade`` for ``from_year`` (to ``to_year``) years in a row gets
    ``delta`` in ``unit`` on a resource. A surcharge is positive, a relief negative."""

    name: str
    grade: str
    resource: str
    unit: str
    delta: Decimal
    from_year: int = 1
    to_year: int | None = None
    stacking: Stacking = "highest"

    def fits(self, grade: str, years: int) -> bool:
        """Whether it counts for this grade after so many consecutive years."""
        return self.grade == grade and self.from_year <= years <= (self.to_year or years)


@dataclass(frozen=True, slots=True)
class Applied:
    """What comes of all clauses on one resource in one unit; ``parts`` are those that count."""

    resource: str
    unit: str
    delta: Decimal
    parts: tuple[Tariff, ...]
    set_aside: tuple[Tariff, ...] = ()


def years_in_grade(grades: Sequence[str | None]) -> int:
    """For how many periods in a row the latest grade has been held; ``grades`` latest first. A
    period without a grade ends the row.

    >>> years_in_grade(["D", "D", "C", "D"])
    2
    """
    if not grades or not grades[0]:
        return 0
    for number, grade in enumerate(grades):
        if grade != grades[0]:
            return number
    return len(grades)


def applied(
    tariffs: Iterable[Tariff], grade: str, years: int, others: Iterable[Tariff] = ()
) -> list[Applied]:
    """What counts for a grade and its years, one line a resource and unit, in their order.

    ``others`` are clauses that fall on the subject for other reasons (a restricted industry,
    energy above the norm): they stack with the grade's. Where any clause of a resource says
    ``highest``, only the one with the largest amount counts, the earlier of equals; otherwise they
    are summed.

    >>> rows = [Tariff("a", "D", "电", "元", Decimal("0.05")), Tariff("b", "D", "电", "元",
    ...         Decimal("0.15"), from_year=3)]
    >>> [str(one.delta) for one in applied(rows, "D", 3)]
    ['0.15']
    """
    found: dict[tuple[str, str], list[Tariff]] = {}
    for one in [*(one for one in tariffs if one.fits(grade, years)), *others]:
        found.setdefault((one.resource, one.unit), []).append(one)
    lines = []
    for (resource, unit), parts in found.items():
        if any(one.stacking == "highest" for one in parts):
            chosen = max(parts, key=lambda one: abs(one.delta))
            rest = tuple(one for one in parts if one is not chosen)
            lines.append(Applied(resource, unit, chosen.delta, (chosen,), rest))
        else:
            total = sum((one.delta for one in parts), Decimal(0))
            lines.append(Applied(resource, unit, total, tuple(parts)))
    return lines
