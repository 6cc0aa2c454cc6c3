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
from yuanheng.kernel.directory import directory
from yuanheng.kernel.history import INTERNAL
from yuanheng.kernel.models import Note
from yuanheng.kernel.plain_text import check_row
from yuanheng.kernel.policies import Refused


@action("kernel.write_note")
def write_note(
    *,
    acting_user: Any,
    row: models.Model,
    kind: str,
    text: str,
    happened_on: date | None = None,
    is_internal: bool = False,
) -> Note:
    """An entry in the journal of ``row``. ``is_internal``: by staff, for staff."""
    require_companion(acting_user, row)
    if is_internal:
        _require_inside(acting_user)
    note = Note(kind=kind, text=text.strip(), happened_on=happened_on, is_internal=is_internal)
    return _keep(acting_user, row, note, "write")


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
    """A new version of an entry; the old one stays readable behind it, and internal what was."""
    require_companion(acting_user, row)
    locked = Note.objects.select_for_update().get(pk=note.pk)
    if locked.is_internal:
        _require_inside(acting_user)
    if locked.is_archived or Note.objects.filter(replaces=locked).exists():
        raise ValidationError(
            _("Somebody else has corrected or archived this note meanwhile. Look at it again.")
        )
    newer = Note(
        kind=kind,
        text=text.strip(),
        happened_on=happened_on,
        replaces=locked,
        is_internal=locked.is_internal,
    )
    return _keep(acting_user, row, newer, "correct")


@action("kernel.archive_note")
def archive_note(*, acting_user: Any, row: models.Model, note: Note, reason: str) -> Note:
    """An entry that is not to be shown any more."""
    require_companion(acting_user, row)
    if note.is_internal:
        _require_inside(acting_user)
    note.archive_reason, note.archived_at = reason_given(reason), clock.now()
    note.save(update_fields=["archived_at", "archive_reason"])
    record(row, code=_code(note, "archive"), before={"note": note.text}, reason=reason)
    return note


def _code(note: Note, verb: str) -> str:
    """An internal note has names of its own in the log, by which others' histories leave it out
    (``kernel.history``)."""
    return INTERNAL[verb] if note.is_internal else f"kernel.{verb}_note"


def _require_inside(user: Any) -> None:
    if not directory().is_inside(user):
        raise Refused(_("Internal notes are for the staff of offices only."))


def _keep(acting_user: Any, row: models.Model, note: Note, verb: str) -> Note:
    note.subject_model, note.subject_pk = row._meta.label, str(row.pk)
    note.made_by = acting_user
    check_row(note)
    note.full_clean()
    note.save()
    before = {"note": note.replaces.text} if note.replaces else None
    record(row, code=_code(note, verb), before=before, after={"note": note.text})
    return note
