from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.leaders.becoming import becoming
from yuanheng.leaders.models.link import LeaderLink


class Visit(Archivable):
    """A leader was there: when, with whom, what was seen. Photos lie beside it as attachments;
    ``source_link`` is the page of the source under which its problems became tasks."""

    code = models.CharField(_("visit code"), max_length=40, unique=True, editable=False)
    link = models.ForeignKey(
        LeaderLink, verbose_name=_("visited"), on_delete=models.PROTECT, related_name="visits"
    )
    visited_on = models.DateField(_("visited on"), default=clock.today)
    with_whom = models.CharField(_("together with"), max_length=200, blank=True)
    saw = models.TextField(
        _("what was seen and said"), max_length=2000, help_text=_("Two or three sentences.")
    )
    source_link = models.CharField(_("page of its tasks"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    made_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("Visits of leaders")
        ordering = ["-visited_on", "-pk"]
        indexes = [models.Index(fields=["link", "visited_on"], name="visit_of_link")]

    def __str__(self) -> str:
        return f"{self.link.target} {self.visited_on.isoformat()}"

    @property
    def source_code(self) -> str:
        """Of the source of its tasks; empty while it has none."""
        return self.source_link.rstrip("/").rpartition("/")[2]

    def clean(self) -> None:
        super().clean()
        if self.visited_on and self.visited_on > clock.today():
            raise ValidationError({"visited_on": _("A visit is recorded when it has been made.")})


class VisitProblem(models.Model):
    """A problem found on a visit, and the task or case that it became.

    ``became`` is empty for a task of supervision, else the code of the kind of case; ``task_link``
    is the page of either.
    """

    visit = models.ForeignKey(
        Visit, verbose_name=_("visit"), on_delete=models.PROTECT, related_name="problems"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    words = models.CharField(_("problem"), max_length=200)
    lead = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("lead unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    became = models.CharField(_("became"), max_length=40, blank=True)
    task_link = models.CharField(_("page of the task or case"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("problem found on a visit")
        verbose_name_plural = _("problems found on visits")
        ordering = ["visit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "number"], name="visit_problem_number_once")
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def became_title(self) -> Any:
        """What it became, in words."""
        return becoming().get(self.became, self.became)
