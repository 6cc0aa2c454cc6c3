from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Dated
from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable, FinalRow
from yuanheng.ledger.choices import (
    Against,
    Authority,
    BearerKind,
    CheckKind,
    Frequency,
    Operator,
    Severity,
)
from yuanheng.ledger.models.indicator import Indicator
from yuanheng.ledger.models.subject import Subject

_NOT_NEGATIVE = [MinValueValidator(0)]
_KINDS = [BearerKind.PARK, BearerKind.ENTERPRISE, BearerKind.REGION]


class CheckRule(Archivable, Dated):
    """One rule of checks (审核规则). It counts for periods that end between its days.

    A comparison has two formulas and an operator; the ready-made kinds name indicators on the left
    side ("、" between them; empty: whatever is reported) and have limits of their own.
    """

    code = models.CharField(
        _("rule code"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use a-z, digits and “_” only."))],
    )
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(
        _("kind"), max_length=12, choices=CheckKind, default=CheckKind.COMPARISON
    )
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity, default=Severity.EXPLAIN
    )
    left = models.CharField(
        _("left side, or indicators"),
        max_length=400,
        blank=True,
        help_text=_(
            "A formula over names of indicators; for the ready-made kinds names separated by "
            "“、”, empty for all that are reported."
        ),
    )
    operator = models.CharField(_("operator"), max_length=2, choices=Operator, blank=True)
    right = models.CharField(
        _("right side"),
        max_length=400,
        blank=True,
        help_text=_(
            "上期(x), 上年同期(x) are earlier periods; x_累计 is from January on, x_园区合计 the "
            "sum of a region's parks, x_企业合计 of a park's enterprises."
        ),
    )
    tolerance_percent = models.FloatField(
        _("tolerance (%)"),
        default=0,
        validators=_NOT_NEGATIVE,
        help_text=_("Of the right side; equality within it holds."),
    )
    tolerance = models.FloatField(
        _("absolute tolerance"),
        default=0,
        validators=_NOT_NEGATIVE,
        help_text=_("In the unit in which the left side is kept; money in yuan."),
    )
    limit_previous = models.FloatField(
        _("limit against the period before (%)"),
        null=True,
        blank=True,
        validators=_NOT_NEGATIVE,
        help_text=_("Of rates in percentage points."),
    )
    limit_last_year = models.FloatField(
        _("limit against last year (%)"), null=True, blank=True, validators=_NOT_NEGATIVE
    )
    against = models.CharField(
        _("outlier against"), max_length=8, choices=Against, default=Against.HISTORY
    )
    threshold = models.FloatField(
        _("threshold of an outlier"),
        default=3.5,
        validators=_NOT_NEGATIVE,
        help_text=_("Modified z-score; 3.5 after Iglewicz and Hoaglin."),
    )
    subject_kind = models.CharField(
        _("of"),
        max_length=12,
        blank=True,
        choices=[(one.value, one.label) for one in _KINDS],
        help_text=_("Empty: of all."),
    )
    region = models.CharField(
        _("only under division code"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^\d*$", _("Digits only."))],
    )
    frequency = models.CharField(
        _("only for"), max_length=10, choices=Frequency, blank=True, help_text=_("Empty: any.")
    )
    advice = models.CharField(_("what to do"), max_length=200, blank=True)
    reasoning = models.TextField(_("reasoning"), max_length=1000, blank=True)
    authority = models.CharField(
        _("basis"), max_length=20, choices=Authority, default=Authority.OWN
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("check rule")
        verbose_name_plural = _("Check rules")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from yuanheng.ledger.rules import rule_faults

        super().clean()
        wrong: dict[str, Any] = rule_faults(self)
        if self.valid_until and self.valid_until < self.valid_from:
            wrong["valid_until"] = [_("It can't end before it begins.")]
        if wrong:
            raise ValidationError(wrong)


class FigureRemark(FinalRow):
    """What somebody noted on a figure: an explanation, and whether it is to be followed up.

    A journal: the last row of a figure says whether its flag is up. ``value`` is the figure that
    was spoken of (kept measure); an explanation of another value doesn't excuse this one.
    """

    subject = models.ForeignKey(
        Subject, verbose_name=_("subject"), on_delete=models.PROTECT, related_name="remarks"
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("indicator"), on_delete=models.PROTECT, related_name="+"
    )
    period_start = models.SmallIntegerField(_("first month"))
    period_kind = models.SmallIntegerField(_("kind of period"))
    value = models.FloatField(_("value spoken of"), null=True, blank=True)
    follow_up = models.BooleanField(_("to be followed up"), default=False)
    comment = models.CharField(_("remark"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("remark on a figure")
        verbose_name_plural = _("remarks on figures")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["subject", "period_start", "period_kind", "indicator"], name="remark_of"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.indicator} · {self.period.label}"

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_kind)
