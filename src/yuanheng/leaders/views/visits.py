"""Recording a visit on a telephone, and problems added afterwards."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel.actions.attachments import stored_path
from yuanheng.kernel.beside import files_of
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.policies import CREATE, EDIT, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row
from yuanheng.leaders.actions import add_problems, record_visit
from yuanheng.leaders.becoming import becoming_for
from yuanheng.leaders.forms import ProblemsForm, visit_form
from yuanheng.leaders.models import LeaderLink, Visit
from yuanheng.leaders.resources import IMAGES


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """``/visits/new/?link=7``"""
    require(request.user, CREATE, Visit)
    asked = request.POST.get("link") or request.GET.get("link", "")
    link = _link(request, asked)
    owner = link.leader.owner_id if link else getattr(request.user, "org_unit_id", None)
    initial = {"link": link.pk} if link else {}
    files = request.FILES if request.method == "POST" else None
    form = visit_form(request.user, sent(request), files, initial, owner)

    def do(values: dict[str, Any]) -> HttpResponse:
        own = {name: values[name] for name in ("visited_on", "with_whom", "saw")}
        row = record_visit(
            acting_user=request.user, link=values["link"], values=own, problems=form.found,
            photos=values["photos"],
        )  # fmt: skip
        cases = sum(1 for one in form.found if one.becomes)
        text = _("The visit is recorded; problems that became tasks: %(tasks)d, cases: %(cases)d.")
        messages.success(request, text % {"tasks": len(form.found) - cases, "cases": cases})
        return redirect("visit-detail", row.code)

    back = reverse("leaderlink-detail", args=[link.code]) if link else reverse("visit-list")
    return ask(
        request, form, do, title=_("Record a visit"), sections=form.sections(),
        is_multipart=True, back_url=back, submit=_("Record the visit"),
        trail=[(Visit._meta.verbose_name_plural, reverse("visit-list"))],
    )  # fmt: skip


def _link(request: HttpRequest, asked: str) -> LeaderLink | None:
    if not asked.isdecimal() or len(asked) > 12:
        return None
    rows: Any = LeaderLink.objects.visible_to(request.user)
    found: LeaderLink | None = rows.select_related("leader").filter(pk=asked).first()
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def more_problems(request: HttpRequest, key: str) -> HttpResponse:
    """Problems that came to mind afterwards, or more than the first form has lines for."""
    resource = resource_for("visit")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    offered = becoming_for(request.user)
    form = prepare_form(
        ProblemsForm(row.link.leader.owner_id, sent(request), offered=offered), request.user
    )

    def do(values: dict[str, Any]) -> HttpResponse:
        if form.found:
            add_problems(acting_user=request.user, visit=row, problems=form.found)
        return redirect("visit-detail", row.code)

    return ask(
        request, form, do, title=_("Add problems"), sections=form.sections(),
        back_url=resource.link(row), submit=_("Hand them on"), trail=trail(resource, row),
    )  # fmt: skip


@require_safe
def photo(request: HttpRequest, key: str, number: int) -> FileResponse:
    """A picture of the visit, to be looked at; what it is was checked when it was attached."""
    row = visible_row(request, resource_for("visit"), key)
    found = files_of(row).filter(pk=number).first()
    kind = IMAGES.get(PurePath(found.file_name).suffix.lower()) if found else None
    if kind is None:
        raise Http404
    try:
        stream = stored_path(found.content.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stream, content_type=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
