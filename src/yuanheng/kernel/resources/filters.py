from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Option:
    value: str
    label: Any


@dataclass(frozen=True)
class BoundFilter:
    """A filter with this request's value: what ``kernel/_filter_bar.html`` draws."""

    name: str
    label: Any
    value: str
    options: list[Option]
    kind: str = "choice"


class Filter:
    """One select box of the filter bar; ``name`` is its parameter in the address."""

    kind = "choice"
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
        return BoundFilter(self.name, label, value, self.options(user, value), self.kind)


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


class DayFilter(Filter):
    """From a day on, or until a day (inclusive), of a moment or a date."""

    kind = "day"

    def __init__(self, name: str, label: Any, *, path: str, until: bool = False) -> None:
        super().__init__(name, label)
        self.path = path
        self.until = until

    def options(self, user: Any, value: str) -> list[Option]:
        return []

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return queryset.none()
        if not isinstance(queryset.model._meta.get_field(self.path), models.DateTimeField):
            return queryset.filter(**{f"{self.path}__{'lte' if self.until else 'gte'}": day})
        # A local day, written as moments: so the index on the moment serves.
        if self.until and day < date.max:
            end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
            return queryset.filter(**{f"{self.path}__lt": end})
        start = timezone.make_aware(datetime.combine(day, time()))
        return queryset.filter(**{f"{self.path}__gte": start})


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
