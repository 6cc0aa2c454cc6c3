from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.consultation.models.consultation import Asked
from yuanheng.kernel import clock

if TYPE_CHECKING:
    from django.db.models.manager import RelatedManager

    from yuanheng.consultation.models.comment import CommentSheet


class Draft(Asked):
    """A draft document on which units comment (征求意见稿).

    ``asked_edition`` is the number of the edition that was sent round last: each edition may be,
    and is then a round of its own.
    """

    asked_edition = models.PositiveSmallIntegerField(default=1, editable=False)

    if TYPE_CHECKING:
        editions: RelatedManager[Edition]
        sheets: RelatedManager[CommentSheet]

    class Meta:
        verbose_name = _("draft for comment")
        verbose_name_plural = _("Drafts for comment")
        ordering = ["-asked_on", "-pk"]
        indexes = [models.Index(fields=["owner", "asked_on"], name="draft_of_owner")]

    @property
    def cases(self) -> Any:
        return self.sheets

    @property
    def last_edition(self) -> Edition | None:
        return self.editions.order_by("number").last()

    @property
    def round_cases(self) -> Any:
        return self.sheets.filter(edition__in=self.editions.order_by("-number")[:1])

    @property
    def is_ready(self) -> bool:
        return bool(self.editions.exists())


class Edition(models.Model):
    """The words of a draft as they were sent round (1), and as they became (2 …)."""

    draft = models.ForeignKey(
        Draft, verbose_name=_("draft for comment"), on_delete=models.PROTECT,
        related_name="editions",
    )  # fmt: skip
    number = models.PositiveSmallIntegerField(_("edition"))
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("time"), default=clock.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    if TYPE_CHECKING:
        paragraphs: RelatedManager[Paragraph]

    class Meta:
        verbose_name = _("edition of a draft")
        verbose_name_plural = _("editions of drafts")
        ordering = ["draft", "number"]
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.draft} · {self.number}"


class Paragraph(models.Model):
    """One paragraph of an edition; its number stays the same through editions."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition of a draft"), on_delete=models.PROTECT,
        related_name="paragraphs",
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"))
    number = models.CharField(_("paragraph number"), max_length=20)
    words = models.TextField(_("words"))

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="paragraph_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.words[:40]}"
