"""The rows and columns that an address chooses from a register: for its page, and for whatever
else is made of the same rows (an export, a bulk edit)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict

from yuanheng.kernel.lists.address import ListAddress, read_address
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

    @property
    def ordered(self) -> models.QuerySet:
        """All rows, in the list's order."""
        return self.ready.order_by(*self.order.order_by())


def choose(
    resource: Any, user: Any, query: QueryDict, *, own_columns: Sequence[str] = ()
) -> Chosen:
    """What ``query`` chooses for ``user``; raises ``BadAddress``.

    ``own_columns`` are the columns that the person keeps for this register.
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
    )
    keys = address.columns or [key for key in own_columns if key in columns]
    shown = [columns[key] for key in columns if key in keys] if keys else list(resource.columns)
    rows = narrowed(resource, user, address, filters)
    ready = resource.with_columns(resource.prepare(rows), shown)
    order = resource.order(ready, address.sort)
    unsortable = frozenset(key for key, one in columns.items() if not one.sort_path) | hidden
    return Chosen(address, shown, rows, ready, order, unsortable, filters)


def narrowed(
    resource: Any, user: Any, address: ListAddress, filters: Sequence[Any]
) -> models.QuerySet:
    """The rows that fit the address, of those that ``user`` may see."""
    rows = resource.queryset(user, many=True)
    if resource.archivable:
        rows = rows.filter(archived_at__isnull=not address.archived)
    for one in filters:
        rows = one.narrow(rows, address.filters, user)
    return resource.searched(rows, address.text, user) if address.text else rows


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
