"""Taking back an import: every row as it was before, or nothing and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record, record_rows
from yuanheng.kernel.actions.imports import CannotImport
from yuanheng.kernel.bulk import update_rows
from yuanheng.kernel.importing import importer_for
from yuanheng.kernel.importing.base import constraint_sentence
from yuanheng.kernel.models import AuditEvent, RowChange, Upload
from yuanheng.kernel.models.upload import UploadStage
from yuanheng.kernel.policies import ADMINISTER, IMPORT, Refused, can, policy_for

_CHUNK = 900
_NAMED = 10
DEFAULT_DAYS = 30


@dataclass(slots=True)
class _Part:
    """What an import did to the rows of one model."""

    model: type[models.Model]
    made: list[str] = field(default_factory=list)
    changed: dict[str, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        return [*self.made, *self.changed]


def undo_days() -> int:
    """For how many days an import can be taken back."""
    return int(getattr(settings, "IMPORT_UNDO_DAYS", DEFAULT_DAYS))


def may_undo(user: Any, upload: Upload) -> bool:
    """Who imported it, or an administrator, as long as the days last."""
    if upload.stage != UploadStage.COMMITTED or upload.event_id is None:
        return False
    if upload.committed_at < clock.now() - timedelta(days=undo_days()):
        return False
    importer = importer_for(upload.importer_code)
    if importer is None or not importer.undoable:
        return False
    is_own = upload.committed_by_id == user.pk and importer.may(user)
    return is_own or can(user, ADMINISTER, importer.model)


@action("kernel.undo_upload", reason_required=True)
def undo_upload(*, acting_user: Any, upload: Upload, reason: str) -> Upload:
    """Bring back every row as it was before the import.

    Raises ``CannotImport`` and changes nothing when a row was changed since, or when something
    else refers to a row that was made; the sentence names the rows.
    """
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if not may_undo(acting_user, locked):
        raise Refused(_refusal(locked))
    parts = _parts(locked.event)
    _refuse_outside(parts, locked, acting_user)
    for part in parts:
        _refuse_changed(part, locked.event)
    for part in parts:
        _refuse_referred(part, parts)
    label = parts[0].model._meta.label_lower.split(".") if parts else ["kernel", "upload"]
    event = record(
        locked,
        code=f"{label[0]}.undo_import_{label[1]}",
        label=locked.file_name,
        after={"rows": sum(len(part.keys) for part in parts)},
        reason=reason,
    )
    try:
        with transaction.atomic():
            _take_back(parts, event)
    except IntegrityError as error:
        raise CannotImport(constraint_sentence(parts[0].model, str(error))) from error
    locked.stage = UploadStage.UNDONE
    locked.undone_at = clock.now()
    locked.save(update_fields=["stage", "undone_at"])
    return locked


def _take_back(parts: Sequence[_Part], event: AuditEvent) -> None:
    for part in reversed(parts):
        record_rows(event, part.model, _told(part))
        update_rows(part.model, [(key, before) for key, (before, _a) in part.changed.items()])
    for part in reversed(parts):
        for some in _chunks(part.made):
            rows = models.QuerySet(part.model).filter(pk__in=some)
            rows._raw_delete(rows.db)
        _index(part.model, part.keys)


def _parts(event: AuditEvent) -> list[_Part]:
    """By model, in the order in which they were written."""
    parts: dict[str, _Part] = {}
    rows = RowChange.objects.filter(event=event).order_by("pk")
    for label, key, before, after in rows.values_list(
        "subject_model", "subject_pk", "before", "after"
    ).iterator(chunk_size=5000):
        part = parts.get(label)
        if part is None:
            part = parts[label] = _Part(apps.get_model(label))
        if before is None:
            part.made.append(key)
        else:
            part.changed[key] = before, after or {}
    return list(parts.values())


def _refuse_outside(parts: Sequence[_Part], upload: Upload, user: Any) -> None:
    """Raise if one of the rows has come to lie where the person may no longer write."""
    importer = importer_for(upload.importer_code)
    policy = policy_for(importer.model)  # type: ignore[union-attr]
    for part in parts:
        for some in _chunks(part.keys) if part.model is importer.model else ():  # type: ignore[union-attr]
            rows = models.QuerySet(part.model).filter(pk__in=some)
            if policy.instances(user, IMPORT, rows).count() != rows.count():
                raise Refused(_("Some of these rows lie outside the area that you manage now."))


def _refuse_changed(part: _Part, event: AuditEvent) -> None:
    """Raise if a row was written by anybody since."""
    label = part.model._meta.label
    later: set[str] = set()
    for some in _chunks(part.keys):
        subject = {"subject_model": label, "subject_pk__in": some}
        alone = AuditEvent.objects.filter(pk__gt=event.pk, **subject)
        among = RowChange.objects.filter(event_id__gt=event.pk, **subject)
        later.update(alone.values_list("subject_pk", flat=True))
        later.update(among.values_list("subject_pk", flat=True))
    if later:
        raise CannotImport(
            _(
                "%(count)d rows were changed since this import: %(names)s. Take those changes "
                "back first, or correct the rows by hand."
            )
            % {"count": len(later), "names": _names(part.model, later)}
        )


def _refuse_referred(part: _Part, parts: Sequence[_Part]) -> None:
    """Raise if a row that would go is needed by one that stays."""
    going = {other.model: set(other.made) for other in parts}
    for relation in part.model._meta.related_objects if part.made else ():
        other, name = relation.related_model, relation.field.name
        if relation.many_to_many:
            continue
        goes = going.get(other, set())
        for some in _chunks(part.made):
            rows = models.QuerySet(other).filter(**{f"{name}__in": some})
            pairs = rows.values_list("pk", f"{name}_id")[: _CHUNK * 2]
            needed = {str(target) for pk, target in pairs if str(pk) not in goes}
            if needed:
                raise CannotImport(
                    _("These rows are referred to by “%(kind)s”: %(names)s. Remove that first.")
                    % {
                        "kind": other._meta.verbose_name_plural,
                        "names": _names(part.model, needed),
                    }
                )


def _names(model: type[models.Model], keys: Iterable[str]) -> str:
    chosen = sorted(keys)[:_NAMED]
    rows = models.QuerySet(model).filter(pk__in=chosen)
    names = "、".join(str(row) for row in rows)
    return f"{names} …" if len(set(keys)) > _NAMED else names


def _told(part: _Part) -> Iterator[tuple[Any, dict[str, Any] | None, dict[str, Any] | None]]:
    """For the history: rows that are taken away keep their name in the log."""
    named = _first_texts(part)
    for key in part.made:
        yield key, named.get(key, {}), None
    for key, (before, after) in part.changed.items():
        yield key, after, before


def _first_texts(part: _Part) -> dict[str, dict[str, Any]]:
    from yuanheng.kernel.importing.relations import name_fields, natural_key

    names = [name for name in (natural_key(part.model), *name_fields(part.model)[:1])]
    found: dict[str, dict[str, Any]] = {}
    for some in _chunks(part.made):
        rows = models.QuerySet(part.model).filter(pk__in=some).values_list("pk", *names)
        for pk, *values in rows:
            found[str(pk)] = dict(zip(names, values, strict=True))
    return found


def _index(model: type[models.Model], keys: Sequence[str]) -> None:
    from yuanheng.kernel.importing.applying import index

    index(model, [model._meta.pk.to_python(key) for key in keys])


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


def _refusal(upload: Upload) -> str:
    if upload.stage != UploadStage.COMMITTED:
        return _("There is nothing to undo: this file isn't imported, or was undone already.")
    if upload.committed_at < clock.now() - timedelta(days=undo_days()):
        return _("An import can be undone within %(days)d days.") % {"days": undo_days()}
    return _("Only who imported this file, or an administrator, may undo it.")
