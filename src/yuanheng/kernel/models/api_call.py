from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock


class ApiCall(models.Model):
    """A write of a program under a key of its own, kept for some days so that it happens once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    key = models.CharField(_("key"), max_length=100)
    asked = models.CharField(_("hash of the request"), max_length=64)
    code = models.PositiveSmallIntegerField(_("status code"), default=0)
    answer = models.TextField(_("answer"), blank=True)
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("call of a program")
        verbose_name_plural = _("calls of programs")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="api_call_once")]

    def __str__(self) -> str:
        return self.key
