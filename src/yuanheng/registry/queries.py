"""Reads of the registers that span several tables."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from yuanheng.kernel.counting import count_together
from yuanheng.registry.models import Enterprise, LadderStanding, Park, Region


def enterprise_counts(user: Any, **where: Any) -> dict[str, int]:
    """Of the enterprises that ``user`` sees (``park=…`` narrows): all, above scale, high-tech."""
    rows = Enterprise.objects.visible_to(user).current().filter(**where).order_by()
    wanted: dict[str, QuerySet | None] = {
        "all": rows,
        "above_scale": rows.filter(above_scale=True),
    }
    for code in ("high_tech", "specialised"):
        standing = LadderStanding.objects.filter(rung__code=code, until__isnull=True)
        wanted[code] = rows.filter(pk__in=standing.order_by().values("enterprise"))
    numbers = count_together(wanted)
    return {name: numbers.get(name, 0) for name in wanted}


def parks_by_enterprises(user: Any, limit: int | None = 12) -> list[Park]:
    """The parks with the most enterprises, each with ``enterprise_count`` and ``scale_count``;
    without a ``limit`` those that have none, too."""
    living = Q(enterprises__archived_at__isnull=True)
    parks = Park.objects.visible_to(user).current()
    counted = parks.annotate(
        enterprise_count=Count("enterprises", filter=living),
        scale_count=Count("enterprises", filter=living & Q(enterprises__above_scale=True)),
    )
    if limit is not None:
        counted = counted.filter(enterprise_count__gt=0)
    return list(counted.order_by("-enterprise_count", "code")[:limit])


def park_ranks(user: Any) -> list[Park]:
    """Every park that ``user`` sees, with its rank and ``enterprise_count`` and ``scale_count``;
    those with the most enterprises first. Read once for a page."""
    kept = user.__dict__.get("_parks_counted")
    if kept is None:
        kept = parks_by_enterprises(user, limit=None)
        user.__dict__["_parks_counted"] = kept
    return kept


def region_path(region: Region) -> list[Region]:
    """The divisions above, from the province down."""
    codes = [region.code[:size] for size in (2, 4, 6) if size < len(region.code)]
    return list(Region.objects.filter(code__in=codes).order_by("code")) if codes else []
