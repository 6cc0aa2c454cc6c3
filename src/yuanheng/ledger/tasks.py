"""A gap that becomes a task: rooms that keep tasks register here how one is made.

The ledger knows none of them. As long as nobody has registered, no button is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yuanheng.ledger.models import Target


@dataclass(frozen=True, slots=True)
class TaskOffer:
    """A button beside a target that is behind: its text, and the page that makes the task."""

    text: Any
    href: str


# (user, target, the gap in a sentence) → the offer, or None where this person may make none.
Maker = Callable[[Any, Target, str], TaskOffer | None]
_makers: list[Maker] = []


def make_tasks_by(maker: Maker) -> None:
    """Register a way to make a task of a target's gap."""
    if maker not in _makers:
        _makers.append(maker)


def task_offers(user: Any, target: Target, gap: str) -> list[TaskOffer]:
    """What may be made of the gap of a target."""
    offers = (maker(user, target, gap) for maker in _makers)
    return [one for one in offers if one is not None]
