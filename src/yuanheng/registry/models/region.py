from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.registry.choices import DivisionKind

# Length of a division code → what it is
KINDS = {
    2: DivisionKind.PROVINCE,
    4: DivisionKind.PREFECTURE,
    6: DivisionKind.COUNTY,
    9: DivisionKind.TOWNSHIP,
}


class Region(models.Model):
    """One administrative division. A division's code begins with that of the one above it."""

    code = models.CharField(
        _("division code"),
        max_length=9,
        unique=True,
        validators=[RegexValidator(r"^(\d\d|\d{4}|\d{6}|\d{9})$", _("2, 4, 6 or 9 digits."))],
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=DivisionKind)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("lies in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        indexes = [models.Index(fields=["name"], name="region_name")]

    def __str__(self) -> str:
        return self.name
