"""Several counts in one round to the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, Func, IntegerField, QuerySet, Subquery

_COUNT = Func(F("pk"), function="COUNT", output_field=IntegerField())


def count_together(user: Any, wanted: Mapping[str, QuerySet | None]) -> dict[str, int]:
    """How many rows each query has, in one round to the database."""
    there = {
        name: rows.order_by().values(n=_COUNT)
        for name, rows in wanted.items()
        if rows is not None and not rows.query.is_empty()
    }
    if not there:
        return {}
    person = get_user_model()._default_manager.filter(pk=user.pk).order_by()
    counted = {f"n_{name}": Subquery(rows) for name, rows in there.items()}
    numbers = person.values(**counted).first() or {}
    return {name: numbers.get(f"n_{name}") or 0 for name in there}
