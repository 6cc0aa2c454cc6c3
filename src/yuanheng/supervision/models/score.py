from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.formulas import Facts
from yuanheng.kernel.models.setting import FormulaSetting


class ScoreRule(FormulaSetting):
    """How a closed task is scored, as an office has set it, from a day to a day."""

    facts: ClassVar[Facts] = Facts({
        "quality": "核查得分",
        "days_late": "超期天数",
        "slips": "督办单数",
        "returns": "退回次数",
        "extensions": "延期次数",
    })  # fmt: skip

    formula = models.CharField(
        _("formula"),
        max_length=400,
        help_text=_("Over: 核查得分, 超期天数, 督办单数, 退回次数, 延期次数. 0 to 100 count."),
    )

    class Meta(FormulaSetting.Meta):
        abstract = False
        verbose_name = _("scoring rule of tasks")
        verbose_name_plural = _("Scoring rules of tasks")
