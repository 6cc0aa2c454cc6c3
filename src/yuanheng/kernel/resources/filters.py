from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Option:
    value: str
    label: Any


@dataclass(frozen=True)
class BoundFilter:
    """A filter with this request's value: what ``kernel/components/filter_bar.html`` draws."""

    name: str
    label: Any
    value: str
    options: list[Option]


class Filter:
    """One select box of the filter bar; ``name`` is its parameter in the address."""

    follows_value = False  # whether the options on offer depend on the one chosen

    def __init__(self, name: str, label: Any = None) -> None:
        self.name = name
        self.label = label

    def options(self, user: Any, value: str) -> list[Option]:
        raise NotImplementedError

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        raise NotImplementedError

    def bind(self, model: type[models.Model], user: Any, value: str) -> BoundFilter:
        label = self.label
        if label is None:
            label = model._meta.get_field(self.name).verbose_name
        return BoundFilter(self.name, label, value, self.options(user, value))


class ChoiceFilter(Filter):
    """One of a field's choices."""

    def __init__(self, name: str, choices: Any, label: Any = None) -> None:
        super().__init__(name, label)
        self.choices = choices

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option(code, label) for code, label in self.choices.choices if code]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        return queryset.filter(**{self.name: value})


class FlagFilter(Filter):
    """Yes, no, or not known: three values, since a blank is no "no"."""

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option("yes", _("Yes")), Option("no", _("No")), Option("none", _("Not known"))]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        wanted = {"yes": True, "no": False, "none": None}
        if value not in wanted:
            return queryset.none()
        if value == "none":
            return queryset.filter(**{f"{self.name}__isnull": True})
        return queryset.filter(**{self.name: wanted[value]})


class RelationFilter(Filter):
    """Rows that belong to one row of another register, named in the address by its code."""

    def __init__(
        self,
        name: str,
        model: type[models.Model],
        *,
        path: str = "",
        code: str = "code",
        text: str = "name",
        label: Any = None,
    ) -> None:
        super().__init__(name, label)
        self.model = model
        self.path = path or name
        self.code = code
        self.text = text

    def options(self, user: Any, value: str) -> list[Option]:
        rows = self.model._default_manager.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(user)
        pairs = rows.order_by(self.text).values_list(self.code, self.text)[:1000]
        return [Option(str(code), text) for code, text in pairs]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        try:
            return queryset.filter(**{f"{self.path}__{self.code}": value})
        except (FieldError, ValueError):
            return queryset.none()
