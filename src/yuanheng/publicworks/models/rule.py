from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.setting import OfficeSetting


class OrderRule(OfficeSetting):
    """By which points an office orders its public projects, from a day to a day: the higher, the
    earlier."""

    formula = models.CharField(
        _("formula"),
        max_length=400,
        help_text=_("Over: 紧急程度 (3, 2, 1), 剩余天数, 超期天数, 资金到位率, 进度, 投资万元."),
    )

    class Meta:
        verbose_name = _("order rule of public projects")
        verbose_name_plural = _("Order rules of public projects")
        ordering = ["-valid_from", "pk"]

    def __str__(self) -> str:
        return self.formula

    def clean(self) -> None:
        from yuanheng.publicworks.ordering import formula_faults

        super().clean()
        faults = formula_faults(self.formula)
        if faults:
            raise ValidationError({"formula": faults})
