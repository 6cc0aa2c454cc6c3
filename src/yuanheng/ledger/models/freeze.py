from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import FinalRow
from yuanheng.ledger.models.snapshot import Snapshot


class Freeze(FinalRow):
    """A snapshot that was frozen out of the ledger: its scope and period, and the figures one by
    one in a file known by its content. The snapshot's own table is made from that file."""

    snapshot = models.OneToOneField(
        Snapshot, verbose_name=_("snapshot"), on_delete=models.PROTECT, related_name="freeze"
    )
    scope = models.JSONField(_("scope"), default=dict)
    period = models.CharField(_("period"), max_length=12)
    up_to = models.BigIntegerField(_("last figure that counted"))
    figures = models.PositiveIntegerField(_("figures"))
    sha256 = models.CharField(_("SHA-256 of the figures"), max_length=64, db_index=True)
    manifest = models.JSONField(_("manifest"), default=dict)

    class Meta:
        verbose_name = _("frozen scope")
        verbose_name_plural = _("frozen scopes")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.snapshot} · {self.period}"
