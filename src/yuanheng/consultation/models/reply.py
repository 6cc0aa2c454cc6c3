from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.consultation.choices import Mark
from yuanheng.consultation.models.consultation import Consultation, Question
from yuanheng.consultation.models.unit_case import UnitCase
from yuanheng.kernel.flow.declaration import number_of
from yuanheng.kernel.models import Attachment
from yuanheng.kernel.policies import ScopedQuerySet


class Reply(UnitCase):
    """The answers of one unit to the questions of a consultation."""

    consultation = models.ForeignKey(
        Consultation,
        verbose_name=_("consultation"),
        on_delete=models.PROTECT,
        related_name="replies",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of a unit")
        verbose_name_plural = _("Answers of units")
        constraints = [
            models.UniqueConstraint(fields=["consultation", "unit"], name="consultation_asks_once")
        ]

    @property
    def whole(self) -> Consultation | None:
        """What the unit was asked as one of many; none in a form that doesn't say it yet."""
        return self.consultation if self.consultation_id else None


class Answer(models.Model):
    """A unit's answer to one question.

    ``words`` is what the unit writes at; ``given`` what it has handed in, which alone others see.
    Attachments lie beside it. ``mark`` is the asking office's.
    """

    reply = models.ForeignKey(
        Reply, verbose_name=_("answer of a unit"), on_delete=models.PROTECT, related_name="answers"
    )
    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="answers"
    )
    words = models.TextField(_("unit's answer"), max_length=10000, blank=True)
    given = models.TextField(_("answer as handed in"), blank=True, editable=False)
    given_at = models.DateTimeField(_("handed in at"), null=True, editable=False)
    mark = models.CharField(_("mark"), max_length=10, choices=Mark, blank=True)
    mark_note = models.CharField(_("remark of the office"), max_length=300, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("marked by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    task_link = models.CharField(max_length=300, blank=True, editable=False)

    objects: Any = ScopedQuerySet.as_manager()

    if TYPE_CHECKING:
        reply_id: int

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ["reply", "question__number"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "question"], name="question_answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.reply} · {self.question.number}"

    def was_given(self, file: Attachment) -> bool:
        """Whether a file belongs to what was handed in, and not to what is being mended."""
        return self.given_at is not None and file.made_at <= self.given_at

    @property
    def task_number(self) -> str:
        """Of the task that was made of it; empty without one."""
        return number_of(self.task_link.rstrip("/").rpartition("/")[2])
