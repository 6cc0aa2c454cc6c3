from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.consultation.choices import Decision
from yuanheng.consultation.models.draft import Draft, Edition, Paragraph
from yuanheng.consultation.models.unit_case import UnitCase
from yuanheng.kernel.policies import ScopedQuerySet


class CommentSheet(UnitCase):
    """The comments of one unit on a draft."""

    draft = models.ForeignKey(
        Draft, verbose_name=_("draft for comment"), on_delete=models.PROTECT, related_name="sheets"
    )

    objects = ScopedQuerySet.as_manager()

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, null=True, editable=False,
        related_name="sheets",
    )  # fmt: skip

    class Meta:
        verbose_name = _("comments of a unit")
        verbose_name_plural = _("Comments of units")
        constraints = [
            models.UniqueConstraint(fields=["draft", "edition", "unit"], name="draft_asks_once")
        ]

    @property
    def whole(self) -> Draft | None:
        """What the unit was asked as one of many; none in a form that doesn't say it yet."""
        return self.draft if self.draft_id else None

    def clean(self) -> None:
        super().clean()
        if self.edition_id is None and self.whole is not None:
            self.edition = self.whole.last_edition


class Comment(models.Model):
    """What a unit says to one paragraph (none: to the whole draft), and what became of it.

    It is the unit's own until it is handed in; the decision is the asking office's, and the unit
    sees it once its sheet is settled.
    """

    sheet = models.ForeignKey(
        CommentSheet, verbose_name=_("comments of a unit"), on_delete=models.PROTECT,
        related_name="comments",
    )  # fmt: skip
    paragraph = models.ForeignKey(
        Paragraph, verbose_name=_("paragraph"), on_delete=models.PROTECT, null=True,
        related_name="comments",
    )  # fmt: skip
    words = models.TextField(_("comment"), max_length=4000)
    decision = models.CharField(_("handling"), max_length=10, choices=Decision, blank=True)
    reason = models.TextField(_("reason of the handling"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    objects: Any = ScopedQuerySet.as_manager()

    if TYPE_CHECKING:
        paragraph_id: int | None

    class Meta:
        verbose_name = _("comment on a draft")
        verbose_name_plural = _("comments on drafts")
        ordering = ["paragraph__position", "sheet"]
        constraints = [models.UniqueConstraint(fields=["sheet", "paragraph"], name="comment_once")]

    def __str__(self) -> str:
        return f"{self.sheet} · {self.paragraph.number if self.paragraph else ''}"

    def clean(self) -> None:
        super().clean()
        if self.decision in (Decision.PARTLY, Decision.NOT) and not self.reason.strip():
            raise ValidationError(
                {"reason": _("Say why it isn't adopted as a whole; the unit is told.")}
            )
