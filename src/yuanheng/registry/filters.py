"""The filter by region: it opens downwards, province to city to county."""

from __future__ import annotations

from typing import Any

from django.db import models

from yuanheng.kernel.resources.filters import Filter, Option
from yuanheng.registry.models import Region

_NEXT = {0: 2, 2: 4, 4: 6, 6: 9}


class RegionFilter(Filter):
    """Everything in a region and below it. Choosing one offers what lies in it."""

    follows_value = True

    def __init__(self, name: str = "region", *, path: str = "region__code", label: Any = None):
        super().__init__(name, label)
        self.path = path

    def options(self, user: Any, value: str) -> list[Option]:
        visible = Region.objects.visible_to(user)
        above = [value[:size] for size in (2, 4, 6, 9) if size <= len(value)]
        kinds = models.Q(code__in=above)
        if not value:
            kinds = models.Q(parent__isnull=True) | models.Q(kind="prefecture")
        elif len(value) in _NEXT and len(value) < 6:
            kinds |= models.Q(parent__code=value)
        rows = visible.filter(kinds).order_by("code").values_list("code", "name")[:1000]
        return [Option(code, "\u3000" * (len(code) // 2 - 1) + name) for code, name in rows]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        if not value.isdecimal():
            return queryset.none()
        return queryset.filter(**{f"{self.path}__startswith": value})
