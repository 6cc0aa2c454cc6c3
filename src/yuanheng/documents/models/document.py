from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yuanheng.documents.choices import DocumentStage
from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable, Job
from yuanheng.kernel.policies import ScopedQuerySet

_PATIENCE = timedelta(minutes=10)


class Document(Archivable):
    """One file on the desk; its bytes lie under their hash.

    Spans of what was found are characters of ``text``. ``text_key`` is the hash of the text
    without blanks: the same words in another file have the same.
    """

    code = models.CharField(_("document code"), max_length=40, unique=True, editable=False)
    file_name = models.CharField(_("file name"), max_length=200, editable=False)
    content = models.ForeignKey(
        "kernel.StoredFile",
        verbose_name=_("content"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=DocumentStage, default=DocumentStage.WAITING,
        editable=False,
    )  # fmt: skip
    refusal_zh = models.CharField(max_length=500, blank=True, editable=False)
    refusal_en = models.CharField(max_length=500, blank=True, editable=False)
    text = models.TextField(_("text of the document"), blank=True, editable=False)
    text_key = models.CharField(max_length=64, blank=True, editable=False)
    removed = models.JSONField(_("left out"), default=list, editable=False)
    title = models.CharField(_("heading"), max_length=300, blank=True)
    publisher = models.CharField(_("publisher"), max_length=100, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    parties = models.JSONField(_("people and units"), default=list, editable=False)
    came_with = models.ForeignKey(
        "self", verbose_name=_("came with the mail"), null=True, on_delete=models.PROTECT,
        related_name="brought", editable=False,
    )  # fmt: skip
    left_in_mail = models.JSONField(default=list, editable=False)  # [[name, why it was left]]
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    added_at = models.DateTimeField(_("added at"), default=clock.now, editable=False)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)
    source_link = models.CharField(_("page of its tasks"), max_length=200, blank=True,
                                   editable=False)  # fmt: skip

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("desk document")
        verbose_name_plural = _("Document desk")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "content"],
                condition=models.Q(archived_at__isnull=True),
                name="document_once_in_an_office",
            )
        ]
        indexes = [models.Index(fields=["text_key"], name="document_text_key")]

    def __str__(self) -> str:
        return self.title or self.file_name

    @property
    def is_stuck(self) -> bool:
        """It waits for so long that whoever should read it must have failed: no worker reads
        anything, or none was asked for this one. Behind heavy documents it may wait for longer."""
        if self.stage != DocumentStage.WAITING or clock.now() - self.asked_at <= _PATIENCE:
            return False
        jobs = Job.objects.filter(code__startswith="documents.read")
        asked = jobs.filter(arguments__document=self.code, stage__in=("queued", "running"))
        alive = jobs.filter(stage="running", leased_until__gte=clock.now())
        return not (asked.exists() and alive.exists())

    @property
    def refusal(self) -> Any:
        """Why it can't be read, in the language of the page."""
        return self.refusal_en if (get_language() or "zh").startswith("en") else self.refusal_zh
