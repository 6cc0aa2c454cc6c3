import uuid
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class LogIsFinal(TypeError):  # noqa: N818  named for what it says
    """Somebody tried to change the audit log; it can only be added to."""

    def __init__(self) -> None:
        super().__init__(
            "The audit log can't be changed or deleted, only added to. "
            "Record what happened with a new action instead."
        )


class LogQuerySet(ScopedQuerySet):
    """Rows that are added and read, nothing else."""

    def update(self, **values: Any) -> int:
        raise LogIsFinal

    def bulk_update(self, *args: Any, **options: Any) -> int:
        raise LogIsFinal

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LogIsFinal

    def _raw_delete(self, using: str | None) -> int:
        raise LogIsFinal


class LogRow(models.Model):
    """A row of the log: written once."""

    objects: Any = LogQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise LogIsFinal
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise LogIsFinal


class AuditEvent(LogRow):
    """One thing that somebody did: which row, before, after, why. Rows are only ever added.

    ``sequence``, ``previous_hash`` and ``hash`` chain the rows (``kernel.audit.chain``): they are
    written once, when the action that made the row ends.
    """

    at = models.DateTimeField(_("time"), default=clock.now, db_index=True)
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    action_code = models.CharField(_("action"), max_length=100, db_index=True)
    correlation = models.UUIDField(_("correlation"), default=uuid.uuid4, db_index=True)
    subject_model = models.CharField(_("kind of record"), max_length=100, blank=True)
    subject_pk = models.CharField(_("record number"), max_length=64, blank=True)
    subject_label = models.CharField(_("record"), max_length=300, blank=True)
    before = models.JSONField(_("before"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), null=True, encoder=DjangoJSONEncoder)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    address = models.CharField(_("from where"), max_length=64, blank=True)
    rows_digest = models.CharField(_("hash of the changed rows"), max_length=64, blank=True)
    sequence = models.BigIntegerField(_("number in the log"), null=True, unique=True)
    previous_hash = models.CharField(_("hash of the row before"), max_length=64, blank=True)
    hash = models.CharField(_("hash of this row"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("Audit log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_model", "subject_pk"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action_code} {self.subject_label}".strip()


class RowChange(LogRow):
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


class AuditHead(models.Model):
    """The one row that says where the log ends: its last number and hash.

    Who writes to the log locks it first, so that two writers don't take the same number.
    """

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("end of the audit log")
        verbose_name_plural = _("end of the audit log")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"
