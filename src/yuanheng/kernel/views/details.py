"""The page of one row."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from yuanheng.kernel.policies import ARCHIVE, EDIT, can
from yuanheng.kernel.resources import Resource


def pages(resource: Resource) -> list[URLPattern]:
    """The address of a row; last of all, since its key may be any word."""
    address = f"{resource.path}/<str:key>/"
    return [path(address, show_row, {"resource": resource}, name=f"{resource.name}-detail")]


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
