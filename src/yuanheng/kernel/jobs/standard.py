"""The kernel's own jobs: read a large file, write it, take it back, export a large register."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel.actions.exporting import export_register
from yuanheng.kernel.actions.imports import (
    PreviewOutdated,
    commit_upload,
    forget_files,
    plan_upload,
    said_of,
)
from yuanheng.kernel.actions.undo import undo_upload
from yuanheng.kernel.exporting.selection import ExportRequest
from yuanheng.kernel.exporting.writing import file_name
from yuanheng.kernel.jobs.kinds import JobFailed, JobResult, RunningJob, job
from yuanheng.kernel.models import Upload
from yuanheng.kernel.models.upload import UploadStage
from yuanheng.kernel.resources import resource_for

PLAN, COMMIT, UNDO = "kernel.plan_upload", "kernel.commit_upload", "kernel.undo_upload"
EXPORT = "kernel.export"


@job(PLAN, title=gettext_lazy("Read a table"))
def read_upload(running: RunningJob, *, upload: str) -> JobResult:
    """The preview of a large file."""
    row = _upload(upload, running)
    running.progress(0, 1, _("Reading and comparing"))
    try:
        with transaction.atomic():
            plan_upload(acting_user=running.acting_user, upload=row)
            running.confirm()
    except FaultyInput:
        Upload.objects.filter(pk=row.pk).update(stage=UploadStage.DISCARDED)
        forget_files(row)
        raise
    return JobResult(_("The preview is ready."), _link(row))


@job(COMMIT, title=gettext_lazy("Import a table"))
def write_upload(running: RunningJob, *, upload: str, leave_out_faulty: bool) -> JobResult:
    """A large import."""
    row = _upload(upload, running)
    if row.stage == UploadStage.COMMITTED and row.committed_by_id == running.acting_user.pk:
        return JobResult(row.get_stage_display(), _link(row))  # done before the worker died
    running.progress(0, 1, _("Writing rows"))
    try:
        with transaction.atomic():
            report = commit_upload(
                acting_user=running.acting_user, upload=row, leave_out_faulty=leave_out_faulty
            )
            running.confirm()
    except PreviewOutdated as error:
        plan_upload(acting_user=running.acting_user, upload=row)
        raise JobFailed(str(error)) from error
    return JobResult(said_of(row, report), _link(row))


@job(UNDO, title=gettext_lazy("Undo an import"))
def take_back_upload(running: RunningJob, *, upload: str, reason: str) -> JobResult:
    """Undoing a large import."""
    row = _upload(upload, running)
    if row.stage == UploadStage.UNDONE:
        return JobResult(_("The import is undone; every row is as it was."), _link(row))
    running.progress(0, 1, _("Bringing back every row"))
    with transaction.atomic():
        undo_upload(acting_user=running.acting_user, upload=row, reason=reason)
        running.confirm()
    return JobResult(_("The import is undone; every row is as it was."), _link(row))


@job(EXPORT, title=gettext_lazy("Export"))
def export(
    running: RunningJob, *, resource: str, query: str, format: str, narrow: bool
) -> JobResult:
    """A large export."""
    request = ExportRequest(resource_for(resource), running.acting_user, query, narrow)
    name = file_name(request, format)
    with transaction.atomic():
        done = export_register(
            acting_user=running.acting_user,
            request=request,
            path=running.file(name),
            format=format,
            progress=running.progress,
        )
        running.confirm()
    said = _("%(count)s rows are ready to be downloaded.") % {"count": f"{done.rows:,}"}
    return JobResult(said, file_name=name)


def _upload(token: str, running: RunningJob) -> Upload:
    row = Upload.objects.visible_to(running.acting_user).filter(token=token).first()
    if row is None:
        raise JobFailed(_("This file is no longer there. Upload it again."))
    return row


def _link(row: Any) -> str:
    return reverse("upload-detail", args=[row.token])
