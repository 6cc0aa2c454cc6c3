"""The history of one row: what was done to it alone, and with many others at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, FilteredRelation, Q

from yuanheng.kernel.directory import directory
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.models import AuditEvent, RowChange

# What is done with internal notes, by verb: told to the staff of offices only.
INTERNAL = {
    "write": "kernel.write_internal_note",
    "correct": "kernel.correct_internal_note",
    "archive": "kernel.archive_internal_note",
}


@dataclass(frozen=True)
class Change:
    """One event of a row's history; ``before`` and ``after`` hold the columns that changed."""

    event: AuditEvent
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def history_of(row: models.Model, user: Any, limit: int = 50) -> list[Change]:
    """The last changes of ``row`` that may be told to ``user``, newest first: one query."""
    subject = {"subject_model": row._meta.label, "subject_pk": str(row.pk)}
    among = RowChange.objects.filter(**subject).order_by().values("event")
    events = AuditEvent.objects.filter(
        # Two short lists: an "or" over the log would read all of it in PostgreSQL.
        pk__in=AuditEvent.objects.filter(**subject).order_by().values("pk").union(among)
    )
    if not directory().is_inside(user):
        events = events.exclude(action_code__in=INTERNAL.values())
    of_row = Q(**{f"row_changes__{name}": value for name, value in subject.items()})
    events = events.annotate(of_row=FilteredRelation("row_changes", condition=of_row)).annotate(
        row_change=F("of_row__pk"), row_before=F("of_row__before"), row_after=F("of_row__after")
    )
    return [
        Change(one, one.before, one.after)
        if one.row_change is None
        else Change(one, one.row_before, one.row_after)
        for one in events.select_related("acting_user").order_by("-at", "-pk")[:limit]
    ]


def changed_fields(
    model: type[models.Model],
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    hidden: frozenset[str] = frozenset(),
) -> list[tuple[Any, Any, Any]]:
    """(field, before, after) of an update; a creation or an archiving needs no list.

    The values of ``hidden`` fields are masked; that they changed is shown.
    """
    if not (before and after):
        return []
    return both_sides(model, before, after, hidden)


def both_sides(
    model: type[models.Model] | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    hidden: frozenset[str] = frozenset(),
) -> list[tuple[Any, Any, Any]]:
    """(field, before, after) of everything that an event holds, masked like ``changed_fields``."""
    fields = {field.attname: field for field in model._meta.concrete_fields} if model else {}
    before, after = before or {}, after or {}
    found = []
    for key in {**after, **before}:
        field = fields.get(key)
        name = field.verbose_name if field is not None else key
        if field is not None and field.name in hidden:
            found.append((name, MASK if key in before else None, MASK if key in after else None))
        else:
            found.append((name, _said(field, before.get(key)), _said(field, after.get(key))))
    return found


def _said(field: Any, value: Any) -> Any:
    """A choice in its words, anything else as it is."""
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    return choices.get(value, value) if isinstance(value, str) else value
