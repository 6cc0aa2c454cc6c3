"""Results as a workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.evaluation.actions import export_results
from yuanheng.evaluation.jobs import EXPORT, results_name
from yuanheng.evaluation.views.runs import visible_run
from yuanheng.evaluation.workbook import results_chosen
from yuanheng.kernel.downloads import workbook_response
from yuanheng.kernel.jobs import enqueue

AT_ONCE = 2000
"""A workbook of more results takes many seconds: a job writes it."""


@require_safe
def results(request: HttpRequest, key: str) -> HttpResponse:
    """What the list shows, without its pages, with items, reasons and the record of the run."""
    run = visible_run(request, key)
    query = request.GET.urlencode()
    if results_chosen(run, request.user, query).count() > AT_ONCE:
        title = _("Results: %(run)s") % {"run": run}
        job = enqueue(EXPORT, acting_user=request.user, title=title, run=run.code, query=query)
        return redirect(reverse("job-detail", args=[job.token]))
    with tempfile.TemporaryDirectory(prefix="results-") as folder:
        path = Path(folder) / "results.xlsx"
        export_results(acting_user=request.user, run=run, query=query, path=path)
        return workbook_response(results_name(run), path.read_bytes())
