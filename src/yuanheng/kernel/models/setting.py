import uuid
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.formulas import Facts
from yuanheng.kernel.policies import ScopedQuerySet


class OfficeSetting(models.Model):
    """What an office has laid down for itself and everything under it, in force from a day to a
    day, with its source. ``kernel.dated`` finds the one that counts and who may set it."""

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

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def clean(self) -> None:
        super().clean()
        if self.valid_until and self.valid_from and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("It can't end before it begins.")})


class FormulaSetting(OfficeSetting):
    """A formula over named facts; a subclass says which (``facts``)."""

    facts: ClassVar[Facts]

    formula = models.CharField(_("formula"), max_length=400)

    class Meta:
        abstract = True
        ordering = ["-valid_from", "pk"]

    def __str__(self) -> str:
        return self.formula

    def clean(self) -> None:
        super().clean()
        if faults := self.facts.faults(self.formula):
            raise ValidationError({"formula": faults})


class NamedSetting(OfficeSetting):
    """A setting that has a name, and a token for its address."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
