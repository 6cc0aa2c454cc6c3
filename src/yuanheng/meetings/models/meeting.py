from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as now_in
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet

_CELLS = re.compile(r"\s*[|｜\t]\s*")


class Meeting(Archivable):
    """One meeting: when, where, with which video branches (分会场), what is on the agenda.

    Papers lie beside it as attachments. ``minutes_link`` is the document on the desk into which
    the minutes were read, ``source_link`` the source under which their tasks stand.
    """

    code = models.CharField(_("meeting code"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("name of the meeting"), max_length=150)
    held_at = models.DateTimeField(_("begins at"))
    place = models.CharField(_("main venue"), max_length=100)
    branches = models.TextField(
        _("video branches"),
        max_length=2000,
        blank=True,
        help_text=_("A line a branch: name | place. For example: 冷江县分会场 | 县政府三楼"),
    )
    chair = models.CharField(_("in the chair"), max_length=60, blank=True)
    agenda = models.TextField(
        _("agenda"),
        max_length=4000,
        blank=True,
        help_text=_("A line an item: what | who | minutes. Only the first is needed."),
    )
    note = models.TextField(_("what to bring, how to take part"), max_length=1000, blank=True)
    minutes_link = models.CharField(max_length=300, blank=True, editable=False)
    source_link = models.CharField(max_length=300, blank=True, editable=False)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organised by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("Meetings")
        ordering = ["-held_at", "-pk"]
        indexes = [models.Index(fields=["held_at"], name="meeting_held_at")]

    def __str__(self) -> str:
        return self.title

    @property
    def day(self) -> date:
        return timezone.localtime(self.held_at).date()

    @property
    def source_code(self) -> str:
        """Of the source of its tasks; empty while it has none."""
        return self.source_link.rstrip("/").rpartition("/")[2]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The agenda: number, what, who, minutes."""
        names = ("what", "who", "minutes")
        return [
            {"number": number, **dict(zip(names, [*cells, "", ""], strict=False))}
            for number, cells in enumerate(_lines(self.agenda), 1)
        ]

    @property
    def venues(self) -> list[dict[str, str]]:
        """The main venue first, then the branches; ``name`` is what a unit is put to."""
        main = {"name": str(now_in("main venue")), "place": self.place, "key": ""}
        rows = [[*cells, ""] for cells in _lines(self.branches)]
        return [main, *({"name": one[0], "place": one[1], "key": one[0]} for one in rows)]

    @property
    def is_today(self) -> bool:
        """Whether people can sign in."""
        return self.day == clock.today()


def _lines(text: str) -> list[list[str]]:
    return [_CELLS.split(line.strip()) for line in text.splitlines() if line.strip()]


class AskedUnit(models.Model):
    """A unit that is asked to a meeting, and to which of its venues."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="asked"
    )
    org_unit = models.ForeignKey(
        "accounts.OrgUnit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    venue = models.CharField(_("venue"), max_length=100, blank=True)  # empty: the main one
    who = models.CharField(_("who is to come"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("unit asked to a meeting")
        verbose_name_plural = _("units asked to meetings")
        ordering = ["meeting", "venue", "org_unit__code"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "org_unit"], name="meeting_asks_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.org_unit}"


class SignIn(models.Model):
    """Somebody has come: for which unit, when, who wrote it down."""

    asked = models.ForeignKey(
        AskedUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="signed"
    )
    name = models.CharField(_("person's name"), max_length=50)
    title = models.CharField(_("post held"), max_length=50, blank=True)
    at = models.DateTimeField(_("time"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written down by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["asked", "at"]
        constraints = [models.UniqueConstraint(fields=["asked", "name"], name="signed_in_once")]

    def __str__(self) -> str:
        return self.name
