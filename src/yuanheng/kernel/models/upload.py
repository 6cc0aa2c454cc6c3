import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class UploadStage(models.TextChoices):
    """How far an uploaded table has come."""

    READING = "reading", _("Being read")
    PREVIEWED = "previewed", _("Waiting for confirmation")
    COMMITTED = "committed", _("Imported")
    DISCARDED = "discarded", _("Discarded")
    UNDONE = "undone", _("Undone")


class Upload(models.Model):
    """One table that somebody uploaded: what it would change, and whether it was imported."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    importer_code = models.CharField(_("what is imported"), max_length=50)
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    byte_count = models.BigIntegerField(_("size"))
    stage = models.CharField(
        _("stage"), max_length=20, choices=UploadStage, default=UploadStage.PREVIEWED
    )
    options = models.JSONField(_("what was answered beside the file"), default=dict)
    summary = models.JSONField(_("summary"), default=dict)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    committed_at = models.DateTimeField(_("imported at"), null=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    event = models.ForeignKey(
        "kernel.AuditEvent",
        verbose_name=_("log entry"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
