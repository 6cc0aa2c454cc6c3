import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.choices import DraftStage, SubjectKind


class FigureDraft(models.Model):
    """A table of figures that was uploaded to be looked at; confirmed, it becomes a snapshot."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    subject_kind = models.CharField(_("subject"), max_length=20, choices=SubjectKind)
    layout_code = models.CharField(_("scheme"), max_length=80)
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    byte_count = models.BigIntegerField(_("size in bytes"))
    stage = models.CharField(
        _("stage"), max_length=20, choices=DraftStage, default=DraftStage.PREVIEWED
    )
    reading = models.JSONField(_("how it was read"), default=dict)
    snapshot = models.ForeignKey(
        "ledger.Snapshot",
        verbose_name=_("snapshot"),
        null=True,
        on_delete=models.PROTECT,
        related_name="drafts",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded table of figures")
        verbose_name_plural = _("uploaded tables of figures")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
