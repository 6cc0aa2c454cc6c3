import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.setting import OfficeSetting


class Certainty(models.TextChoices):
    """How well a published rule is known."""

    OFFICIAL = "P", _("Read on an official page")
    REPORTED = "M", _("Read in the news or in a copy")
    KNOWN = "K", _("Generally known, not checked")
    PROPOSED = "D", _("A proposal, not published")
    OWN = "O", _("Set by this office")


class LightRule(OfficeSetting):
    """Colours and their conditions, in force from a day to a day.

    A light itself is never stored: it is computed from the rule and the facts of the day.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("rule code"), max_length=60)
    name = models.CharField(_("name"), max_length=100)
    purpose = models.CharField(_("for what"), max_length=200, blank=True)
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

    class Meta:
        verbose_name = _("light rule")
        verbose_name_plural = _("light rules")
        ordering = ["code", "-valid_from", "pk"]
        indexes = [models.Index(fields=["code", "valid_from"], name="light_rule_code")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from yuanheng.kernel.lights.settings import check_light_rule

        check_light_rule(self)  # the days, too: every fault at once
