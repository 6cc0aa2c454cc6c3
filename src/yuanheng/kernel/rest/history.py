"""A row's history for programs: fields by their names, related rows by their keys."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from yuanheng.kernel.actions.labels import action_label
from yuanheng.kernel.history import Change, history_of
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.rest.fields import ApiField, read_fields
from yuanheng.kernel.rest.masks import MASK, masked_in


def history(request: HttpRequest, resource: Resource, row: Any) -> dict[str, Any]:
    """The last fifty events; values that this person may not see come as a mask."""
    changes = history_of(row, request.user)
    hidden = masked_in(request.user, resource.model, [row]).get(row.pk, frozenset())
    fields = {
        resource.model._meta.get_field(one.name).attname: one
        for one in read_fields(resource)
        if one.raw is None
    }
    keys = _keys_of(changes, [one for one in fields.values() if one.target])

    def readable(values: dict[str, Any] | None) -> dict[str, Any] | None:
        if values is None:
            return None
        found = {}
        for name, value in values.items():
            field = fields.get(name)
            if field:
                shown = keys.get((field.name, value), value) if field.target else value
                found[field.name] = MASK if field.name in hidden else shown
        return found

    return {"events": [_event(one, readable) for one in changes]}


def _event(change: Change, readable: Any) -> dict[str, Any]:
    event = change.event
    return {
        "at": timezone.localtime(event.at).isoformat(),
        "by": str(event.acting_user) if event.acting_user else None,
        "action": event.action_code,
        "label": str(action_label(event.action_code)),
        "reason": event.reason,
        "before": readable(change.before),
        "after": readable(change.after),
    }


def _keys_of(changes: list[Change], fields: list[ApiField]) -> dict[tuple[str, Any], str]:
    """(field, primary key) → key from outside; one query a field."""
    found: dict[tuple[str, Any], str] = {}
    for field in fields:
        model: type[models.Model] = field.target  # type: ignore[assignment]
        attname = f"{field.name}_id"
        numbers = {
            side.get(attname) for one in changes for side in (one.before, one.after) if side
        } - {None}
        if numbers:
            pairs = model._base_manager.filter(pk__in=numbers).values_list("pk", field.target_key)
            found |= {(field.name, pk): str(key) for pk, key in pairs}
    return found
