"""A task made of a gap: indicator, value and aim are filled in; the source is the year's gaps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuanheng.kernel import clock, flow
from yuanheng.kernel.flow.policy import may_open
from yuanheng.kernel.forms import add_errors, prepare_form
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.resources import resource_for
from yuanheng.supervision.actions import add_source
from yuanheng.supervision.choices import SourceKind
from yuanheng.supervision.flow.parties import OFFICE_ROLES, office_for
from yuanheng.supervision.models import Source, Task

ASKED = ("title", "quote", "result", "lead", "deadline", "frequency", "weight", "leader", "aim")
KEPT = ("indicator", "subject", "value_then", "period_then", "made_of")


class GapForm(forms.ModelForm):
    """What is known of the gap is carried along, out of sight."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in KEPT:
            self.fields[name].widget = forms.HiddenInput()

    def clean_made_of(self) -> str:
        """An address of this site only."""
        address = str(self.cleaned_data["made_of"])
        is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        return address if is_ours and address.startswith("/") else ""


@require_http_methods(["GET", "HEAD", "POST"])
def from_gap(request: HttpRequest) -> HttpResponse:
    """``/tasks/from-gap/?indicator=7&subject=3&value_then=12&aim=20``"""
    if not may_open(request.user, OFFICE_ROLES):
        raise Refused(_("You may not register tasks. Ask your administrator for a role that may."))
    names = [*ASKED, *KEPT]
    kind = modelform_factory(Task, form=GapForm, fields=names)
    initial = {name: request.GET[name] for name in names if name in request.GET}
    initial.setdefault("result", _result_of(initial))
    form = prepare_form(kind(request.POST if request.method == "POST" else None,
                             initial=initial), request.user)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            task = _register(request.user, form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The task is registered; now it can be submitted."))
            return redirect(resource_for("task").link(task))
    context = {
        "form": form,
        "title": _("Make a task of a gap"),
        "lead": _("The task's page will show the indicator from today on."),
        "submit": _("Register the task"),
        "back_url": "/tasks/",
        "trail": [(Task._meta.verbose_name_plural, "/tasks/")],
    }
    return render(request, "kernel/flow/action.html", context, status=422 if form.errors else 200)


def _result_of(given: dict[str, str]) -> str:
    """What can be counted when it is done, as far as the gap says it."""
    pk, aim = given.get("indicator", ""), given.get("aim", "")
    if not (pk.isdecimal() and len(pk) < 12 and aim):
        return ""
    kind: Any = Task._meta.get_field("indicator").related_model
    one = kind._default_manager.filter(pk=pk).first()
    if one is None:
        return ""
    said = {"name": one.name, "aim": f"{aim.removesuffix('.0')}{one.unit_shown}"}
    if one.direction == "lower":
        return _("%(name)s falls to %(aim)s") % said
    return _("%(name)s reaches %(aim)s") % said


@transaction.atomic
def _register(user: Any, values: dict[str, Any]) -> Task:
    task: Task = flow.open_case(
        acting_user=user, flow=flow.flow_for(Task), values={**values, "source": gaps_of(user)}
    )
    return task


def gaps_of(user: Any) -> Source:
    """The source under which an office keeps the tasks that it makes of gaps, one a year."""
    today = clock.today()
    owner = office_for(user, {})
    own = Source.objects.filter(kind=SourceKind.GAP, owner=owner, archived_at=None)
    found = own.filter(held_on__year=today.year).order_by("pk").first()
    if found is not None:
        return found
    title = _("Gaps of evaluations and targets, %(year)d") % {"year": today.year}
    return add_source(
        acting_user=user,
        values={"kind": SourceKind.GAP, "title": title, "held_on": today, "owner_id": owner},
    )
