from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.registry.choices import ParkRank


class Park(Archivable):
    """One industrial park, or one of the parks of a zone (一区三园)."""

    code = models.CharField(
        _("park code"),
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9A-Za-z_-]+$", _("Use letters, digits, “-” and “_” only."))
        ],
    )
    name = models.CharField(_("park name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    rank = models.CharField(_("rank"), max_length=20, choices=ParkRank, blank=True)
    committee = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("committee"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parks",
    )
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("in region"),
        on_delete=models.PROTECT,
        related_name="parks",
    )
    parent_zone = models.ForeignKey(
        "self",
        verbose_name=_("zone it belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parks",
    )
    leading_industries = models.CharField(_("leading industries"), max_length=200, blank=True)
    special_industry = models.CharField(_("special industry"), max_length=100, blank=True)
    positioning = models.TextField(_("positioning"), blank=True)
    land_area_mu = models.DecimalField(
        _("planned area (mu)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    built_area_mu = models.DecimalField(
        _("built-up area (mu)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        ordering = ["code"]
        indexes = [models.Index(fields=["name"], name="park_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent_zone__isnull=True) | ~Q(parent_zone=F("id")),
                name="park_not_its_own_zone",
                violation_error_message=_("A park can't be a part of itself."),
            )
        ]

    def __str__(self) -> str:
        return self.name
