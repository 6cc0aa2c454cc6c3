"""Pages that change a register; each calls one action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yuanheng.kernel.forms import ReasonForm, add_errors, prepare_form
from yuanheng.kernel.policies import ARCHIVE, CREATE, EDIT, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.details import visible_row


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses that change a row, as far as the register allows it."""
    given: dict[str, Any] = {"resource": resource}
    base, name = resource.path, resource.name
    found = []
    if resource.form_fields:
        found.append(path(f"{base}/new/", create, given, name=f"{name}-create"))
    if resource.form_fields and resource.editable:
        found.append(path(f"{base}/<str:key>/edit/", edit, given, name=f"{name}-edit"))
    if resource.archivable:
        found += [
            path(f"{base}/<str:key>/archive/", archive, given, name=f"{name}-archive"),
            path(f"{base}/<str:key>/restore/", restore, given, name=f"{name}-restore"),
        ]
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, resource: Resource) -> HttpResponse:
    """A form for a new row."""
    require(request.user, CREATE, resource.model)
    form = resource.form(request)
    if request.method == "POST" and form.is_valid():
        try:
            row = resource.create(acting_user=request.user, values=form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” has been added.") % {"name": row})
            return redirect(resource.url("detail", row))
    context = {
        "resource": resource,
        "form": form,
        "title": _("Add: %(kind)s") % {"kind": resource.model._meta.verbose_name},
        "back_url": resource.url("list"),
        "trail": [(resource.title, resource.url("list"))],
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """The same form, filled."""
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    title = _("Edit: %(name)s") % {"name": resource.row_title(row)}
    back_url = resource.url("detail", row)
    form = resource.form(request, row)
    if request.method == "POST" and form.is_valid():
        try:
            changed = resource.update(acting_user=request.user, row=row, values=form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” has been saved.") % {"name": changed})
            return redirect(resource.url("detail", changed))
    context = {
        "resource": resource,
        "form": form,
        "title": title,
        "back_url": back_url,
        "trail": _trail(resource, row),
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Asks for the reason, then puts the row away."""
    row = visible_row(request, resource, key)
    require(request.user, ARCHIVE, row)
    data = request.POST if request.method == "POST" else None
    form = prepare_form(ReasonForm(data), request.user)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        resource.archive(acting_user=request.user, row=row, reason=reason)
        messages.success(request, _("“%(name)s” has been archived.") % {"name": row})
        return redirect(resource.url("detail", row))
    context = {
        "resource": resource,
        "form": form,
        "title": _("Archive: %(name)s") % {"name": resource.row_title(row)},
        "lead": _(
            "An archived record leaves the lists, but stays in every result that used it. "
            "It can be brought back at any time."
        ),
        "submit": _("Archive"),
        "trail": _trail(resource, row),
        "back_url": resource.url("detail", row),
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


@require_POST
def restore(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Brings the row back."""
    row = visible_row(request, resource, key)
    require(request.user, ARCHIVE, row)
    resource.restore(acting_user=request.user, row=row)
    messages.success(request, _("“%(name)s” is back in the lists.") % {"name": row})
    return redirect(resource.url("detail", row))


def _trail(resource: Resource, row: Any) -> list[tuple[Any, str]]:
    return [
        (resource.title, resource.url("list")),
        (resource.row_title(row), resource.link(row)),
    ]
