from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from itertools import islice
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _

from yuanheng.kernel.audit.canonical import RowsDigest
from yuanheng.kernel.audit.chain import seal
from yuanheng.kernel.bulk import insert_rows
from yuanheng.kernel.models import AuditEvent, RowChange
from yuanheng.kernel.origin import origin
from yuanheng.kernel.together import together

P = ParamSpec("P")
R = TypeVar("R")


class ActionRecorder:
    """Knows who is doing what while an action runs."""

    def __init__(self, code: str, acting_user: Any, correlation: uuid.UUID) -> None:
        self.code = code
        self.acting_user = acting_user
        self.correlation = correlation
        self.events: list[AuditEvent] = []
        self.digests: dict[int, RowsDigest] = {}

    def take_over(self, inner: ActionRecorder) -> None:
        """What an action that was called inside this one wrote down."""
        self.events += inner.events
        self.digests |= inner.digests

    def seal(self) -> None:
        """Chain what was written down to the end of the log."""
        for event in self.events:
            if event.pk is None:
                continue
            digest = self.digests.get(event.pk)
            event.rows_digest = digest.text if digest and digest.count else ""
        seal(self.events)


_running: ContextVar[ActionRecorder | None] = ContextVar("running_action", default=None)
_done: ContextVar[int] = ContextVar("actions_done", default=0)


def actions_done() -> int:
    """How many actions have ended well in this context (a request, a job)."""
    return _done.get()


def action(
    code: str, *, reason_required: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action: ``@action("registry.archive_park")``.

    The function takes keyword arguments only, one of them ``acting_user``. It runs in one
    transaction and must leave an audit row (``record``), or it fails and nothing is written.
    An action called inside another shares its transaction and its correlation.
    With ``reason_required`` it takes a ``reason``, and an empty one is a ``ValidationError``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args or "acting_user" not in kwargs:
                raise TypeError(f"{code}: keyword arguments only, one of them acting_user")
            if reason_required:
                _require_reason(kwargs)
            outer = _running.get()
            correlation = outer.correlation if outer else uuid.uuid4()
            recorder = ActionRecorder(code, kwargs["acting_user"], correlation)
            token = _running.set(recorder)
            try:
                with transaction.atomic():
                    result = function(**kwargs)  # type: ignore[call-arg]
                    if not recorder.events:
                        raise RuntimeError(f"{code} left no audit row")
                    if outer is None:
                        recorder.seal()
            finally:
                _running.reset(token)
            if outer:
                outer.take_over(recorder)
            else:
                _done.set(_done.get() + 1)
            return result

        return run

    return decorate


def record(
    subject: models.Model | None = None,
    *,
    code: str = "",
    label: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    at_the_end: bool = False,
) -> AuditEvent:
    """Write the audit row of the running action; ``at_the_end`` only when the log is sealed, which
    saves a query where nothing else needs the row's number."""
    recorder = _running.get()
    if recorder is None:
        raise RuntimeError("record() is only for use inside an action")
    user = recorder.acting_user
    event = AuditEvent(
        acting_user=user if user is not None and user.pk else None,
        action_code=code or recorder.code,
        correlation=recorder.correlation,
        subject_model=subject._meta.label if subject is not None else "",
        subject_pk=str(subject.pk) if subject is not None else "",
        subject_label=(label or (str(subject) if subject is not None else ""))[:300],
        before=before,
        after=after,
        reason=reason[:300],
        address=origin(),
    )
    if together() is None and not at_the_end:
        event.save()
    recorder.events.append(event)
    return event


def record_rows(
    event: AuditEvent,
    model: type[models.Model],
    changes: Iterable[tuple[Any, dict[str, Any] | None, dict[str, Any] | None]],
) -> None:
    """What the action of ``event`` did to each of many rows of ``model``.

    ``changes`` are (primary key, before, after), each holding the changed columns only; a row that
    was made has no ``before``, and may have no ``after`` (its values lie in the row itself).
    Any iterable will do; the rows are written in batches as it is read.
    """
    recorder = _running.get()
    if recorder is None:
        raise RuntimeError("record_rows() is only for use inside an action")
    label = model._meta.label
    if event.pk is None:
        event.save()
    digest = recorder.digests.setdefault(event.pk, RowsDigest())
    for batch in batched(changes, 10_000):
        for pk, before, after in batch:
            digest.add(label, str(pk), before, after)
        columns = {
            "event_id": [event.pk] * len(batch),
            "subject_model": [label] * len(batch),
            "subject_pk": [str(pk) for pk, _before, _after in batch],
            "before": [_as_json(before) for _pk, before, _after in batch],
            "after": [_as_json(after) for _pk, _before, after in batch],
        }
        insert_rows(RowChange, columns, len(batch))


def _as_json(values: dict[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, cls=DjangoJSONEncoder)


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of up to ``size``."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def _require_reason(kwargs: dict[str, Any]) -> None:
    if not str(kwargs.get("reason") or "").strip():
        raise ValidationError({"reason": _("Say why; the reason is kept with the record.")})


def snapshot(row: models.Model) -> dict[str, Any]:
    """A row's own columns, for the audit's before and after. Secrets stay out."""
    hidden = getattr(type(row), "audit_hidden", ())
    return {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.attname not in hidden
    }
