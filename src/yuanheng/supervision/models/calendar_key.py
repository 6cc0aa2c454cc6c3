from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock


class CalendarKey(models.Model):
    """The secret in the address of a person's calendar feed; only its hash is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(_("hash"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user)
