from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Dated


class ScoreRule(Dated):
    """How a closed task is scored, as an office has set it, from a day to a day."""

    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("for the organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("It and everything under it; empty for all."),
    )
    formula = models.CharField(
        _("formula"),
        max_length=400,
        help_text=_("Over: 核查得分, 超期天数, 督办单数, 退回次数, 延期次数. 0 to 100 count."),
    )
    source = models.CharField(_("document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("scoring rule of tasks")
        verbose_name_plural = _("Scoring rules of tasks")
        ordering = ["-valid_from", "pk"]

    def __str__(self) -> str:
        return self.formula

    def clean(self) -> None:
        from yuanheng.supervision.scoring import formula_faults

        super().clean()
        faults = formula_faults(self.formula)
        if faults:
            raise ValidationError({"formula": faults})
        if self.valid_until and self.valid_from and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("It can't end before it begins.")})
