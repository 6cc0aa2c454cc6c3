"""One change to many rows: one transaction, one audit row, one line a row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record, record_rows, snapshot
from yuanheng.kernel.actions.rows import event_code, reason_given
from yuanheng.kernel.dependents import dependents_of
from yuanheng.kernel.masking import hidden_fields, require_open_fields
from yuanheng.kernel.plain_text import check_row, refuse_unkept
from yuanheng.kernel.policies import (
    ARCHIVE,
    EDIT,
    Policy,
    Refused,
    instances,
    policy_for,
)
from yuanheng.kernel.search.index import index_rows

LIMIT = 20_000  # rows a bulk edit
ARCHIVE_LIMIT = 2_000  # each row is asked what belongs to it
_BATCH = 500


class BulkOutdated(ValueError):  # noqa: N818  named for what it says
    """The rows are no longer what the preview showed."""


@dataclass
class BulkPlan:
    """What a bulk edit would do; ``changes`` are (row, before, after) of the columns changed."""

    changes: list[tuple[models.Model, dict[str, Any], dict[str, Any]]] = field(
        default_factory=list
    )
    unchanged: int = 0
    # (row, why it stays as it is)
    refused: list[tuple[models.Model, str]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Changes when a row, a value or a right does."""
        content = hashlib.sha256()
        for row, before, after in self.changes:
            content.update(repr((row.pk, before, after)).encode("utf-8", "backslashreplace"))
        content.update(repr(sorted(row.pk for row, _why in self.refused)).encode())
        return content.hexdigest()


def plan_update(
    *, acting_user: Any, rows: models.QuerySet, values: dict[str, Any], lock: bool = False
) -> BulkPlan:
    """What giving ``values`` to ``rows`` (which the person sees) would change; writes nothing."""
    plan = BulkPlan()
    model = rows.model
    closes = type(policy_for(model)).open_fields is not Policy.open_fields
    for chunk in _chunks(_keys(rows)):
        found = model._base_manager.filter(pk__in=chunk).order_by("pk")
        batch = list(found.select_for_update() if lock else found)
        allowed = set(instances(acting_user, EDIT, found.order_by()).values_list("pk", flat=True))
        hidden = hidden_fields(acting_user, model, batch)
        for row in batch:
            why = _why_not(row, allowed, hidden.get(row.pk, frozenset()) & set(values))
            if not why and closes:
                why = _closed(acting_user, row, values)
            if why:
                plan.refused.append((row, why))
            else:
                _plan_row(plan, row, values)
    return plan


def _why_not(row: Any, allowed: set[Any], hidden: Any) -> str:
    if row.pk not in allowed:
        return _("You may look at this, but not change it.")
    if getattr(row, "archived_at", None):
        return _("It is archived. Bring it back first.")
    return _("You may not see what you would overwrite.") if hidden else ""


def _closed(user: Any, row: models.Model, values: dict[str, Any]) -> str:
    try:
        require_open_fields(user, row, values)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _plan_row(plan: BulkPlan, row: models.Model, values: dict[str, Any]) -> None:
    before = snapshot(row)
    for name, value in values.items():
        setattr(row, name, value)
    after = snapshot(row)
    changed = [name for name in after if before.get(name) != after[name]]
    if not changed:
        plan.unchanged += 1
        return
    try:
        check_row(row, values)
        row.clean()
    except ValidationError as error:
        plan.refused.append((row, " ".join(error.messages)))
        return
    plan.changes.append(
        (row, {name: before[name] for name in changed}, {name: after[name] for name in changed})
    )


@action("kernel.bulk_update")
def bulk_update_rows(
    *,
    acting_user: Any,
    rows: models.QuerySet,
    values: dict[str, Any],
    reason: str = "",
    digest: str = "",
) -> BulkPlan:
    """Give ``values`` to every row of ``rows`` that the person may edit, or to none.

    ``digest`` is that of the preview: BulkOutdated if something changed since. ValidationError if
    the database refuses a row, Refused if a row would leave the person's area.
    """
    refuse_unkept(reason)
    plan = plan_update(acting_user=acting_user, rows=rows, values=values, lock=True)
    if digest and digest != plan.digest:
        raise BulkOutdated(
            _("The records have changed since this preview was made. Look at the new preview.")
        )
    if not plan.changes:
        raise ValidationError(_("No record would change."))
    model = rows.model
    try:
        model._base_manager.bulk_update(
            [row for row, _before, _after in plan.changes], list(values), batch_size=_BATCH
        )
    except IntegrityError:
        raise ValidationError(_("These values don't fit every one of the records.")) from None
    _recheck(acting_user, model, [row.pk for row, _before, _after in plan.changes])
    event = record(
        code=event_code(model, "update"),
        label=_label(model, len(plan.changes)),
        after={"rows": len(plan.changes)},
        reason=reason,
    )
    record_rows(event, model, ((row.pk, before, after) for row, before, after in plan.changes))
    index_rows(model, [row.pk for row, _before, _after in plan.changes])
    return plan


def plan_archive(*, acting_user: Any, rows: models.QuerySet, lock: bool = False) -> BulkPlan:
    """Which of ``rows`` would be archived, and which not and why; writes nothing."""
    plan = BulkPlan()
    for chunk in _chunks(_keys(rows, ARCHIVE_LIMIT)):
        found = rows.model._base_manager.filter(pk__in=chunk).order_by("pk")
        batch = list(found.select_for_update() if lock else found)
        may = set(instances(acting_user, ARCHIVE, found.order_by()).values_list("pk", flat=True))
        for row in batch:
            why = _why_not_archive(row, may, acting_user)
            if why:
                plan.refused.append((row, why))
            else:
                plan.changes.append((row, {"archived_at": None}, {}))
    return plan


def _why_not_archive(row: Any, may: set[Any], user: Any) -> str:
    if row.pk not in may:
        return _("You may look at this, but not archive it.")
    if row.archived_at is not None:
        return _("It is archived already.")
    needed_by = dependents_of(row, user)
    told = _("; ").join(str(one) for one in needed_by)
    return _("Other records in use belong to it: %(rows)s") % {"rows": told} if told else ""


@action("kernel.bulk_archive")
def bulk_archive_rows(
    *, acting_user: Any, rows: models.QuerySet, reason: str, digest: str = ""
) -> BulkPlan:
    """Archive every row of ``rows`` that may be archived; one audit row for all of them."""
    said = reason_given(reason)
    plan = plan_archive(acting_user=acting_user, rows=rows, lock=True)
    if digest and digest != plan.digest:
        raise BulkOutdated(
            _("The records have changed since this preview was made. Look at the new preview.")
        )
    if not plan.changes:
        raise ValidationError(_("No record would change."))
    model, moment = rows.model, clock.now()
    for row, _before, _after in plan.changes:
        row.archived_at, row.archive_reason = moment, said  # type: ignore[attr-defined]
    kept = [row for row, _before, _after in plan.changes]
    model._base_manager.bulk_update(kept, ["archived_at", "archive_reason"], batch_size=_BATCH)
    told = {"rows": len(kept)}
    label = _label(model, len(kept))
    event = record(code=event_code(model, "archive"), label=label, after=told, reason=said)
    record_rows(event, model, ((row.pk, None, {"archive_reason": said}) for row in kept))
    index_rows(model, [row.pk for row in kept])
    return plan


def _keys(rows: models.QuerySet, limit: int = LIMIT) -> list[Any]:
    keys = list(rows.order_by().values_list("pk", flat=True)[: limit + 1])
    if len(keys) > limit:
        raise ValidationError(
            _("More than %(limit)d records are too many at once. Narrow the filter."),
            params={"limit": limit},
        )
    return sorted(set(keys))


def _recheck(user: Any, model: type[models.Model], keys: list[Any]) -> None:
    for chunk in _chunks(keys):
        written = model._base_manager.filter(pk__in=chunk)
        if instances(user, EDIT, written).count() != len(chunk):
            raise Refused(_("With these values records would lie outside the area you manage."))


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(keys), _BATCH):
        yield keys[at : at + _BATCH]


def _label(model: type[models.Model], count: int) -> str:
    return _("%(count)d × %(kind)s") % {"count": count, "kind": model._meta.verbose_name}
