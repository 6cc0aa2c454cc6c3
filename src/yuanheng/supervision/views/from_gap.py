"""A task made of a gap: indicator, value and aim are filled in; the source is the year's gaps."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
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
from yuanheng.kernel.figures import measured
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
    _fill_in(initial, request.user)
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


def _fill_in(given: dict[str, str], user: Any) -> None:
    """What follows from the gap: an aim that can be counted, the result in words, and who leads:
    the committee of the park, unless the gap says another."""
    one = _named("indicator", given).first()
    if one is not None and given.get("aim"):
        given["aim"] = _countable(one, given["aim"])
        said = {"name": one.shown_name, "aim": measured(given["aim"], one.unit_shown)}
        text = _("%(name)s falls to %(aim)s") if one.direction == "lower" else ""
        given.setdefault("result", (text or _("%(name)s reaches %(aim)s")) % said)
    subject = _named("subject", given).visible_to(user).select_related("park").first()
    if subject is not None and subject.park is not None and subject.park.committee_id:
        given.setdefault("lead", str(subject.park.committee_id))


def _named(field: str, given: dict[str, str]) -> Any:
    """The row that the address names, if it names one."""
    model: Any = Task._meta.get_field(field).related_model
    pk = given.get(field, "")
    rows = model._default_manager
    return rows.filter(pk=pk) if pk.isdecimal() and len(pk) < 12 else rows.none()


def _countable(one: Any, aim: str) -> str:
    """With the decimals that the indicator is shown with, rounded to the better side: nobody has
    15.75 platforms, and 15 would not close the gap. Its noise in the sixth digit is cut first."""
    try:
        exact = Decimal(aim)
        way = ROUND_FLOOR if one.direction == "lower" else ROUND_CEILING
        found = round(exact, 6).quantize(Decimal(1).scaleb(-one.decimals), way)
    except InvalidOperation:  # no number: the form says so
        return aim
    return f"{found.normalize():f}" if found.is_finite() else aim


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
