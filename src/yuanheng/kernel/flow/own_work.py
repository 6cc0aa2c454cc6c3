"""What the kernel itself adds to my work: tables to confirm, supervision slips."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.inbox import OVERDUE, TO_DO, WorkItem, contribute, source_of_rows
from yuanheng.kernel.importing import importer_for
from yuanheng.kernel.models import Slip, Upload
from yuanheng.kernel.models.upload import UploadStage


def _uploads(user: Any, tab: str) -> QuerySet | None:
    """Own tables that were looked at and neither imported nor discarded."""
    if tab != TO_DO:
        return None
    waiting = Upload.objects.visible_to(user).filter(stage=UploadStage.PREVIEWED)
    return waiting.filter(uploaded_by=user.pk).order_by("uploaded_at", "pk")


def _upload(row: Upload) -> WorkItem:
    importer = importer_for(row.importer_code)
    kind = importer.title if importer else row.importer_code
    link = reverse("upload-detail", args=[row.token])
    return WorkItem(row.file_name, link, kind, state=row.get_stage_display())


def _slips(user: Any, tab: str) -> QuerySet | None:
    """Open slips to the person or to an organisation of theirs. What a slip is about stands under
    “to do” itself, so they lie under “overdue” only."""
    if tab != OVERDUE:
        return None
    mine = Q(clock__holder=user.pk)
    posts = {org_unit_id for _role, org_unit_id in directory().posts(user)}
    mine |= Q(clock__holder__isnull=True, responsible__in=posts)
    found = Slip.objects.visible_to(user).filter(mine, closed_at__isnull=True)
    return found.select_related("clock", "responsible").order_by("issued_at", "pk")


def _slip(row: Slip) -> WorkItem:
    return WorkItem(
        row.clock.subject_label,
        reverse("slip-detail", args=[row.token]),
        row.clock.shown_title,
        number=str(row),
        state=row.get_colour_display(),
        holder=str(row.responsible or ""),
        due_on=row.clock.due_on,
    )


def install() -> None:
    """Called once, when the kernel starts."""
    contribute(
        source_of_rows("uploads", _("Tables to confirm"), rows=_uploads, item=_upload, order=30)
    )
    contribute(source_of_rows("slips", _("Supervision slips"), rows=_slips, item=_slip, order=20))
