"""The page that lists a register."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from yuanheng.kernel.policies import CREATE, IMPORT, VIEW, can, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.tables import build_table, sorted_rows
from yuanheng.kernel.views.fragments import wants_fragment

PAGE_SIZES = (20, 50, 100, 200)


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses of the list."""
    given = {"resource": resource}
    return [path(f"{resource.path}/", list_rows, given, name=f"{resource.name}-list")]


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
            user=request.user,
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


def page_size(request: HttpRequest, default: int) -> int:
    """Rows a page: what was asked for if it is offered, never more than 200."""
    asked = request.GET.get("rows", "")
    return int(asked) if asked in {str(size) for size in PAGE_SIZES} else default


def is_narrowed(resource: Resource, request: HttpRequest) -> bool:
    """Whether a search or a filter hides rows."""
    names = ["q", "archived", *(one.name for one in resource.filters)]
    return any(request.GET.get(name) for name in names)


def _buttons(resource: Resource, request: HttpRequest) -> dict[str, Any]:
    may_create = bool(resource.form_fields) and can(request.user, CREATE, resource.model)
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
