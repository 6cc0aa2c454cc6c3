"""What a register's list shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yuanheng.kernel.resources.filters import Filter
from yuanheng.kernel.tables import Column


class ListOptions:
    """Columns, filters, search, order; mixed into ``Resource``."""

    model: ClassVar[type[models.Model]]
    lookup: ClassVar[str]

    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    search: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[Any] = ""
    ordering: ClassVar[Sequence[str]] = ()
    page_size: ClassVar[int] = 50
    related: ClassVar[Sequence[str]] = ()  # select_related
    prefetch: ClassVar[Sequence[str]] = ()
    empty_text: ClassVar[Any] = ""
    search_context: ClassVar[Sequence[str]] = ()  # where a row lies, shown beside a hit
    in_search: ClassVar[bool] = True  # False: found by nobody who looks over everything

    @property
    def search_title(self) -> str:
        """The field by whose words and pinyin initials a row is found."""
        names = {field.name for field in self.model._meta.concrete_fields}
        for name in ("name", "title", *self.search, self.lookup):
            if name in names:
                return name
        return self.lookup

    @property
    def searched_fields(self) -> Sequence[str]:
        """What goes into the search index: never what is masked for anybody."""
        return self.search

    @property
    def is_indexed(self) -> bool:
        """Whether the rows have entries in the search index."""
        return bool(self.in_search and self.search) and isinstance(
            self.model._meta.pk, models.AutoField | models.IntegerField
        )

    def queryset(self, user: Any) -> models.QuerySet:
        """Every row that ``user`` may see."""
        return self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]

    def prepare(self, queryset: models.QuerySet) -> models.QuerySet:
        """With what the columns need, in the register's own order."""
        queryset = queryset.order_by(*(self.ordering or (self.lookup,)))
        if self.related:
            queryset = queryset.select_related(*self.related)
        return queryset.prefetch_related(*self.prefetch) if self.prefetch else queryset

    def searched(self, queryset: models.QuerySet, text: str) -> models.QuerySet:
        """Rows in which every word of ``text`` is found in one of the search fields."""
        for word in text.split()[:5]:
            found = Q()
            for field in self.search:
                found |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(found)
        return queryset
