from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LadderRung(models.Model):
    """One rung of the ladder that enterprises climb: high-tech, specialised, chain leader …"""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("rung")
        verbose_name_plural = _("rungs")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class LadderStanding(models.Model):
    """An enterprise stood on a rung from a day to a day. A loss ends the row, never erases it."""

    enterprise = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("enterprise"),
        on_delete=models.PROTECT,
        related_name="standings",
    )
    rung = models.ForeignKey(
        LadderRung, verbose_name=_("rung"), on_delete=models.PROTECT, related_name="standings"
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        ordering = ["rung__order", "since"]
        indexes = [
            models.Index(
                fields=["rung", "enterprise"],
                name="standing_now",
                condition=Q(until__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "rung"],
                condition=Q(until__isnull=True),
                name="standing_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="standing_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.rung}"
