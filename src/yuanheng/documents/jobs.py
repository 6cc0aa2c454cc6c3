"""Documents are read by a worker."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.documents.choices import DocumentStage
from yuanheng.documents.models import Document
from yuanheng.documents.reading import in_one_transaction
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, job

READ = "documents.read_document"


@job(READ, title=gettext_lazy("Read a document"))
def read(running: RunningJob, *, document: str) -> JobResult:
    """What was found waits on the desk; what can't be read says why."""
    row = Document.objects.visible_to(running.acting_user).filter(code=document).first()
    if row is None:
        raise JobFailed(_("This document is no longer on the desk."))
    running.progress(0, 1, _("Reading"))
    row = in_one_transaction(running.acting_user, row, running.confirm)
    link = reverse("document-detail", args=[row.code])
    if row.stage == DocumentStage.REFUSED:
        return JobResult(f"{row.file_name}：{row.refusal}", link)
    said = {"name": row.file_name, "count": row.proposals.exclude(decision="aside").count()}
    return JobResult(_("%(name)s: %(count)d things found, to be checked.") % said, link)
