"""How many rows a list holds, and the sums of its figures: in one query, and bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count, Sum

LIMIT = 100_000


@dataclass(frozen=True)
class Total:
    """The sum of one column over the whole list; ``missing`` rows have no value."""

    value: Any
    missing: int


@dataclass(frozen=True)
class Tally:
    """``is_more``: there are more rows than were counted, and no sums then."""

    rows: int
    is_more: bool = False
    totals: Mapping[str, Total] = field(default_factory=dict)


def tally_of(rows: models.QuerySet, paths: Sequence[str] = (), limit: int | None = LIMIT) -> Tally:
    """Count ``rows`` and add up what lies at ``paths``; ``limit=None`` counts everything."""
    rows = rows.order_by().select_related(None).prefetch_related(None)
    wanted: dict[str, Any] = {}
    for number, path in enumerate(paths):
        wanted[f"sum_{number}"] = Sum(path)
        wanted[f"given_{number}"] = Count(path)
    if limit is not None:
        rows = rows.values("pk", *paths)[: limit + 1]
    counted = rows.aggregate(rows=Count("*"), **wanted)
    found = counted["rows"]
    if limit is not None and found > limit:
        return Tally(limit, True)
    totals = {
        path: Total(counted[f"sum_{number}"], found - counted[f"given_{number}"])
        for number, path in enumerate(paths)
    }
    return Tally(found, False, totals)
