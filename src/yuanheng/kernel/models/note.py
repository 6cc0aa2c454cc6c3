from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.companion import Companion


class NoteKind(models.TextChoices):
    """What a note is about."""

    NOTE = "note", _("Journal note")
    CALL = "call", _("Telephone call")
    VISIT = "visit", _("Visit")
    DECISION = "decision", _("Decision")


class Note(Companion, Archivable):
    """One entry in a record's journal. A corrected entry is a new row that replaces the old.

    An internal entry is for the staff of offices only (``Directory.is_inside``); it stays so when
    it is corrected.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=NoteKind, default=NoteKind.NOTE)
    text = models.TextField(_("text"), max_length=10_000)
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    is_internal = models.BooleanField(_("internal"), default=False)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        null=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        editable=False,
    )

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["subject_model", "subject_pk"], name="note_subject")]

    def __str__(self) -> str:
        return self.text[:60]
