from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.supervision.models.task import Task


class PlanStep(models.Model):
    """One step of a task's plan that is worked out backwards from its deadline (倒排).

    ``days`` are working days; ``after`` the numbers of the steps that must be done before it.
    """

    task = models.ForeignKey(
        Task, verbose_name=_("task"), on_delete=models.CASCADE, related_name="plan_steps"
    )
    number = models.PositiveSmallIntegerField(_("number of the step"))
    title = models.CharField(_("what is done"), max_length=100)
    days = models.PositiveSmallIntegerField(
        _("working days"), validators=[MinValueValidator(1), MaxValueValidator(750)]
    )
    after = models.JSONField(_("after the steps"), default=list)
    who = models.CharField(_("who"), max_length=60, blank=True)
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="plan_step_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
