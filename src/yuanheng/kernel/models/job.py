import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class JobStage(models.TextChoices):
    """How far a job has come."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ENDED = (JobStage.DONE, JobStage.FAILED, JobStage.CANCELLED)


class Job(models.Model):
    """Something long that somebody asked for, done by a worker in their name.

    ``lease`` is the worker that has it, ``leased_until`` the moment from which another may take
    it: a worker that lives keeps putting that off.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("kind of job"), max_length=100)
    title = models.CharField(_("job"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    requested_at = models.DateTimeField(_("requested at"), default=clock.now)
    stage = models.CharField(_("stage"), max_length=20, choices=JobStage, default=JobStage.QUEUED)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(_("cancelling"), default=False)
    message = models.TextField(_("outcome"), blank=True)
    link = models.CharField(_("page"), max_length=300, blank=True)
    file_name = models.CharField(_("file name"), max_length=255, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=Q(stage__in=["queued", "running"]),
                name="job_to_do",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_ended(self) -> bool:
        return self.stage in ENDED
