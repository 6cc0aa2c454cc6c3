"""A unit comments on a draft, paragraph by paragraph."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuanheng.consultation.actions import paragraphs_asked, save_comments
from yuanheng.consultation.authz import may_write
from yuanheng.consultation.models import Comment
from yuanheng.kernel import flow
from yuanheng.kernel.once import carried_out
from yuanheng.kernel.policies import EDIT, Refused, policy_for
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import trail
from yuanheng.kernel.views.details import visible_row

_DONE = {"hand_in": "comment", "none": "no_comment"}


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: str) -> HttpResponse:
    """``/comment-sheets/commentsheet-2026-1/write/``: kept as often as one likes, then handed in,
    or said that there is nothing to say."""
    resource = resource_for("commentsheet")
    row = visible_row(request, resource, key)
    if not may_write(request.user, row):
        raise Refused(policy_for(Comment).refusal(EDIT))
    paragraphs = list(paragraphs_asked(row))
    kept = {one.paragraph_id: one.words for one in row.comments.all()}
    faults: list[str] = []
    if request.method == "POST":
        faults = _kept(request, row, [None, *(one.pk for one in paragraphs)])
        done = _DONE.get(request.POST.get("do", ""))
        if not faults and done:
            faults = _moved(request, row, done)
            if not faults:
                return redirect(resource.link(row))
        if not faults:
            messages.success(request, _("What you have written is kept; it is not handed in yet."))
            return redirect("commentsheet-write", row.code)
    context = {
        "row": row,
        "title": row.draft.title,
        "subtitle": resource.subtitle(row),
        "whole": request.POST.get("c_0", kept.get(None, "")),
        "lines": [(one, _typed(request, one.pk, kept)) for one in paragraphs],
        "faults": faults,
        "sent_back": row.moves.filter(action="send_back").order_by("-serial").first(),
        "back_url": resource.link(row),
        "trail": trail(resource, row),
    }
    answer = render(request, "consultation/write_comments.html", context)
    answer.status_code = 422 if faults else 200
    if faults:  # comments and files are kept, whatever hinders handing in
        carried_out(answer, request.path)
    return answer


def _typed(request: HttpRequest, key: int, kept: dict[Any, str]) -> str:
    return request.POST.get(f"c_{key}", kept.get(key, ""))


def _kept(request: HttpRequest, row: Any, keys: list[int | None]) -> list[str]:
    given = {key: request.POST[f"c_{key or 0}"] for key in keys if f"c_{key or 0}" in request.POST}
    try:
        save_comments(acting_user=request.user, sheet=row, words=given)
    except ValidationError as error:
        return list(error.messages)
    return []


def _moved(request: HttpRequest, row: Any, action: str) -> list[str]:
    fresh = type(row).objects.get(pk=row.pk)
    try:
        flow.perform(acting_user=request.user, case=fresh, action=action)
    except (flow.NotNow, ValidationError) as error:
        return list(getattr(error, "messages", [str(error)]))
    messages.success(request, _("Your unit's comments are handed in.") if action == "comment"
                     else _("It is noted that your unit has no comment."))  # fmt: skip
    return []
