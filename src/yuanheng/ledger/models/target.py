from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Dated
from yuanheng.calc.series import figures_curve
from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable, FinalRow
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.choices import Counted, CurveKind, Frequency, OverTime, TargetKind
from yuanheng.ledger.models.indicator import Indicator

_FLOWS = {OverTime.SUM, OverTime.CUMULATIVE}
_BEARERS = ("region", "park", "enterprise")
CANDIDATE = "○"


class Target(Archivable):
    """One aim of a year (目标任务): of a region, a park, an enterprise, or of the office itself.

    ``aim`` and ``level`` are in the unit that the indicator is shown in; a count is a number of
    things. What a change of the aim was, and why, stays in ``TargetVersion``.
    """

    code = models.CharField(
        _("target number"),
        max_length=40,
        unique=True,
        blank=True,
        help_text=_("Left empty, the next number of the year is taken."),
        validators=[RegexValidator(r"^[0-9A-Za-z_-]+$", _("Use letters, digits, “-” and “_”."))],
    )
    name = models.CharField(_("name"), max_length=100)
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    kind = models.CharField(
        _("how it is counted"), max_length=10, choices=TargetKind, default=TargetKind.FIGURE
    )
    region = models.ForeignKey(
        "registry.Region", verbose_name=_("of the region"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    park = models.ForeignKey(
        "registry.Park", verbose_name=_("of the park"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    enterprise = models.ForeignKey(
        "registry.Enterprise", verbose_name=_("of the enterprise"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("indicator"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    aim = models.FloatField(
        _("aim"),
        null=True,
        blank=True,
        help_text=_("In the unit that the indicator is shown in; of counts a number."),
    )
    counted = models.CharField(
        _("counts"), max_length=10, choices=Counted, default=Counted.ENTERPRISE
    )
    level = models.FloatField(
        _("figure to reach"),
        null=True,
        blank=True,
        help_text=_("For “how many reach a figure”: 10 亿元 a year is 10."),
    )
    members = models.TextField(
        _("list"),
        max_length=8000,
        blank=True,
        help_text=_(
            "For “how many are on a list”: one name a line. A line that begins with ○ is still "
            "being worked on and doesn't count."
        ),
    )
    curve = models.CharField(
        _("plan by month"), max_length=10, choices=CurveKind, default=CurveKind.EVEN
    )
    curve_figures = models.TextField(
        _("own figures of the months"),
        max_length=400,
        blank=True,
        help_text=_(
            "Twelve numbers in the unit of the aim: what each month brings (they add up to it), "
            "or where each month ends (the last is the aim)."
        ),
    )
    light_rule = models.CharField(
        _("rule of lights"), max_length=60, default="default", help_text=_("Its code.")
    )
    owner = models.ForeignKey(
        "accounts.OrgUnit", verbose_name=_("office"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", editable=False,
    )  # fmt: skip
    lead = models.CharField(_("responsible unit"), max_length=100, blank=True)
    source = models.CharField(_("document"), max_length=300, blank=True)
    memo = models.TextField(_("note"), max_length=1000, blank=True)
    reason = models.CharField(
        _("reason of the last change"),
        max_length=200,
        blank=True,
        help_text=_("Needed when the aim, its indicator or its plan changes."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("Targets")
        ordering = ["-year", "position", "code"]
        indexes = [models.Index(fields=["year", "indicator"], name="target_year")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="target_not_its_own_parent",
                violation_error_message=_("A target can't be a part of itself."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.name}"

    @property
    def shown_name(self) -> str:
        """In the reader's language, where the target is called as its indicator is."""
        one = self.indicator
        return one.shown_name if one is not None and one.name == self.name else self.name

    @property
    def bearer(self) -> Any:
        """Whose target it is: an enterprise, a park, a region; None for the office's own."""
        return self.enterprise or self.park or self.region

    @property
    def is_flow(self) -> bool:
        """Whether its year begins at nothing; a stock or a rate begins where last year ended."""
        return self.indicator is not None and self.indicator.over_time in _FLOWS

    @property
    def own_figures(self) -> list[float]:
        """The twelve numbers of its own plan; ValueError for what is no number."""
        parts = [one for one in re.split(r"[\s,，、;；]+", self.curve_figures.strip()) if one]
        return [float(one) for one in parts]

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if sum(getattr(self, f"{one}_id") is not None for one in _BEARERS) > 1:
            wrong["park"] = _("A target is of one region, park or enterprise only.")
        wrong |= self._wrong_kind()
        wrong |= self._wrong_curve()
        wrong |= self._wrong_parent()
        if wrong:
            raise ValidationError(wrong)

    def _wrong_kind(self) -> dict[str, Any]:
        if self.kind == TargetKind.HEADING:
            return {}
        found: dict[str, Any] = {}
        if self.aim is None:
            found["aim"] = _("Give the aim.")
        elif self.kind != TargetKind.FIGURE and self.aim <= 0:
            found["aim"] = _("A number of things must be greater than 0.")
        if self.kind != TargetKind.LISTED and self.indicator is None:
            found["indicator"] = _("Choose the indicator.")
        if self.kind == TargetKind.FIGURE and self.indicator is not None:
            if self.indicator.over_time in _FLOWS and (self.aim or 1) <= 0:
                found["aim"] = _("The aim of a sum over the year must be greater than 0.")
            if self.bearer is None:
                found["region"] = _("Say whose figure it is: a region, a park or an enterprise.")
        if self.kind == TargetKind.REACHING and self.level is None:
            found["level"] = _("Give the figure that is to be reached.")
        return found

    def _wrong_curve(self) -> dict[str, Any]:
        if self.curve != CurveKind.OWN or self.aim is None:
            return {}
        try:
            figures = self.own_figures
        except ValueError:
            return {"curve_figures": _("Write twelve numbers, separated by blanks.")}
        if len(figures) != 12:
            text = _("Write twelve numbers; there are %(count)d.")
            return {"curve_figures": text % {"count": len(figures)}}
        if self.kind == TargetKind.FIGURE and not self.is_flow:
            if abs(figures[-1] - self.aim) > 1e-6 * abs(self.aim):
                text = _("The last month must end at the aim, %(aim)g; it ends at %(last)g.")
                return {"curve_figures": text % {"aim": self.aim, "last": figures[-1]}}
            return {}
        try:
            figures_curve(figures, self.aim)
        except ValueError:
            text = _(
                "The months add up to %(total)g and end at %(last)g; neither is the aim, %(aim)g, "
                "or they go back on their way."
            )
            said = {"total": sum(figures), "last": figures[-1], "aim": self.aim}
            return {"curve_figures": text % said}
        return {}

    def _wrong_parent(self) -> dict[str, Any]:
        above, steps = self.parent, 0
        if above is not None and above.year != self.year:
            text = _("“%(name)s” is a target of %(year)d, this one of %(own)d.")
            said = {"name": above.name, "year": above.year, "own": self.year}
            return {"parent": text % said}
        while above is not None and steps < 20:
            if above.pk == self.pk and self.pk is not None:
                return {"parent": _("That target is itself a part of this one.")}
            above, steps = above.parent, steps + 1
        return {}


class TargetVersion(FinalRow):
    """What an aim was from a moment on, who changed it, and why."""

    target = models.ForeignKey(
        Target, verbose_name=_("target"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    aim = models.FloatField(_("aim"), null=True)
    measure = models.CharField(_("unit"), max_length=20, blank=True)
    curve = models.CharField(_("plan by month"), max_length=10, choices=CurveKind)
    curve_figures = models.TextField(_("own figures of the months"), blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("version of a target")
        verbose_name_plural = _("versions of targets")
        ordering = ["target", "-number"]

    def __str__(self) -> str:
        return f"{self.target} · {self.number}"


class DueDay(Dated):
    """By when a figure must be in the ledger: so many days after its period has ended."""

    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency)
    days = models.PositiveSmallIntegerField(
        _("days after the period"),
        validators=[MaxValueValidator(366)],
        help_text=_("Calendar days; 10 for a month is the 10th of the next."),
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("for the organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("It and everything under it; empty for all."),
    )
    source = models.CharField(_("document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("reporting due day")
        verbose_name_plural = _("Reporting due days")
        ordering = ["frequency", "-valid_from", "pk"]

    def __str__(self) -> str:
        return f"{self.get_frequency_display()} · {self.days}"
