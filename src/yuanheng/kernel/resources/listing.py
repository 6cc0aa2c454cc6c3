"""What a register's list shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP

from yuanheng.kernel.lists.order import Order, order_of
from yuanheng.kernel.masking import may_search
from yuanheng.kernel.policies import all_policies
from yuanheng.kernel.resources.filters import Filter
from yuanheng.kernel.search.finding import Found, look_up
from yuanheng.kernel.tables import Column

_KINDS: tuple[tuple[type[models.Field], str], ...] = (
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.BooleanField, "flag"),
    (models.DecimalField, "figure"),
    (models.FloatField, "figure"),
    (models.IntegerField, "count"),
)
_TITLES = ("name", "title")


class ListOptions:
    """Columns, filters, search, order; mixed into ``Resource``.

    A list offers more columns than it shows: a person adds them to the address, or keeps them.
    """

    name: ClassVar[str]
    model: ClassVar[type[models.Model]]
    lookup: ClassVar[str]

    columns: ClassVar[Sequence[Column]] = ()
    more_columns: ClassVar[Sequence[Column] | None] = None  # None: every field that is left
    totals: ClassVar[Sequence[str]] = ()  # of the fields that are left: those that add up
    filters: ClassVar[Sequence[Filter]] = ()
    search: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[Any] = ""
    search_context: ClassVar[Sequence[str]] = ()  # where a row lies, shown beside a hit
    in_search: ClassVar[bool] = True  # False: compared row by row, and found in its list only
    ordering: ClassVar[Sequence[str]] = ()
    page_size: ClassVar[int] = 50
    related: ClassVar[Sequence[str]] = ()  # select_related
    prefetch: ClassVar[Sequence[str]] = ()
    empty_text: ClassVar[Any] = ""

    @cached_property
    def all_columns(self) -> dict[str, Column]:
        """Every column that a person may choose, by its key, in the order of the page."""
        more = self._fields_left() if self.more_columns is None else self.more_columns
        return {one.key: one for one in (*self.columns, *more)}

    @cached_property
    def masked_columns(self) -> dict[str, Column]:
        """Those that are masked for somebody."""
        return {
            key: one
            for key, one in self.all_columns.items()
            if _is_ever_masked(self.model, one.sort_path or one.path)
        }

    def _fields_left(self) -> list[Column]:
        shown = {one.path.split(LOOKUP_SEP)[0] for one in self.columns}
        hidden = set(getattr(self.model, "audit_hidden", ()))
        left = [
            field
            for field in self.model._meta.concrete_fields
            if field.name not in shown | hidden and field.editable and not field.primary_key
        ]
        found = [one for one in map(_column_of, left) if one is not None]
        return [replace(one, total=one.path in self.totals) for one in found]

    @cached_property
    def search_title(self) -> str:
        """The field by whose words and pinyin initials a row is found."""
        names = {field.name for field in self.model._meta.concrete_fields}
        wanted = (*_TITLES, *self.search, self.lookup)
        return next((one for one in wanted if one in names), self.lookup)

    @cached_property
    def searched_fields(self) -> Sequence[str]:
        """What goes into the search index: nothing that is masked for anybody."""
        return [one for one in self.search if not _is_ever_masked(self.model, one)]

    @cached_property
    def is_indexed(self) -> bool:
        """Whether the rows have entries in the search index."""
        has_number = isinstance(self.model._meta.pk, models.IntegerField)
        return bool(self.in_search and self.searched_fields) and has_number

    def queryset(self, user: Any, *, many: bool = False) -> models.QuerySet:
        """Every row that ``user`` may see; ``many`` for a walk over a whole register."""
        manager: Any = self.model._default_manager
        return manager.visible_to(user, many=True) if many else manager.visible_to(user)

    def prepare(self, queryset: models.QuerySet) -> models.QuerySet:
        """With what the columns need, in the register's own order."""
        queryset = queryset.order_by(*(self.ordering or (self.lookup,)))
        if self.related:
            queryset = queryset.select_related(*self.related)
        return queryset.prefetch_related(*self.prefetch) if self.prefetch else queryset

    def prepare_row(self, queryset: models.QuerySet) -> models.QuerySet:
        """The same for one row's own page, which may need more than the list does."""
        return self.prepare(queryset)

    def with_columns(
        self, queryset: models.QuerySet, columns: Sequence[Column]
    ) -> models.QuerySet:
        """A prepared queryset, with the relations that chosen columns walk."""
        walked = {
            LOOKUP_SEP.join(one.path.split(LOOKUP_SEP)[:-1])
            for one in columns
            if LOOKUP_SEP in one.path and one.value is None
        }
        have = set(self.related)
        left = [path for path in sorted(walked - have) if _is_forward(self.model, path)]
        return queryset.select_related(*self.related, *left) if left else queryset

    def order(self, queryset: models.QuerySet, sort: Sequence[str]) -> Order:
        """The order of the list: what the person chose, or the register's own."""
        paths = []
        for one in sort:
            column = self.all_columns[one.removeprefix("-")]
            paths.append(("-" if one.startswith("-") else "") + column.sort_path)
        return order_of(queryset, paths or self.ordering or (self.lookup,))

    def look_up(self, text: str) -> Found | None:
        """How a search for ``text`` goes, where the register is indexed."""
        return look_up(self.name, text) if self.is_indexed else None

    def searched(
        self,
        queryset: models.QuerySet,
        text: str,
        user: Any = None,
        found: Found | None = None,
    ) -> models.QuerySet:
        """Rows in which every word of ``text`` is found in one of the search fields.

        ``found`` is the answer of ``look_up``, where it has been asked already."""
        found = found or self.look_up(text)
        if found is not None:
            return found.narrow(self, queryset)
        fields = [one for one in self.search if user is None or may_search(user, self.model, one)]
        for word in text.split()[:5]:
            fits = Q(pk__in=())
            for path in fields:
                fits |= Q(**{f"{path}__icontains": word})
            queryset = queryset.filter(fits)
        return queryset


def _column_of(field: models.Field) -> Column | None:
    if field.is_relation:
        target: Any = field.related_model
        title = next((one for one in _TITLES if _has(target, one)), "")
        return Column(f"{field.name}{LOOKUP_SEP}{title}", phone=False) if title else None
    if isinstance(field, models.JSONField | models.BinaryField):
        return None
    kind = next((word for kind, word in _KINDS if isinstance(field, kind)), "text")
    if getattr(field, "choices", None):
        kind = "text"
    is_long = isinstance(field, models.TextField)
    decimals = getattr(field, "decimal_places", 2)
    return Column(field.name, kind=kind, phone=False, sort=not is_long, decimals=decimals)


def _has(model: type[models.Model], name: str) -> bool:
    try:
        return not model._meta.get_field(name).is_relation
    except FieldDoesNotExist:
        return False


def _is_forward(model: type[models.Model], path: str) -> bool:
    for part in path.split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if not (field.many_to_one or field.one_to_one) or not field.concrete:
            return False
        model = field.related_model  # type: ignore[assignment]
    return True


def _is_ever_masked(model: type[models.Model], path: str) -> bool:
    policies = all_policies()
    for part in path.split(LOOKUP_SEP):
        found = policies.get(model)
        if found and any(part in names for names in found.masked_fields.values()):
            return True
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if not field.is_relation:
            return False
        model = field.related_model  # type: ignore[assignment]
    return False
