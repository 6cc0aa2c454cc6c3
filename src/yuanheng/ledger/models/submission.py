from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.kernel.models import Case
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.ledger.models.form import Form, FormPeriod
from yuanheng.ledger.models.indicator import Indicator
from yuanheng.ledger.models.subject import Subject


class Submission(Case):
    """What one park committee reports for one period of a form.

    ``round`` is 1, and one more with every revision after it had been accepted; the figures of
    earlier rounds stay as they were.
    """

    form_period = models.ForeignKey(
        FormPeriod,
        verbose_name=_("form and period"),
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    committee = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("reporting organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    county = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("county that approves"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reported by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    reported_at = models.DateTimeField(_("reported at"), null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("Submissions")
        constraints = [
            models.UniqueConstraint(fields=["form_period", "committee"], name="submission_once")
        ]

    @property
    def form(self) -> Form:
        return self.form_period.form

    @property
    def period(self) -> Period:
        return self.form_period.period


class DraftFigure(models.Model):
    """One cell of a submission: what has been typed, before it is reported.

    ``text`` is as it was typed, in the unit that the indicator is shown in; ``value`` what it
    means, in the unit that figures are kept in (none: not understood, or said to be unknown).
    ``confirmed_value`` is the known figure that somebody has confirmed. ``version`` counts the
    changes: who writes says which version they saw.
    """

    submission = models.ForeignKey(
        Submission, verbose_name=_("submission"), on_delete=models.CASCADE, related_name="cells"
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    position = models.PositiveSmallIntegerField(_("order"))
    subject = models.ForeignKey(
        Subject, verbose_name=_("subject"), on_delete=models.PROTECT, related_name="+"
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("indicator"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("as typed"), max_length=60, blank=True)
    value = models.FloatField(_("value"), null=True)
    reason = models.CharField(_("reason or explanation"), max_length=200, blank=True)
    confirmed_value = models.FloatField(_("confirmed value"), null=True)
    asked_by = models.ForeignKey(
        Form,
        verbose_name=_("asked already by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    changed_at = models.DateTimeField(_("changed at"), null=True)

    class Meta:
        verbose_name = _("draft of a figure")
        verbose_name_plural = _("drafts of figures")
        ordering = ["submission", "round", "position", "subject"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "round", "subject", "indicator"], name="draft_figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.indicator}"


class FigureMark(models.Model):
    """A figure that was marked when the submission was sent back, until it has been mended."""

    submission = models.ForeignKey(
        Submission, verbose_name=_("submission"), on_delete=models.CASCADE, related_name="marks"
    )
    cell = models.ForeignKey(
        DraftFigure, verbose_name=_("figure"), on_delete=models.CASCADE, related_name="marks"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("time"), default=clock.now)
    note = models.CharField(_("note"), max_length=300, blank=True)
    mended_at = models.DateTimeField(_("mended at"), null=True)

    class Meta:
        verbose_name = _("marked figure")
        verbose_name_plural = _("marked figures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.cell)
