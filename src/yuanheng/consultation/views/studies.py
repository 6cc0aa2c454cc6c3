"""Study visits: points, what becomes of each, the report, all visits by place."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yuanheng.consultation import actions
from yuanheng.consultation.forms import ListForm
from yuanheng.consultation.models import StudyPoint, StudyVisit
from yuanheng.kernel import clock
from yuanheng.kernel.downloads import DOCX, file_response
from yuanheng.kernel.figures import official_day
from yuanheng.kernel.forms import ReasonForm, prepare_form
from yuanheng.kernel.official_word import (
    OfficialDocument,
    Table,
    Text,
    official_word,
)
from yuanheng.kernel.policies import EDIT, VIEW, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row

MOST = 300
_asks = require_http_methods(["GET", "HEAD", "POST"])


@_asks
def points(request: HttpRequest, key: str) -> HttpResponse:
    """``/study-visits/T2026-001/points/``: a list is pasted."""
    resource = resource_for("study")
    row = visible_row(request, resource, key)
    require(request.user, EDIT, row)
    form = prepare_form(ListForm(sent(request)), request.user)
    form.fields["text"].label = _("Points learned")
    form.fields["text"].help_text = _(
        "A line a point: what was learned | from whom | what we do. Only the first is needed."
    )
    form.fields["text"].widget.attrs["rows"] = 12

    def do(values: dict[str, Any]) -> HttpResponse:
        made = actions.add_points(acting_user=request.user, visit=row, text=values["text"])
        said = ngettext("%(n)d point is kept.", "%(n)d points are kept.", len(made))
        messages.success(request, said % {"n": len(made)})
        return redirect(resource.link(row))

    return ask(
        request, form, do, title=_("Write down points"), back_url=resource.link(row),
        submit=_("Split and keep them"), trail=trail(resource, row),
    )  # fmt: skip


@require_POST
def take_up(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A task out of a point, by one press."""
    row, point = _point(request, key, number)
    try:
        actions.take_up_point(acting_user=request.user, point=point)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("The task is registered as a draft; it can be checked and issued there.")
        messages.success(request, text)
    return redirect("study-detail", row.code)


@_asks
def leave(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A point that isn't taken up, and why."""
    row, point = _point(request, key, number)
    require(request.user, EDIT, row)
    form = prepare_form(ReasonForm(sent(request)), request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        actions.leave_point(acting_user=request.user, point=point, reason=values["reason"])
        return redirect("study-detail", row.code)

    resource = resource_for("study")
    return ask(
        request, form, do, title=_("Not taken up"), lead=point.words, back_url=resource.link(row),
        submit=_("Keep the reason"), trail=trail(resource, row),
    )  # fmt: skip


def _point(request: HttpRequest, key: str, number: int) -> tuple[StudyVisit, StudyPoint]:
    row = visible_row(request, resource_for("study"), key)
    point = next((one for one in row.points.all() if one.number == number), None)
    if point is None:
        raise Http404
    point.visit = row
    return row, point


@require_safe
def report(request: HttpRequest, key: str) -> HttpResponse:
    """The report of a visit, for A4."""
    row = visible_row(request, resource_for("study"), key)
    context = {
        "row": row,
        "points": list(row.points.all()),
        "title": _("Report on %(title)s") % {"title": row.title},
        "back_url": reverse("study-detail", args=[row.code]),
        "printed_at": clock.now(),
    }
    return render(request, "consultation/study_report.html", context)


@require_safe
def word(request: HttpRequest, key: str) -> HttpResponse:
    """The same as .docx in the official layout."""
    row = visible_row(request, resource_for("study"), key)
    told = study_word(row)
    return file_response(f"{told.title}.docx", official_word(told), DOCX)


def study_word(row: StudyVisit) -> OfficialDocument:
    """I. the visit, II. what was learned, III. what we do."""
    said = {
        "first": official_day(row.began_on), "last": official_day(row.ended_on),
        "place": row.place, "leader": row.led_by or str(row.owner),
    }  # fmt: skip
    parts: list[Text | Table] = [Text(_("I. The visit"), 1)]
    parts.append(Text(_("From %(first)s to %(last)s, %(leader)s went to %(place)s.") % said))
    for name in ("hosts", "people"):
        if getattr(row, name):
            label = row._meta.get_field(name).verbose_name
            parts.append(Text(f"{label}：{getattr(row, name).rstrip('。')}。"))
    parts += [Text(line) for line in row.summary.splitlines() if line.strip()]
    parts.append(Text(_("II. What was learned"), 1))
    points = list(row.points.all())
    for one in points:
        whom = f"（{one.learned_from}）" if one.learned_from else ""
        parts.append(Text(f"{one.number}. {one.words}{whom}"))
    parts += [] if points else [Text(_("None."))]
    parts.append(Text(_("III. What we do"), 1))
    rows = [[one.number, one.proposal or "—", one.get_fate_display() or _("still to be decided"),
             one.reason or one.task_number or "—"] for one in points]  # fmt: skip
    headers = [_("No."), _("what we do with it"), _("taken up or not"), _("reason or task")]
    parts.append(Table(headers, rows, (0.6, 3, 1.2, 2)) if rows else Text(_("None.")))
    title = _("Report on %(title)s") % {"title": row.title}
    return OfficialDocument(
        title=title, parts=parts, signed_by=str(row.owner), signed_on=clock.today()
    )


@require_safe
def by_place(request: HttpRequest) -> HttpResponse:
    """Every visit under its place, what was learned there first before the rest."""
    require(request.user, VIEW, StudyVisit)
    rows: Any = StudyVisit.objects.visible_to(request.user).current()
    found = list(rows.prefetch_related("points").order_by("place", "-began_on")[: MOST + 1])
    places = [
        {"place": place, "visits": list(visits)}
        for place, visits in groupby(found[:MOST], key=lambda one: one.place)
    ]
    context = {
        "title": _("Study visits by place"),
        "places": places,
        "is_cut": len(found) > MOST,
        "most": MOST,
        "trail": [(StudyVisit._meta.verbose_name_plural, reverse("study-list"))],
    }
    return render(request, "consultation/by_place.html", context)
