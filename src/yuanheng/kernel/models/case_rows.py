"""What happens to a case, as rows that are added."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models.case import Case


class MoveQuerySet(models.QuerySet):
    """Moves are added, never changed."""

    def update(self, **values: Any) -> int:
        raise TypeError("a move is never changed: the case's next move says what is different")

    def delete(self) -> Any:
        raise TypeError("a move is never deleted")


class CaseMove(models.Model):
    """One action on a case: from where to where, who, when, why, what was written."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    serial = models.PositiveIntegerField(_("serial number"))
    action = models.CharField(_("action"), max_length=50)
    from_state = models.CharField(_("from state"), max_length=50, blank=True)
    to_state = models.CharField(_("to state"), max_length=50)
    at = models.DateTimeField(_("time"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("on behalf of"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation in charge afterwards"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    about = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation concerned"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person concerned"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(_("reason"), blank=True)
    marked_fields = models.JSONField(_("fields to be mended"), default=list)
    changes = models.JSONField(_("what was written"), default=dict, encoder=DjangoJSONEncoder)
    token = models.UUIDField(_("token"), null=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move of a case")
        verbose_name_plural = _("moves of cases")
        ordering = ["case", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["case", "serial"], name="case_move_serial"),
            models.UniqueConstraint(fields=["case", "token"], name="case_move_token"),
        ]
        indexes = [models.Index(fields=["by", "case"], name="case_move_by")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.serial} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a move is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a move is never deleted")


class PastHolder(models.Model):
    """An organisation that had a case in hand and gave it away: it goes on seeing it.

    The moves say so too; this is the short list that a query over all cases can afford.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="past_holders")
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("earlier organisation in charge")
        verbose_name_plural = _("earlier organisations in charge")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["org_unit", "case"], name="past_holder_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.org_unit}"


class CoUnit(models.Model):
    """An organisation that works on a case beside the one in charge, until its closing word."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="co_units")
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("co-unit"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    task = models.CharField(_("what it is to do"), max_length=500, blank=True)
    added_at = models.DateTimeField(_("added at"), default=clock.now)
    due_on = models.DateField(_("due on"), null=True)
    closing_word = models.TextField(_("closing word"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released at"), null=True)
    release_reason = models.CharField(_("reason for releasing"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("co-unit")
        verbose_name_plural = _("co-units")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "org_unit"],
                condition=models.Q(answered_at__isnull=True, released_at__isnull=True),
                name="co_unit_busy_once",
            )
        ]
        indexes = [models.Index(fields=["org_unit", "case"], name="co_unit_of_case")]

    def __str__(self) -> str:
        return f"{self.org_unit}: {self.task}"

    @property
    def is_busy(self) -> bool:
        """Whether its closing word is still awaited."""
        return self.answered_at is None and self.released_at is None


class Extension(models.Model):
    """More time, asked for by who has the case and decided by somebody else."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    term_code = models.CharField(_("clock"), max_length=50)
    old_due_on = models.DateField(_("due until now"))
    wanted_on = models.DateField(_("wanted date"))
    reason = models.CharField(_("reason"), max_length=500)
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    granted = models.BooleanField(_("granted"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("extension request")
        verbose_name_plural = _("extension requests")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "term_code"],
                condition=models.Q(granted__isnull=True),
                name="extension_pending_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_due_on} → {self.wanted_on}"


class CaseTurn(models.Model):
    """Somebody is expected to act on a case now: a role in an organisation, or one person.

    Made anew with each move; from it come the inbox and its counts.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="turns")
    org_unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(_("role"), max_length=50, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("due on"), null=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["org_unit", "role", "case"], name="case_turn_post"),
            models.Index(fields=["person", "case"], name="case_turn_person"),
            # All that the inbox of somebody high up asks, case by case, without reading a row.
            models.Index(
                fields=["case", "org_unit", "role", "person", "due_on"], name="case_turn_of_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.role or self.person_id}"
