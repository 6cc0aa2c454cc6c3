from django.db import models
from django.utils.translation import gettext_lazy as _


class OfParkOrEnterprise(models.Model):
    """Something that is about a park or an enterprise of the registers: one of the two, or neither
    where the row's kind names something else."""

    park = models.ForeignKey(
        "registry.Park",
        verbose_name=_("park"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    enterprise = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("enterprise"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True
