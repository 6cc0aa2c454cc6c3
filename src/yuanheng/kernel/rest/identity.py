"""Who a token belongs to. The kernel asks; the application that keeps tokens answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bearer:
    """A person who came with a token."""

    user: Any
    is_read_only: bool


_readers: list[Callable[[str], Bearer | None]] = []


def use_tokens(reader: Callable[[str], Bearer | None]) -> None:
    """Called once, when the application starts: ``reader`` gives a token's bearer, or none."""
    _readers[:] = [reader]


def bearer_of(token: str) -> Bearer | None:
    """The person behind a token that is valid today."""
    return _readers[0](token) if _readers else None
