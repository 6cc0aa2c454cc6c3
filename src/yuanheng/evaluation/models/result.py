from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import ScopedQuerySet


class Result(models.Model):
    """What one subject got in one run: score, rank, grade, and where it stood before.

    The explanation is not kept here: it is read from the files of the run.
    """

    run = models.ForeignKey(
        "evaluation.Run",
        verbose_name=_("evaluation"),
        on_delete=models.PROTECT,
        related_name="results",
    )
    subject_id = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("name"), max_length=200, blank=True)
    group_code = models.CharField(_("group"), max_length=60, blank=True)
    position = models.PositiveIntegerField(_("order"))
    rated = models.BooleanField(_("ranked"))
    score = models.FloatField(_("score"), null=True)
    rank = models.PositiveIntegerField(_("rank in the group"), null=True)
    rank_before = models.PositiveIntegerField(_("rank before"), null=True)
    places = models.IntegerField(_("places won"), null=True)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    grade_before = models.CharField(_("grade before"), max_length=20, blank=True)
    flags = models.TextField(_("remarks"), blank=True)
    park = models.ForeignKey(
        "registry.Park",
        verbose_name=_("park"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    region = models.ForeignKey(
        "registry.Region",
        verbose_name=_("county"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["run", "position"]
        indexes = [
            models.Index(fields=["run", "group_code", "rank"], name="result_rank"),
            models.Index(fields=["run", "position"], name="result_position"),
            models.Index(fields=["subject_id"], name="result_subject"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "subject_id"], name="result_once_a_run"),
        ]

    def __str__(self) -> str:
        return self.name or self.subject_id
