from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.policies import ScopedQuerySet

SATURDAY = 5


class DayKind(models.TextChoices):
    """What the State Council's notice says of a day."""

    OFF = "off", _("Day off")
    WORK = "work", _("Make-up workday")


class CalendarDay(models.Model):
    """A day off or a make-up workday that an office has entered."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind)
    name = models.CharField(_("holiday"), max_length=50)
    year = models.PositiveSmallIntegerField(
        _("year of the notice"),
        help_text=_("The notice for a year may name days of the December before."),
    )
    clause = models.CharField(
        _("source"), max_length=200, help_text=_("The notice, such as 国办发明电〔2026〕×号.")
    )

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("days off and make-up workdays")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    def clean(self) -> None:
        super().clean()
        if self.day and self.kind == DayKind.WORK and self.day.weekday() < SATURDAY:
            raise ValidationError(
                {"kind": _("A make-up workday is a Saturday or a Sunday; this day is neither.")}
            )
        if self.day and self.year and not self.year - 1 <= self.day.year <= self.year:
            raise ValidationError({"year": _("The day lies in another year.")})


class CalendarYear(models.Model):
    """A year whose days off are entered completely: from now on it is counted by them."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    clause = models.CharField(
        _("source"), max_length=200, help_text=_("The notice, such as 国办发明电〔2026〕×号.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarVersion(models.Model):
    """A calendar as it was when clocks were started; found by the hash of its content."""

    digest = models.CharField(max_length=64, primary_key=True)
    body = models.JSONField()

    class Meta:
        verbose_name = _("version of the calendar")
        verbose_name_plural = _("versions of the calendar")

    def __str__(self) -> str:
        return self.digest[:12]
