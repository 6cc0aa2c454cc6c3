"""Everything that ever happened to a row, and how to take it back."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel import stale
from yuanheng.kernel.forms import ReasonForm, add_errors, prepare_form
from yuanheng.kernel.history import history_of
from yuanheng.kernel.history_lines import entries_of, takeable
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.asking import sent, trail
from yuanheng.kernel.views.details import visible_row

PAGE = 50
MOST = 2000  # changes of one row that can be looked back over


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses of a row's history."""
    given: dict[str, Any] = {"resource": resource}
    base, name = f"{resource.path}/<str:key>/history", resource.name
    found = [path(f"{base}/", show_history, given, name=f"{name}-history")]
    if resource.form_fields and resource.editable:
        address = f"{base}/<int:event>/"
        found.append(path(address, take_back, given, name=f"{name}-revert"))
    return found


@require_safe
def show_history(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Who changed what, when, from where, why; newest first."""
    row = visible_row(request, resource, key)
    asked = request.GET.get("rows", "")
    limit = min(int(asked), MOST) if asked.isascii() and asked.isdecimal() else PAGE
    changes = history_of(row, request.user, limit=max(limit, 1) + 1)
    more = len(changes) > limit
    context = {
        "resource": resource,
        "row": row,
        "title": _("History: %(name)s") % {"name": resource.row_title(row)},
        "trail": trail(resource, row),
        "entries": entries_of(resource, row, changes[:limit], request.user),
        "more": limit + PAGE * 4 if more else 0,
    }
    return render(request, "kernel/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, resource: Resource, key: str, event: int) -> HttpResponse:
    """One field, or the whole row, as it was before an event: shown first, done with a reason."""
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    earlier = _values_before(row, event, request.user)
    if earlier is None:
        raise Http404
    only = request.GET.get("field", "")
    allowed = takeable(resource, row, request.user)
    wanted = {name: earlier[name] for name in allowed if name in earlier and only in ("", name)}
    now = stale.values_of(row, wanted)
    steps = stale.differences(type(row), now, now, wanted)
    wanted = {one.name: wanted[one.name] for one in steps}
    digest = hashlib.sha256(repr((event, sorted(now.items()))).encode()).hexdigest()[:32]
    form = prepare_form(ReasonForm(sent(request)), request.user)
    if request.method == "POST" and form.is_valid() and wanted:
        if request.POST.get("_shown") != digest:
            form.add_error(
                None, _("The record has changed meanwhile. Look at the difference again.")
            )
        else:
            try:
                _revert(request, resource, row, wanted, form.cleaned_data["reason"])
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("The earlier values are back."))
                return redirect(resource.url("history", row))
    context = {
        "resource": resource,
        "row": row,
        "form": form,
        "steps": steps,
        "shown": digest,
        "title": _("Take back: %(name)s") % {"name": resource.row_title(row)},
        "trail": [*trail(resource, row), (_("History"), resource.url("history", row))],
        "back_url": resource.url("history", row),
    }
    return render(request, "kernel/take_back.html", context, status=422 if form.errors else 200)


def _revert(
    request: HttpRequest, resource: Resource, row: Any, wanted: dict[str, Any], reason: str
) -> None:
    """Through the register's own form, so that every rule of a change holds here too."""
    names = list(resource.form_fields) if resource.has_own_update else list(wanted)
    data = {**stale.values_of(row, names), **wanted}
    form = resource.form_with(data, request.user, _again(row), fields=names)
    if not form.is_valid():
        told = [
            f"{form.fields[name].label if name in form.fields else ''} {' '.join(errors)}".strip()
            for name, errors in form.errors.items()
        ]
        raise ValidationError(told)
    resource.revert(
        acting_user=request.user, row=row, values=dict(form.cleaned_data), reason=reason
    )


def _again(row: Any) -> Any:
    """The row once more: a form writes into the one it is given."""
    return type(row)._base_manager.get(pk=row.pk)


def _values_before(row: Any, event: int, user: Any) -> dict[str, Any] | None:
    """Field values as they were before an event; ``None`` if it isn't in the row's history."""
    values: dict[str, Any] = {}
    names = {field.attname: field.name for field in row._meta.concrete_fields}
    for change in history_of(row, user, limit=MOST):
        for name, value in (change.before or {}).items():
            if name in names:
                values[names[name]] = value
        if change.event.pk == event:
            return values
    return None
