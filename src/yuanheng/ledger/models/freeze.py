from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import FinalRow
from yuanheng.ledger.models.snapshot import Snapshot


class Freeze(FinalRow):
    """A scope and a period of the ledger, frozen: the figures one by one in a Parquet file that is
    known by its content, and a manifest that says what they mean.

    Tables for schemes (``Snapshot``) are made from the file, never from the living ledger.
    """

    code = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("figures of"), max_length=12)
    scope = models.JSONField(_("scope"), default=dict)
    period = models.CharField(_("period"), max_length=12)
    up_to = models.BigIntegerField(_("last figure that counted"))
    as_of = models.DateTimeField(_("as known at"))
    subjects = models.PositiveIntegerField(_("number of subjects"))
    figures = models.PositiveIntegerField(_("number of figures"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    byte_count = models.BigIntegerField(_("size in bytes"))
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("frozen by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField(_("frozen at"), default=clock.now)

    class Meta:
        verbose_name = _("frozen figures")
        verbose_name_plural = _("Frozen figures")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["manifest_sha256", "owner"], name="freeze_stored_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def short_hash(self) -> str:
        return self.sha256[:12]


class FrozenTable(FinalRow):
    """A snapshot's table was made from frozen figures, for a scheme or for any."""

    freeze = models.ForeignKey(
        Freeze, verbose_name=_("frozen figures"), on_delete=models.PROTECT, related_name="tables"
    )
    snapshot = models.OneToOneField(
        Snapshot, verbose_name=_("table"), on_delete=models.PROTECT, related_name="frozen_table"
    )
    layout_code = models.CharField(_("scheme"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("table of frozen figures")
        verbose_name_plural = _("tables of frozen figures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.snapshot)
