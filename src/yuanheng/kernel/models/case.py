from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.policies import ScopedQuerySet


class CaseCounter(models.Model):
    """The last number that a flow has given in a year."""

    flow_code = models.CharField(_("flow"), max_length=50)
    year = models.PositiveIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("case counter")
        verbose_name_plural = _("case counters")
        ordering = ["flow_code", "year"]
        constraints = [
            models.UniqueConstraint(fields=["flow_code", "year"], name="case_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.flow_code} {self.year}: {self.last}"


class Case(models.Model):
    """One matter on its way through a flow: who has it, and how far it is.

    A case type is a subclass with its own fields. Only the flow's engine writes the columns below;
    ``state`` is that of the last move, ``due_on`` the earliest date of the clocks that run.
    """

    code = models.CharField(_("case code"), max_length=80, unique=True, editable=False)
    number = models.CharField(_("case number"), max_length=80, editable=False)
    flow_code = models.CharField(_("flow"), max_length=50, editable=False)
    year = models.PositiveIntegerField(_("year"), editable=False)
    serial = models.PositiveIntegerField(_("serial number"), editable=False)
    title = models.CharField(_("subject of the case"), max_length=200)
    state = models.CharField(_("case state"), max_length=50, editable=False)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation in charge"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("opened by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    opened_at = models.DateTimeField(_("opened at"), default=clock.now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    suspended_at = models.DateTimeField(_("suspended at"), null=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, editable=False)
    reopened_count = models.PositiveIntegerField(_("times reopened"), default=0, editable=False)
    move_count = models.PositiveIntegerField(_("moves"), default=0, editable=False)
    parent_case = models.ForeignKey(
        "kernel.Case",
        verbose_name=_("follows from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="following",
        editable=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["flow_code", "year", "serial"], name="case_number_once"
            )
        ]
        indexes = [
            models.Index(fields=["org_unit", "closed_at"], name="case_in_hands"),
            models.Index(fields=["opened_by", "closed_at"], name="case_opened_by"),
            models.Index(fields=["assignee", "closed_at"], name="case_assigned_to"),
            models.Index(fields=["flow_code", "state"], name="case_in_state"),
            models.Index(fields=["closed_at", "due_on"], name="case_due"),
            models.Index(fields=["opened_at", "id"], name="case_opened_at"),
            models.Index(
                fields=["id"],
                condition=models.Q(suspended_at__isnull=False),
                name="case_suspended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None
