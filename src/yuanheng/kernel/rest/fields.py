"""Which fields a register shows to programs: from its columns and the fields of its form."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.forms import ModelForm, modelform_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import VIEW, can
from yuanheng.kernel.resources import Column, Resource, resource_of

_OF_COLUMNS = {
    "text": "text",
    "code": "text",
    "figure": "number",
    "count": "integer",
    "percent": "number",
    "wan": "number",
    "day": "day",
    "moment": "moment",
    "flag": "flag",
}


@dataclass(frozen=True)
class ApiField:
    """One field. ``kind`` is text, integer, number, flag, day, moment, choice, relation or json;
    a relation is its row's key (``park``), and ``park_name`` says what it is called."""

    name: str
    kind: str
    label: Any = ""
    help: Any = ""
    is_read: bool = True
    is_written: bool = False
    is_required: bool = False
    is_nullable: bool = True
    choices: tuple[str, ...] = ()
    longest: int | None = None
    target: type[models.Model] | None = None
    raw: Callable[[Any], Any] | None = None  # for what is computed

    @property
    def target_key(self) -> str:
        return key_of(self.target) if self.target else ""


def key_of(model: type[models.Model]) -> str:
    """By which field rows of ``model`` are called from outside."""
    resource = resource_of(model)
    if resource:
        return resource.lookup
    return "code" if any(one.name == "code" for one in model._meta.fields) else "pk"


def key_in(row: Any, name: str) -> str:
    return str(getattr(row, name))


@functools.cache
def fields_of(resource: Resource) -> tuple[ApiField, ...]:
    """Key first, then the columns in their order, then what only the form has."""
    found: dict[str, ApiField] = {}
    lookup = resource.lookup if resource.lookup != "pk" else "id"
    for name in (lookup, *resource.columns, *resource.form_fields):
        field = _of_column(resource, name) if isinstance(name, Column) else _of(resource, name)
        if field and field.name not in found:
            found[field.name] = field
    for name, form_field in form_kind(resource)().fields.items() if resource.form_fields else ():
        found[name] = _written(found.get(name), name, form_field)
    if resource.archivable:
        for name in ("archived_at", "archive_reason"):
            found.setdefault(name, _of(resource, name))  # type: ignore[arg-type]
    return tuple(one for name, one in found.items() if name not in resource.api_hidden)


def read_fields(resource: Resource) -> list[ApiField]:
    return [one for one in fields_of(resource) if one.is_read]


def written_fields(resource: Resource) -> list[ApiField]:
    return [one for one in fields_of(resource) if one.is_written]


def relations(resource: Resource) -> list[ApiField]:
    return [one for one in read_fields(resource) if one.kind == "relation"]


def form_kind(resource: Resource) -> type[ModelForm]:
    """The form of the register's pages."""
    fields = list(resource.form_fields)
    return modelform_factory(resource.model, form=resource.form_class, fields=fields)


def values_of(row: Any, fields: list[ApiField], user: Any, masked: Any = ()) -> dict[str, Any]:
    """One row as JSON values. ``masked`` names the fields that this person may not see."""
    from yuanheng.kernel.rest.masks import MASK

    found: dict[str, Any] = {}
    for field in fields:
        if field.name in masked:
            found[field.name] = MASK
            if field.kind == "relation":
                found[f"{field.name}_name"] = MASK
        elif field.kind == "relation":
            related = getattr(row, field.name)
            named = related is not None and can(user, VIEW, field.target)  # type: ignore[arg-type]
            found[field.name] = key_in(related, field.target_key) if named else None
            found[f"{field.name}_name"] = None if related is None else str(related)
        else:
            raw = field.raw(row) if field.raw else getattr(row, field.name)
            found[field.name] = plain(raw, field.kind)
    return found


def plain(value: Any, kind: str) -> Any:
    """A value as JSON has it: decimals as text keep every digit."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if kind == "json":
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _of_column(resource: Resource, column: Column) -> ApiField | None:
    name = column.path.split("__")[0]
    try:
        concrete = resource.model._meta.get_field(name)
    except FieldDoesNotExist:
        concrete = None
    if concrete is not None and concrete.concrete:
        return _of(resource, name)
    if column.kind == "badges":  # words with colours: what they say lies in other fields
        return None
    kind = _OF_COLUMNS.get(column.kind, "text")
    label = column.heading(resource.model)
    return ApiField(name, kind, label, raw=column.raw)


def _of(resource: Resource, name: str) -> ApiField | None:
    try:
        field: Any = resource.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if name in getattr(resource.model, "audit_hidden", ()) and name == "password":
        return None
    choices = tuple(str(code) for code, _label in field.flatchoices)
    return ApiField(
        name,
        "choice" if choices else _kind(field),
        field.verbose_name,
        field.help_text,
        is_nullable=field.null or (bool(choices) and field.blank),
        choices=choices,
        longest=getattr(field, "max_length", None),
        target=field.related_model if field.is_relation else None,
    )


def _kind(field: Any) -> str:
    if field.is_relation:
        return "relation"
    kinds = (
        (models.BooleanField, "flag"),
        (models.DateTimeField, "moment"),
        (models.DateField, "day"),
        (models.DecimalField, "number"),
        (models.FloatField, "number"),
        (models.IntegerField, "integer"),
        (models.JSONField, "json"),
    )
    return next((kind for model, kind in kinds if isinstance(field, model)), "text")


def _kind_of_form(field: forms.Field) -> str:
    kinds = (
        (forms.ModelChoiceField, "relation"),
        (forms.ChoiceField, "choice"),
        (forms.NullBooleanField, "flag"),
        (forms.BooleanField, "flag"),
        (forms.DateTimeField, "moment"),
        (forms.DateField, "day"),
        (forms.DecimalField, "number"),
        (forms.FloatField, "number"),
        (forms.IntegerField, "integer"),
        (forms.JSONField, "json"),
    )
    return next((kind for form, kind in kinds if isinstance(field, form)), "text")


def _written(known: ApiField | None, name: str, field: forms.Field) -> ApiField:
    """What the form allows to be written; a field that only the form has is never read."""
    kind = _kind_of_form(field)
    required = field.required and field.initial is None and kind != "flag"
    if known:
        return replace(known, is_written=True, is_required=required)
    label = field.label or name
    return ApiField(
        name, kind, label, field.help_text or _("Only written, never read."), is_read=False,
        is_written=True, is_required=required, longest=getattr(field, "max_length", None),
        target=field.queryset.model if isinstance(field, forms.ModelChoiceField) else None,
    )  # fmt: skip
