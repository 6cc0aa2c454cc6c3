"""The rows and columns that an address chooses from a register: for its page, and for whatever
else is made of the same rows (an export, a bulk edit)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict

from yuanheng.kernel.lists.address import BadAddress, ListAddress, read_address
from yuanheng.kernel.lists.order import Order
from yuanheng.kernel.masking import may_search


@dataclass(frozen=True)
class Chosen:
    """What an address chooses. ``rows`` are those that the person may see and that fit, in no
    order; ``ready`` are the same with what the columns show, and ``order`` is theirs."""

    address: ListAddress
    columns: Sequence[Any]
    rows: models.QuerySet
    ready: models.QuerySet
    order: Order
    unsortable: frozenset[str]
    filters: Sequence[Any]
    # Whether all of the register is chosen, and whether too many rows have the words to be told.
    is_whole: bool = False
    has_many: bool = False
    in_row: bool = False  # words that are compared in the row itself, at little cost
    resource: Any = None
    related: Sequence[str] = ()

    def ready_of(self, rows: models.QuerySet) -> models.QuerySet:
        """Other rows of the register, with what the columns show."""
        return _ready(self.resource, rows, self.columns, self.related)

    @property
    def ordered(self) -> models.QuerySet:
        """All rows, in the list's order."""
        return self.ready.order_by(*self.order.order_by())


def choose(
    resource: Any,
    user: Any,
    query: QueryDict,
    *,
    own_columns: Sequence[str] = (),
    related: Sequence[str] = (),
    without: Collection[str] = (),
) -> Chosen:
    """What ``query`` chooses for ``user``; raises ``BadAddress``.

    ``own_columns`` are the columns that the person keeps for this register, ``related`` the
    relations that are shown besides, ``without`` the names of the address that aren't known.
    """
    columns = resource.all_columns
    hidden = hidden_columns(resource, user)
    filters = open_filters(resource, user)
    address = read_address(
        query,
        filters=[name for one in filters for name in one.parameters],
        sortable=[key for key, one in columns.items() if one.sort_path and key not in hidden],
        columns=columns,
        size=resource.page_size,
        archivable=resource.archivable,
        searchable=bool(resource.search),
        without=without,
    )
    keys = address.columns or [key for key in own_columns if key in columns]
    shown = [columns[key] for key in columns if key in keys] if keys else list(resource.columns)
    visible = resource.queryset(user, many=True)
    sees_all = not visible.query.where
    found = resource.look_up(address.text) if address.text else None
    rows = _narrowed(resource, user, visible, address, filters, found)
    ready = _ready(resource, rows, shown, related)
    order = resource.order(ready, address.sort)
    unsortable = frozenset(key for key, one in columns.items() if not one.sort_path) | hidden
    return Chosen(
        address,
        shown,
        rows,
        ready,
        order,
        unsortable,
        filters,
        is_whole=sees_all and not address.filters,
        has_many=found is not None and found.has_many,
        in_row=found is not None and found.in_row,
        resource=resource,
        related=related,
    )


def _ready(
    resource: Any, rows: models.QuerySet, columns: Sequence[Any], related: Sequence[str]
) -> models.QuerySet:
    ready = resource.with_columns(resource.prepare(rows), columns)
    return ready.select_related(*related) if related else ready


def _narrowed(
    resource: Any,
    user: Any,
    rows: models.QuerySet,
    address: ListAddress,
    filters: Sequence[Any],
    found: Any,
) -> models.QuerySet:
    if resource.archivable:
        rows = rows.filter(archived_at__isnull=not address.archived)
    for one in filters:
        try:
            rows = one.narrow(rows, address.filters, user)
        except BadAddress as error:
            named = [name for name in one.parameters if name in address.filters]
            error.where = error.where or named[0]
            raise
    return resource.searched(rows, address.text, user, found) if address.text else rows


def open_filters(resource: Any, user: Any) -> list[Any]:
    """Those that ask nothing that is hidden from ``user``."""
    return [one for one in resource.filters if may_search(user, resource.model, one.field_path)]


def hidden_columns(resource: Any, user: Any) -> frozenset[str]:
    """Columns by which ``user`` may neither sort nor add up."""
    return frozenset(
        key
        for key, one in resource.masked_columns.items()
        if not may_search(user, resource.model, one.sort_path or one.path)
    )
