from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.choices import BearerKind
from yuanheng.registry.models.bearer import OfParkOrEnterprise


class Subject(OfParkOrEnterprise):
    """Of what figures are: a region, a park, an enterprise of the registers, or something that a
    published document speaks of (``is_public``) and no register of ours holds.

    Where it lies is read from the register each time: an enterprise that moves takes its figures
    along.
    """

    id = models.AutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=12, choices=BearerKind)
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_public = models.BooleanField(_("from published documents"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject of figures")
        verbose_name_plural = _("subjects of figures")
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="subject_once"),
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(enterprise__isnull=False),
                name="subject_enterprise_once",
            ),
            models.UniqueConstraint(
                fields=["park"], condition=Q(park__isnull=False), name="subject_park_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
