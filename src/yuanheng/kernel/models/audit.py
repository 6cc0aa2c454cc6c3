import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock


class AuditEvent(models.Model):
    """One thing that somebody did: which row, before, after, why. Rows are only ever added."""

    at = models.DateTimeField(_("time"), default=clock.now, db_index=True)
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    action_code = models.CharField(_("action"), max_length=100, db_index=True)
    correlation = models.UUIDField(_("correlation"), default=uuid.uuid4)
    subject_model = models.CharField(_("kind of record"), max_length=100, blank=True)
    subject_pk = models.CharField(_("record number"), max_length=64, blank=True)
    subject_label = models.CharField(_("record"), max_length=300, blank=True)
    before = models.JSONField(_("before"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), null=True, encoder=DjangoJSONEncoder)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    address = models.CharField(_("from where"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_model", "subject_pk"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action_code} {self.subject_label}".strip()


class RowChange(models.Model):
    """What one action did to one of the many rows it wrote: an import, a bulk edit.

    A row that was written alone has its before and after in the event itself.
    """

    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="row_changes")
    subject_model = models.CharField(_("kind of record"), max_length=100)
    subject_pk = models.CharField(_("record number"), max_length=64)
    # Only the columns that changed; no "before" for a row that was made.
    before = models.JSONField(_("before"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), null=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("changed row")
        verbose_name_plural = _("changed rows")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subject_model", "subject_pk"], name="row_change_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_model} {self.subject_pk}"
