from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.ledger.models.reckoned import Reckoned


class UnitReckoning(Reckoned):
    """The figures of an organisation for a year as they were put together at a moment, and the
    tasks, targets, parks and list entries that each of them is made of.

    Rows are added; the last of an organisation and year is current. ``parts`` is by code of the
    indicator a list of {"zh", "en", "value", "href"}.
    """

    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    as_of = models.DateField(_("as of"))
    values = models.JSONField(_("figures"), default=dict)
    parts = models.JSONField(_("what they are made of"), default=dict)

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
