"""A page that asks, and does what it asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yuanheng.kernel.forms import add_errors
from yuanheng.kernel.resources import Resource


def ask(
    request: HttpRequest,
    form: BaseForm,
    do: Callable[[dict[str, Any]], HttpResponse],
    **page: Any,
) -> HttpResponse:
    """Show ``form``; once it is sent without a mistake, ``do`` what it says and go where it leads.

    What ``do`` finds wrong (ValidationError) stands beside its field. 422 for a wrong form.
    """
    if request.method == "POST" and form.is_valid():
        try:
            return do(form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    status = 422 if form.errors else 200
    return render(request, "kernel/form.html", {"form": form, **page}, status=status)


def sent(request: HttpRequest) -> Any:
    """What was posted, for a form; ``None`` where the form is only asked for."""
    return request.POST if request.method == "POST" else None


def trail(resource: Resource, row: Any) -> list[tuple[Any, str]]:
    """From the register to the row."""
    return [
        (resource.title, resource.url("list")),
        (resource.row_title(row), resource.link(row)),
    ]
