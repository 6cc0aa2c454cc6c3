"""The page of one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from yuanheng.kernel.beside import Beside, all_beside, with_what_is_beside
from yuanheng.kernel.companion_forms import NoteForm
from yuanheng.kernel.companions import companion_action
from yuanheng.kernel.directory import directory
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.lists.address import BadAddress
from yuanheng.kernel.lists.choosing import choose
from yuanheng.kernel.policies import ARCHIVE, EDIT, rights_on, with_rights
from yuanheng.kernel.resources import Resource

ANCHORS = 4  # so many cards, and the page begins with a line of links to them
NEIGHBOURS = 2000  # rows of a list among which the row before and the row after are looked for


def pages(resource: Resource) -> list[URLPattern]:
    """The address of a row; last of all, since its key may be any word."""
    address = f"{resource.path}/<str:key>/"
    return [path(address, show_row, {"resource": resource}, name=f"{resource.name}-detail")]


@require_safe
def show_row(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Everything about one row, in cards."""
    row = row_of_a_page(request, resource, key)
    panels = filled_panels(resource, row, request)
    has_form = bool(resource.form_fields) and resource.editable
    rights = rights_on(request.user, row, _asked(resource))
    context = {
        "resource": resource,
        "row": row,
        "buttons": resource.buttons(row, request.user),
        "title": resource.row_title(row),
        "subtitle": resource.subtitle(row),
        "badges": resource.badges(row),
        "trail": [(resource.title, resource.url("list")), *_crumbs(request, resource, row)],
        "panels": panels,
        "has_anchors": len(panels) >= ANCHORS,
        "is_archived": getattr(row, "is_archived", False),
        "may_edit": has_form and EDIT in rights,
        "may_archive": resource.archivable and ARCHIVE in rights,
        "edit_url": resource.url("edit", row) if has_form else "",
        "archive_url": resource.url("archive", row) if resource.archivable else "",
        "restore_url": resource.url("restore", row) if resource.archivable else "",
        "print_url": resource.url("print", row),
        "neighbours": neighbours(request, resource, row),
    }
    if resource.companions:
        found = all_beside(row, request.user)
        may_add = companion_action(type(row)) in rights
        context["beside"] = _beside(request, resource, row, found, may_add)
        context["tags"] = found.tags
    return render(request, "kernel/detail.html", context)


def _crumbs(request: HttpRequest, resource: Resource, row: Any) -> Sequence[tuple[Any, str]]:
    """What lies above the row; to an enterprise's own people it is closed."""
    return resource.crumbs(row) if directory().is_inside(request.user) else ()


def filled_panels(
    resource: Resource, row: Any, request: HttpRequest, *, on_paper: bool = False
) -> list[dict[str, Any]]:
    """The register's cards that have something to show for this row."""
    panels = []
    for panel in resource.panels:
        if on_paper and not panel.on_paper:
            continue
        filled = panel.context(row, request)
        if filled is not None:
            panels.append({"panel": panel, "context": filled})
    return panels


def _beside(
    request: HttpRequest, resource: Resource, row: Any, found: Beside, allowed: bool
) -> dict[str, Any]:
    return {
        "entries": found.entries,
        "files": found.files,
        "ties": found.ties,
        "may_add": allowed,
        "note_form": prepare_form(NoteForm(request.user), request.user) if allowed else None,
        "note_url": resource.url("note-create", row),
        "file_url": resource.url("file-create", row) if allowed else "",
        "link_url": resource.url("link-create", row) if allowed else "",
    }


def neighbours(request: HttpRequest, resource: Resource, row: Any) -> dict[str, Any]:
    """The rows before and after this one in the list that the person came from.

    The list is the page that the browser came from, or what ``?in=`` says once one has gone on.
    """
    text = request.GET.get("in")
    if text is None:
        came_from = urlsplit(request.headers.get("Referer", ""))
        if came_from.path != resource.url("list"):
            return {}
        text = came_from.query
    query = QueryDict(text[:2000])
    try:
        rows = choose(resource, request.user, query).ordered
    except BadAddress:  # not an address of the list: nothing to go on to
        return {}
    keys = list(rows.values_list("pk", resource.lookup)[:NEIGHBOURS])
    at = next((at for at, (pk, _key) in enumerate(keys) if pk == row.pk), None)
    if at is None:
        return {}
    return {
        "query": text,
        "before": keys[at - 1][1] if at else None,
        "after": keys[at + 1][1] if at + 1 < len(keys) else None,
        "list_url": f"{resource.url('list')}?{text}" if text else resource.url("list"),
    }


def visible_row(request: HttpRequest, resource: Resource, key: str) -> Any:
    """The row with this code, or 404 if it isn't there or isn't visible."""
    return _found(resource.prepare_row(resource.queryset(request.user)), resource, key)


def row_of_a_page(request: HttpRequest, resource: Resource, key: str) -> Any:
    """The same, read with all that the page can ask of one row in one query."""
    rows = resource.prepare_row(resource.queryset(request.user))
    rows = with_rights(rows, request.user, _asked(resource))
    if resource.companions:
        rows = with_what_is_beside(rows, request.user)
    for panel in resource.panels:
        rows = panel.prepare(rows, request.user)
    return _found(rows, resource, key)


def _asked(resource: Resource) -> set[str]:
    return {EDIT, ARCHIVE, companion_action(resource.model)}


def _found(rows: QuerySet, resource: Resource, key: str) -> Any:
    try:
        row = rows.filter(**{resource.lookup: key}).first()
    except (ValueError, ValidationError):  # not the form of a code
        row = None
    if row is None:
        raise Http404
    return row
