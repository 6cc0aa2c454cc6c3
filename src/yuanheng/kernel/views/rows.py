"""Pages that show a register: list and detail."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yuanheng.kernel.policies import ARCHIVE, EDIT, IMPORT, VIEW, can, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.tables import build_table, sorted_rows
from yuanheng.kernel.views.fragments import wants_fragment

PAGE_SIZES = (20, 50, 100, 200)


@require_safe
def list_rows(request: HttpRequest, resource: Resource) -> HttpResponse:
    """A page of rows, filtered, searched and sorted as the address says."""
    require(request.user, VIEW, resource.model)
    query = request.GET
    visible = resource.queryset(request.user)
    rows = _filtered(resource, visible, request)
    rows = sorted_rows(resource.prepare(rows), resource.columns, query)
    page = Paginator(rows, page_size(request, resource.page_size)).get_page(query.get("page"))
    context: dict[str, Any] = {
        "resource": resource,
        "table": build_table(
            resource.columns,
            page.object_list,
            model=resource.model,
            link=resource.link,
            query=query,
            caption=resource.title,
        ),
        "page": page,
        "page_sizes": PAGE_SIZES,
        "narrowed": is_narrowed(resource, request),
        **_buttons(resource, request),
    }
    # A part of the page needs only those filters whose options follow from their value.
    fragment = wants_fragment(request)
    context["is_fragment"] = fragment
    context["filters"] = [
        one.bind(resource.model, request.user, query.get(one.name, ""))
        for one in resource.filters
        if one.follows_value or not fragment
    ]
    template = "kernel/_rows.html" if fragment else "kernel/list.html"
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def show_row(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Everything about one row, in cards."""
    row = visible_row(request, resource, key)
    panels = []
    for panel in resource.panels:
        filled = panel.context(row, request)
        if filled is not None:
            panels.append({"panel": panel, "context": filled})
    has_form = bool(resource.form_fields) and resource.editable
    context = {
        "resource": resource,
        "row": row,
        "buttons": resource.buttons(row, request.user),
        "title": resource.row_title(row),
        "subtitle": resource.subtitle(row),
        "badges": resource.badges(row),
        "trail": [(resource.title, resource.url("list")), *resource.crumbs(row)],
        "panels": panels,
        "is_archived": getattr(row, "is_archived", False),
        "may_edit": has_form and can(request.user, EDIT, row),
        "may_archive": resource.archivable and can(request.user, ARCHIVE, row),
        "edit_url": resource.url("edit", row) if has_form else "",
        "archive_url": resource.url("archive", row) if resource.archivable else "",
        "restore_url": resource.url("restore", row) if resource.archivable else "",
    }
    return render(request, "kernel/detail.html", context)


def visible_row(request: HttpRequest, resource: Resource, key: str) -> Any:
    """The row with this code, or 404 if it isn't there or isn't visible."""
    rows = resource.prepare(resource.queryset(request.user))
    try:
        row = rows.filter(**{resource.lookup: key}).first()
    except ValueError:  # not the form of a code
        row = None
    if row is None:
        raise Http404
    return row


def page_size(request: HttpRequest, default: int) -> int:
    """Rows a page: what was asked for if it is offered, never more than 200."""
    asked = request.GET.get("rows", "")
    return int(asked) if asked in {str(size) for size in PAGE_SIZES} else default


def is_narrowed(resource: Resource, request: HttpRequest) -> bool:
    """Whether a search or a filter hides rows."""
    names = ["q", "archived", *(one.name for one in resource.filters)]
    return any(request.GET.get(name) for name in names)


def _buttons(resource: Resource, request: HttpRequest) -> dict[str, Any]:
    may_create = bool(resource.form_fields) and can(request.user, EDIT, resource.model)
    may_import = bool(resource.importer_code) and can(request.user, IMPORT, resource.model)
    importing = [resource.importer_code]
    return {
        "buttons": resource.list_buttons(request.user),
        "list_url": resource.url("list"),
        "may_create": may_create,
        "create_url": resource.url("create") if may_create else "",
        "may_import": may_import,
        "import_url": reverse("upload-create", args=importing) if may_import else "",
    }


def _filtered(resource: Resource, rows: Any, request: HttpRequest) -> Any:
    query = request.GET
    if resource.archivable:
        rows = rows.filter(archived_at__isnull=query.get("archived") != "1")
    for one in resource.filters:
        value = query.get(one.name, "")
        if value:
            rows = one.apply(rows, value, request.user)
    text = query.get("q", "").strip()
    return resource.searched(rows, text) if text and resource.search else rows
