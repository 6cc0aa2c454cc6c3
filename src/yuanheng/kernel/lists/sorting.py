"""Which columns a large set of rows may be sorted by: those that an index gives.

Sorting a million rows by any other column takes a database seconds, and by a column of another
large table a minute. A list says so in words and shows its own order; the person narrows it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP

from yuanheng.kernel.lists.choosing import Chosen
from yuanheng.kernel.lists.tally import Tally

SORTED = 50_000
"""As many rows are sorted by any column within a page's time."""
_CURRENT = Q(archived_at__isnull=True)


@dataclass(frozen=True)
class Fitted:
    """``chosen`` in an order that its size allows. ``left_out`` are the columns that the address
    asks for in vain, ``most`` the rows up to which any column serves."""

    chosen: Chosen
    left_out: Sequence[str] = ()
    most: int = SORTED


def fitted(chosen: Chosen, tally: Tally) -> Fitted:
    """What is chosen, without an order that can't be had of so many rows."""
    if not tally.is_more and tally.rows <= SORTED:
        return Fitted(chosen)
    columns = chosen.resource.all_columns
    unfit = {
        key
        for key, one in columns.items()
        if one.sort_path and not _fits(chosen.ready, one.sort_path, tally)
    }
    sort = chosen.address.sort
    left_out = [one.removeprefix("-") for one in sort if one.removeprefix("-") in unfit]
    if not left_out and len(sort) > 1 and _has_few_values(chosen.ready.model, _first(chosen)):
        left_out = [one.removeprefix("-") for one in sort[1:]]
    kept = tuple(one for one in sort if one.removeprefix("-") not in left_out)
    if left_out:
        chosen = replace(
            chosen,
            address=replace(chosen.address, sort=kept),
            order=chosen.resource.order(chosen.ready, kept),
        )
    return Fitted(replace(chosen, unsortable=chosen.unsortable | unfit), left_out, SORTED)


def _first(chosen: Chosen) -> str:
    key = chosen.address.sort[0].removeprefix("-")
    return chosen.resource.all_columns[key].sort_path


def _fits(rows: models.QuerySet, path: str, tally: Tally) -> bool:
    field = _own_field(rows.model, path)
    if field is None or path in rows.query.annotations:
        return False
    if field.is_relation and field.related_model is rows.model:
        return False
    return _gives(field, first=True) or (not tally.is_more and _gives(field, first=False))


def _own_field(model: type[models.Model], path: str) -> models.Field | None:
    """The table's own column on the way to ``path``."""
    try:
        field = model._meta.get_field(path.split(LOOKUP_SEP)[0])
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def _gives(field: Any, *, first: bool) -> bool:
    """Whether an index of all rows begins with the field; else whether one holds it at all, and
    can be read in the table's place."""
    if field.unique or field.db_index:
        return True
    meta = field.model._meta
    held: list[Collection[str]] = [
        [name.removeprefix("-") for name in one.fields] + ([] if first else list(one.include))
        for one in meta.indexes
        if one.condition in (None, _CURRENT)
    ]
    return any(field.name in (names[:1] if first else names) for names in held)


def _has_few_values(model: type[models.Model], path: str) -> bool:
    field: Any = _own_field(model, path)
    return isinstance(field, models.BooleanField) or bool(getattr(field, "choices", None))
