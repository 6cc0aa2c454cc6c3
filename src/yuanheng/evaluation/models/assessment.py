from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class Assessment(models.Model):
    """How sure the ranks of a run are: what was moved, how often, and what it came to.

    A run may be assessed again; its page shows the latest. The run itself never changes by it.
    """

    run = models.ForeignKey(
        "evaluation.Run",
        verbose_name=_("evaluation"),
        on_delete=models.PROTECT,
        related_name="assessments",
    )
    replicates = models.PositiveIntegerField(_("replicates"))
    seed = models.PositiveIntegerField(_("seed"))
    found = models.JSONField(_("what was found"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("computed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("computed at"), default=clock.now)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of ranks")
        verbose_name_plural = _("assessments of ranks")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.run} · {self.replicates}"


class RankInterval(models.Model):
    """Between which ranks one result lay in nine of ten replicates of the latest assessment.

    ``together`` numbers the group of results that can't be told apart; empty where it stands alone
    or nobody was compared."""

    result = models.OneToOneField(
        "evaluation.Result",
        verbose_name=_("result"),
        on_delete=models.CASCADE,
        related_name="interval",
    )
    assessment = models.ForeignKey(
        Assessment,
        verbose_name=_("assessment of ranks"),
        on_delete=models.CASCADE,
        related_name="intervals",
    )
    low = models.PositiveIntegerField(_("best rank"))
    median = models.PositiveIntegerField(_("middle rank"))
    high = models.PositiveIntegerField(_("worst rank"))
    same = models.FloatField(_("share with the same rank"))
    together = models.PositiveIntegerField(_("not to be told apart"), null=True)
    grades = models.JSONField(_("probability of each grade"), default=dict)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rank interval")
        verbose_name_plural = _("rank intervals")
        ordering = ["result"]
        indexes = [
            models.Index(fields=["assessment", "together"], name="interval_together"),
        ]

    def __str__(self) -> str:
        return f"{self.low}–{self.high}"

    @property
    def is_wide(self) -> bool:
        """Whether the rank could as well be another."""
        return self.high > self.low
