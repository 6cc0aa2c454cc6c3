"""The journal of a record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.actions.rows import reason_given
from yuanheng.kernel.companions import require_companion
from yuanheng.kernel.models import Note
from yuanheng.kernel.plain_text import check_row


@action("kernel.write_note")
def write_note(
    *, acting_user: Any, row: models.Model, kind: str, text: str, happened_on: date | None = None
) -> Note:
    """An entry in the journal of ``row``."""
    require_companion(acting_user, row)
    note = Note(kind=kind, text=text.strip(), happened_on=happened_on)
    return _keep(acting_user, row, note)


@action("kernel.correct_note")
def correct_note(
    *,
    acting_user: Any,
    row: models.Model,
    note: Note,
    kind: str,
    text: str,
    happened_on: date | None = None,
) -> Note:
    """A new version of an entry; the old one stays readable behind it."""
    require_companion(acting_user, row)
    locked = Note.objects.select_for_update().get(pk=note.pk)
    if locked.is_archived or Note.objects.filter(replaces=locked).exists():
        raise ValidationError(
            _("Somebody else has corrected or archived this note meanwhile. Look at it again.")
        )
    newer = Note(kind=kind, text=text.strip(), happened_on=happened_on, replaces=locked)
    return _keep(acting_user, row, newer)


@action("kernel.archive_note")
def archive_note(*, acting_user: Any, row: models.Model, note: Note, reason: str) -> Note:
    """An entry that is not to be shown any more."""
    require_companion(acting_user, row)
    note.archive_reason, note.archived_at = reason_given(reason), clock.now()
    note.save(update_fields=["archived_at", "archive_reason"])
    record(row, code="kernel.archive_note", before={"note": note.text}, reason=reason)
    return note


def _keep(acting_user: Any, row: models.Model, note: Note) -> Note:
    note.subject_model, note.subject_pk = row._meta.label, str(row.pk)
    note.made_by = acting_user
    check_row(note)
    note.full_clean()
    note.save()
    before = {"note": note.replaces.text} if note.replaces else None
    record(row, before=before, after={"note": note.text})
    return note
