"""Fields that not everybody may see who sees the row: personal data, tax, energy.

A policy names the fields by group (``masked_fields``) and says who may see a group. What is masked
is written ``MASK``, never left out in silence, and can't be searched, sorted or filtered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext as _

from yuanheng.kernel.policies import policy_for

MASK = "＊＊＊"
_NOTHING: frozenset[str] = frozenset()


def hidden_fields(
    user: Any, model: type[models.Model], rows: Iterable[Any]
) -> dict[Any, frozenset[str]]:
    """By primary key, the fields of each row that ``user`` may not see; only rows that have some.

    ``rows`` are rows or primary keys. One query a group at most, none where the person's place
    covers everything they can see.
    """
    policy = _policy(model)
    if policy is None or not policy.masked_fields:
        return {}
    keys = [getattr(row, "pk", row) for row in rows]
    hidden: dict[Any, frozenset[str]] = {}
    for group, names in policy.masked_fields.items():
        seen = policy.unmasked(user, group, models.QuerySet(model).filter(pk__in=keys))
        if seen is True:
            continue
        shown = set(seen.values_list("pk", flat=True)) if seen is not False else set()
        for key in keys:
            if key not in shown:
                hidden[key] = hidden.get(key, _NOTHING) | names
    return hidden


def hidden_anywhere(user: Any, model: type[models.Model]) -> frozenset[str]:
    """Fields that are hidden from ``user`` on some row that they may see: for these there is no
    searching, sorting, filtering or adding up."""
    policy = _policy(model)
    if policy is None:
        return _NOTHING
    names = (
        fields
        for group, fields in policy.masked_fields.items()
        if policy.unmasked(user, group, models.QuerySet(model)) is not True
    )
    return frozenset().union(*names)


def may_search(user: Any, model: type[models.Model], path: str) -> bool:
    """Whether ``user`` may sort, filter or search by ``path`` (``enterprise__contact_phone``)."""
    return all(name not in hidden_anywhere(user, owner) for owner, name in _steps(model, path))


def fields_to_fill(
    user: Any, model: type[models.Model], row: Any, names: Iterable[str]
) -> list[str]:
    """Those of the form fields ``names`` that ``user`` gets on ``row`` (``None`` for a new one):
    without what is masked from them and without what they may not change."""
    policy = _policy(model)
    if policy is None:
        return list(names)
    hidden = hidden_fields(user, model, [row]).get(row.pk, _NOTHING) if row is not None else ()
    open_fields = policy.open_fields(user, row)
    return [
        name
        for name in names
        if name not in hidden and (open_fields is None or name in open_fields)
    ]


def require_open_fields(user: Any, row: models.Model, names: Iterable[str]) -> None:
    """Raise ``ValidationError`` if a field among ``names`` is masked from ``user`` on ``row``, or
    closed to their changes."""
    names = list(names)
    left = set(fields_to_fill(user, type(row), row, names))
    closed = [name for name in names if name not in left]
    if closed:
        titles = "、".join(str(type(row)._meta.get_field(name).verbose_name) for name in closed)
        raise ValidationError(
            _("You may not change: %(fields)s. Ask the office that keeps this record.")
            % {"fields": titles}
        )


class Masks:
    """What is hidden from one person in the rows of one page; asks the database once a model.

    >>> masks = Masks(user, Enterprise, rows)          # doctest: +SKIP
    >>> masks.hides(row, "park__contact_phone")         # doctest: +SKIP
    """

    def __init__(self, user: Any, model: type[models.Model] | None, rows: Iterable[Any]) -> None:
        self.user = user
        self.model = model
        self.rows = list(rows) if model is not None else []
        self._found: dict[str, dict[Any, frozenset[str]]] = {}
        self._hiding: dict[str, list[tuple[str, frozenset[Any]]]] = {}

    def hides(self, row: Any, path: str) -> bool:
        """Whether the value at ``path`` of ``row`` is hidden."""
        if not isinstance(row, models.Model):
            return False
        return any(_key(row, before) in keys for before, keys in self.hiding(path))

    def hiding(self, path: str) -> list[tuple[str, frozenset[Any]]]:
        """Where along ``path`` something is hidden on this page: (the way to a row, the keys of
        rows that don't show what comes next). Empty for most columns: nothing need be asked."""
        if self.model is None:
            return []
        if path not in self._hiding:
            self._hiding[path] = list(self._hidden_along(self.model, path))
        return self._hiding[path]

    def _hidden_along(
        self, model: type[models.Model], path: str
    ) -> Iterator[tuple[str, frozenset[Any]]]:
        before = ""
        for owner, name in _steps(model, path):
            hidden = self._hidden(owner, before)
            keys = frozenset(key for key, names in hidden.items() if name in names)
            if keys:
                yield before, keys
            before = f"{before}{LOOKUP_SEP}{name}" if before else name

    def _hidden(self, model: type[models.Model], path: str) -> dict[Any, frozenset[str]]:
        policy = _policy(model)
        if policy is None or not policy.masked_fields:
            return {}
        if path not in self._found:
            keys = {_key(row, path) for row in self.rows} - {None}
            self._found[path] = hidden_fields(self.user, model, keys)
        return self._found[path]


def _key(row: Any, path: str) -> Any:
    """The primary key of the row at the end of ``path``."""
    for part in path.split(LOOKUP_SEP) if path else ():
        if row is None:
            return None
        row = getattr(row, part)
    return row.pk if row is not None else None


def _steps(model: type[models.Model], path: str) -> Iterable[tuple[type[models.Model], str]]:
    """(model, field name) along a path, as far as it walks fields."""
    for part in path.split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return
        # "park_id" and "park" are one field
        yield model, field.name
        if not field.is_relation or field.related_model is None:
            return
        model = field.related_model  # type: ignore[assignment]


def _policy(model: type[models.Model]) -> Any:
    try:
        return policy_for(model)
    except LookupError:
        return None
