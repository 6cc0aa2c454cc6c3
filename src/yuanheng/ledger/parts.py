"""What a room's figure is made of, for the figure's passport: the room knows, the ledger asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from yuanheng.ledger.uses import AskedFigure


@dataclass(frozen=True, slots=True)
class ToldPart:
    """One part: how it was reckoned in words, what it adds, and its page."""

    words: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class ToldParts:
    """All of them, the unit in which they add up, and where they stand."""

    parts: Sequence[ToldPart]
    measure: str = ""
    href: str = ""


Source = Callable[[Any, AskedFigure], ToldParts | None]
_sources: list[Source] = []


def tell_parts(source: Source) -> None:
    """Register a function from (user, the figure asked for) to its parts; None for figures of
    others. It is asked only for persons before whom the figure isn't masked."""
    if source not in _sources:
        _sources.append(source)


def parts_told(user: Any, asked: AskedFigure) -> ToldParts | None:
    """What the first room that knows says."""
    return next((told for one in _sources if (told := one(user, asked)) is not None), None)
