from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from yuanheng.evaluation.choices import RunStage
from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class Run(models.Model):
    """One evaluation: a version of a scheme on a frozen table for a period.

    Its files lie in a directory of their own; ``run_hash`` says from what they were made. What has
    been published never changes.
    """

    code = models.CharField(_("evaluation number"), max_length=20, unique=True)
    scheme_version = models.ForeignKey(
        "evaluation.SchemeVersion",
        verbose_name=_("scheme version"),
        on_delete=models.PROTECT,
        related_name="runs",
    )
    snapshot = models.ForeignKey(
        "ledger.Snapshot",
        verbose_name=_("figures"),
        on_delete=models.PROTECT,
        related_name="runs",
    )
    period = models.CharField(_("period"), max_length=20)
    previous = models.ForeignKey(
        "self",
        verbose_name=_("compared with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followers",
    )
    stage = models.CharField(
        _("publication"), max_length=20, choices=RunStage, default=RunStage.DRAFT, db_index=True
    )
    run_hash = models.CharField(_("hash of the evaluation"), max_length=64, db_index=True)
    folder = models.CharField(_("directory"), max_length=100)
    record = models.JSONField(_("run record"), default=dict)
    summary = models.JSONField(_("summary"), default=dict)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    territory = models.CharField(_("division code of its area"), max_length=9, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("computed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("computed at"), default=clock.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published at"), null=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("Evaluations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=RunStage.DRAFT, published_at__isnull=True)
                | Q(stage=RunStage.PUBLISHED, published_at__isnull=False),
                name="run_published_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme_version.scheme} · {self.period}"

    @property
    def is_published(self) -> bool:
        return self.stage == RunStage.PUBLISHED

    @property
    def directory(self) -> Path:
        """Where the files of the run lie."""
        return Path(settings.HOME) / "runs" / self.folder

    @property
    def short_hash(self) -> str:
        return self.run_hash[:12]

    @cached_property
    def assessment(self) -> Any:
        """How sure its ranks are, as assessed last; None where nobody has asked."""
        return self.assessments.first()

    def group_name(self, code: str) -> str:
        return next((g["name"] for g in self.summary.get("groups", ()) if g["code"] == code), code)
