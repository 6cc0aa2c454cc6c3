"""Documents are read by a worker; what takes long is read beside the others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.documents.apart import TOOK_LONG, attached_to, is_plainly_heavy
from yuanheng.documents.choices import DocumentStage
from yuanheng.documents.mailed import Brought
from yuanheng.documents.models import Document, NoticedFile
from yuanheng.documents.reading import found_in, read_document
from yuanheng.kernel import clock
from yuanheng.kernel.actions.attachments import stored_path
from yuanheng.kernel.jobs import JobFailed, JobResult, Lane, RunningJob, enqueue, job
from yuanheng.reading import UnreadableDocument

READ, READ_HEAVY = "documents.read_document", "documents.read_heavy"
QUICK_SECONDS = 5
"""So long a document may keep the quick lane; an ordinary one takes one or two."""


def ask_to_read(*, acting_user: Any, document: Document) -> None:
    """Have a worker read it."""
    size = document.content.byte_count
    code = READ_HEAVY if is_plainly_heavy(size, document.file_name) else READ
    _ask(code, acting_user, document)


def _ask(code: str, user: Any, row: Document) -> None:
    enqueue(code, acting_user=user, title=row.file_name, document=row.code)


@job(READ, title=gettext_lazy("Read a document"), lane=Lane.QUICK)
def read(running: RunningJob, *, document: str) -> JobResult:
    """What was found waits on the desk; what can't be read says why. What takes long is put with
    the heavy ones, so that the next document need not wait."""
    return _read(running, document, QUICK_SECONDS)


@job(READ_HEAVY, title=gettext_lazy("Read a heavy document"), lane=Lane.HEAVY)
def read_heavy(running: RunningJob, *, document: str) -> JobResult:
    """With all the time that a document may take."""
    return _read(running, document, 0)


def _read(running: RunningJob, document: str, seconds: int) -> JobResult:
    user = running.acting_user
    row = Document.objects.visible_to(user).filter(code=document).first()
    if row is None:
        raise JobFailed(_("This document is no longer on the desk."))
    running.progress(0, 1, _("Reading"))
    outcome = found_in(row, seconds=seconds)
    too_long = isinstance(outcome, UnreadableDocument) and outcome.code == TOOK_LONG
    link = reverse("document-detail", args=[row.code])
    if too_long and seconds:
        with transaction.atomic():
            Document.objects.filter(pk=row.pk).update(asked_at=clock.now())
            _ask(READ_HEAVY, user, row)
            running.confirm()
        said = _("%(name)s takes long; it is read beside the others.") % {"name": row.file_name}
        return JobResult(said, link)
    brought = Brought([], []) if too_long else _attached(row, seconds)
    with transaction.atomic():
        row = read_document(acting_user=user, document=row, outcome=outcome)
        count = _take_attached(user, row, brought)
        running.confirm()
    return JobResult(_said(row, count), link)


def _attached(row: Document, seconds: int) -> Brought:
    """What came with a mail; of one that can't be taken apart, nothing."""
    if not row.file_name.lower().endswith(".eml"):
        return Brought([], [])
    try:
        data = stored_path(row.content.sha256).read_bytes()
        return attached_to(data, row.file_name, seconds=seconds)
    except (UnreadableDocument, OSError):
        return Brought([], [])


def _take_attached(user: Any, row: Document, brought: Brought) -> int:
    """Put the files on the desk beside the mail, and keep which were left in it; how many are new
    on the desk."""
    from yuanheng.documents.actions import add_document

    new = 0
    for name, data in brought.files:
        one, is_new = add_document(
            acting_user=user, file_name=name, content=[data], limit_mb=settings.UPLOAD_LIMIT_MB
        )
        new += is_new
        if one.pk != row.pk:
            Document.objects.filter(pk=one.pk, came_with=None).update(came_with=row)
    if brought.left != row.left_in_mail:
        Document.objects.filter(pk=row.pk).update(left_in_mail=brought.left)
    if new:
        NoticedFile.objects.filter(document=row).update(attached=F("attached") + new)
    return new


def _said(row: Document, attached: int) -> str:
    if row.stage == DocumentStage.REFUSED:
        said = f"{row.file_name}：{row.refusal}"
    else:
        count = row.proposals.exclude(decision="aside").count()
        words = {"name": row.file_name, "count": count}
        said = _("%(name)s: %(count)d things found, to be checked.") % words
    if attached:
        said += _(" Attachments put on the desk beside it: %(count)d.") % {"count": attached}
    return said
