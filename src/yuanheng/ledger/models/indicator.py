from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Dated
from yuanheng.calc.units import UnknownUnitError, conversion_factor, parse_unit
from yuanheng.kernel import clock
from yuanheng.kernel.figures import in_english, measure_words
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.choices import (
    Authority,
    DataGroup,
    Direction,
    Frequency,
    OverSubjects,
    OverTime,
    Theme,
)

# What a version of the definition holds; a change of any of these is a new version.
DEFINED = (
    "definition", "formula", "alert_at", "excellent_at", "authority", "source", "reference",
)  # fmt: skip


def validate_measure(text: str) -> None:
    """A unit that the expression language knows."""
    try:
        parse_unit(text)
    except UnknownUnitError as error:
        said = {"word": error.word, "near": "、".join(error.suggestions) or "—"}
        raise ValidationError(
            _("“%(word)s” is no unit known here. Near it: %(near)s."), params=said
        ) from None


class Definition(models.Model):
    """What an indicator counts, and on whose word."""

    definition = models.TextField(_("definition"), max_length=2000)
    formula = models.CharField(
        _("formula"),
        max_length=400,
        blank=True,
        help_text=_("Over names of other indicators; such a figure is computed, never typed."),
    )
    alert_at = models.FloatField(
        _("alert threshold"), null=True, blank=True, help_text=_("In the unit it is shown in.")
    )
    excellent_at = models.FloatField(_("excellence threshold"), null=True, blank=True)
    authority = models.CharField(
        _("basis"), max_length=20, choices=Authority, default=Authority.OWN
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    reference = models.CharField(_("clause or mark"), max_length=100, blank=True)

    class Meta:
        abstract = True


class Indicator(Archivable, Definition):
    """One indicator as it counts now; ``IndicatorVersion`` keeps how it counted before.

    Figures are kept in ``measure`` (money in yuan, energy in tonnes of standard coal) and shown in
    ``shown_measure``.
    """

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(
        _("indicator code"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use a-z, digits and “_” only."))],
    )
    name = models.CharField(_("name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    definition_en = models.TextField(
        _("English definition"),
        max_length=2000,
        blank=True,
        help_text=_("A definition that changes without it is shown in Chinese."),
    )
    synonyms = models.TextField(
        _("other names"),
        max_length=500,
        blank=True,
        help_text=_("Separated by “、”. Documents and workbooks are understood by them."),
    )
    theme = models.CharField(_("theme"), max_length=20, choices=Theme, default=Theme.SCALE)
    measure = models.CharField(
        _("unit kept in"), max_length=20, blank=True, validators=[validate_measure]
    )
    shown_measure = models.CharField(
        _("unit shown in"), max_length=20, blank=True, validators=[validate_measure]
    )
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=2)
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction, default=Direction.HIGHER
    )
    over_time = models.CharField(
        _("over time"), max_length=12, choices=OverTime, default=OverTime.SUM
    )
    over_subjects = models.CharField(
        _("over subjects"), max_length=12, choices=OverSubjects, default=OverSubjects.SUM
    )
    weight = models.ForeignKey(
        "self",
        verbose_name=_("weighted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The denominator of a ratio that is reported as such."),
    )
    growth_of = models.ForeignKey(
        "self",
        verbose_name=_("growth of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="growths",
        help_text=_("This indicator is the reported growth of that one on the year before."),
    )
    is_real = models.BooleanField(
        _("at comparable prices"),
        default=False,
        help_text=_("A real growth can't be computed from levels, nor levels from it."),
    )
    frequency = models.CharField(
        _("frequency"), max_length=10, choices=Frequency, default=Frequency.MONTH
    )
    for_parks = models.BooleanField(_("of parks and regions"), default=True)
    for_enterprises = models.BooleanField(_("of enterprises"), default=False)
    data_group = models.CharField(_("data group"), max_length=20, choices=DataGroup, blank=True)
    bureau = models.CharField(_("owner bureau"), max_length=60, blank=True)
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    defined_from = models.DateField(_("definition counts from"), default=clock.today)
    position = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("Indicators")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(over_subjects=OverSubjects.WEIGHTED) | Q(weight__isnull=False),
                name="indicator_weighted_by_something",
                violation_error_message=_("Say by which indicator this ratio is weighted."),
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | ~Q(weight=F("id")),
                name="indicator_not_its_own_weight",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """In the reader's language, where the catalogue has it."""
        return self.name_en if self.name_en and in_english() else self.name

    @property
    def shown_definition(self) -> str:
        """In the reader's language, where the catalogue has it."""
        return self.definition_en if self.definition_en and in_english() else self.definition

    @property
    def is_derived(self) -> bool:
        """Whether it is computed from others."""
        return bool(self.formula)

    @property
    def is_rate(self) -> bool:
        """Whether it is compared in percentage points."""
        return self.measure == "%"

    @property
    def other_names(self) -> list[str]:
        return [one.strip() for one in self.synonyms.split("、") if one.strip()]

    @property
    def shown_factor(self) -> float:
        """What a kept value is multiplied by to be shown."""
        if not self.shown_measure or self.shown_measure == self.measure:
            return 1.0
        return conversion_factor(self.measure, self.shown_measure)

    @property
    def unit_shown(self) -> str:
        return self.shown_measure or self.measure

    @property
    def measure_shown(self) -> str:
        """``unit_shown`` in the reader's language."""
        return measure_words(self.unit_shown)

    def clean(self) -> None:
        if self.shown_measure and not _compatible(self.measure, self.shown_measure):
            text = _("“%(shown)s” doesn't measure what “%(kept)s” does.")
            said = {"shown": self.shown_measure, "kept": self.measure}
            raise ValidationError({"shown_measure": ValidationError(text, params=said)})
        if self.formula and self.over_subjects == OverSubjects.SUM and self.is_rate:
            text = _("A rate is never added up: compute it anew from its parts.")
            raise ValidationError({"over_subjects": text})


class IndicatorVersion(Dated, Definition):
    """How an indicator was defined from a day on; only its end is written later."""

    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator"),
        on_delete=models.PROTECT,
        related_name="versions",
    )
    number = models.PositiveSmallIntegerField(_("version"))

    class Meta:
        verbose_name = _("version of a definition")
        verbose_name_plural = _("versions of definitions")
        ordering = ["indicator", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "number"], name="indicator_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.number}"

    @property
    def shown_definition(self) -> str:
        """In the reader's language, where it still is the indicator's."""
        same = self.definition == self.indicator.definition
        return self.indicator.shown_definition if same else self.definition


def _compatible(one: Any, other: Any) -> bool:
    try:
        conversion_factor(one, other)
    except ValueError:
        return False
    return True
