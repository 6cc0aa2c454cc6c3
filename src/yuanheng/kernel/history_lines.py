"""The history of one row in words: names for choices and related rows, masks where they belong."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.actions.labels import action_label
from yuanheng.kernel.components import TimelineEntry
from yuanheng.kernel.history import Change
from yuanheng.kernel.masking import MASK, hidden_fields
from yuanheng.kernel.models import Tag
from yuanheng.kernel.origin import COMMAND_LINE
from yuanheng.kernel.policies import EDIT, VIEW, can, instances
from yuanheng.kernel.wording import Wording

_BESIDE = {"note", "file"}  # texts that are told though they are no column


@dataclass(frozen=True)
class FieldChange:
    """One field of one event, as a person reads it."""

    name: str
    label: Any
    before: str
    after: str
    column: str
    may_take_back: bool = False


@dataclass(frozen=True)
class Line:
    """One event."""

    change: Change
    what: Any
    fields: list[FieldChange]

    @property
    def offers(self) -> bool:
        """Whether any of its fields can be brought back."""
        return any(one.may_take_back for one in self.fields)

    @property
    def may_take_back(self) -> bool:
        return sum(one.may_take_back for one in self.fields) > 1


def lines_of(
    resource: Any, row: Any, changes: list[Change], user: Any, *, offered: Collection[str] = ()
) -> list[Line]:
    """The changes in words; what is hidden from ``user`` stays hidden. ``offered``: the fields
    that they may bring back (``takeable``)."""
    hidden = hidden_fields(user, type(row), [row]).get(row.pk, frozenset())
    told = list(_told(changes))
    wording = Wording(type(row), told, row)
    tags = _tag_names(told, user)

    def text(name: str, value: Any) -> str:
        if _field_name(wording, name) in hidden:
            return MASK if value not in (None, "") else wording.text(name, None)
        if name == "tags":
            value = "、".join(tags[pk] for pk in value or () if pk in tags)
        said = resource.in_words(_field_name(wording, name), value)
        return wording.text(name, value) if said is None else said

    lines = []
    for change in changes:
        names = _told_names(change, wording)
        before, after = change.before or {}, change.after or {}
        fields = [
            FieldChange(
                name,
                _beside_label(name) or wording.label(name),
                text(name, before.get(name)),
                text(name, after.get(name)),
                _field_name(wording, name),
                _field_name(wording, name) in offered and name in before,
            )
            for name in names
        ]
        lines.append(Line(change, action_label(change.event.action_code), fields))
    return lines


def entries_of(
    resource: Any, row: Any, changes: list[Change], user: Any, *, brief: bool = False
) -> list[TimelineEntry]:
    """The changes as ``components/timeline.html`` draws them; ``brief``: without taking back."""
    found = []
    offered = set() if brief else set(takeable(resource, row, user))
    for line in lines_of(resource, row, changes, user, offered=offered):
        event = line.change.event
        back = "" if not line.offers else resource.url("revert", row, event.pk)
        fields = [
            (one.label, one.before, one.after, f"{back}?field={one.column}")
            if back and one.may_take_back
            else (one.label, one.before, one.after)
            for one in line.fields
        ]
        found.append(
            TimelineEntry(
                line.what,
                event.at,
                event.acting_user or "",
                event.reason,
                lines=_from_where(event.address),
                changes=fields,
                links=[(_("The whole record as before this"), back)]
                if back and line.may_take_back
                else (),
            )
        )
    return found


def _from_where(address: str) -> list[str]:
    if not address:
        return []
    said = _("command line") if address == COMMAND_LINE else address
    return [_("from %(address)s") % {"address": said}]


def takeable(resource: Any, row: Any, user: Any) -> list[str]:
    """Fields that this person may bring back: those they may change by hand."""
    if not (resource.form_fields and resource.editable and can(user, EDIT, row)):
        return []
    if getattr(row, "is_archived", False):
        return []
    own = [field.name for field in type(row)._meta.concrete_fields if field.editable]
    asked = resource.form_fields if resource.has_own_update else own
    form = resource.form_with(None, user, row, fields=[one for one in asked if one in own])
    return [name for name in form.fields if name in own]


def _told(changes: Iterable[Change]) -> Iterable[tuple[str, Any]]:
    for change in changes:
        yield from (change.before or {}).items()
        yield from (change.after or {}).items()


def _told_names(change: Change, wording: Wording) -> list[str]:
    """Names of a change: of an update all, of a note or a file what it is, of the rest none."""
    before, after = change.before or {}, change.after or {}
    if before and after:
        known = [one for one in after if wording.field(one) or one in _BESIDE or one == "tags"]
        return [name for name in known if before.get(name) != after[name]]
    return [name for name in {**before, **after} if name in _BESIDE]


def _field_name(wording: Wording, name: str) -> str:
    field = wording.field(name)
    return name if field is None else str(field.name)


def _beside_label(name: str) -> str:
    return {"note": _("Journal note"), "file": _("Attachment"), "tags": _("Tags")}.get(name, "")


def _tag_names(told: list[tuple[str, Any]], user: Any) -> dict[Any, str]:
    keys = {pk for name, value in told if name == "tags" for pk in value or ()}
    rows = instances(user, VIEW, Tag.objects.filter(pk__in=keys)) if keys else ()
    return {tag.pk: tag.name for tag in rows}
