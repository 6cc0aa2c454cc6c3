from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.publicworks.choices import Urgency, WorkKind, WorkStage


class PublicProject(Archivable):
    """One infrastructure or public project of a park: how urgent, who leads, by when, with what
    money. Money is in yuan; what isn't known stays empty."""

    code = models.CharField(
        _("project code"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9A-Za-z_-]+$", _("Use letters, digits, “-” and “_” only."))
        ],
    )
    name = models.CharField(_("project"), max_length=150)
    park = models.ForeignKey(
        "registry.Park", verbose_name=_("park"), on_delete=models.PROTECT, related_name="+"
    )
    area = models.CharField(
        _("part of the park"), max_length=60, blank=True, help_text=_("Such as 北片区.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=WorkKind, default=WorkKind.OTHER)
    batch = models.CharField(
        _("batch"), max_length=40, blank=True, help_text=_("Such as 2026年第一批.")
    )
    urgency = models.CharField(_("urgency"), max_length=1, choices=Urgency, default=Urgency.USUAL)
    lead = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("responsible unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    budget_yuan = models.DecimalField(
        _("investment (yuan)"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    funded_yuan = models.DecimalField(
        _("funds in place (yuan)"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    stage = models.CharField(
        _("state"), max_length=10, choices=WorkStage, default=WorkStage.PLANNED
    )
    progress = models.PositiveSmallIntegerField(
        _("progress (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    words = models.CharField(_("where it stands"), max_length=300, blank=True)
    reported_on = models.DateField(_("last report on"), null=True, editable=False)
    done_on = models.DateField(_("finished on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("public project")
        verbose_name_plural = _("Public projects")
        ordering = ["-urgency", "deadline", "code"]
        indexes = [models.Index(fields=["park", "stage"], name="public_project_of_park")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        return self.stage == WorkStage.DONE

    @property
    def is_late(self) -> bool:
        """Not finished and past its day."""
        return not self.is_done and self.deadline is not None and self.deadline < clock.today()

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.begins_on and self.deadline and self.deadline < self.begins_on:
            wrong["deadline"] = _("It can't end before it begins.")
        if self.is_done and not self.done_on:
            wrong["done_on"] = _("Say when it was finished.")
        if self.done_on and not self.is_done:
            wrong["stage"] = _("It has a day on which it was finished; then it is finished.")
        if self.done_on and self.done_on > clock.today():
            wrong["done_on"] = _("This day is still to come.")
        if wrong:
            raise ValidationError(wrong)
