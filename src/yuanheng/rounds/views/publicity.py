"""公示: the list before the public, on the screen, on paper and as a workbook."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.evaluation.api import grade_badge
from yuanheng.kernel import clock
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.rounds.actions import export_publicity
from yuanheng.rounds.authz import SHOWN, publicities
from yuanheng.rounds.choices import Shows
from yuanheng.rounds.jobs import AT_ONCE, ask_for_workbook, workbook_name
from yuanheng.rounds.models import EvaluationRound
from yuanheng.rounds.publicity import headings, paper_part, public_line, public_rows, public_run

_A_PAGE = 100
_RELATED = ("scheme_version__scheme", "run", "final_run", "org_unit")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every publicity that this person may read, the open ones first."""
    rows = publicities(request.user).filter(state__in=SHOWN).select_related(*_RELATED)
    page = Paginator(rows.order_by("-shown_from", "-pk"), 50).get_page(request.GET.get("page"))
    context = {"page": page, "title": _("Publicity"), "today": clock.today()}
    return render(request, "rounds/publicities.html", context)


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One list: group, grade and search stand in the address."""
    case = _readable(request, key)
    context = {**listing(case, request), "trail": [(_("Publicity"), reverse("publicity-list"))]}
    return render(request, "rounds/publicity.html", context)


def listing(case: EvaluationRound, request: HttpRequest) -> dict[str, Any]:
    """One page of a group: only the columns that the publicity shows."""
    run, group = public_run(case), chosen_group(case, request)
    grade, search = request.GET.get("grade", ""), request.GET.get("q", "").strip()[:60]
    rows = public_rows(case, group, grade=grade, search=search)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    scale = run.summary["grades"]
    lines = [
        (line, grade_badge(line.grade, scale) if line.grade else None)
        for line in (public_line(case, row) for row in page.object_list)
    ]
    return {
        "case": case,
        "run": run,
        "group": group,
        "grade": grade,
        "search": search,
        "scale": [] if case.shows == Shows.NAMES else scale,
        "lines": lines,
        "page": page,
        "ranks": case.shows == Shows.RANKS,
        "open": case.state == "publicity",
    }


@require_safe
def on_paper(request: HttpRequest, key: str) -> HttpResponse:
    """Every group for A4; a long list in parts."""
    case = _readable(request, key)
    context = {
        "case": case,
        "part": paper_part(case, request.GET.get("part", "")),
        "headings": headings(case),
        "title": case.title,
        "back_url": reverse("publicity", args=[case.code]),
        "printed_at": clock.now(),
    }
    return render(request, "rounds/publicity_print.html", context)


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The whole list as a workbook."""
    case = _readable(request, key)
    run = public_run(case)
    if run.record["rated"] + run.record["unrated"] > AT_ONCE:
        return redirect("job-detail", ask_for_workbook(case, request.user, "publicity").token)
    content = workbook_bytes(
        lambda path: export_publicity(acting_user=request.user, case=case, path=path)
    )
    return workbook_response(workbook_name(case, "publicity"), content)


def _readable(request: HttpRequest, key: str) -> EvaluationRound:
    case: EvaluationRound = get_object_or_404(
        publicities(request.user).select_related(*_RELATED), code=key
    )
    return case


def chosen_group(case: EvaluationRound, request: HttpRequest) -> str:
    """The group that the address names, or the first."""
    codes = [one["code"] for one in public_run(case).summary["groups"]]
    asked = request.GET.get("group", "")
    return asked if asked in codes else (codes[0] if codes else "")
