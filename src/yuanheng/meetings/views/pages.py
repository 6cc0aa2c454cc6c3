"""Asking units, signing in on a telephone, minutes onto the desk, my meetings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.policies import EDIT, Refused, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row
from yuanheng.meetings import actions
from yuanheng.meetings.authz import own_units
from yuanheng.meetings.forms import AskForm, MinutesForm, SignInForm
from yuanheng.meetings.models import AskedUnit, Meeting, SignIn

MOST = 60


@require_http_methods(["GET", "HEAD", "POST"])
def ask_units(request: HttpRequest, key: str) -> HttpResponse:
    """Who is asked to which venue."""
    resource = resource_for("meeting")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    form = prepare_form(AskForm(row, sent(request)), request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        count = actions.ask_units(
            acting_user=request.user, meeting=row, org_unit_ids=values["units"],
            venue=values["venue"], who=values["who"],
        )  # fmt: skip
        messages.success(request, _("Units asked and told: %(count)d.") % {"count": count})
        return redirect(resource.link(row))

    return ask(
        request, form, do, title=_("Ask units"), back_url=resource.link(row),
        submit=_("Ask and tell them"), trail=trail(resource, row),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """``/meetings/M2026-001/sign-in/``, opened on a telephone at the door."""
    resource = resource_for("meeting")
    row = visible_row(request, resource, key)
    form = prepare_form(SignInForm(row, request.user, sent(request)), request.user)
    if not form.is_asked:
        raise Refused(_("Your unit isn't asked to this meeting."))

    def do(values: dict[str, Any]) -> HttpResponse:
        actions.sign_in(
            acting_user=request.user, meeting=row, org_unit_id=values["unit"],
            name=values["name"].strip(), title=values["title"].strip(),
        )  # fmt: skip
        messages.success(request, _("%(name)s has signed in.") % {"name": values["name"]})
        return redirect(resource.link(row))

    return ask(
        request, form, do, title=_("Sign in: %(meeting)s") % {"meeting": row.title},
        back_url=resource.link(row), submit=_("Sign in here"), trail=trail(resource, row),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, key: str) -> HttpResponse:
    """The minutes are read on the document desk; what is accepted there becomes tasks."""
    resource = resource_for("meeting")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    files = request.FILES if request.method == "POST" else None
    form = prepare_form(MinutesForm(sent(request), files), request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        given = values["minutes"]
        code = actions.add_minutes(
            acting_user=request.user, meeting=row, file_name=given.name, data=given.read()
        )
        return redirect("document-detail", code)

    return ask(
        request, form, do, title=_("Minutes: %(meeting)s") % {"meeting": row.title},
        is_multipart=True, back_url=resource.link(row), submit=_("Read the minutes"),
        lead=_("The desk proposes tasks; those that you accept are registered with this meeting "
               "as their source."),
        trail=trail(resource, row),
    )  # fmt: skip


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Meetings to which my units are asked, or that my office organises: to come, and held."""
    own = own_units(request.user)
    asked = AskedUnit.objects.filter(org_unit__in=own).order_by()
    rows: Any = Meeting.objects.visible_to(request.user).current()
    rows = rows.filter(Q(pk__in=asked.values("meeting")) | Q(owner__in=own))
    found = list(rows.select_related("owner").order_by("-held_at")[:MOST])
    places = {
        one.meeting_id: one
        for one in AskedUnit.objects.filter(meeting__in=found, org_unit__in=own)
    }
    signed = set(
        SignIn.objects.filter(asked__in=places.values()).values_list("asked__meeting", flat=True)
    )
    today = clock.today()
    lines = [
        {"row": one, "asked": places.get(one.pk), "is_signed": one.pk in signed} for one in found
    ]
    context = {
        "coming": [one for one in reversed(lines) if one["row"].day >= today],
        "held": [one for one in lines if one["row"].day < today],
        "trail": [(Meeting._meta.verbose_name_plural, reverse("meeting-list"))],
    }
    return render(request, "meetings/mine.html", context)
