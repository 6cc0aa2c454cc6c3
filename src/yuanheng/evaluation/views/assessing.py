"""How sure the ranks of a run are: the page, the job that finds it out, the workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.evaluation.actions import export_assessment
from yuanheng.evaluation.assessment import assessed, interval_chart, together
from yuanheng.evaluation.jobs import ask_for_assessment
from yuanheng.evaluation.models import Run
from yuanheng.evaluation.queries import results_of
from yuanheng.evaluation.views.runs import chosen_group, trail, visible_run
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.policies import EDIT, can, require

_SHOWN = 200


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Intervals, who can't be told apart, and which choice matters."""
    run = visible_run(request, key)
    found = assessed(run.assessment)
    group = chosen_group(run, request)
    rows = results_of(run, request.user).filter(group_code=group, rank__isnull=False)
    ranked = list(rows.select_related("interval").order_by("position")[:_SHOWN])
    context: dict[str, Any] = {
        "run": run,
        "group": group,
        "group_name": run.group_name(group),
        "assessment": found,
        "together": together(rows) if found else [],
        "chart": interval_chart(ranked) if found else None,
        "rows": [row for row in ranked if getattr(row, "interval", None)] if found else [],
        "more": rows.count() > _SHOWN,
        "limit": _SHOWN,
        "scale": run.summary["grades"],
        "may_assess": can(request.user, EDIT, run),
        "trail": _trail(run),
    }
    return render(request, "evaluation/robustness.html", context)


@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Has a worker compute it."""
    run = visible_run(request, key)
    require(request.user, EDIT, run)
    job = ask_for_assessment(run, request.user, again=True)
    if job is None:
        messages.error(request, _("Fewer than two are ranked, so there is nothing to assess."))
        return redirect("run-robustness", run.code)
    return redirect(reverse("job-detail", args=[job.token]))


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The intervals that the person sees, as a workbook."""
    run = visible_run(request, key)
    if run.assessment is None:
        raise Http404
    content = workbook_bytes(
        lambda path: export_assessment(acting_user=request.user, run=run, path=path)
    )
    title = _("How sure the ranks are")
    return workbook_response(f"{run}-{title}.xlsx".replace(" · ", "-"), content)


def _trail(run: Run) -> list[tuple[str, str]]:
    return [*trail(), (str(run), reverse("run-detail", args=[run.code]))]
