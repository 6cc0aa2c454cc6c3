"""From where somebody acts: an address for a request, words for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

COMMAND_LINE = "command line"

_origin: ContextVar[str] = ContextVar("origin", default=COMMAND_LINE)


def origin() -> str:
    """From where the running action was called."""
    return _origin.get()


@contextmanager
def coming_from(place: str) -> Iterator[None]:
    """Everything done in the block comes from ``place``."""
    token = _origin.set(place[:64])
    try:
        yield
    finally:
        _origin.reset(token)
