import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock as wall
from yuanheng.kernel.models.audit import LogRow
from yuanheng.kernel.models.setting import OfficeSetting
from yuanheng.kernel.policies import ScopedQuerySet


class ClockState(models.TextChoices):
    """Whether a clock runs, and how it ended."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met in time")
    MISSED = "missed", _("Missed")
    VOID = "void", _("Cancelled")


class Counting(models.TextChoices):
    """The days of a term."""

    WORKING = "working", _("Working days")
    CALENDAR = "calendar", _("Calendar days")
    FIXED = "fixed", _("Fixed date")


class SlipColour(models.TextChoices):
    """The colours of supervision slips."""

    BLUE = "blue", _("Blue")
    YELLOW = "yellow", _("Yellow")
    ORANGE = "orange", _("Orange")
    RED = "red", _("Red")


class Clock(models.Model):
    """One term that runs, ran or stands still, about one row of any kind.

    It keeps the rule that it started with; what happened to it lies in rows of its own.
    """

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    subject_model = models.CharField(_("kind of record"), max_length=100)
    subject_pk = models.CharField(_("record number"), max_length=64)
    subject_label = models.CharField(_("about"), max_length=300)
    code = models.CharField(_("term code"), max_length=100)
    title = models.CharField(_("term"), max_length=200)
    responsible = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("responsible organisation"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("holder"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ClockState, default=ClockState.RUNNING
    )
    counting = models.CharField(_("counted in"), max_length=10, choices=Counting)
    days = models.PositiveIntegerField(_("days"), null=True)
    started_at = models.DateTimeField(_("started at"))
    due_on = models.DateField(_("due on"))
    first_due_on = models.DateField(_("first due on"))
    provisional_years = models.JSONField(_("years not published yet"), default=list)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    round_began_at = models.DateTimeField(_("round began at"))
    paused_at = models.DateTimeField(_("paused at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    next_check_at = models.DateTimeField(_("next check at"), null=True)
    rule = models.JSONField(_("rule"), encoder=DjangoJSONEncoder)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["next_check_at", "id"],
                name="clock_next_check",
                condition=Q(next_check_at__isnull=False),
            ),
            models.Index(fields=["subject_model", "subject_pk"], name="clock_subject"),
            models.Index(fields=["state", "due_on"], name="clock_due"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.subject_label}"

    @property
    def shown_title(self) -> str:
        """The term in the reader's language; one that an office has set is called as it says."""
        return str(self.rule.get("titles", {}).get(get_language(), self.title))

    @property
    def is_open(self) -> bool:
        """Whether it still runs or stands still."""
        return self.state in (ClockState.RUNNING, ClockState.PAUSED)

    @property
    def is_provisional(self) -> bool:
        """Whether its end was counted through a year whose days off are not known yet."""
        return bool(self.provisional_years) and self.is_open

    def days_left(self, today: date | None = None) -> int:
        """Days to the end in the term's own days, 0 on the last, negative when it is over.

        A clock that stands still is seen from the day on which it was paused, one that has ended
        from the day on which it ended.
        """
        from yuanheng.kernel.clocks.words import days_left_of

        return days_left_of(self, today or wall.today())


class ClockEvent(LogRow):
    """One thing that happened to a clock. Rows are only ever added."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(_("time"), default=wall.now)
    kind = models.CharField(_("event"), max_length=20)
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("due on"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    details = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("event of a clock")
        verbose_name_plural = _("events of clocks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class ClockPause(models.Model):
    """A time in which a clock stood still."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    paused_at = models.DateTimeField(_("paused at"))
    resumed_at = models.DateTimeField(_("resumed at"), null=True)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("pause of a clock")
        verbose_name_plural = _("pauses of clocks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(resumed_at__isnull=True), name="one_open_pause"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paused_at} – {self.resumed_at or ''}"


class ClockExtension(models.Model):
    """A later end that was granted."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="extensions")
    granted_at = models.DateTimeField(_("granted at"))
    earlier_due_on = models.DateField(_("due before"))
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("extension of a clock")
        verbose_name_plural = _("extensions of clocks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.earlier_due_on} → {self.until}"


class ClockStep(LogRow):
    """A step of a ladder that has been taken: once, whatever happens to programs and clocks."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField(_("round"))
    step = models.PositiveSmallIntegerField(_("step"))
    occurrence = models.PositiveIntegerField(_("occurrence"))
    owed_at = models.DateTimeField(_("owed at"))
    fired_at = models.DateTimeField(_("taken at"))
    what = models.CharField(_("kind"), max_length=10)
    told = models.PositiveSmallIntegerField(_("people told"), default=0)

    class Meta:
        verbose_name = _("step taken")
        verbose_name_plural = _("steps taken")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "round", "step", "occurrence"], name="each_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.step}.{self.occurrence}"


class SlipYear(models.Model):
    """The last number given to a slip in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("numbers of slips")
        verbose_name_plural = _("numbers of slips")

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"


class Slip(models.Model):
    """A supervision slip (督办单), numbered by year; open until its clock ends."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    taken = models.OneToOneField(ClockStep, on_delete=models.PROTECT, related_name="slip")
    clock = models.ForeignKey(
        Clock, verbose_name=_("clock"), on_delete=models.PROTECT, related_name="slips"
    )
    colour = models.CharField(_("colour"), max_length=10, choices=SlipColour)
    addressee = models.CharField(_("to"), max_length=200)
    responsible = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("responsible organisation"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.CharField(_("text"), max_length=500)
    issued_at = models.DateTimeField(_("issued at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision slip")
        verbose_name_plural = _("supervision slips")
        ordering = ["-year", "-number"]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="slip_number_once")]

    def __str__(self) -> str:
        return f"督〔{self.year}〕{self.number}号"


class TermRule(OfficeSetting):
    """A term as an office has set it, for itself and everything under it, from a day to a day.

    Clocks that run already keep the rule they started with.
    """

    code = models.CharField(_("term code"), max_length=100)
    title = models.CharField(_("title"), max_length=200)
    counting = models.CharField(
        _("counted in"), max_length=10, choices=Counting, default=Counting.WORKING
    )
    days = models.PositiveIntegerField(
        _("days"), null=True, blank=True, help_text=_("Empty for a fixed date.")
    )
    ladder = models.TextField(
        _("ladder"),
        blank=True,
        max_length=2000,
        help_text=_(
            "One step a line: days before (-) or after (+) the end, 提醒 or 督办单, to whom "
            "(承办人, 上级 or a role), a slip's colour, 每5天 to repeat it."
        ),
    )

    class Meta:
        verbose_name = _("term setting")
        verbose_name_plural = _("terms and ladders")
        ordering = ["code", "-valid_from", "pk"]
        indexes = [models.Index(fields=["code", "valid_from"], name="term_rule_code")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        from yuanheng.kernel.clocks.settings import check_term_rule

        check_term_rule(self)  # the days, too: every fault at once


class TickLease(models.Model):
    """Which process ticks, and until when; the others wait."""

    name = models.CharField(max_length=50, primary_key=True)
    holder = models.CharField(max_length=100)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return f"{self.name} {self.holder}"
