"""The page that lists a register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel.lists.address import (
    AFTER,
    BEFORE,
    COLUMNS,
    COUNT,
    MOST_SORTS,
    PAGE,
    PAGE_SIZES,
    SIZE,
    SORT,
    canonical,
    words_of,
)
from yuanheng.kernel.lists.choosing import Chosen, choose
from yuanheng.kernel.lists.paging import count, page_of
from yuanheng.kernel.lists.saved import SavedLists, may_share, saved_lists
from yuanheng.kernel.lists.sorting import fitted
from yuanheng.kernel.lists.tally import Tally
from yuanheng.kernel.policies import CREATE, IMPORT, VIEW, can, require
from yuanheng.kernel.resources import Resource, resource_for
from yuanheng.kernel.resources.filters import BoundFilter, Option, read_options
from yuanheng.kernel.tables import Cell, Table, build_table, figure_cell
from yuanheng.kernel.views.bulk import bulk_bar
from yuanheng.kernel.views.fragments import wants_fragment

__all__ = ["PAGE_SIZES", "addresses", "filtered_rows", "list_rows", "narrowed_rows", "pages"]


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses of the list."""
    given = {"resource": resource}
    return [path(f"{resource.path}/", list_rows, given, name=f"{resource.name}-list")]


def addresses() -> list[URLPattern]:
    """Where a filter's text box finds what may be meant."""
    return [path("suggest/<slug:name>/<slug:filter_name>/", suggest, name="suggest")]


@require_safe
def list_rows(request: HttpRequest, resource: Resource) -> HttpResponse:
    """A page of rows, filtered, searched, sorted and with the columns that the address says."""
    require(request.user, VIEW, resource.model)
    saved = saved_lists(request.user, resource.name)
    chosen = choose(resource, request.user, request.GET, own_columns=saved.columns)
    tally = _tally(chosen)
    fit = fitted(chosen, tally)
    chosen = fit.chosen
    page = page_of(chosen, tally)
    table = build_table(
        chosen.columns,
        page.object_list,
        model=resource.model,
        link=resource.link,
        query=request.GET,
        caption=resource.title,
        user=request.user,
        unsortable=chosen.unsortable,
    )
    fragment = wants_fragment(request)
    context: dict[str, Any] = {
        "resource": resource,
        "table": Table(table.headers, table.rows, table.caption, _totals(chosen, tally)),
        "page": page,
        "page_sizes": PAGE_SIZES,
        "size": chosen.address.size,
        "tally": tally,
        "not_sorted_by": [
            resource.all_columns[key].heading(resource.model) for key in fit.left_out
        ],
        "most_sorted": fit.most,
        "narrowed": chosen.address.narrows,
        "bulk": bulk_bar(resource, request, tally.rows),
        "is_fragment": fragment,
        "filters": _filters(chosen, resource, request, fragment),
        "carried": _carried(request),
        "menu": _menu(request, resource, chosen, saved),
        **_buttons(resource, request),
    }
    template = "kernel/_rows.html" if fragment else "kernel/list.html"
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def suggest(request: HttpRequest, name: str, filter_name: str) -> HttpResponse:
    """The names that somebody may mean who types into a filter: options of a ``datalist``."""
    try:
        resource = resource_for(name)
    except KeyError:
        raise Http404 from None
    require(request.user, VIEW, resource.model)
    one = next((one for one in resource.filters if one.name == filter_name), None)
    if one is None or not hasattr(one, "suggestions"):
        raise Http404
    text = request.GET.get(filter_name, "").strip()[:60]
    found = one.suggestions(request.user, text) if text else []
    return render(request, "kernel/list/_suggestions.html", {"options": found})


def filtered_rows(resource: Resource, user: Any, query: QueryDict) -> QuerySet:
    """Every row that ``user`` sees and that fits the search and the filters of ``query``."""
    return choose(resource, user, query).rows


def narrowed_rows(resource: Resource, request: HttpRequest) -> QuerySet:
    """The same for the address of a page."""
    return filtered_rows(resource, request.user, request.GET)


def _tally(chosen: Chosen) -> Tally:
    paths = [
        one.sort_path or one.path
        for one in chosen.columns
        if one.total and one.key not in chosen.unsortable
    ]
    return count(chosen, paths)


def _totals(chosen: Chosen, tally: Tally) -> list[Cell]:
    """The cells of the totals row; none where nothing is added up."""
    if not any(one.total for one in chosen.columns) or not tally.rows:
        return []
    cells = []
    for place, column in enumerate(chosen.columns):
        found = tally.totals.get(column.sort_path or column.path)
        if column.total:
            missing = found.missing if found else 0
            note = _("%(count)d without a value") % {"count": missing} if missing else ""
            cells.append(figure_cell(column, found.value if found else None, note))
        else:
            cells.append(Cell(_("Total") if place == 0 else "", css=column.css))
    return cells


def _filters(
    chosen: Chosen, resource: Resource, request: HttpRequest, fragment: bool
) -> list[BoundFilter]:
    # A part of the page needs only those filters whose options follow from their value.
    wanted = [one for one in chosen.filters if one.follows_value or not fragment]
    given = {name: request.GET.get(name, "") for one in wanted for name in one.parameters}
    options = read_options({one.name: one for one in wanted}, request.user, given)
    return [
        one.bind_to(resource.model, request.user, given, options.get(one.name)) for one in wanted
    ]


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What a search keeps: order, columns, size."""
    kept = [(name, ",".join(words_of(request.GET, name))) for name in (SORT, COLUMNS)]
    kept.append((SIZE, request.GET.get(SIZE, "")))
    return [(name, value) for name, value in kept if value]


@dataclass(frozen=True)
class ColumnChoice:
    """One box of the menu of columns."""

    key: str
    label: Any
    is_shown: bool
    is_sortable: bool


def _menu(
    request: HttpRequest, resource: Resource, chosen: Chosen, saved: SavedLists
) -> dict[str, Any]:
    """Saved views, columns and order."""
    query = canonical(request.GET)
    shown = {one.key for one in chosen.columns}
    choices = [
        ColumnChoice(key, one.heading(resource.model), key in shown, key not in chosen.unsortable)
        for key, one in resource.all_columns.items()
    ]
    choices.sort(key=lambda one: not one.is_shown)
    sorted_by = {one.removeprefix("-") for one in chosen.address.sort}
    leave_out = (COLUMNS, SORT, PAGE, AFTER, BEFORE, COUNT)
    others = [
        (name, value)
        for name in request.GET
        if name not in leave_out
        for value in request.GET.getlist(name)[-1:]
        if value
    ]
    sorts: Sequence[str] = (*chosen.address.sort, *[""] * MOST_SORTS)[:MOST_SORTS]
    return {
        "query": query,
        "views": [(one, f"?{one.query}", one.query == query) for one in saved.views],
        "may_share": may_share(request.user, resource),
        "choices": choices,
        "orders": [
            Option(sign + one.key, f"{capfirst(one.label)} {arrow}")
            for one in choices
            if one.is_sortable and (one.is_shown or one.key in sorted_by)
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ],
        "others": others,
        "sorts": [(one, number) for number, one in enumerate(sorts, 1)],
        "is_chosen": bool(chosen.address.columns),
        "has_own_columns": bool(saved.columns),
    }


def _buttons(resource: Resource, request: HttpRequest) -> dict[str, Any]:
    by_hand = bool(resource.form_fields) and resource.creatable
    may_create = by_hand and can(request.user, CREATE, resource.model)
    may_import = resource.is_importable and can(request.user, IMPORT, resource.model)
    importing = [resource.exchange.code] if may_import else []
    return {
        "buttons": resource.list_buttons(request.user),
        "list_url": resource.url("list"),
        "may_create": may_create,
        "create_url": resource.url("create") if may_create else "",
        "may_import": may_import,
        "import_url": reverse("upload-create", args=importing) if may_import else "",
        "export_url": f"{resource.url('export')}?{canonical(request.GET)}".rstrip("?")
        if resource.exportable
        else "",
    }
