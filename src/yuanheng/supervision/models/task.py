from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import Case
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.supervision.choices import ReportFrequency
from yuanheng.supervision.models.source import Source


class Task(Case):
    """One task: what is to come of it, who leads, until when; a part names its ``parent_case``.

    ``office`` supervises: it issues, verifies and closes. ``deadline`` is the date that was set;
    ``extended_to`` a later one that was granted. ``value_then`` and ``aim`` are in the unit that
    the indicator is shown in.
    """

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="tasks"
    )
    paragraph = models.PositiveSmallIntegerField(_("paragraph"), null=True, blank=True)
    quote = models.TextField(_("words of the source"), max_length=2000, blank=True)
    result = models.TextField(
        _("measurable result"),
        max_length=1000,
        blank=True,
        help_text=_("What can be counted or seen when it is done."),
    )
    office = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("supervising office"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    lead = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("lead unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    leader = models.CharField(_("leader"), max_length=60, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    extended_to = models.DateField(_("extended to"), null=True, editable=False)
    frequency = models.CharField(
        _("progress is reported"),
        max_length=10,
        choices=ReportFrequency,
        default=ReportFrequency.MONTH,
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    progress = models.PositiveSmallIntegerField(
        _("progress (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    quality = models.PositiveSmallIntegerField(
        _("points of the verification"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("0 to 100: is the result there, and does the evidence show it?"),
    )
    score = models.DecimalField(
        _("score"), max_digits=6, decimal_places=2, null=True, editable=False
    )
    score_basis = models.JSONField(_("basis of the score"), default=dict, editable=False)
    indicator = models.ForeignKey(
        "ledger.Indicator",
        verbose_name=_("indicator"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    subject = models.ForeignKey(
        "ledger.Subject",
        verbose_name=_("of whom"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    value_then = models.FloatField(_("value when the task was made"), null=True, blank=True)
    period_then = models.CharField(_("period of that value"), max_length=20, blank=True)
    aim = models.FloatField(_("aim"), null=True, blank=True)
    made_of = models.CharField(_("made of"), max_length=200, blank=True)  # address of the gap
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("submitted by"),
    )  # fmt: skip
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("finish reported by"),
    )  # fmt: skip
    issued_on = models.DateField(_("issued on"), null=True, editable=False)
    reported_on = models.DateField(_("last progress on"), null=True, editable=False)
    finished_on = models.DateField(_("finish reported on"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("Tasks")
        indexes = [models.Index(fields=["lead"], name="task_of_lead")]

    @property
    def finish_on(self) -> date | None:
        """Until when it must be finished, as things stand."""
        return self.extended_to or self.deadline

    def clean(self) -> None:
        super().clean()
        if self.office_id is None:  # who registers it supervises it
            self.office_id = self.org_unit_id
        above = self.parent_case
        if isinstance(above, Case) and self.deadline:
            last = Task.objects.filter(pk=above.pk).first()
            if last is not None and last.finish_on and self.deadline > last.finish_on:
                text = _("The task above it is due on %(day)s; a part can't end later.")
                raise ValidationError({"deadline": text % {"day": last.finish_on.isoformat()}})


class SupportingUnit(models.Model):
    """A unit that is to support the lead; with the issuing it becomes a co-unit of the case."""

    task = models.ForeignKey(
        Task, verbose_name=_("task"), on_delete=models.CASCADE, related_name="supporting"
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("supporting unit"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("supporting unit")
        verbose_name_plural = _("supporting units")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "org_unit"], name="supporting_unit_once")
        ]

    def __str__(self) -> str:
        return str(self.org_unit)
