from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.formulas import Facts
from yuanheng.kernel.models.setting import FormulaSetting


class OrderRule(FormulaSetting):
    """By which points an office orders its public projects, from a day to a day: the higher, the
    earlier."""

    facts: ClassVar[Facts] = Facts({
        "urgency": "紧急程度",
        "days_left": "剩余天数",
        "days_overdue": "超期天数",
        "funded": "资金到位率",
        "progress": "进度",
        "budget": "投资万元",
    })  # fmt: skip

    formula = models.CharField(
        _("formula"),
        max_length=400,
        help_text=_("Over: 紧急程度 (3, 2, 1), 剩余天数, 超期天数, 资金到位率, 进度, 投资万元."),
    )

    class Meta(FormulaSetting.Meta):
        abstract = False
        verbose_name = _("order rule of public projects")
        verbose_name_plural = _("Order rules of public projects")
