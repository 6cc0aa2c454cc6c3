import uuid
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class Certainty(models.TextChoices):
    """How well a published rule is known."""

    OFFICIAL = "P", _("Read on an official page")
    REPORTED = "M", _("Read in the news or in a copy")
    KNOWN = "K", _("Generally known, not checked")
    PROPOSED = "D", _("A proposal, not published")
    OWN = "O", _("Set by this office")


class LightRule(models.Model):
    """Colours and their conditions, in force from a day to a day.

    A light itself is never stored: it is computed from the rule and the facts of the day.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("rule code"), max_length=60)
    name = models.CharField(_("name"), max_length=100)
    purpose = models.CharField(_("for what"), max_length=200, blank=True)
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
    certainty = models.CharField(
        _("certainty"), max_length=1, choices=Certainty, default=Certainty.OWN
    )
    applies = models.CharField(
        _("applies where"),
        max_length=500,
        blank=True,
        help_text=_("A condition; empty: everywhere."),
    )
    conditions = models.TextField(
        _("colours and conditions"),
        max_length=5000,
        help_text=_(
            "One condition a line, the gravest colour first: 红: 进度差 < -30 # why. Several "
            "lines may have the same colour."
        ),
    )
    note = models.TextField(_("note"), blank=True, max_length=1000)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("light rule")
        verbose_name_plural = _("light rules")
        ordering = ["code", "-valid_from", "pk"]
        indexes = [models.Index(fields=["code", "valid_from"], name="light_rule_code")]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def clean(self) -> None:
        from yuanheng.kernel.lights.settings import check_light_rule

        super().clean()
        check_light_rule(self)
