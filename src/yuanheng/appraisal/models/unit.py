import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class UnitReckoning(models.Model):
    """The figures of an organisation for a year as they were put together at a moment, and the
    tasks, targets, parks and list entries that each of them is made of.

    Rows are added; the last of an organisation and year is current. ``parts`` is by code of the
    indicator a list of {"zh", "en", "value", "href"}.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    year = models.PositiveSmallIntegerField(_("year"))
    as_of = models.DateField(_("as of"))
    values = models.JSONField(_("figures"), default=dict)
    parts = models.JSONField(_("what they are made of"), default=dict)
    entry = models.ForeignKey(
        "ledger.Entry",
        verbose_name=_("entry"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reckoned_at = models.DateTimeField(_("reckoned at"), default=clock.now)
    is_current = models.BooleanField(_("current"), default=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of a unit")
        verbose_name_plural = _("Figures of the units")
        ordering = ["-year", "org_unit__code", "-pk"]
        indexes = [models.Index(fields=["org_unit", "year"], name="unit_reckoning_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["org_unit", "year"],
                condition=models.Q(is_current=True),
                name="unit_reckoning_current_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.org_unit}"
