from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.consultation.choices import Fate
from yuanheng.kernel import clock
from yuanheng.kernel.flow.declaration import number_of
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet

if TYPE_CHECKING:
    from django.db.models.manager import RelatedManager


class StudyVisit(Archivable):
    """Who went where and when to learn (学习考察); its points lie under it, photos and papers
    beside it as attachments. ``source_link`` is the source of its tasks."""

    code = models.CharField(_("code"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=150)
    place = models.CharField(
        _("place visited"), max_length=60, help_text=_("A city or a county; lists go by it.")
    )
    hosts = models.CharField(
        _("where exactly"), max_length=200, blank=True, help_text=_("Parks, enterprises, bureaus.")
    )
    began_on = models.DateField(_("from the day"), default=clock.today)
    ended_on = models.DateField(_("until the day"), default=clock.today)
    led_by = models.CharField(_("led by"), max_length=100, blank=True)
    people = models.TextField(
        _("who went"), max_length=1000, blank=True, help_text=_("Units or persons.")
    )
    summary = models.TextField(_("account of the visit"), max_length=6000, blank=True)
    source_link = models.CharField(max_length=300, blank=True, editable=False)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("our office"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = ScopedQuerySet.as_manager()

    if TYPE_CHECKING:
        points: RelatedManager[StudyPoint]

    class Meta:
        verbose_name = _("study visit")
        verbose_name_plural = _("Study visits")
        ordering = ["-began_on", "-pk"]
        indexes = [models.Index(fields=["owner", "began_on"], name="study_of_owner")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.began_on and self.ended_on and self.ended_on < self.began_on:
            raise ValidationError({"ended_on": _("It ends before it begins.")})

    @property
    def source_code(self) -> str:
        """Of the source of its tasks; empty while it has none."""
        return self.source_link.rstrip("/").rpartition("/")[2]


class StudyPoint(models.Model):
    """One thing learned: from whom, what, what we do with it, and what became of that."""

    visit = models.ForeignKey(
        StudyVisit, verbose_name=_("study visit"), on_delete=models.PROTECT, related_name="points"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    words = models.TextField(_("what was learned"), max_length=2000)
    learned_from = models.CharField(_("learned from"), max_length=200, blank=True)
    proposal = models.CharField(_("what we do with it"), max_length=500, blank=True)
    fate = models.CharField(_("taken up or not"), max_length=10, choices=Fate, blank=True)
    reason = models.CharField(_("why it isn't taken up"), max_length=500, blank=True)
    task_link = models.CharField(max_length=300, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("point of a study visit")
        verbose_name_plural = _("points of study visits")
        ordering = ["visit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "number"], name="study_point_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.words[:60]}"

    @property
    def task_number(self) -> str:
        """Of the task that was made of it; empty without one."""
        return number_of(self.task_link.rstrip("/").rpartition("/")[2])
