"""Answers side by side, on screen, on paper and as a workbook; marks and tasks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.consultation import actions
from yuanheng.consultation.choices import Mark
from yuanheng.consultation.comparison import Comparison, compare
from yuanheng.consultation.forms import MarkForm
from yuanheng.consultation.models import Answer, Consultation
from yuanheng.consultation.workbooks import export_answers
from yuanheng.kernel import clock
from yuanheng.kernel.components import Tab
from yuanheng.kernel.directory import directory
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.policies import EDIT, can
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import trail
from yuanheng.kernel.views.details import visible_row
from yuanheng.supervision.api import may_draft

_ASKED = ("by", "n", "unit", "q", "mark")


@require_safe
def compare_page(request: HttpRequest, key: str) -> HttpResponse:
    """``/consultations/W2026-001/compare/?by=question&n=3&q=用地&mark=adopt``; by ``question``
    (across units), ``unit`` (across questions), ``grid`` (who has answered what)."""
    whole, found = _found(request, key)
    chosen = {name: request.GET.get(name, "") for name in _ASKED}
    way = chosen["by"] if chosen["by"] in ("unit", "grid") else "question"
    keeps = can(request.user, EDIT, whole)
    context = {
        "whole": whole,
        "found": found,
        "way": way,
        "chosen": chosen,
        "keeps": keeps,
        "sees_all": directory().holds(request.user, None, whole.owner_id),
        "may_task": keeps and may_draft(request.user),
        "title": _("Answers side by side"),
        "subtitle": whole.title,
        "tabs": _tabs(found, way, request),
        "marks": [*Mark.choices, ("task", _("made a task")), ("none", _("not marked yet"))],
        "mark_choices": Mark.choices,
        "here": request.get_full_path(),
        "trail": trail(resource_for("consultation"), whole),
        **_part(found, way, chosen),
    }
    return render(request, "consultation/compare.html", context)


def _part(found: Comparison, way: str, chosen: dict[str, str]) -> dict[str, Any]:
    """What stands below the filter: some questions with their answers, or one unit."""
    if way == "unit":
        row = next((one for one in found.units if str(one.unit.pk) == chosen["unit"]), None)
        row = row or next(iter(found.given), None)
        return {"row": row, "lines": found.across_questions(row) if row else []}
    if way == "grid":
        return {"grid": _grid(found)}
    searching = bool(chosen["q"].strip() or chosen["mark"])
    asked = [one for one in found.questions if str(one.number) == chosen["n"]]
    if not asked and not searching and chosen["n"] != "all":
        asked = list(found.questions[:1])
    shown = asked or list(found.questions)
    parts = [(one, found.across_units(one, chosen["q"], chosen["mark"])) for one in shown]
    return {
        "parts": [one for one in parts if one[1] or not searching],
        "number": asked[0].number if asked else None,
        "hits": sum(len(lines) for _question, lines in parts),
        "searching": searching,
    }


def _grid(found: Comparison) -> list[dict[str, Any]]:
    return [
        {"row": row, "cells": [(one, row.answers.get(one.pk)) for one in found.questions]}
        for row in found.units
    ]


def _tabs(found: Comparison, way: str, request: HttpRequest) -> list[Tab]:
    kept = {name: request.GET[name] for name in ("q", "mark") if request.GET.get(name)}
    titles = {
        "question": (_("By question"), len(found.questions)),
        "unit": (_("By unit"), len(found.given)),
        "grid": (_("Who has answered"), len(found.units)),
    }
    return [
        Tab(text, f"?{urlencode({'by': one, **kept})}", count, is_active=one == way)
        for one, (text, count) in titles.items()
    ]


@require_safe
def on_paper(request: HttpRequest, key: str) -> HttpResponse:
    """Every question with every answer, on A4 landscape."""
    whole, found = _found(request, key)
    address = reverse("consultation-compare", args=[whole.code])
    context = {
        "whole": whole,
        "found": found,
        "parts": [(one, found.across_units(one)) for one in found.questions],
        "title": whole.title,
        "back_url": address,
        "printed_at": clock.now(),
    }
    return render(request, "consultation/compare_print.html", context)


@require_safe
def workbook(request: HttpRequest, key: str) -> HttpResponse:
    """The same as .xlsx."""
    whole = visible_row(request, resource_for("consultation"), key)
    found = compare(request.user, whole, lit=False)
    content = workbook_bytes(
        lambda path: export_answers(acting_user=request.user, whole=whole, found=found, path=path)
    )
    return workbook_response(f"{whole.title}-{_('Answers side by side')}.xlsx", content)


def _found(request: HttpRequest, key: str) -> tuple[Consultation, Comparison]:
    whole = visible_row(request, resource_for("consultation"), key)
    return whole, compare(request.user, whole)


@require_POST
def mark(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What the office makes of an answer."""
    answer = _answer(request, key, number)
    form = MarkForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("The mark or its remark is too long."))
        actions.mark_answer(
            acting_user=request.user, answer=answer,
            mark=request.POST.get("quick", "") or form.cleaned_data["mark"],
            note=form.cleaned_data["note"],
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request, answer)


@require_POST
def task(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A task out of an answer, by one press."""
    answer = _answer(request, key, number)
    try:
        actions.make_task(acting_user=request.user, answer=answer)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("The task is registered as a draft; it can be checked and issued there.")
        messages.success(request, text)
    return _back(request, answer)


def _answer(request: HttpRequest, key: str, number: int) -> Answer:
    rows = Answer.objects.visible_to(request.user).filter(reply__consultation__code=key)
    return get_object_or_404(  # type: ignore[no-any-return]
        rows.select_related("reply__consultation", "reply__unit", "question"), pk=number
    )


def _back(request: HttpRequest, answer: Answer) -> HttpResponse:
    """To the same view of the same question."""
    address = reverse("consultation-compare", args=[answer.reply.consultation.code])
    given = request.POST.get("here", "")
    query = given.partition("?")[2] if given.startswith(f"{address}?") else ""
    return redirect(f"{address}?{query}#a{answer.pk}" if query else f"{address}#a{answer.pk}")
