from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

from yuanheng.kernel.models import AuditEvent, RowChange

P = ParamSpec("P")
R = TypeVar("R")


class ActionRecorder:
    """Knows who is doing what while an action runs."""

    def __init__(self, code: str, acting_user: Any, correlation: uuid.UUID) -> None:
        self.code = code
        self.acting_user = acting_user
        self.correlation = correlation
        self.events = 0


_running: ContextVar[ActionRecorder | None] = ContextVar("running_action", default=None)


def action(code: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action: ``@action("registry.archive_park")``.

    The function takes keyword arguments only, one of them ``acting_user``. It runs in one
    transaction and must leave an audit row (``record``), or it fails and nothing is written.
    An action called inside another shares its transaction and its correlation.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args or "acting_user" not in kwargs:
                raise TypeError(f"{code}: keyword arguments only, one of them acting_user")
            outer = _running.get()
            correlation = outer.correlation if outer else uuid.uuid4()
            recorder = ActionRecorder(code, kwargs["acting_user"], correlation)
            token = _running.set(recorder)
            try:
                with transaction.atomic():
                    result = function(**kwargs)  # type: ignore[call-arg]
                    if not recorder.events:
                        raise RuntimeError(f"{code} left no audit row")
            finally:
                _running.reset(token)
            if outer:
                outer.events += recorder.events
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
) -> AuditEvent:
    """Write the audit row of the running action."""
    recorder = _running.get()
    if recorder is None:
        raise RuntimeError("record() is only for use inside an action")
    recorder.events += 1
    user = recorder.acting_user
    return AuditEvent.objects.create(
        acting_user=user if user is not None and user.pk else None,
        action_code=code or recorder.code,
        correlation=recorder.correlation,
        subject_model=subject._meta.label if subject is not None else "",
        subject_pk=str(subject.pk) if subject is not None else "",
        subject_label=(label or (str(subject) if subject is not None else ""))[:300],
        before=before,
        after=after,
        reason=reason[:300],
    )


def record_rows(
    event: AuditEvent,
    model: type[models.Model],
    changes: Iterable[tuple[Any, dict[str, Any] | None, dict[str, Any] | None]],
) -> None:
    """What the action of ``event`` did to each of many rows of ``model``.

    ``changes`` are (primary key, before, after), each holding the changed columns only; a row that
    was made has no ``before``, and may have no ``after`` (its values lie in the row itself).
    """
    label = model._meta.label
    RowChange.objects.bulk_create(
        (
            RowChange(
                event=event, subject_model=label, subject_pk=str(pk), before=before, after=after
            )
            for pk, before, after in changes
        ),
        batch_size=2000,
    )


def snapshot(row: models.Model) -> dict[str, Any]:
    """A row's own columns, for the audit's before and after. Secrets stay out."""
    hidden = getattr(type(row), "audit_hidden", ())
    return {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.attname not in hidden
    }
