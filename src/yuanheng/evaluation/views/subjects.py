"""One subject of a run: its score explained down to the cell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yuanheng.evaluation import charts
from yuanheng.evaluation.columns import grade_badge, interval_of, movement_badge
from yuanheng.evaluation.explanation import explain_subject
from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.queries import history_of, neighbours_of, results_of
from yuanheng.evaluation.remarks import badges
from yuanheng.evaluation.sensitive import mask_explanation
from yuanheng.evaluation.views.runs import trail, visible_run
from yuanheng.registry.api import subject_url


@require_safe
def show(request: HttpRequest, key: str, subject: str) -> HttpResponse:
    """Score, rank, sentences, points per item, and the way from each figure to the score."""
    run, row = chosen_subject(request, key, subject)
    explained = explain_subject(row)
    mask_explanation(explained, row, request.user)
    before, after = neighbours_of(row, request.user)
    kind = run.scheme_version.scheme.subject_kind
    context: dict[str, Any] = {
        "run": run,
        "row": row,
        **explained,
        "title": str(row),
        "chart": charts.item_bars(explained["items"]),
        "grade": grade_badge(row.grade, run.summary["grades"]) if row.grade else None,
        "movement": movement_badge(row, run),
        "remarks": badges(row.flags, run.summary),
        "history": [(one, movement_badge(one, one.run)) for one in history_of(row, request.user)],
        "before": before,
        "after": after,
        "group_name": run.group_name(row.group_code),
        "register_url": subject_url(kind, row.subject_id, request.user),
        "trail": subject_trail(run, row)[:-1],
        "interval": interval_of(row),
        "beside": _beside(row, request.user),
    }
    return render(request, "evaluation/subject.html", context)


def chosen_subject(request: HttpRequest, key: str, subject: str) -> tuple[Run, Result]:
    """The run and the subject's result in it, or 404 if either isn't there or isn't visible."""
    run = visible_run(request, key)
    rows = results_of(run, request.user).select_related("park", "region", "interval")
    row: Result = get_object_or_404(rows, subject_id=subject)
    row.run = run
    return run, row


def subject_trail(run: Run, row: Result) -> list[tuple[str, str]]:
    """The way down to the subject's page."""
    page = reverse("subject-detail", args=[run.code, row.subject_id])
    return [*trail(), (str(run), _run_url(run, row)), (str(row), page)]


def _beside(row: Result, user: Any) -> list[Result]:
    """Those that the person sees among whom this subject can't be told apart."""
    found = interval_of(row)
    if found is None or found.together is None:
        return []
    others = results_of(row.run, user).filter(
        interval__together=found.together, group_code=row.group_code
    )
    return list(others.exclude(pk=row.pk).order_by("position")[:20])


def _run_url(run: Any, row: Result) -> str:
    return f"{reverse('run-detail', args=[run.code])}?group={row.group_code}"
