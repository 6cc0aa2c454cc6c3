import uuid
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet
from yuanheng.rounds.choices import Silence


class ProcedureRule(models.Model):
    """What an office has laid down for its rounds, from a day to a day.

    No published document settles these questions for everybody, so each is a setting with its
    source. A round keeps the rule that was in force when it began.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("for the organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("It and everything under it; empty for all."),
    )
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)
    clause = models.CharField(_("source"), max_length=300, blank=True)
    silence = models.CharField(
        _("who says nothing within the term"),
        max_length=12,
        choices=Silence,
        default=Silence.UNANSWERED,
    )
    checked_by_another = models.BooleanField(
        _("internal check by another person than who prepared"), default=False
    )
    published_by_another = models.BooleanField(
        _("published by another person than who computed"), default=True
    )
    again_if_changed = models.BooleanField(
        _("publicity again if ranks or grades changed"),
        default=False,
        help_text=_("After objections were upheld and the evaluation was computed again."),
    )

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of procedure")
        verbose_name_plural = _("rules of procedure")
        ordering = ["-valid_from", "pk"]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def clean(self) -> None:
        super().clean()
        if self.valid_until and self.valid_from and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("It can't end before it begins.")})
