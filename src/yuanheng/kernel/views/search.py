"""The search over everything (``Ctrl+K``)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from yuanheng.kernel.lists.address import check_text
from yuanheng.kernel.search.finding import search_everything
from yuanheng.kernel.views.fragments import wants_fragment


def addresses() -> list[URLPattern]:
    return [path("search/", search, name="search")]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What fits ``?q=``, by register, best first; the box in the head asks for a part."""
    text = request.GET.get("q", "").strip()
    check_text("q", text)
    groups = search_everything(request.user, text) if text else []
    context = {"text": text, "groups": groups}
    fragment = wants_fragment(request)
    response = render(
        request, "kernel/search/_hits.html" if fragment else "kernel/search.html", context
    )
    response.headers["Vary"] = "HX-Request, Cookie"
    return response
