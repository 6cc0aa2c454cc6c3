"""Suggestions while somebody writes a code or a name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from yuanheng.kernel.choosing import label_of, suggestions
from yuanheng.kernel.companions import model_called
from yuanheng.kernel.plain_text import unkept
from yuanheng.kernel.policies import VIEW, can, instances


def addresses() -> list[URLPattern]:
    return [path("suggestions/<str:label>/", suggest, name="suggestions")]


@require_safe
def suggest(request: HttpRequest, label: str) -> HttpResponse:
    """The first rows of a model that fit, among those the person sees; never an error."""
    text = next(iter(request.GET.values()), "")
    model = model_called(label)
    labels = []
    try:
        if model is not None and not unkept(text) and can(request.user, VIEW, model):
            rows = suggestions(instances(request.user, VIEW, model), text)
            labels = [label_of(row) for row in rows]
    except LookupError:  # a model that no policy answers for is shown to nobody
        labels = []
    return render(request, "kernel/_suggestions.html", {"labels": labels})
