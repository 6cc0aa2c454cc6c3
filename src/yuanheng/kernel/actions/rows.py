"""The actions of an ordinary register: create, change, archive, bring back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record, snapshot
from yuanheng.kernel.dependents import dependents_of
from yuanheng.kernel.masking import require_open_fields
from yuanheng.kernel.plain_text import check_row, refuse_unkept
from yuanheng.kernel.policies import (
    ARCHIVE,
    CREATE,
    EDIT,
    Refused,
    can,
    require,
)
from yuanheng.kernel.search.index import index_rows
from yuanheng.kernel.together import together


def event_code(model: type[models.Model] | models.Model, verb: str) -> str:
    """``registry.update_park``"""
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def _write(
    row: models.Model,
    values: dict[str, Any],
    acting_user: Any,
    before: dict[str, Any] | None = None,
) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    check_row(row)
    running = together()
    if running is not None:
        _clean_quickly(row, values, before)
    else:
        row.full_clean()
    row.save()
    if running is not None:  # whoever writes many rows looks at all of them afterwards
        running.to_check[type(row)][row.pk] = None
        running.to_index[type(row)][row.pk] = None
        return
    # Looked at again after the write: nobody moves a row out of their own area by mistake.
    if not can(acting_user, EDIT, row):
        raise Refused(outside_area())
    index_rows(type(row), [row.pk])


def _clean_quickly(
    row: models.Model, values: dict[str, Any], before: dict[str, Any] | None
) -> None:
    """``full_clean``, without asking again whether rows exist that have just been read."""
    read = {
        field.name
        for field in row._meta.concrete_fields
        if isinstance(values.get(field.name), models.Model)
        and not getattr(field, "get_limit_choices_to", dict)()
    }
    try:
        row.full_clean(exclude=read, validate_unique=False, validate_constraints=False)
    except ValidationError:
        row.full_clean()  # everything that is wrong, at once
        raise
    if before is None or _touches_rules(row, before):
        row.validate_unique()
        row.validate_constraints()


def _touches_rules(row: models.Model, before: dict[str, Any]) -> bool:
    """Whether a column has changed that must be unique or that a constraint may speak of."""
    meta = row._meta
    changed = {
        one.name
        for one in meta.concrete_fields
        if before.get(one.attname) != one.value_from_object(row)
    }
    ruled = {one.name for one in meta.concrete_fields if one.unique}
    ruled |= {name for names in meta.unique_together for name in names}
    for rule in meta.constraints:
        parts = rule.deconstruct()[2]
        named = set(parts.get("fields", ())) | _named(parts.get("condition"))
        ruled |= named if named and not parts.get("expressions") else changed
    return bool(changed & ruled)


def _named(condition: Any) -> set[str]:
    """The fields that a condition speaks of."""
    found: set[str] = set()
    for one in condition.flatten() if isinstance(condition, models.Q) else ():
        if isinstance(one, models.F):
            found.add(one.name.split("__")[0])
        for child in getattr(one, "children", ()):
            if isinstance(child, tuple):
                found.add(child[0].split("__")[0])
    return found


def outside_area() -> str:
    """What is said of a row that would leave the area of who writes it."""
    return _("With these values the record would lie outside the area you manage.")


@action("kernel.create_row")
def create_row(
    *, acting_user: Any, model: type[models.Model], values: dict[str, Any]
) -> models.Model:
    """A new row, checked against the model's own rules and the person's area."""
    require(acting_user, CREATE, model)
    row = model()
    _write(row, values, acting_user)
    record(row, code=event_code(row, "create"), after=snapshot(row))
    return row


@action("kernel.update_row")
def update_row(
    *, acting_user: Any, row: models.Model, values: dict[str, Any], reason: str = ""
) -> models.Model:
    """New values for a row; the audit row holds only what changed."""
    return _change(acting_user, row, values, "update", reason)


@action("kernel.revert_row")
def revert_row(
    *, acting_user: Any, row: models.Model, values: dict[str, Any], reason: str
) -> models.Model:
    """Values that the row had before, once more. Raises ValidationError without a reason."""
    return _change(acting_user, row, values, "revert", reason_given(reason))


@action("kernel.revert_row")
def revert_through(
    *,
    acting_user: Any,
    row: models.Model,
    values: dict[str, Any],
    update: Callable[..., models.Model],
    reason: str,
) -> models.Model:
    """The same for a register whose changes have an action of their own, ``update``."""
    said = reason_given(reason)
    changed = update(acting_user=acting_user, row=row, values=values)
    record(changed, code=event_code(row, "revert"), reason=said)
    return changed


def _change(
    acting_user: Any, row: models.Model, values: dict[str, Any], verb: str, reason: str
) -> models.Model:
    require(acting_user, EDIT, row)
    locked = _locked(row)
    before = snapshot(locked)
    moved = [name for name in values if _differs(locked, name, values[name])]
    require_open_fields(acting_user, locked, moved)
    _write(locked, values, acting_user, before)
    after = snapshot(locked)
    changed = [name for name in after if before.get(name) != after[name]]
    record(
        locked,
        code=event_code(locked, verb),
        before={name: before.get(name) for name in changed},
        after={name: after[name] for name in changed},
        reason=reason,
    )
    return locked


def _locked(row: models.Model) -> models.Model:
    running = together()
    kept = running.locked.pop((row._meta.label, row.pk), None) if running is not None else None
    return kept or type(row)._base_manager.select_for_update().get(pk=row.pk)


def _differs(row: models.Model, name: str, value: Any) -> bool:
    """Whether ``row`` holds another value; a relation is compared by its key, without reading."""
    field = next((one for one in row._meta.concrete_fields if one.name == name), None)
    if field is not None and field.is_relation and isinstance(value, models.Model):
        target = field.target_field.attname  # type: ignore[attr-defined]
        return bool(getattr(row, field.attname) != getattr(value, target))
    return bool(getattr(row, name, None) != value)


@action("kernel.archive_row", reason_required=True)
def archive_row(*, acting_user: Any, row: models.Model, reason: str) -> models.Model:
    """Put a row away. It stays in the database and in every result that used it.

    ValidationError without a reason, if it is archived already, or if living rows need it.
    """
    require(acting_user, ARCHIVE, row)
    said = reason_given(reason)
    locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
    if locked.archived_at is not None:
        raise ValidationError(_("This record is archived already."))
    check_unneeded(acting_user, locked)
    row.archived_at = clock.now()
    row.archive_reason = said
    row.save(update_fields=["archived_at", "archive_reason"])
    index_rows(type(row), [row.pk])
    record(row, code=event_code(row, "archive"), after={"archive_reason": said}, reason=said)
    return row


@action("kernel.restore_row")
def restore_row(*, acting_user: Any, row: models.Model, reason: str = "") -> models.Model:
    """Bring an archived row back."""
    require(acting_user, ARCHIVE, row)
    before = {"archive_reason": row.archive_reason}
    row.archived_at = None
    row.archive_reason = ""
    row.save(update_fields=["archived_at", "archive_reason"])
    index_rows(type(row), [row.pk])
    record(row, code=event_code(row, "restore"), before=before, reason=reason)
    return row


def check_unneeded(acting_user: Any, row: models.Model) -> None:
    """ValidationError that lists the living rows that need ``row``."""
    needed_by = dependents_of(row, acting_user)
    if needed_by:
        first = _(
            "“%(name)s” can't be archived, because other records in use belong to it. "
            "Archive or move these first:"
        ) % {"name": row}
        raise ValidationError([first, *(str(one) for one in needed_by)])


def reason_given(text: str) -> str:
    """``text`` without blanks around it; ValidationError if nothing is left."""
    said = text.strip()
    if not said:
        raise ValidationError({"reason": _("Say why; the reason is kept with the record.")})
    refuse_unkept(said)
    return said
