from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.companion import Companion


class StoredFile(models.Model):
    """One content, kept once under its hash, however many records it is attached to."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    byte_count = models.BigIntegerField(_("size"))
    stored_at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sha256


class Attachment(Companion, Archivable):
    """One file beside one record, under the name that it was uploaded with."""

    content = models.ForeignKey(
        StoredFile, verbose_name=_("content"), on_delete=models.PROTECT, related_name="uses"
    )
    file_name = models.CharField(_("file name"), max_length=200)
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["subject_model", "subject_pk"], name="attachment_subject")]

    def __str__(self) -> str:
        return self.file_name
