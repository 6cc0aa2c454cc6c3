"""动态管理 and 差别化政策 of a run: pages and workbooks."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.evaluation.api import Run
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.policies import EDIT, require
from yuanheng.rounds.actions.exports import export_charges, export_dynamics
from yuanheng.rounds.dynamics import (
    charges,
    courses,
    line_of_runs,
    listed,
    rooms_by_code,
    rules_of,
)

_TONES = {"warning": "yellow", "exit": "red", "promotion": "green"}


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Who is warned, leaves or rises by the rules that are in force, each with the reason."""
    run = _run(request, key)
    runs, parts = _parts(run, request.user)
    context = {
        "run": run,
        "runs": runs,
        "parts": parts,
        "title": _("Dynamic management"),
        "trail": _trail(run),
    }
    return render(request, "rounds/dynamics.html", context)


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The same as a workbook, a page for each rule."""
    run = _run(request, key)
    _runs, parts = _parts(run, request.user)
    content = workbook_bytes(
        lambda path: export_dynamics(acting_user=request.user, run=run, parts=parts, path=path)
    )
    return workbook_response(f"{run}-{_('Dynamic management')}.xlsx".replace(" · ", "-"), content)


@require_safe
def measures(request: HttpRequest, key: str) -> HttpResponse:
    """What grades bring, account by account; for the office."""
    run = _run(request, key)
    require(request.user, EDIT, run)
    lines = charges(run, request.user)
    page = Paginator(lines, 100).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "page": page,
        "without": sum(1 for one in lines if not one.account),
        "subjects": len({one.code for one in lines}),
        "title": _("Measures by grade"),
        "has_grades": bool(run.summary["grades"]),
        "trail": _trail(run),
    }
    return render(request, "rounds/measures.html", context)


@require_safe
def download_measures(request: HttpRequest, key: str) -> HttpResponse:
    """The list for the suppliers: one row an account."""
    run = _run(request, key)
    require(request.user, EDIT, run)
    lines = charges(run, request.user)
    content = workbook_bytes(
        lambda path: export_charges(acting_user=request.user, run=run, lines=lines, path=path)
    )
    return workbook_response(f"{run}-{_('Measures by grade')}.xlsx".replace(" · ", "-"), content)


def _run(request: HttpRequest, key: str) -> Run:
    rows = Run.objects.visible_to(request.user).select_related("scheme_version__scheme")
    run: Run = get_object_or_404(rows, code=key)
    return run


def _parts(run: Run, user: Any) -> tuple[list[Run], list[dict[str, Any]]]:
    runs, rules = line_of_runs(run), rules_of(run)
    found = courses(runs, user) if rules else []
    rooms = rooms_by_code(run, user) if rules else {}
    return runs, [
        {
            "rule": rule,
            "tone": _TONES[rule.effect],
            "lines": listed(rule, runs, found, rooms),
            "by_mu": bool(rooms),
        }
        for rule in rules
    ]


def _trail(run: Run) -> list[tuple[Any, str]]:
    return [
        (_("Evaluations"), reverse("run-list")),
        (str(run), reverse("run-detail", args=[run.code])),
    ]
