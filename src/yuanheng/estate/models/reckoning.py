from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.ledger.models.reckoned import Reckoned


class Reckoning(Reckoned):
    """Area and tax of an enterprise in a year as they were reckoned at a moment, with what they
    are made of.

    Rows are added; of those of an enterprise and year the last is current (``is_current``, kept
    for lists). Without a figure something is missing: ``problems`` says what.
    """

    enterprise = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("enterprise"),
        on_delete=models.PROTECT,
        related_name="reckonings",
    )
    area_mu = models.FloatField(_("evaluated area (mu)"), null=True)
    tax_yuan = models.FloatField(_("evaluated tax (yuan)"), null=True)
    # Lists of {"key", "zh", "en", "value"}: mu of each item, yuan of each kind of tax.
    area_parts = models.JSONField(_("parts of the area"), default=list)
    tax_parts = models.JSONField(_("parts of the tax"), default=list)
    problems = models.JSONField(_("what is missing"), default=list)  # [zh, en] each
    head = models.ForeignKey(
        "registry.Enterprise",
        verbose_name=_("counted with"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    rule = models.CharField(_("rule of counting area"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("evaluated area and tax")
        verbose_name_plural = _("Evaluated area and tax")
        ordering = ["-year", "enterprise__credit_code", "-pk"]
        indexes = [models.Index(fields=["enterprise", "year", "is_current"], name="reckoning_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "year"],
                condition=models.Q(is_current=True),
                name="reckoning_current_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.enterprise}"
