"""The only clock of the project, so that a test can stop it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_stopped: ContextVar[datetime | None] = ContextVar("stopped_clock", default=None)


def now() -> datetime:
    """The present moment, with its time zone."""
    return _stopped.get() or timezone.now()


def today() -> date:
    """The local date: deadlines and grants count in local days."""
    return timezone.localtime(now()).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[datetime]:
    """Stop the clock for the block (tests)."""
    token = _stopped.set(moment)
    try:
        yield moment
    finally:
        _stopped.reset(token)
