"""Saving a list's address under a name, and a person's own columns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.kernel.lists.address import COLUMNS, BadAddress, canonical
from yuanheng.kernel.lists.saved import (
    CannotSave,
    delete_list,
    keep_columns,
    rename_list,
    save_list,
)
from yuanheng.kernel.models import SavedList
from yuanheng.kernel.policies import EDIT, VIEW, can, require
from yuanheng.kernel.resources import Resource, resource_for


def addresses() -> list[URLPattern]:
    return [
        path("saved-views/", manage, name="saved-list"),
        path("saved-views/save/<slug:name>/", save, name="saved-list-save"),
        path("saved-views/columns/<slug:name>/", columns, name="saved-list-columns"),
        path("saved-views/<int:pk>/rename/", rename, name="saved-list-rename"),
        path("saved-views/<int:pk>/delete/", delete, name="saved-list-delete"),
    ]


@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """All views that this person finds in the menus: to open, rename or delete."""
    rows = SavedList.objects.visible_to(request.user).exclude(name="").select_related("owner")
    lines = []
    for view in rows.order_by("register", "name"):
        resource = _resource(view.register, missing=None)
        if resource is not None and can(request.user, VIEW, resource.model):
            lines.append(_line(view, resource, request))
    return render(request, "kernel/list/saved.html", {"lines": lines})


def _line(view: SavedList, resource: Resource, request: HttpRequest) -> dict[str, Any]:
    return {
        "view": view,
        "register": resource.title,
        "href": f"{resource.url('list')}?{view.query}",
        "is_mine": view.owner_id == request.user.pk,
        "may_edit": view.owner_id == request.user.pk or can(request.user, EDIT, view),
    }


@require_POST
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the list's address under a name."""
    resource = _resource(name)
    require(request.user, VIEW, resource.model)
    query = _query(request)
    try:
        view = save_list(
            acting_user=request.user,
            resource=resource,
            name=request.POST.get("name", ""),
            query=query,
            is_shared=request.POST.get("is_shared") == "1",
        )
    except (CannotSave, BadAddress) as error:
        messages.error(request, str(error))
        return redirect(f"{resource.url('list')}?{query}")
    messages.success(request, _("The view “%(name)s” has been saved.") % {"name": view.name})
    return redirect(f"{resource.url('list')}?{view.query}")


@require_POST
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the chosen columns, or go back to the register's own."""
    resource = _resource(name)
    require(request.user, VIEW, resource.model)
    wanted = [] if request.POST.get("forget") else request.POST.getlist(COLUMNS)
    keep_columns(acting_user=request.user, resource=resource, columns=wanted)
    said = _("These columns are now yours for this list.")
    messages.success(request, said if wanted else _("The list has its own columns again."))
    kept = QueryDict(request.POST.get("query", "")[:4000], mutable=True)
    kept.pop(COLUMNS, None)
    address = canonical(kept)
    return redirect(f"{resource.url('list')}?{address}" if address else resource.url("list"))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = _view(request, pk)
    try:
        rename_list(acting_user=request.user, view=view, name=request.POST.get("name", ""))
    except CannotSave as error:
        messages.error(request, str(error))
    return redirect("saved-list")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = _view(request, pk)
    delete_list(acting_user=request.user, view=view)
    messages.success(request, _("The view “%(name)s” has been deleted.") % {"name": view.name})
    return redirect("saved-list")


def _view(request: HttpRequest, pk: int) -> SavedList:
    return get_object_or_404(SavedList.objects.visible_to(request.user).exclude(name=""), pk=pk)


def _query(request: HttpRequest) -> str:
    kept = QueryDict(request.POST.get("query", "")[:4000])
    return canonical(kept)


def _resource(name: str, missing: Any = Http404) -> Any:
    try:
        return resource_for(name)
    except KeyError:
        if missing is None:
            return None
        raise missing from None
