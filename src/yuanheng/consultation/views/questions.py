"""The questions of a consultation, the units asked, the switch that opens the answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from yuanheng.consultation import actions
from yuanheng.consultation.forms import ListForm
from yuanheng.consultation.models import Reply
from yuanheng.consultation.views.asking import choose_units, give_time
from yuanheng.kernel.figures import day
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, key: str) -> HttpResponse:
    """``/consultations/W2026-001/questions/``"""
    resource = resource_for("consultation")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    text = "\n".join(f"{one.number}. {one.words}" for one in row.questions.all())
    form = prepare_form(ListForm(sent(request), initial={"text": text}), request.user)
    form.fields["text"].widget.attrs["rows"] = 16

    def do(values: dict[str, Any]) -> HttpResponse:
        found = actions.set_questions(
            acting_user=request.user, consultation=row, text=values["text"]
        )
        said = ngettext("%(n)d question was found.", "%(n)d questions were found.", len(found))
        messages.success(request, said % {"n": len(found)})
        return redirect(resource.link(row))

    return ask(
        request, form, do, title=_("Paste the questions"), back_url=resource.link(row),
        submit=_("Split and keep them"), trail=trail(resource, row),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest, key: str) -> HttpResponse:
    """Who is asked."""
    resource = resource_for("consultation")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    if not row.questions.exists():
        messages.warning(request, _("Paste the questions first."))
        return redirect("consultation-questions", row.code)
    lead = _("Each unit gets a case of its own with its own clock; their people are told.")
    if row.deadline:
        lead += " " + _("Due on %(day)s.") % {"day": day(row.deadline)}
    return choose_units(request, resource, row, Reply, "consultation", lead)


@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request: HttpRequest, key: str) -> HttpResponse:
    """A later date for all that haven't answered."""
    resource = resource_for("consultation")
    return give_time(request, resource, visible_row(request, resource, key))


@require_POST
def open_or_close(request: HttpRequest, key: str) -> HttpResponse:
    """The switch of a consultation."""
    row = visible_row(request, resource_for("consultation"), key)
    actions.open_to_units(
        acting_user=request.user, whole=row, is_open=request.POST.get("open") == "1"
    )
    text = (
        _("The units asked now see each other's answers.")
        if row.is_open
        else _("The units asked no longer see each other's answers.")
    )
    messages.success(request, text)
    return redirect("consultation-compare", row.code)


@require_POST
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Accept all that have answered."""
    row = visible_row(request, resource_for("consultation"), key)
    cases = list(Reply.objects.visible_to(request.user).filter(consultation=row, state="answered"))
    try:
        done = actions.accept_all(acting_user=request.user, whole=row, cases=cases, code="accept")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("consultation-compare", row.code)
    said = {"done": done, "left": len(cases) - done}
    messages.success(request, _("Found complete: %(done)d; left as they are: %(left)d.") % said)
    return redirect("consultation-compare", row.code)
