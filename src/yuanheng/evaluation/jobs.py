"""What takes long: the workbook of a large run."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.evaluation.actions import export_results
from yuanheng.evaluation.models import Run
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, job

EXPORT = "evaluation.export_results"


def results_name(run: Run) -> str:
    """What the workbook is called."""
    return f"{run} · {_('results')}.xlsx".replace(" · ", "-")


@job(EXPORT, title=gettext_lazy("Results as a workbook"))
def write_results_workbook(running: RunningJob, *, run: str, query: str) -> JobResult:
    """The workbook, as the person who asked sees the run."""
    found = Run.objects.visible_to(running.acting_user).filter(code=run).first()
    if found is None:
        raise JobFailed(_("This evaluation is no longer there, or you may not see it any more."))
    running.progress(0, 1, _("Writing the workbook"))
    name = results_name(found)
    with transaction.atomic():
        count = export_results(
            acting_user=running.acting_user, run=found, query=query, path=running.file(name)
        )
        running.confirm()
    return JobResult(_("%(count)s results are ready.") % {"count": f"{count:,}"}, file_name=name)
