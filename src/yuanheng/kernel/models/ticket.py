from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock


class FormTicket(models.Model):
    """One form that was sent and had its effect: sent again, it leads to the first result."""

    token = models.CharField(_("token"), max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    digest = models.CharField(_("SHA-256"), max_length=64)  # of what was sent
    result = models.CharField(_("page"), max_length=2000, blank=True)
    used_at = models.DateTimeField(_("sent at"), default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        ordering = ["-used_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "token"], name="one_effect_a_form"),
        ]

    def __str__(self) -> str:
        return self.token
