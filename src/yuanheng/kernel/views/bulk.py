"""Many rows at once: choose, see what would change, do it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuanheng.kernel.actions.bulk import (
    BulkOutdated,
    BulkPlan,
    bulk_archive_rows,
    bulk_update_rows,
    plan_archive,
    plan_update,
)
from yuanheng.kernel.forms import ReasonForm, add_errors, prepare_form
from yuanheng.kernel.lists.choosing import choose
from yuanheng.kernel.policies import ARCHIVE, EDIT, can, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.asking import sent
from yuanheng.kernel.wording import Wording

SHOWN = 50  # rows of a preview
CLEAR = "_clear"


def pages(resource: Resource) -> list[URLPattern]:
    """Addresses for many rows at once."""
    given: dict[str, Any] = {"resource": resource}
    found = []
    if resource.editable_in_bulk:
        address = f"{resource.path}/bulk/edit/"
        found.append(path(address, edit_many, given, name=f"{resource.name}-bulk-edit"))
    if resource.archivable:
        address = f"{resource.path}/bulk/archive/"
        found.append(path(address, archive_many, given, name=f"{resource.name}-bulk-archive"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def edit_many(request: HttpRequest, resource: Resource) -> HttpResponse:
    """One form for all; what is left empty stays as it is in each."""
    require(request.user, EDIT, resource.model)
    rows = chosen(request, resource)
    form = _change_form(request, resource)
    context = _context(request, resource, rows, _("Change several records"))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, context)
    try:
        values = _values(form, resource)
        if not values:
            raise ValidationError(
                _("Nothing is filled in. Fill in the fields that are to change in every record.")
            )
        if "_commit" in request.POST:
            plan = bulk_update_rows(
                acting_user=request.user,
                rows=rows,
                values=values,
                reason=form.cleaned_data["reason"],
                digest=request.POST["_commit"],
            )
            return _done(request, resource, plan, context)
        plan = plan_update(acting_user=request.user, rows=rows, values=values)
    except BulkOutdated as error:
        messages.warning(request, str(error))
        plan = plan_update(acting_user=request.user, rows=rows, values=_values(form, resource))
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, context)
    return _preview(request, resource, plan, context)


@require_http_methods(["GET", "HEAD", "POST"])
def archive_many(request: HttpRequest, resource: Resource) -> HttpResponse:
    """One reason for all."""
    require(request.user, ARCHIVE, resource.model)
    rows = chosen(request, resource)
    form = prepare_form(ReasonForm(sent(request)), request.user)
    context = _context(request, resource, rows, _("Archive several records"))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, context)
    try:
        if "_commit" in request.POST:
            plan = bulk_archive_rows(
                acting_user=request.user,
                rows=rows,
                reason=form.cleaned_data["reason"],
                digest=request.POST["_commit"],
            )
            return _done(request, resource, plan, context)
        plan = plan_archive(acting_user=request.user, rows=rows)
    except BulkOutdated as error:
        messages.warning(request, str(error))
        plan = plan_archive(acting_user=request.user, rows=rows)
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, context)
    return _preview(request, resource, plan, context)


def bulk_bar(resource: Resource, request: HttpRequest, total: int) -> dict[str, Any] | None:
    """What the list's bar offers for ticked rows; ``None`` if this person may do nothing."""
    may_edit = bool(resource.editable_in_bulk) and can(request.user, EDIT, resource.model)
    may_archive = resource.archivable and can(request.user, ARCHIVE, resource.model)
    may_archive = may_archive and request.GET.get("archived") != "1"
    if not (may_edit or may_archive):
        return None
    query = [(name, one) for name, values in request.GET.lists() for one in values]
    return {
        "edit_url": resource.url("bulk-edit") if may_edit else "",
        "archive_url": resource.url("bulk-archive") if may_archive else "",
        "query": [pair for pair in query if pair[0] not in ("row", "all", "page")],
        "total": total,
    }


def chosen(request: HttpRequest, resource: Resource) -> Any:
    """The rows that the address names: those ticked, or all of a filter; never unseen ones."""
    if request.GET.get("all") == "1":
        query = request.GET.copy()
        for name in ("all", "row"):
            query.pop(name, None)
        return choose(resource, request.user, query).rows
    ticked = [one for one in request.GET.getlist("row") if one.isascii() and one.isdecimal()]
    numbers = [int(one) for one in ticked[:1000] if len(one) < 19]
    return resource.queryset(request.user).filter(pk__in=numbers)


def _change_form(request: HttpRequest, resource: Resource) -> Any:
    """The register's form with nothing required, plus a reason and what to clear."""
    form = resource.form_with(sent(request), request.user, fields=resource.editable_in_bulk)
    # Answered by what was typed alone: no defaults, no rules over several fields of one row.
    fields = {}
    for name in resource.editable_in_bulk:
        if name not in form.fields:
            continue
        fields[name] = field = form.fields[name]
        field.required, field.initial = False, None
        field.widget.is_required = False
        if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
            fields[name] = _yes_or_no(field)
        elif isinstance(field, forms.NullBooleanField):
            field.widget.choices = [("unknown", _("(unchanged)")), *field.widget.choices[1:]]
        elif isinstance(field, forms.ChoiceField) and not isinstance(
            field, forms.ModelChoiceField
        ):
            kept = [one for one in field.choices if one[0] not in ("", None)]
            field.choices = [("", _("(unchanged)")), *kept]
        elif isinstance(field, forms.ModelChoiceField):
            field.empty_label = _("(unchanged)")
    cleared = [
        (name, field.label)
        for name, field in fields.items()
        if resource.model._meta.get_field(name).null or resource.model._meta.get_field(name).blank
    ]
    more = {
        CLEAR: forms.MultipleChoiceField(
            label=_("Clear these fields"),
            required=False,
            choices=cleared,
            widget=forms.CheckboxSelectMultiple,
        ),
        "reason": forms.CharField(
            label=_("Reason"), max_length=200, help_text=_("It is kept with every record.")
        ),
    }
    if not cleared:
        more.pop(CLEAR)
    kind = type("ChangeForm", (forms.Form,), {})
    change = kind(sent(request))
    change.fields = {**fields, **more}
    return prepare_form(change, request.user)


def _yes_or_no(field: forms.Field) -> forms.Field:
    choices = [("", _("(unchanged)")), ("yes", _("Yes")), ("no", _("No"))]
    return forms.TypedChoiceField(
        label=field.label,
        required=False,
        choices=choices,
        coerce=lambda word: word == "yes",
        empty_value=None,
    )


def _values(form: Any, resource: Resource) -> dict[str, Any]:
    """What every row is given: the fields that were filled in, and those that are cleared."""
    values = {}
    for name in resource.editable_in_bulk:
        value = form.cleaned_data.get(name)
        if value not in (None, ""):
            values[name] = value
    for name in form.cleaned_data.get(CLEAR, ()):
        if name in values:
            raise ValidationError(
                _("“%(field)s” can't be filled in and cleared at once."),
                params={"field": form.fields[name].label},
            )
        field = resource.model._meta.get_field(name)
        values[name] = None if field.null else field.get_default() if field.has_default() else ""
    return values


def _context(request: HttpRequest, resource: Resource, rows: Any, title: str) -> dict[str, Any]:
    return {
        "resource": resource,
        "title": title,
        "count": rows.count(),
        "trail": [(resource.title, resource.url("list"))],
        "back_url": _back(request, resource),
    }


def _back(request: HttpRequest, resource: Resource) -> str:
    query: QueryDict = request.GET.copy()
    for name in ("row", "all"):
        query.pop(name, None)
    return resource.url("list") + (f"?{query.urlencode()}" if query else "")


def _form_page(request: HttpRequest, form: Any, context: dict[str, Any]) -> HttpResponse:
    page = {**context, "form": form}
    return render(request, "kernel/bulk.html", page, status=422 if form.errors else 200)


def _preview(
    request: HttpRequest, resource: Resource, plan: BulkPlan, context: dict[str, Any]
) -> HttpResponse:
    shown = plan.changes[:SHOWN]
    told = [pair for _row, old, new in shown for pair in [*old.items(), *new.items()]]
    wording = Wording(resource.model, told)
    lines = [
        {
            "row": row,
            "href": resource.link(row),
            "fields": [
                (wording.label(name), wording.text(name, old[name]), wording.text(name, new[name]))
                for name in new
            ],
        }
        for row, old, new in shown
    ]
    page = {
        **context,
        "plan": plan,
        "lines": lines,
        "refused": plan.refused[:SHOWN],
        "pairs": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "_once", "_commit")
            for value in values
        ],
    }
    return render(request, "kernel/bulk_preview.html", page)


def _done(
    request: HttpRequest, resource: Resource, plan: BulkPlan, context: dict[str, Any]
) -> HttpResponse:
    said = _("%(count)d records have been changed.") % {"count": len(plan.changes)}
    if plan.refused:
        said += " " + _("%(count)d were left as they are.") % {"count": len(plan.refused)}
    messages.success(request, said)
    return redirect(context["back_url"])
