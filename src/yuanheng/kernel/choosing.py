"""Choosing one row among thousands: by its code or its name, not from a list of all of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

MANY = 100  # rows up to which a list to choose from is offered
_NAMES = ("name", "short_name", "full_name", "username", "title")


def code_attribute(model: type[models.Model]) -> str:
    """The field that tells rows of ``model`` apart for a person, or ``pk``."""
    from yuanheng.kernel.resources.base import resource_of

    resource = resource_of(model)
    if resource is not None:
        return resource.lookup
    return "code" if _has(model, "code") else "pk"


def label_of(row: models.Model) -> str:
    """Names repeat (there are many 鼓楼区); codes don't."""
    attribute = code_attribute(type(row))
    code = "" if attribute == "pk" else str(getattr(row, attribute))
    text = str(row)
    return f"{code} {text}" if code and code != text else text


def suggestions(queryset: models.QuerySet, text: str, limit: int = 20) -> list[models.Model]:
    """The first rows whose code or name holds ``text``; those that begin with it come first."""
    text = text.strip()[:80]
    if not text:
        return list(queryset.order_by(code_attribute(queryset.model))[:limit])
    found: list[models.Model] = []
    for how in ("istartswith", "icontains"):
        query = Q()
        for name in _searched(queryset.model):
            query |= Q(**{f"{name}__{how}": text})
        more = queryset.filter(query).exclude(pk__in=[one.pk for one in found])
        found += more.order_by(code_attribute(queryset.model))[: limit - len(found)]
    return found


def find_row(queryset: models.QuerySet, text: str) -> models.Model:
    """The one row that ``text`` means; ValidationError, with the nearest ones, if it isn't one.

    ``text`` may be a code, a name that only one row has, or both as ``label_of`` writes them.
    """
    text = text.strip()
    code = code_attribute(queryset.model)
    for part in (text, text.partition(" ")[0]):
        if code == "pk" and not part.isdecimal():
            continue
        row = queryset.filter(**{code: part}).first()
        if row is not None and (part == text or label_of(row) == text):
            return row
    query = Q(pk__in=())
    for name in _NAMES:
        if _has(queryset.model, name):
            query |= Q(**{name: text})
    named = list(queryset.filter(query)[:4])
    if len(named) == 1:
        return named[0]
    near = named or suggestions(queryset, text, 3)
    if not near:
        raise ValidationError(
            _("Nothing you may see is called “%(text)s”. Write a code or a name."),
            params={"text": text[:80]},
        )
    told = _("; ").join(label_of(one) for one in near)
    raise ValidationError(
        _("“%(text)s” is not exact. Did you mean: %(near)s? Write the code."),
        params={"text": text[:80], "near": told},
    )


class RowWidget(forms.TextInput):
    """A line of text with suggestions; without JavaScript it is a line of text."""

    template_name = "kernel/_row_widget.html"

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__({"autocomplete": "off", "maxlength": 200})
        self.model = model

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["address"] = reverse("suggestions", args=[self.model._meta.label_lower])
        return context


class RowField(forms.ModelChoiceField):
    """A relation, written as a code or a name."""

    def __init__(self, queryset: models.QuerySet, **options: Any) -> None:
        options.setdefault("help_text", _("Write a code or a name."))
        super().__init__(queryset, widget=RowWidget(queryset.model), **options)

    @classmethod
    def instead_of(cls, field: forms.ModelChoiceField) -> RowField:
        """The same field as one to write in."""
        return cls(
            field.queryset,
            required=field.required,
            label=field.label,
            initial=field.initial,
            help_text=field.help_text or _("Write a code or a name."),
        )

    def prepare_value(self, value: Any) -> Any:
        if value in (None, "") or isinstance(value, str):
            return value
        if not isinstance(value, models.Model):
            value = self.queryset.filter(pk=value).first()
        return label_of(value) if value is not None else ""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, models.Model):
            return value
        if isinstance(value, int):  # a value that never was a text: of an earlier state, say
            row = self.queryset.filter(pk=value).first()
            if row is None:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
            return row
        return find_row(self.queryset, str(value))

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(self.prepare_value(data) or "")


def _searched(model: type[models.Model]) -> list[str]:
    code = code_attribute(model)
    names = [name for name in _NAMES if _has(model, name)]
    return names if code == "pk" else [code, *names]


def _has(model: type[models.Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
