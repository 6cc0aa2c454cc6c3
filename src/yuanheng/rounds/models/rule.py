from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.setting import NamedSetting
from yuanheng.rounds.choices import Silence


class ProcedureRule(NamedSetting):
    """What an office has laid down for its rounds, from a day to a day.

    No published document settles these questions for everybody, so each is a setting with its
    source. A round keeps the rule that was in force when it began.
    """

    silence = models.CharField(
        _("who says nothing within the term"),
        max_length=12,
        choices=Silence,
        default=Silence.UNANSWERED,
    )
    checked_by_another = models.BooleanField(
        _("internal check by another person than who prepared"), default=False
    )
    published_by_another = models.BooleanField(
        _("published by another person than who computed"), default=True
    )
    again_if_changed = models.BooleanField(
        _("publicity again if ranks or grades changed"),
        default=False,
        help_text=_("After objections were upheld and the evaluation was computed again."),
    )

    areas_first = models.BooleanField(
        _("an area list of the same year must be settled first"),
        default=False,
        help_text=_("For evaluations of enterprises."),
    )

    class Meta:
        verbose_name = _("rule of procedure")
        verbose_name_plural = _("rules of procedure")
        ordering = ["-valid_from", "pk"]
