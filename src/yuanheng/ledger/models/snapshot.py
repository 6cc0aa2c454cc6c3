from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.choices import SubjectKind


class Snapshot(models.Model):
    """One table of figures, frozen: the file as it was given, known by the hash of its bytes.

    Rows are only ever added. A figure that turns out to be wrong is a new file and a new snapshot.
    """

    code = models.CharField(_("snapshot number"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=120)
    subject_kind = models.CharField(_("subject"), max_length=20, choices=SubjectKind)
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    byte_count = models.BigIntegerField(_("size in bytes"))
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    periods = models.JSONField(_("periods"), default=list)
    rows_usable = models.PositiveIntegerField(_("rows used"))
    rows_rejected = models.PositiveIntegerField(_("rows left out"), default=0)
    reading = models.JSONField(_("how it was read"), default=dict)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)
    committed_at = models.DateTimeField(_("frozen at"), default=clock.now)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot of figures")
        verbose_name_plural = _("Figures")
        ordering = ["-committed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "sheet", "subject_kind", "owner"],
                name="snapshot_stored_once",
            ),
            models.UniqueConstraint(
                fields=["sha256", "sheet", "subject_kind"],
                condition=models.Q(owner__isnull=True),
                name="snapshot_without_office_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def short_hash(self) -> str:
        """The first characters of the hash, as pages show it."""
        return self.sha256[:12]

    @property
    def periods_in_words(self) -> str:
        return "、".join(self.periods)
