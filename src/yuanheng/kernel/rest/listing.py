"""A page of a register as JSON: the same filters, search and order as the page in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.lists.address import (
    AFTER,
    ARCHIVED,
    BEFORE,
    COLUMNS,
    COUNT,
    PAGE,
    PAGE_SIZES,
    SEARCH,
    SIZE,
    SORT,
    BadAddress,
    shown,
)
from yuanheng.kernel.lists.choosing import choose
from yuanheng.kernel.lists.paging import count, cursor_page_of
from yuanheng.kernel.lists.sorting import Fitted, fitted
from yuanheng.kernel.policies import VIEW, require
from yuanheng.kernel.resources import ChoiceFilter, FlagFilter, Resource
from yuanheng.kernel.resources.filters import Filter
from yuanheng.kernel.rest.errors import ApiError, fault, not_found
from yuanheng.kernel.rest.fields import key_in, read_fields, relations, values_of
from yuanheng.kernel.rest.masks import masked_in
from yuanheng.kernel.rest.stamps import stamp_of

# Programs turn pages by cursor, and get every field.
_WITHOUT = {PAGE, COLUMNS}


@dataclass(frozen=True)
class Parameter:
    """One parameter of the address."""

    name: str
    label: Any
    choices: tuple[Any, ...] = ()
    kind: str = "string"


def parameters_of(resource: Resource) -> list[Parameter]:
    """What the list of this register understands: the same words as its page's address."""
    found = [one for condition in resource.filters for one in _of_filter(resource, condition)]
    if resource.search:
        found.append(Parameter(SEARCH, resource.search_hint or gettext_lazy("Search")))
    if resource.archivable:
        found.append(Parameter(ARCHIVED, gettext_lazy("1: only archived rows"), ("0", "1")))
    keys = [key for key, one in resource.all_columns.items() if one.sort_path]
    orders = tuple(f"{sign}{key}" for key in keys for sign in ("", "-"))
    found.append(Parameter(SORT, gettext_lazy("Order; with “-” the other way round"), orders))
    found.append(Parameter(SIZE, gettext_lazy("Rows at a time"), PAGE_SIZES, "integer"))
    found.append(Parameter(AFTER, gettext_lazy("Where to go on: “next” of the page before")))
    found.append(Parameter(BEFORE, gettext_lazy("Where to go back: “previous” of the page after")))
    many = gettext_lazy("exact: count all rows, however many there are")
    found.append(Parameter(COUNT, many, ("exact",)))
    return found


def list_rows(request: HttpRequest, resource: Resource) -> dict[str, Any]:
    """The rows, their number (``None``: more than were counted), and the cursors of the pages
    around them. Raises ``BadAddress`` or ``ApiError`` for a wrong parameter."""
    require(request.user, VIEW, resource.model)
    _require_once(request.GET)
    chosen = choose(
        resource,
        request.user,
        request.GET,
        related=[one.name for one in relations(resource)],
        without=_WITHOUT,
    )
    tally = count(chosen)
    _require_sortable(resource, fitted(chosen, tally))
    page = cursor_page_of(chosen, tally)
    return {
        "rows": rows_as_values(resource, _whole(list(page.object_list)), request.user),
        "total": None if tally.is_more else tally.rows,
        "next": page.last,
        "previous": page.first,
    }


def _require_sortable(resource: Resource, fit: Fitted) -> None:
    if fit.left_out:
        columns = resource.all_columns
        named = [str(columns[key].heading(resource.model)) for key in fit.left_out]
        raise BadAddress(
            _("More than %(most)d rows can't be sorted by %(columns)s. Narrow the list first.")
            % {"most": fit.most, "columns": _(", ").join(named)},
            where=SORT,
        )


def _whole(rows: list[Any]) -> list[Any]:
    """With what a list leaves out (long texts): a row's stamp reads every field."""
    missing = sorted({name for row in rows for name in row.get_deferred_fields()})
    if missing:
        model = type(rows[0])
        found = models.QuerySet(model).filter(pk__in=[row.pk for row in rows])
        values = {pk: rest for pk, *rest in found.values_list("pk", *missing)}
        for row in rows:
            row.__dict__.update(zip(missing, values[row.pk], strict=True))
    return rows


def visible_row(request: HttpRequest, resource: Resource, key: str) -> Any:
    """The row with this key; ``ApiError`` 404 if it isn't there or isn't visible."""
    rows = _prepared(resource, resource.queryset(request.user))
    try:
        row = rows.filter(**{resource.lookup: key}).first()
    except (ValueError, ValidationError):  # not the form of a key
        row = None
    if row is None:
        raise not_found()
    return row


def row_as_values(resource: Resource, row: Any, user: Any) -> dict[str, Any]:
    return rows_as_values(resource, [row], user)[0]


def rows_as_values(resource: Resource, rows: list[Any], user: Any) -> list[dict[str, Any]]:
    """With a stamp each, and masks where this person may not see a value."""
    fields = read_fields(resource)
    masks = masked_in(user, resource.model, rows)
    return [
        values_of(row, fields, user, masks.get(row.pk, ())) | {"stamp": stamp_of(row)}
        for row in rows
    ]


def key_of_row(resource: Resource, row: Any) -> str:
    return key_in(row, resource.lookup)


def _prepared(resource: Resource, rows: QuerySet) -> QuerySet:
    names = [one.name for one in relations(resource)]
    prepared = resource.prepare(rows).defer(None)  # a row's stamp reads every field
    return prepared.select_related(*names) if names else prepared


def _require_once(query: QueryDict) -> None:
    faults = [
        fault(_("Give this parameter once."), where=shown(name), found=values)
        for name, values in query.lists()
        if len(values) > 1 and name != SORT
    ]
    if faults:
        raise ApiError(400, *faults)


def _of_filter(resource: Resource, one: Filter) -> list[Parameter]:
    label = one.title(resource.model)
    if isinstance(one, ChoiceFilter):
        codes = tuple(code for code, _label in one.choices.choices if code)
        return [Parameter(one.name, label, codes)]
    if isinstance(one, FlagFilter):
        return [Parameter(one.name, label, ("yes", "no", "none"))]
    if len(one.parameters) == 2:
        low, high = one.parameters
        return [
            Parameter(low, format_lazy("{} {}", label, gettext_lazy("from"))),
            Parameter(high, format_lazy("{} {}", label, gettext_lazy("until"))),
        ]
    return [Parameter(name, label) for name in one.parameters]
