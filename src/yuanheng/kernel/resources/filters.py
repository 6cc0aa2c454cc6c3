"""Conditions of a list: what the filter bar offers, and what a value in the address means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import CharField, Exists, F, Q
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from yuanheng.kernel.counting import read_together
from yuanheng.kernel.lists.address import BadAddress, shown

# With more rows than this to choose from, one types a code or a name instead.
MOST_OPTIONS = 200
FROM, TO = ".from", ".to"


@dataclass(frozen=True)
class Option:
    value: str
    label: Any


@dataclass(frozen=True)
class BoundFilter:
    """A filter with this request's value: what ``kernel/components/filter.html`` draws.

    ``kind``: select; text, with suggestions from ``suggest_url``; days or numbers, from ``value``
    to ``value_to``.
    """

    name: str
    label: Any
    value: str
    options: list[Option]
    kind: str = "select"
    value_to: str = ""
    hint: Any = ""
    suggest: bool = False


class Filter:
    """One condition of the filter bar; ``name`` is its parameter in the address."""

    kind = "select"
    follows_value = False  # whether the options on offer depend on the one chosen
    path: str = ""

    def __init__(self, name: str, label: Any = None) -> None:
        self.name = name
        self.label = label

    @property
    def parameters(self) -> tuple[str, ...]:
        """Its names in the address."""
        return (self.name,)

    @property
    def field_path(self) -> str:
        """The field that it asks, for the question whether that is hidden from somebody."""
        return self.path or self.name

    def options(self, user: Any, value: str) -> list[Option]:
        raise NotImplementedError

    def option_rows(self, user: Any, value: str) -> Sequence[models.QuerySet] | None:
        """The options as one query or more by ``option_query``: a page asks for those of all its
        filters in one round. ``None``: ``options`` says them."""
        return None

    def arranged(self, options: list[Option]) -> list[Option]:
        """The options of ``option_rows``, which come in any order."""
        return sorted(options, key=lambda one: one.label)

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        raise NotImplementedError

    def narrow(
        self, queryset: models.QuerySet, given: Mapping[str, str], user: Any
    ) -> models.QuerySet:
        """The rows that fit what the address says."""
        value = given.get(self.name, "")
        return self.apply(queryset, value, user) if value else queryset

    def title(self, model: type[models.Model]) -> Any:
        if self.label is not None:
            return self.label
        name = self.field_path.split(LOOKUP_SEP)[0]
        try:
            return getattr(model._meta.get_field(name), "verbose_name", name)
        except FieldDoesNotExist:
            return name

    def bind(self, model: type[models.Model], user: Any, value: str) -> BoundFilter:
        return BoundFilter(
            self.name, self.title(model), value, self.options(user, value), self.kind
        )

    def bind_to(
        self,
        model: type[models.Model],
        user: Any,
        given: Mapping[str, str],
        options: list[Option] | None = None,
    ) -> BoundFilter:
        """With what the address says; ``options`` are those of ``option_rows``."""
        value = given.get(self.name, "")
        if options is None:
            return self.bind(model, user, value)
        return BoundFilter(self.name, self.title(model), value, options)


class ChoiceFilter(Filter):
    """One of a field's choices."""

    def __init__(self, name: str, choices: Any, label: Any = None) -> None:
        super().__init__(name, label)
        self.choices = choices

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option(str(code), label) for code, label in self.choices.choices if code != ""]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        _require_option(self.name, value, self.options(user, value))
        return queryset.filter(**{self.name: value})


class FlagFilter(Filter):
    """Yes, no, or not known: three values, since a blank is no "no"."""

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option("yes", _("Yes")), Option("no", _("No")), Option("none", _("Not known"))]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        _require_option(self.name, value, self.options(user, value))
        if value == "none":
            return queryset.filter(**{f"{self.name}__isnull": True})
        return queryset.filter(**{self.name: value == "yes"})


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
        day = _day(value)
        if not isinstance(queryset.model._meta.get_field(self.path), models.DateTimeField):
            return queryset.filter(**{f"{self.path}__{'lte' if self.until else 'gte'}": day})
        # A local day, written as moments: so the index on the moment serves.
        if self.until and day < date.max:
            end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
            return queryset.filter(**{f"{self.path}__lt": end})
        start = timezone.make_aware(datetime.combine(day, time()))
        return queryset.filter(**{f"{self.path}__gte": start})


class RelationFilter(Filter):
    """Rows that belong to one row of another register, named in the address by its code.

    Where there are many to choose from, one types a code or (a part of) a name.
    """

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

    def choosable(self, user: Any) -> models.QuerySet:
        """The rows that ``user`` may choose from."""
        rows = self.model._default_manager.all()
        return rows.visible_to(user) if hasattr(rows, "visible_to") else rows

    def options(self, user: Any, value: str) -> list[Option]:
        pairs = self.choosable(user).order_by(self.text).values_list(self.code, self.text)
        return [Option(str(code), text) for code, text in pairs[: MOST_OPTIONS + 1]]

    def option_rows(self, user: Any, value: str) -> Sequence[models.QuerySet]:
        rows = self.choosable(user)
        first = option_query(rows, self.code, self.text).order_by(self.text, "pk")
        found = [first[: MOST_OPTIONS + 1]]
        if value:
            chosen = rows.filter(**{self.code: value})
            found.append(option_query(chosen, self.code, self.text))
        return found

    def bind(self, model: type[models.Model], user: Any, value: str) -> BoundFilter:
        return self.bind_to(model, user, {self.name: value}, self.options(user, value))

    def bind_to(
        self,
        model: type[models.Model],
        user: Any,
        given: Mapping[str, str],
        options: list[Option] | None = None,
    ) -> BoundFilter:
        value = given.get(self.name, "")
        options = self.options(user, value) if options is None else options
        title = self.title(model)
        if len(options) <= MOST_OPTIONS:
            named = {one.value for one in options}
            if value and value not in named:
                options = [Option(value, value), *options]  # typed, or not visible
            return BoundFilter(self.name, title, value, options)
        chosen = next((one.label for one in options if one.value == value), "")
        return BoundFilter(self.name, title, value, [], kind="text", hint=chosen, suggest=True)

    def suggestions(self, user: Any, text: str, limit: int = 12) -> list[Option]:
        """What somebody who types ``text`` may mean."""
        rows = self.choosable(user).filter(self._like(text)).order_by(self.text, "pk")
        pairs = rows.values_list(self.code, self.text)[:limit]
        return [Option(str(code), label) for code, label in pairs]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        rows = self.choosable(user).order_by()
        exact = Q(**{self.code: value}) | Q(**{self.text: value})
        # A part of a name counts only where nothing is called exactly so. No query of its own.
        meant = rows.filter(exact | (~Exists(rows.filter(exact)) & self._like(value)))
        return queryset.filter(**{f"{self.path}__in": meant.values("pk")})

    def _like(self, text: str) -> Q:
        return Q(**{f"{self.text}__icontains": text}) | Q(**{f"{self.code}__istartswith": text})


@dataclass(frozen=True)
class _Range:
    low: Any = None
    high: Any = None


class _RangeFilter(Filter):
    """From a value to a value, both included; one of them may be missing."""

    kind = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name + FROM, self.name + TO)

    def read(self, text: str) -> Any:
        """A value; raises ``BadAddress``."""
        raise NotImplementedError

    def narrow(
        self, queryset: models.QuerySet, given: Mapping[str, str], user: Any
    ) -> models.QuerySet:
        low, high = (given.get(name, "") for name in self.parameters)
        found = _Range(self.read(low) if low else None, self.read(high) if high else None)
        if found.low is not None and found.high is not None and found.low > found.high:
            raise BadAddress(
                _("“%(low)s” lies after “%(high)s”. Swap the two.")
                % {"low": shown(low), "high": shown(high)}
            )
        return self.within(queryset, found)

    def within(self, queryset: models.QuerySet, found: _Range) -> models.QuerySet:
        path = self.field_path
        if found.low is not None:
            queryset = queryset.filter(**{f"{path}__gte": found.low})
        if found.high is not None:
            queryset = queryset.filter(**{f"{path}__lte": found.high})
        return queryset

    def bind_to(
        self,
        model: type[models.Model],
        user: Any,
        given: Mapping[str, str],
        options: list[Option] | None = None,
    ) -> BoundFilter:
        low, high = (given.get(name, "") for name in self.parameters)
        return BoundFilter(self.name, self.title(model), low, [], self.kind, high)


class DayRangeFilter(_RangeFilter):
    """``founded_on.from=2020-01-01&founded_on.to=2020-12-31``"""

    kind = "days"

    def read(self, text: str) -> date:
        return _day(text)


class NumberRangeFilter(_RangeFilter):
    """``land_area_mu.from=10&land_area_mu.to=50``; ``unit`` yuan of the field are one in the
    address (``unit=10000`` for a field in yuan that is asked in 万元)."""

    kind = "numbers"

    def __init__(self, name: str, label: Any = None, *, unit: int = 1) -> None:
        super().__init__(name, label)
        self.unit = unit

    def read(self, text: str) -> Decimal:
        try:
            number = Decimal(text.replace(",", "").replace("，", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
            raise BadAddress(
                _("“%(text)s” is no number that can be looked for.") % {"text": shown(text)}
            )
        return round(number * self.unit, 6)


def option_query(rows: models.QuerySet, code: str, text: str) -> models.QuerySet:
    """``rows`` as options, for ``Filter.option_rows``."""
    plain = isinstance(rows.model._meta.get_field("id" if code == "pk" else code), CharField)
    value = F(code) if plain else Cast(F(code), CharField())
    return rows.order_by().values_list(value, F(text))


def read_options(
    filters: Mapping[str, Filter], user: Any, given: Mapping[str, str]
) -> dict[str, list[Option]]:
    """The options of all filters that lie in the database: one query."""
    parts: list[tuple[str, models.QuerySet]] = []
    found: dict[str, dict[str, Option]] = {}
    for name, one in filters.items():
        rows = one.option_rows(user, given.get(name, ""))
        if rows is not None:
            found[name] = {}
            parts += [(name, part) for part in rows]
    for name, code, text in read_together(parts):
        found[name][str(code)] = Option(str(code), text)
    return {name: filters[name].arranged([*options.values()]) for name, options in found.items()}


def _require_option(name: str, value: str, options: list[Option]) -> None:
    known = [one.value for one in options]
    if value not in known:
        raise BadAddress(
            _("“%(value)s” is no choice here. Choose one from the list.")
            % {"value": shown(value)},
            where=name,
            known=known,
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadAddress(
            _("“%(text)s” is no day. Write it as 2024-07-01.") % {"text": shown(text)}
        ) from None
