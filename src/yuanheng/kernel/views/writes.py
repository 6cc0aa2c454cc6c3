"""Pages that change a register; each calls one action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yuanheng.kernel import stale
from yuanheng.kernel.forms import RETURNED, ReasonForm, add_errors, prepare_form
from yuanheng.kernel.history import history_of
from yuanheng.kernel.policies import ARCHIVE, CREATE, EDIT, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses that change a row, as far as the register allows it."""
    given: dict[str, Any] = {"resource": resource}
    base, name = resource.path, resource.name
    found = []
    if resource.form_fields and resource.creatable:
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

    def do(values: dict[str, Any]) -> HttpResponse:
        row = resource.create(acting_user=request.user, values=values)
        messages.success(request, _("“%(name)s” has been added.") % {"name": row})
        return redirect(resource.url("detail", row))

    return ask(
        request,
        form,
        do,
        resource=resource,
        sections=resource.sections(form),
        title=_("Add: %(kind)s") % {"kind": resource.model._meta.verbose_name},
        back_url=resource.url("list"),
        trail=[(resource.title, resource.url("list"))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """The same form, filled. Who saves over somebody else's change is shown the difference."""
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    page: dict[str, Any] = {
        "resource": resource,
        "title": _("Edit: %(name)s") % {"name": resource.row_title(row)},
        "back_url": resource.url("detail", row),
        "trail": trail(resource, row),
    }
    if request.method != "POST" or RETURNED in request.POST:
        return _form_page(request, resource, row, resource.form(request, row), page)
    with transaction.atomic():
        # Nobody changes the row between the comparison and the write.
        locked = resource.model._base_manager.select_for_update().get(pk=row.pk)
        data = _merged(request, resource, locked)
        form = resource.form_with(data, request.user, visible_row(request, resource, key))
        if "_again" in request.POST or not form.is_valid():
            return _form_page(request, resource, locked, form, page)
        try:
            differing = _differing(request, resource, locked, form)
            if differing:
                return _difference_page(request, locked, form, differing, page)
            values = form.cleaned_data
            changed = resource.update(acting_user=request.user, row=row, values=values)
        except ValidationError as error:
            add_errors(form, error)
            return _form_page(request, resource, locked, form, page)
    messages.success(request, _("“%(name)s” has been saved.") % {"name": changed})
    return redirect(resource.url("detail", changed))


def _form_page(
    request: HttpRequest, resource: Resource, row: Any, form: Any, page: dict[str, Any]
) -> HttpResponse:
    carried = request.POST.get(stale.FIELD, "")
    context = {
        **page,
        "form": form,
        "sections": resource.sections(form),
        "seen": carried or stale.stamp(row, form.fields),
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


def _differing(
    request: HttpRequest, resource: Resource, row: Any, form: Any
) -> list[stale.Difference]:
    """What differs if the row is no longer what the form was opened with."""
    carried = request.POST.get(stale.FIELD)
    if carried is None:  # not sent by our form: a program that means what it says
        return []
    base = stale.read_stamp(carried, row)
    if not stale.changed_since(base, row):
        return []
    theirs = stale.values_of(row, base)
    mine = stale.values_of(form.instance, [name for name in base if name in form.cleaned_data])
    return stale.differences(resource.model, base, theirs, mine)


def _difference_page(
    request: HttpRequest,
    row: Any,
    form: Any,
    differing: list[stale.Difference],
    page: dict[str, Any],
) -> HttpResponse:
    last = next(iter(history_of(row, request.user, limit=1)), None)
    context = {
        **page,
        "form": form,
        "differences": differing,
        "take": stale.TAKE,
        "conflicts": sum(one.is_conflict for one in differing),
        "last": last,
        "pairs": [(name, one) for name in form.fields for one in _raw(form, name)],
        "seen": stale.stamp(row, form.fields),
    }
    return render(request, "kernel/difference.html", context, status=409)


def _raw(form: Any, name: str) -> list[str]:
    key = form.add_prefix(name)
    return list(form.data.getlist(key))


def _merged(request: HttpRequest, resource: Resource, row: Any) -> QueryDict:
    """What was sent, with the other person's value where that was chosen."""
    taken = [
        name.removeprefix(stale.TAKE)
        for name, choice in request.POST.items()
        if name.startswith(stale.TAKE) and choice == "theirs"
    ]
    data: QueryDict = request.POST.copy()
    if taken:
        fields = resource.form_with(None, request.user, row).fields
        for name, value in stale.values_of(row, set(taken) & set(fields)).items():
            shown = fields[name].prepare_value(value)
            data.setlist(name, [] if shown is None else [shown])
    return data


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Asks for the reason, then puts the row away."""
    row = visible_row(request, resource, key)
    require(request.user, ARCHIVE, row)

    def do(values: dict[str, Any]) -> HttpResponse:
        resource.archive(acting_user=request.user, row=row, reason=values["reason"])
        messages.success(request, _("“%(name)s” has been archived.") % {"name": row})
        return redirect(resource.url("detail", row))

    return ask(
        request,
        prepare_form(ReasonForm(sent(request)), request.user),
        do,
        resource=resource,
        title=_("Archive: %(name)s") % {"name": resource.row_title(row)},
        lead=_(
            "An archived record leaves the lists, but stays in every result that used it. "
            "It can be brought back at any time."
        ),
        submit=_("Archive"),
        trail=trail(resource, row),
        back_url=resource.url("detail", row),
    )


@require_POST
def restore(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """Brings the row back."""
    row = visible_row(request, resource, key)
    require(request.user, ARCHIVE, row)
    resource.restore(acting_user=request.user, row=row)
    messages.success(request, _("“%(name)s” is back in the lists.") % {"name": row})
    return redirect(resource.url("detail", row))
