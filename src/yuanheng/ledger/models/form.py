from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.models import Case
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.choices import BearerKind, FormFrequency
from yuanheng.ledger.models.indicator import Indicator
from yuanheng.registry.choices import ParkRank

MOST_INDICATORS = 200


class Form(Case):
    """A reporting form: which indicators it asks of which parks, how often, by when.

    It is a case: issuing is asked for by one person and decided by another. ``indicator_names`` is
    what people write; each time it is issued its ``FormItem`` rows are made anew under the next
    ``version``, and what has been opened before keeps the version that it was opened with.
    """

    form_code = models.CharField(
        _("form code"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9A-Za-z_-]+$", _("Use letters, digits, “-” and “_” only."))
        ],
        error_messages={"unique": _("There is a form with this code already.")},
    )
    frequency = models.CharField(
        _("how often"), max_length=12, choices=FormFrequency, default=FormFrequency.MONTH
    )
    asks = models.CharField(
        _("figures of"),
        max_length=12,
        choices=[(one.value, one.label) for one in (BearerKind.PARK, BearerKind.ENTERPRISE)],
        default=BearerKind.PARK,
        help_text=_(
            "Of enterprises: each fills in its own, or its park's reporter fills in for all."
        ),
    )
    only_above_scale = models.BooleanField(
        _("only enterprises above scale"),
        default=False,
        help_text=_("Only where figures of enterprises are asked."),
    )
    industry = models.CharField(
        _("only industries"),
        max_length=5,
        blank=True,
        validators=[
            RegexValidator(r"^[A-T]?\d{0,4}$", _("Write the beginning of a code of GB/T 4754."))
        ],
        help_text=_("The beginning of a code of GB/T 4754, such as 38. Empty: all."),
    )
    rank = models.CharField(
        _("class of park"),
        max_length=20,
        choices=ParkRank,
        blank=True,
        help_text=_("Empty: parks of every class."),
    )
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("parks in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: every park of the issuing office's area."),
    )
    due_days = models.PositiveSmallIntegerField(
        _("due on working day"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("The so manieth working day after the end of the period."),
    )
    first_period = models.CharField(
        _("first period"),
        max_length=12,
        blank=True,
        help_text=_("Such as 2024-07. Empty: the period that has ended when it is issued."),
    )
    indicator_names = models.TextField(
        _("indicators"),
        max_length=8000,
        help_text=_(
            "One in each line, in the order of the form: name, code or another name of the "
            "catalogue. A computed indicator is shown, never typed."
        ),
    )
    note = models.TextField(_("instructions"), max_length=2000, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=0, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("issuing asked for by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("issued by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    issued_at = models.DateTimeField(_("form issued at"), null=True, editable=False)
    territory = models.CharField(_("area"), max_length=9, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting form")
        verbose_name_plural = _("Reporting forms")

    def __str__(self) -> str:
        return self.title

    @property
    def is_issued(self) -> bool:
        """Whether it asks for figures now."""
        return self.state == "issued"

    def clean(self) -> None:
        from yuanheng.ledger.queries.asking import first_period_of, indicators_named

        found: dict[str, Any] = {}
        _rows, faults = indicators_named(self.indicator_names, kind=self.asks)
        if faults:
            found["indicator_names"] = faults
        if self.first_period and first_period_of(self) is None:
            found["first_period"] = _("“%(label)s” is no period of this kind.") % {
                "label": self.first_period
            }
        if self.asks == BearerKind.PARK and (self.only_above_scale or self.industry):
            found["asks"] = _("Only enterprises are chosen by their scale or their industry.")
        same = Form._base_manager.filter(form_code=self.form_code).exclude(pk=self.pk)
        if same.exists():
            found["form_code"] = _("There is a form with this code already.")
        if found:
            raise ValidationError(found)


class FormItem(models.Model):
    """One indicator of one version of a form."""

    form = models.ForeignKey(
        Form, verbose_name=_("form"), on_delete=models.PROTECT, related_name="items"
    )
    version = models.PositiveSmallIntegerField(_("version"))
    position = models.PositiveSmallIntegerField(_("order"))
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("indicator"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("indicator of a form")
        verbose_name_plural = _("indicators of forms")
        ordering = ["form", "version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "version", "indicator"], name="form_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.indicator}"


class FormPeriod(models.Model):
    """One period of a form: until when, in which version, whether it is closed or frozen."""

    form = models.ForeignKey(
        Form, verbose_name=_("form"), on_delete=models.PROTECT, related_name="periods"
    )
    version = models.PositiveSmallIntegerField(_("version"))
    period_start = models.SmallIntegerField(_("first month"))
    period_kind = models.SmallIntegerField(_("kind of period"))
    due_on = models.DateField(_("to be reported by"))
    opened_at = models.DateTimeField(_("period opened at"), default=clock.now)
    closed_at = models.DateTimeField(_("period closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    close_reason = models.CharField(_("reason"), max_length=200, blank=True)
    freeze = models.ForeignKey(
        "ledger.Freeze",
        verbose_name=_("frozen figures"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a form")
        verbose_name_plural = _("periods of forms")
        ordering = ["-period_start", "-period_kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "period_start", "period_kind"], name="form_period_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.period.label}"

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_kind)

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None
