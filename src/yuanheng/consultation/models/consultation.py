from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Archivable
from yuanheng.kernel.policies import ScopedQuerySet

if TYPE_CHECKING:
    from django.db.models.manager import RelatedManager

    from yuanheng.consultation.models.reply import Reply


class Asked(Archivable):
    """What an office puts to units, each of which answers by a case of its own.

    ``deadline`` is a date; without one the working days of the clock count, which an office sets.
    ``is_open``: the units asked see each other's answers. ``source_link`` is the page of the
    source under which its tasks stand.
    """

    code = models.CharField(_("code"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=150)
    asked_on = models.DateField(_("asked on"), default=clock.today)
    deadline = models.DateField(
        _("answer by"),
        null=True,
        blank=True,
        help_text=_("Empty: so many working days as the office has set for it, 10 unless set."),
    )
    background = models.TextField(_("what it is about"), max_length=4000, blank=True)
    is_open = models.BooleanField(_("open to each other"), default=False, editable=False)
    source_link = models.CharField(max_length=300, blank=True, editable=False)
    owner = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("asking office"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def source_code(self) -> str:
        """Of the source of its tasks; empty while it has none."""
        return self.source_link.rstrip("/").rpartition("/")[2]

    @property
    def cases(self) -> Any:
        """Those of the units that are asked."""
        raise NotImplementedError

    @property
    def is_ready(self) -> bool:
        """Whether there is something to ask."""
        raise NotImplementedError

    @property
    def round_cases(self) -> Any:
        """Those of the round that is under way."""
        return self.cases

    def has_asked(self, org_unit_id: int) -> bool:
        """Whether this unit has its case of this round already."""
        return bool(self.round_cases.filter(unit=org_unit_id).exists())

    @property
    def open_cases(self) -> Any:
        """Those with which somebody still has to do something."""
        return self.cases.filter(closed_at__isnull=True)

    def clean(self) -> None:
        super().clean()
        if self.pk is None or not self.open_cases.exists():
            return
        if type(self)._base_manager.filter(pk=self.pk).exclude(deadline=self.deadline).exists():
            raise ValidationError(
                {
                    "deadline": _(
                        "Units have been asked and their clocks run: give all of them more time "
                        "instead."
                    )
                }
            )


class Consultation(Asked):
    """Questions put to units (思考题、问策)."""

    said_by = models.CharField(
        _("put by"), max_length=100, blank=True, help_text=_("A leader, a meeting.")
    )

    if TYPE_CHECKING:
        questions: RelatedManager[Question]
        replies: RelatedManager[Reply]

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("Questions put to units")
        ordering = ["-asked_on", "-pk"]
        indexes = [models.Index(fields=["owner", "asked_on"], name="consultation_of_owner")]

    @property
    def cases(self) -> Any:
        return self.replies

    @property
    def is_ready(self) -> bool:
        return bool(self.questions.exists())


class Question(models.Model):
    """One question of a consultation."""

    consultation = models.ForeignKey(
        Consultation,
        verbose_name=_("consultation"),
        on_delete=models.PROTECT,
        related_name="questions",
    )
    number = models.PositiveSmallIntegerField(_("number"))
    words = models.TextField(_("question"), max_length=2000)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="question_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.words}"
