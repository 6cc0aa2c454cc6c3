"""The filter by region: it opens downwards, province to city to county."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.lists.address import BadAddress, shown
from yuanheng.kernel.lists.prefixes import begins_with
from yuanheng.kernel.resources.filters import Filter, Option, option_query
from yuanheng.registry.models import Region

_NEXT = {0: 2, 2: 4, 4: 6, 6: 9}


class RegionFilter(Filter):
    """Everything in a region and below it. Choosing one offers what lies in it."""

    follows_value = True

    def __init__(self, name: str = "region", *, path: str = "region__code", label: Any = None):
        super().__init__(name, label)
        self.path = path

    def options(self, user: Any, value: str) -> list[Option]:
        return self.arranged([Option(*pair) for pair in self.option_rows(user, value)[0]])

    def option_rows(self, user: Any, value: str) -> Sequence[models.QuerySet]:
        above = [value[:size] for size in _NEXT.values() if size <= len(value)]
        kinds = models.Q(code__in=above)
        if not value:
            kinds = models.Q(parent__isnull=True) | models.Q(kind="prefecture")
        elif len(value) in _NEXT and len(value) < 6:
            kinds |= models.Q(parent__code=value)
        return [option_query(Region.objects.visible_to(user).filter(kinds), "code", "name")]

    def arranged(self, options: list[Option]) -> list[Option]:
        ordered = sorted(options, key=lambda one: one.value)
        return [
            Option(one.value, "\u3000" * (len(one.value) // 2 - 1) + one.label) for one in ordered
        ]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        if not (value.isascii() and value.isdecimal() and len(value) <= 9):
            raise BadAddress(
                _("“%(value)s” is no division code: write 2, 4, 6 or 9 digits.")
                % {"value": shown(value)}
            )
        return queryset.filter(**begins_with(self.path, value))
