"""What takes long: the workbook of a large run, its ranks assessed, a look in depth."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.engine import assess_run
from yuanheng.evaluation import beside, depth, trial  # noqa: F401  what may be looked for
from yuanheng.evaluation.actions import export_results, store_assessment
from yuanheng.evaluation.models import Run
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, enqueue, job
from yuanheng.kernel.models import Job

EXPORT = "evaluation.export_results"
ASSESS = "evaluation.assess_run"
REPLICATES = 1000


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


def ask_for_assessment(run: Run, user: Any, *, again: bool = False) -> Job | None:
    """Have a worker find out how sure the ranks are; None where that is known or nobody is ranked
    against another."""
    if run.record.get("rated", 0) < 2 or (not again and run.assessments.exists()):
        return None
    title = _("How sure the ranks are: %(run)s") % {"run": run}
    return enqueue(ASSESS, acting_user=user, title=title, run=run.code, replicates=REPLICATES)


@job(ASSESS, title=gettext_lazy("How sure the ranks are"))
def assess_ranks(running: RunningJob, *, run: str, replicates: int) -> JobResult:
    """Replicates of a run with weights, methods, benchmarks and figures moved."""
    found = Run.objects.visible_to(running.acting_user).filter(code=run).first()
    if found is None:
        raise JobFailed(_("This evaluation is no longer there, or you may not see it any more."))
    assessed = assess_run(
        found.directory,
        replicates=replicates,
        told=lambda done, of: running.progress(done, of, _("Computing replicates")),
    )
    with transaction.atomic():
        store_assessment(acting_user=running.acting_user, run=found, assessed=assessed)
        running.confirm()
    link = reverse("run-robustness", args=[found.code])
    return JobResult(_("The ranks have been assessed."), link=link)
