"""A unit writes its answers, question by question, with attachments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.consultation.actions import add_file, save_answers
from yuanheng.consultation.authz import is_of_unit, may_write
from yuanheng.consultation.models import Answer
from yuanheng.kernel import flow
from yuanheng.kernel.actions.attachments import archive_attachment
from yuanheng.kernel.models import Attachment
from yuanheng.kernel.once import carried_out
from yuanheng.kernel.policies import EDIT, Refused, policy_for
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import trail
from yuanheng.kernel.views.beside import send_file
from yuanheng.kernel.views.details import visible_row


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: str) -> HttpResponse:
    """``/replies/reply-2026-1/write/``: saved as often as one likes, then handed in."""
    resource = resource_for("reply")
    row = visible_row(request, resource, key)
    if not may_write(request.user, row):
        raise Refused(policy_for(Answer).refusal(EDIT))
    answers = list(row.answers.all())
    faults: list[str] = []
    if request.method == "POST":
        faults = _kept(request, row, answers)
        if not faults and request.POST.get("do") == "hand_in":
            faults = _handed_in(request, row)
            if not faults:
                return redirect(resource.link(row))
        if not faults:
            messages.success(request, _("What you have written is kept; it is not handed in yet."))
            return redirect("reply-write", row.code)
    files = _files(answers)
    context = {
        "row": row,
        "title": row.consultation.title,
        "subtitle": resource.subtitle(row),
        "lines": [(one, _typed(request, one), files.get(str(one.pk), [])) for one in answers],
        "faults": faults,
        "sent_back": row.moves.filter(action="send_back").order_by("-serial").first(),
        "back_url": resource.link(row),
        "trail": trail(resource, row),
    }
    page = render(request, "consultation/write.html", context, status=422 if faults else 200)
    # Words and files are kept, whatever hinders handing in.
    return carried_out(page, reverse("reply-write", args=[row.code])) if faults else page


def _typed(request: HttpRequest, one: Answer) -> str:
    return request.POST.get(f"words_{one.question.number}", one.words)


def _kept(request: HttpRequest, row: Any, answers: list[Answer]) -> list[str]:
    """Words and files into the case; what is wrong with them."""
    words = {one.question.number: _typed(request, one) for one in answers}
    faults: list[str] = []
    try:
        save_answers(acting_user=request.user, reply=row, words=words)
    except ValidationError as error:
        faults += error.messages
    for one in answers:
        for file in request.FILES.getlist(f"files_{one.question.number}"):
            one.reply = row
            try:
                add_file(acting_user=request.user, answer=one, file=file)
            except ValidationError as error:
                said = {"number": one.question.number, "file": file.name}
                text = _("Question %(number)d, “%(file)s”:") % said
                faults.append(f"{text} {' '.join(error.messages)}")
    return faults


def _handed_in(request: HttpRequest, row: Any) -> list[str]:
    fresh = type(row).objects.get(pk=row.pk)
    try:
        flow.perform(acting_user=request.user, case=fresh, action="answer")
    except (flow.NotNow, ValidationError) as error:
        return list(getattr(error, "messages", [str(error)]))
    messages.success(request, _("The answers are handed in."))
    return []


def _files(answers: list[Answer]) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    rows = Attachment.objects.filter(
        subject_model=Answer._meta.label,
        subject_pk__in=[str(one.pk) for one in answers],
        archived_at=None,
    )
    for one in rows.order_by("pk"):
        found.setdefault(one.subject_pk, []).append(one)
    return found


@require_POST
def remove_file(request: HttpRequest, key: str, file: int) -> HttpResponse:
    """A file attached by mistake."""
    row = visible_row(request, resource_for("reply"), key)
    keys = [str(one.pk) for one in row.answers.all()]
    found = get_object_or_404(
        Attachment, pk=file, subject_model=Answer._meta.label, subject_pk__in=keys
    )
    answer = next(one for one in row.answers.all() if str(one.pk) == found.subject_pk)
    answer.reply = row
    archive_attachment(
        acting_user=request.user, row=answer, attachment=found, reason=_("removed by the unit")
    )
    return redirect("reply-write", row.code)


@require_safe
def opened_file(request: HttpRequest, key: str, number: int, file: int) -> HttpResponse:
    """An attachment of an answer that this person sees."""
    rows = Answer.objects.visible_to(request.user).filter(reply__consultation__code=key)
    answer = get_object_or_404(rows.select_related("reply"), pk=number)
    found = get_object_or_404(Attachment.objects.of(answer), pk=file, archived_at=None)
    own = is_of_unit(request.user, answer.reply) or may_write(request.user, answer.reply)
    if not (own or answer.was_given(found)):
        raise Http404
    return send_file(found)
