import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet


class ParkLink(Archivable):
    """挂联: a bureau or town answers for a park beside the park's committee, from a day to a day;
    of several parks each counts by its ``share``."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    park = models.ForeignKey(
        "registry.Park", verbose_name=_("linked park"), on_delete=models.PROTECT, related_name="+"
    )
    share = models.DecimalField(
        _("share among its parks"), max_digits=6, decimal_places=2, default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("The shares of a unit's parks are put in proportion; one park counts whole."),
    )  # fmt: skip
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)
    reason = models.CharField(_("document or reason"), max_length=300, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a park")
        verbose_name_plural = _("Links to parks")
        ordering = ["org_unit__code", "-valid_from", "pk"]

    def __str__(self) -> str:
        return f"{self.org_unit} · {self.park}"

    def clean(self) -> None:
        super().clean()
        if self.valid_until and self.valid_from and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("It can't end before it begins.")})
