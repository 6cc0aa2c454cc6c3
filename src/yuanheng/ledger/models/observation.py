from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.calc.periods import Period
from yuanheng.kernel.models import FinalRow
from yuanheng.ledger.models.entry import Entry
from yuanheng.ledger.models.indicator import Indicator
from yuanheng.ledger.models.subject import Subject


class Observation(FinalRow):
    """One figure: of whom, which indicator, for which period, as one entry made it known.

    Narrow, since there are tens of millions. The latest row of (subject, period, indicator) is
    what is believed now; the latest up to a number, what was believed then. ``value`` is in the
    indicator's ``measure``; empty: the figure has been withdrawn.
    """

    subject = models.ForeignKey(
        Subject,
        verbose_name=_("subject"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # calc.periods.Period
    period_start = models.SmallIntegerField(_("first month"))
    period_kind = models.SmallIntegerField(_("kind of period"))
    value = models.FloatField(_("value"), null=True)
    entry = models.ForeignKey(
        Entry,
        verbose_name=_("entry"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # The row it corrects; a first figure has none.
    supersedes_id = models.BigIntegerField(_("corrects"), null=True)
    place = models.CharField(_("cell or place in the text"), max_length=120, blank=True)
    reason = models.CharField(_("reason of the correction"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["pk"]
        indexes = [
            # The only index, and complete: a year of a subject is one stretch of it.
            models.Index(
                fields=[
                    "subject", "period_start", "period_kind", "indicator", "id", "value"
                ],
                name="observation_of",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subject} · {self.indicator} · {self.period.label}"

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_kind)
