"""A page of a register as JSON: the same filters, search and order as the page in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.policies import VIEW, require
from yuanheng.kernel.resources import ChoiceFilter, FlagFilter, Resource
from yuanheng.kernel.rest import cursors
from yuanheng.kernel.rest.errors import ApiError, fault, not_found
from yuanheng.kernel.rest.fields import key_in, read_fields, relations, values_of
from yuanheng.kernel.rest.masks import masked_in
from yuanheng.kernel.rest.stamps import stamp_of

LIMIT, MOST = 50, 200


@dataclass(frozen=True)
class Parameter:
    """One parameter of the address."""

    name: str
    label: Any
    choices: tuple[str, ...] = ()
    kind: str = "string"


def parameters_of(resource: Resource) -> list[Parameter]:
    """What the list of this register understands."""
    found = [_of_filter(resource, one) for one in resource.filters]
    if resource.search:
        found.append(Parameter("q", resource.search_hint or gettext_lazy("Search")))
    if resource.archivable:
        found.append(Parameter("archived", gettext_lazy("1: only archived rows"), ("0", "1")))
    orders = tuple(f"{sign}{key}" for key in _sorts(resource) for sign in ("", "-"))
    found.append(Parameter("sort", gettext_lazy("Order; with “-” the other way round"), orders))
    found.append(Parameter("limit", gettext_lazy("Rows at a time, at most 200"), (), "integer"))
    found.append(Parameter("cursor", gettext_lazy("Where to go on: “next” of the page before")))
    found.append(Parameter("total", gettext_lazy("1: count all rows"), ("0", "1")))
    return found


def list_rows(request: HttpRequest, resource: Resource) -> dict[str, Any]:
    """The rows, and the cursor of those that follow. Raises ``ApiError`` for a wrong parameter."""
    require(request.user, VIEW, resource.model)
    query = request.GET
    _check(resource, query)
    limit = _limit(query.get("limit", ""))
    rows = _narrowed(resource, resource.queryset(request.user), request)
    found: dict[str, Any] = {}
    if query.get("total") == "1":
        found["total"] = rows.count()
    terms = cursors.terms_of([query["sort"]] if query.get("sort") else _order(resource, query))
    rows = cursors.ordered(_prepared(resource, rows), terms)
    if query.get("cursor"):
        rows = cursors.after(rows, terms, query["cursor"])
    page = list(rows[: limit + 1])
    more = len(page) > limit
    page = page[:limit]
    found["next"] = cursors.cursor_of(page[-1], terms) if more else None
    found["rows"] = rows_as_values(resource, page, request.user)
    return found


def visible_row(request: HttpRequest, resource: Resource, key: str) -> Any:
    """The row with this key; ``ApiError`` 404 if it isn't there or isn't visible."""
    rows = _prepared(resource, resource.queryset(request.user))
    try:
        row = rows.filter(**{resource.lookup: key}).first()
    except ValueError:  # not the form of a key
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
    prepared = resource.prepare(rows)
    return prepared.select_related(*names) if names else prepared


def _order(resource: Resource, query: QueryDict) -> list[str]:
    return list(resource.ordering or (resource.lookup,))


def _narrowed(resource: Resource, rows: QuerySet, request: HttpRequest) -> QuerySet:
    query = request.GET
    if resource.archivable:
        rows = rows.filter(archived_at__isnull=query.get("archived") != "1")
    for one in resource.filters:
        value = query.get(one.name, "")
        if value:
            rows = one.apply(rows, value, request.user)
    text = query.get("q", "").strip()
    return resource.searched(rows, text) if text and resource.search else rows


def _sorts(resource: Resource) -> dict[str, str]:
    return {one.key: one.sort_path for one in resource.columns if one.sort}


def _check(resource: Resource, query: QueryDict) -> None:
    known = {one.name: one for one in parameters_of(resource)}
    faults = []
    for name, values in query.lists():
        if name not in known:
            do = _("These parameters exist: %(names)s") % {"names": ", ".join(known)}
            faults.append(fault(_("There is no such parameter."), where=name, found=name, do=do))
        elif len(values) > 1:
            faults.append(fault(_("Give this parameter once."), where=name, found=values))
        elif "\x00" in values[0]:
            what = _("The text holds a control character or half a character.")
            faults.append(fault(what, where=name, found=values[0]))
        elif values[0] and known[name].choices and values[0] not in known[name].choices:
            do = _("These values exist: %(names)s") % {"names": ", ".join(known[name].choices)}
            faults.append(fault(_("There is no such value."), where=name, found=values[0], do=do))
    if faults:
        raise ApiError(400, *faults)


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        what = _("A whole number from 1 to 200 is expected.")
        raise ApiError(400, fault(what, where="limit", found=text))
    return min(int(text), MOST)


def _of_filter(resource: Resource, one: Any) -> Parameter:
    label = one.label
    if label is None:
        label = resource.model._meta.get_field(one.name).verbose_name
    if isinstance(one, ChoiceFilter):
        return Parameter(one.name, label, tuple(code for code, _l in one.choices.choices if code))
    if isinstance(one, FlagFilter):
        return Parameter(one.name, label, ("yes", "no", "none"))
    return Parameter(one.name, label)
