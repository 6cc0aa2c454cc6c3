"""Values of audit rows as a person reads them: names for choices and related rows, not numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from yuanheng.kernel import figures
from yuanheng.kernel.choosing import label_of

LONGEST = 300


class Wording:
    """Reads out values of one model; asks the database once a related model.

    ``values`` are all the (column, value) that will be read out, so that names can be fetched
    together; ``row`` is the row they are of, whose related rows may have been read already.
    """

    def __init__(
        self,
        model: type[models.Model],
        values: Iterable[tuple[str, Any]],
        row: models.Model | None = None,
    ) -> None:
        self.model = model
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for name, value in values:
            field = self.field(name)
            if field is not None and field.is_relation and value not in (None, ""):
                wanted[field.related_model].add(value)
        self._rows = _related_to(row)
        for kind, keys in wanted.items():
            known = self._rows.setdefault(kind, {})
            missing = {key for key in keys if str(key) not in known}
            if missing:
                known |= {str(one.pk): one for one in kind._base_manager.filter(pk__in=missing)}

    def field(self, name: str) -> Any:
        """The column of this name or attribute name; ``None`` if there is none any more."""
        try:
            return self.model._meta.get_field(name.removesuffix("_id"))
        except FieldDoesNotExist:
            try:
                return self.model._meta.get_field(name)
            except FieldDoesNotExist:
                return None

    def label(self, name: str) -> Any:
        """What the column is called."""
        field = self.field(name)
        return name if field is None else field.verbose_name

    def text(self, name: str, value: Any) -> str:
        """What a person reads."""
        if value in (None, ""):
            return figures.MISSING
        field = self.field(name)
        if field is None:
            return str(value)[:LONGEST]
        if field.is_relation:
            row = self._rows.get(field.related_model, {}).get(str(value))
            return label_of(row) if row is not None else _("a record that is no longer there")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return _plain(field, value)


def _related_to(row: models.Model | None) -> dict[type[models.Model], dict[str, models.Model]]:
    """The related rows that were read with a row."""
    found: dict[type[models.Model], dict[str, models.Model]] = defaultdict(dict)
    for field in row._meta.concrete_fields if row is not None else ():
        if field.is_relation and field.is_cached(row):
            other = field.get_cached_value(row)
            if other is not None:
                found[field.related_model][str(other.pk)] = other
    return found


def _plain(field: Any, value: Any) -> str:
    try:
        value = field.to_python(value)
    except (ValidationError, ValueError, TypeError):
        return str(value)[:LONGEST]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, models.DateTimeField):
        return figures.moment(timezone.make_aware(value) if timezone.is_naive(value) else value)
    if isinstance(field, models.DateField):
        return figures.day(value)
    return str(value)[:LONGEST]
