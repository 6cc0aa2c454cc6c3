"""Any register's list by tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Tag, TagUse
from yuanheng.kernel.policies import VIEW, instances
from yuanheng.kernel.resources.filters import MOST_OPTIONS, Filter, Option, option_query


class TagFilter(Filter):
    """Rows with one tag; named in the address by the tag's number. Only tags the person sees."""

    def __init__(self) -> None:
        super().__init__("tag", _("tag"))

    def options(self, user: Any, value: str) -> list[Option]:
        tags = self._living(user).order_by("name")[:MOST_OPTIONS]
        return [Option(str(tag.pk), tag.name) for tag in tags]

    def option_rows(self, user: Any, value: str) -> Sequence[models.QuerySet]:
        return [option_query(self._living(user), "pk", "name").order_by("name")[:MOST_OPTIONS]]

    def _living(self, user: Any) -> models.QuerySet:
        return instances(user, VIEW, Tag.objects.filter(archived_at__isnull=True))

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        if not (value.isascii() and value.isdecimal() and len(value) < 19):
            return queryset.none()
        tags = instances(user, VIEW, Tag.objects.filter(pk=int(value)))
        uses = TagUse.objects.filter(tag__in=tags.values("pk"))
        return queryset.filter(pk__in=uses.pks_of(queryset.model))
