from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.registry.choices import LandHolding
from yuanheng.registry.models.ladder import LadderStanding
from yuanheng.registry.validators import validate_credit_code


class EnterpriseQuerySet(ScopedQuerySet):
    def with_ladder(self) -> "EnterpriseQuerySet":
        """With the rungs on which each stands now, in one further query."""
        held = LadderStanding.objects.filter(until__isnull=True).select_related("rung")
        return self.prefetch_related(models.Prefetch("standings", held, to_attr="held_now"))


class Enterprise(Archivable):
    """One enterprise, known by its unified social credit code."""

    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        validators=[validate_credit_code],
    )
    name = models.CharField(_("enterprise name"), max_length=120)
    park = models.ForeignKey(
        "registry.Park",
        verbose_name=_("in park"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enterprises",
    )
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("in region"),
        on_delete=models.PROTECT,
        related_name="enterprises",
    )
    industry_code = models.CharField(_("industry code (GB/T 4754)"), max_length=5, blank=True)
    industry_name = models.CharField(_("industry"), max_length=100, blank=True)
    above_scale = models.BooleanField(_("above scale"), null=True, blank=True)
    landlord = models.ForeignKey(
        "self",
        verbose_name=_("landlord"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tenants",
    )
    land_holding = models.CharField(
        _("land holding"), max_length=20, choices=LandHolding, blank=True
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)

    objects: Any = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["credit_code"]
        indexes = [
            models.Index(fields=["name"], name="enterprise_name"),
            models.Index(fields=["park", "archived_at"], name="enterprise_park"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(landlord__isnull=True) | ~Q(landlord=F("id")),
                name="enterprise_not_its_own_landlord",
                violation_error_message=_("An enterprise can't be its own landlord."),
            )
        ]

    def __str__(self) -> str:
        return self.name
