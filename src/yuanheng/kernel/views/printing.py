"""One row, or a list, on paper: nothing but what is read, and who printed it when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.beside import all_beside
from yuanheng.kernel.lists.choosing import choose
from yuanheng.kernel.policies import VIEW, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.tables import build_table
from yuanheng.kernel.views.details import filled_panels, row_of_a_page

MOST_ROWS = 1000


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses of the pages for paper."""
    given: dict[str, Any] = {"resource": resource}
    base, name = resource.path, resource.name
    return [
        path(f"{base}/print/", print_list, given, name=f"{name}-print-list"),
        path(f"{base}/<str:key>/print/", print_row, given, name=f"{name}-print"),
    ]


@require_safe
def print_row(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Particulars, related lists and notes of one row, for A4."""
    row = row_of_a_page(request, resource, key)
    panels = filled_panels(resource, row, request, on_paper=True)
    context = {
        "resource": resource,
        "row": row,
        "title": resource.row_title(row),
        "subtitle": resource.subtitle(row),
        "badges": resource.badges(row),
        "panels": panels,
        "is_archived": getattr(row, "is_archived", False),
        "back_url": resource.link(row),
        "printed_at": clock.now(),
    }
    if resource.companions:
        found = all_beside(row, request.user)
        context |= {"entries": found.entries, "files": found.files, "ties": found.ties}
    return render(request, resource.paper, context)


@require_safe
def print_list(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The list as the address filters and sorts it, without pages."""
    require(request.user, VIEW, resource.model)
    chosen = choose(resource, request.user, request.GET)
    shown = list(chosen.ordered[: MOST_ROWS + 1])
    context = {
        "resource": resource,
        "title": resource.title,
        "table": build_table(
            chosen.columns, shown[:MOST_ROWS], model=resource.model, user=request.user
        ),
        "is_cut": len(shown) > MOST_ROWS,
        "most": MOST_ROWS,
        "count": min(len(shown), MOST_ROWS),
        "back_url": f"{resource.url('list')}?{request.GET.urlencode()}",
        "printed_at": clock.now(),
    }
    return render(request, "kernel/print_list.html", context)
