"""The actions of an ordinary register: create, change, archive, bring back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record, snapshot
from yuanheng.kernel.policies import (
    ARCHIVE,
    CREATE,
    EDIT,
    Refused,
    can,
    require,
    require_open_fields,
)


def _code(row: models.Model, verb: str) -> str:
    return f"{row._meta.app_label}.{verb}_{row._meta.model_name}"


def _write(row: models.Model, values: dict[str, Any], acting_user: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    # Looked at again after the write: nobody moves a row out of their own area by mistake.
    if not can(acting_user, EDIT, row):
        raise Refused(_("With these values the record would lie outside the area you manage."))


@action("kernel.create_row")
def create_row(
    *, acting_user: Any, model: type[models.Model], values: dict[str, Any]
) -> models.Model:
    """A new row, checked against the model's own rules and the person's area."""
    require(acting_user, CREATE, model)
    row = model()
    _write(row, values, acting_user)
    record(row, code=_code(row, "create"), after=snapshot(row))
    return row


@action("kernel.update_row")
def update_row(
    *, acting_user: Any, row: models.Model, values: dict[str, Any], reason: str = ""
) -> models.Model:
    """New values for a row; the audit row holds only what changed."""
    require(acting_user, EDIT, row)
    locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
    before = snapshot(locked)
    moved = [name for name in values if getattr(locked, name, None) != values[name]]
    require_open_fields(acting_user, locked, moved)
    _write(locked, values, acting_user)
    after = snapshot(locked)
    changed = [name for name in after if before.get(name) != after[name]]
    record(
        locked,
        code=_code(locked, "update"),
        before={name: before.get(name) for name in changed},
        after={name: after[name] for name in changed},
        reason=reason,
    )
    return locked


@action("kernel.archive_row", reason_required=True)
def archive_row(*, acting_user: Any, row: models.Model, reason: str) -> models.Model:
    """Put a row away. It stays in the database and in every result that used it."""
    require(acting_user, ARCHIVE, row)
    row.archived_at = clock.now()
    row.archive_reason = reason.strip()
    row.save(update_fields=["archived_at", "archive_reason"])
    record(row, code=_code(row, "archive"), after={"archive_reason": reason}, reason=reason)
    return row


@action("kernel.restore_row")
def restore_row(*, acting_user: Any, row: models.Model, reason: str = "") -> models.Model:
    """Bring an archived row back."""
    require(acting_user, ARCHIVE, row)
    before = {"archive_reason": row.archive_reason}
    row.archived_at = None
    row.archive_reason = ""
    row.save(update_fields=["archived_at", "archive_reason"])
    record(row, code=_code(row, "restore"), before=before, reason=reason)
    return row
