"""Several counts in one round to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, Func, IntegerField, QuerySet, Subquery


@dataclass(frozen=True)
class Different:
    """The different values of one column, to be counted without the rows they point to."""

    rows: QuerySet
    column: str


def count_together(user: Any, wanted: Mapping[str, QuerySet | Different | None]) -> dict[str, int]:
    """How many rows each query has, in one round to the database."""
    there = {}
    for name, asked in wanted.items():
        rows = asked.rows if isinstance(asked, Different) else asked
        if rows is not None and not rows.query.is_empty():
            there[name] = rows.order_by().values(n=_count_of(asked))
    if not there:
        return {}
    person = get_user_model()._default_manager.filter(pk=user.pk).order_by()
    counted = {f"n_{name}": Subquery(rows) for name, rows in there.items()}
    numbers = person.values(**counted).first() or {}
    return {name: numbers.get(f"n_{name}") or 0 for name in there}


def _count_of(asked: QuerySet | Different | None) -> Func:
    # An aggregate of Django's would group by the person who asks.
    if isinstance(asked, Different):
        template = "%(function)s(DISTINCT %(expressions)s)"
        column, more = F(asked.column), {"template": template}
    else:
        column, more = F("pk"), {}
    return Func(column, function="COUNT", output_field=IntegerField(), **more)
