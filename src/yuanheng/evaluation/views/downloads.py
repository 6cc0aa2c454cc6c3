"""Results as a workbook."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.evaluation.filters import filters_of
from yuanheng.evaluation.models import Result
from yuanheng.evaluation.queries import results_of
from yuanheng.evaluation.views.runs import narrowed, visible_run
from yuanheng.evaluation.workbook import write_results
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.downloads import workbook_bytes, workbook_response


@require_safe
def results(request: HttpRequest, key: str) -> HttpResponse:
    """What the list shows, without its pages, with items, reasons and the record of the run."""
    run = visible_run(request, key)
    rows = results_of(run, request.user)
    if request.GET.get("group"):
        rows = rows.filter(group_code=request.GET["group"])
    rows = narrowed(rows, filters_of(run, run.scheme_version.scheme.subject_kind), request)
    chosen = list(rows.order_by("position").select_related("park", "region"))
    content = workbook_bytes(lambda path: write_results(path, run, chosen, request.user))
    record_export(
        acting_user=request.user,
        resource=Result,
        subject=run,
        query=request.GET.urlencode(),
        rows=len(chosen),
        sha256=hashlib.sha256(content).hexdigest(),
        format="xlsx",
    )
    word = _("results")
    return workbook_response(f"{run} · {word}.xlsx".replace(" · ", "-"), content)
