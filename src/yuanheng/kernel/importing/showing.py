"""Values as the preview writes them: words for codes, names for numbers of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.figures import MISSING, exact
from yuanheng.kernel.importing.batch import Batch
from yuanheng.kernel.importing.fields import ExchangeField, exchange_field

if TYPE_CHECKING:
    from yuanheng.kernel.importing.base import TableImporter

_CHUNK = 900
_SHOWN = 120


def change_lines(
    importer: TableImporter, batch: Batch, changed: Mapping[int, Mapping[str, Any]]
) -> dict[int, list[tuple[str, str, str]]]:
    """For each changed row (title, value now, value in the file)."""
    columns = _columns(importer, batch, changed)
    wanted: dict[str, set[Any]] = defaultdict(set)
    for at, values in changed.items():
        place = batch.found[at][1]
        for name, value in values.items():
            if columns[name].kind == "relation":
                wanted[name] |= {value, batch.known[name][place]}
    names = {name: row_names(columns[name], keys) for name, keys in wanted.items()}
    found = {}
    for at, values in changed.items():
        place = batch.found[at][1]
        found[at] = [
            (
                columns[name].title,
                shown(columns[name], batch.known[name][place], names.get(name)),
                shown(columns[name], value, names.get(name)),
            )
            for name, value in values.items()
        ]
    return found


def _columns(
    importer: TableImporter, batch: Batch, changed: Mapping[int, Mapping[str, Any]]
) -> dict[str, ExchangeField]:
    columns = {one.attname: one for one in batch.fields.values() if not one.is_extra}
    for name in {name for values in changed.values() for name in values} - columns.keys():
        field = next(f for f in importer.model._meta.concrete_fields if f.attname == name)
        columns[name] = exchange_field(importer.model, field.name)
    return columns


def row_names(column: ExchangeField, keys: set[Any]) -> dict[Any, str]:
    """What the rows with these primary keys are called."""
    model: type[models.Model] = column.model_field.related_model
    wanted = [key for key in keys if key is not None]
    names: dict[Any, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = models.QuerySet(model).filter(pk__in=wanted[start : start + _CHUNK])
        names.update({row.pk: str(row) for row in rows})
    return names


def shown(column: ExchangeField, value: Any, names: Mapping[Any, str] | None = None) -> str:
    """One value for people."""
    if value is None or value == "":
        return MISSING
    if column.kind == "flag":
        return _("Yes") if value else _("No")
    if column.kind == "choice":
        return str(column.labels.get(str(value), value))
    if column.kind == "relation":
        return str((names or {}).get(value, value))
    if column.kind in ("number", "whole"):
        return exact(value, 6)
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
