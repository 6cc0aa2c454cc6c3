"""The order of a list, and the rows before and after a given one in it (keyset paging).

Empty values come last in either direction. The last key is unique, so every row has its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yuanheng.kernel.lists.address import AFTER, BadAddress

_SALT = "kernel.lists.cursor"
_NOT_FAR = object()


class _Column(F):
    """A column of the table in which it stands.

    For a case type's row Django asks its own table for the number that the table of cases has,
    too, to save a join: then no index gives an order by a case's other columns and that number.
    """

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        model = query.model if query is not None else None
        if model is None or self.name != _root_key(model).attname or not model._meta.parents:
            return super().resolve_expression(query, allow_joins, reuse, summarize, for_save)
        start = query.get_initial_alias()
        found = query.setup_joins([self.name], query.get_meta(), start, can_reuse=reuse)
        return found.targets[0].get_col(found.joins[-1])


def _root_key(model: type[models.Model]) -> models.Field:
    """A row's number; a case type's row has that of its case."""
    pk = model._meta.pk
    while pk.is_relation:
        pk = pk.remote_field.model._meta.pk
    return pk


@dataclass(frozen=True)
class Key:
    """One column of the order. ``field`` reads a value again from a cursor."""

    path: str
    descending: bool
    nullable: bool
    field: models.Field | None

    def order(self, backwards: bool = False, *, walk: bool = True) -> Any:
        """For ``order_by``. Says where empty values stand only where there can be some: an index
        that a database may walk knows nothing of a wish that makes no difference.

        ``walk=False`` hides the column from the database's indexes: it is to find the rows by
        their conditions and sort those. Left to itself it may walk a whole register in the wished
        order, since it can't know that names, codes and areas go together.
        """
        path: Any = _Column(self.path) if walk else Coalesce(F(self.path), F(self.path))
        descending = self.descending != backwards
        last: dict[str, Any] = {}
        if self.nullable:
            last = {"nulls_first": True} if backwards else {"nulls_last": True}
        return path.desc(**last) if descending else path.asc(**last)


@dataclass(frozen=True)
class Order:
    """The keys of a list's order, the last one unique."""

    keys: tuple[Key, ...]

    @property
    def can_page(self) -> bool:
        """Whether a cursor can hold a row's place."""
        return all(key.field is not None for key in self.keys)

    @property
    def name(self) -> str:
        """Tells a cursor of another order."""
        return ",".join(("-" if key.descending else "") + key.path for key in self.keys)

    def order_by(self, backwards: bool = False, *, walk: bool = True) -> list[Any]:
        return [key.order(backwards, walk=walk) for key in self.keys]

    def annotated(self, rows: models.QuerySet) -> models.QuerySet:
        """With each row's place, for ``place_of``."""
        far = {f"key_{n}": F(key.path) for n, key in enumerate(self.keys) if _is_far(rows, key)}
        return rows.annotate(**far) if far else rows

    def place_of(self, row: Any) -> list[Any]:
        """The values of the keys."""
        far = (getattr(row, f"key_{n}", _NOT_FAR) for n in range(len(self.keys)))
        return [
            getattr(row, key.path) if value is _NOT_FAR else value
            for key, value in zip(self.keys, far, strict=True)
        ]

    def cursor(self, row: Any) -> str:
        """The row's place, for an address. Signed: what comes back is what was given out."""
        told = [self.name, [_plain(value) for value in self.place_of(row)]]
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return signing.Signer(salt=_SALT).sign_object(text, compress=True)

    def read_cursor(self, cursor: str) -> list[Any]:
        """The place in a cursor; raises ``BadAddress``."""
        try:
            text = signing.Signer(salt=_SALT).unsign_object(cursor)
            name, values = json.loads(text)
            if name != self.name:
                raise ValueError
            return [
                None if value is None else key.field.to_python(value)  # type: ignore[union-attr]
                for key, value in zip(self.keys, values, strict=True)
            ]
        except (signing.BadSignature, ValueError, TypeError, ValidationError):
            raise BadAddress(
                _("This link into the middle of the list no longer works. Open its first page."),
                where=AFTER,
            ) from None

    def beyond(self, place: Sequence[Any], backwards: bool = False) -> Q:
        """Rows after ``place`` (before it, backwards), the first key's empty values apart.

        ``segments`` says where those are found.
        """
        found, same = Q(pk__in=()), Q()
        for key, value in zip(self.keys, place, strict=True):
            found |= same & _past(key, value, backwards)
            same &= Q(**{f"{key.path}__isnull": True}) if value is None else Q(**{key.path: value})
        first, value = self.keys[0], place[0]
        if value is not None and len(self.keys) > 1:
            # Said again for the database's index, which doesn't see it in the alternatives.
            word = "lte" if first.descending != backwards else "gte"
            found &= Q(**{f"{first.path}__{word}": value})
        return found

    def segments(self, backwards: bool = False) -> list[Q]:
        """The list in parts that one walk of an index can serve: rows with a first key, then rows
        without."""
        first = self.keys[0]
        if not first.nullable:
            return [Q()]
        parts = [Q(**{f"{first.path}__isnull": False}), Q(**{f"{first.path}__isnull": True})]
        return parts[::-1] if backwards else parts


def order_of(rows: models.QuerySet, paths: Iterable[str]) -> Order:
    """The order of ``rows`` by these paths (``-name``), made unique by the primary key."""
    keys: list[Key] = []
    for path in paths:
        key = _key(rows, path)
        if key.path not in {one.path for one in keys}:
            keys.append(key)
        if _is_unique(rows.model, key):
            return Order(tuple(keys))
    for key in _ties(rows, keys):
        keys.append(key)
        if _is_unique(rows.model, key):
            return Order(tuple(keys))
    pk = _root_key(rows.model)
    # In the direction of the key before it: then one index, walked either way, gives the order.
    keys.append(Key(pk.attname, bool(keys) and keys[-1].descending, False, pk))
    return Order(tuple(keys))


def _ties(rows: models.QuerySet, keys: Sequence[Key]) -> list[Key]:
    """Further columns of an index that begins with the only key and ends with the row's number:
    a million rows that are alike in a column of two values then need no sorting."""
    if len(keys) != 1 or keys[0].field is None or LOOKUP_SEP in keys[0].path:
        return []
    sign = "-" if keys[0].descending else ""
    for one in rows.model._meta.indexes:
        if len(one.fields) > 2 and one.fields[0] == keys[0].path and one.fields[-1] == "id":
            return [_key(rows, sign + name) for name in one.fields[1:-1]]
    return []


def _key(rows: models.QuerySet, path: str) -> Key:
    name = path.removeprefix("-")
    descending = path.startswith("-")
    annotation = rows.query.annotations.get(name)
    if annotation is not None:
        try:
            return Key(name, descending, True, annotation.output_field)
        except FieldError:
            return Key(name, descending, True, None)
    model: type[models.Model] = rows.model
    nullable, field = False, None
    parts = name.split(LOOKUP_SEP)
    for count, part in enumerate(parts, 1):
        try:
            field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return Key(name, descending, True, None)
        nullable = nullable or getattr(field, "null", True)
        if count < len(parts):
            if not field.is_relation or field.one_to_many or field.many_to_many:
                return Key(name, descending, True, None)
            model = field.related_model
    if field is None or field.is_relation:
        return Key(name, descending, True, None)
    return Key(name, descending, nullable, field)


def _is_unique(model: type[models.Model], key: Key) -> bool:
    return bool(
        LOOKUP_SEP not in key.path
        and key.field is not None
        and getattr(key.field, "unique", False)
        and not key.nullable
        and getattr(key.field, "model", None) is model
    )


def _is_far(rows: models.QuerySet, key: Key) -> bool:
    return LOOKUP_SEP in key.path


def _past(key: Key, value: Any, backwards: bool) -> Q:
    """Strictly after a value in this key's order; empty values come last."""
    nothing = Q(pk__in=())
    if value is None:
        return Q(**{f"{key.path}__isnull": False}) if backwards else nothing
    word = "lt" if key.descending != backwards else "gt"
    found = Q(**{f"{key.path}__{word}": value})
    if key.nullable and not backwards:
        found |= Q(**{f"{key.path}__isnull": True})
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
