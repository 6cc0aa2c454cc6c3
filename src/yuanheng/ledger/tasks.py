"""A gap that becomes a task: rooms that keep tasks register here how one is made.

The ledger knows none of them. As long as nobody has registered, no button is shown. Who finds a
gap (a target behind its plan, an item of an evaluation, a threshold that is passed) asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that ought to be better: what a task would be filled in with.

    ``value`` and ``aim`` are in the unit that the indicator is shown in, ``period`` is that of
    the value, ``href`` the page on which the gap was found, ``lead_id`` the organisation whose
    matter it is. What isn't known stays empty.
    """

    title: str
    words: str = ""
    indicator_id: int | None = None
    subject_id: int | None = None
    value: float | None = None
    period: str = ""
    aim: float | None = None
    href: str = ""
    lead_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaskOffer:
    """A button beside a gap: its text, and the page that makes the task."""

    text: Any
    href: str


# (user, gap) → the offer, or None where this person may make none.
Maker = Callable[[Any, Gap], TaskOffer | None]
_makers: list[Maker] = []


def make_tasks_by(maker: Maker) -> None:
    """Register a way to make a task of a gap."""
    if maker not in _makers:
        _makers.append(maker)


def task_offers(user: Any, gap: Gap) -> list[TaskOffer]:
    """What may be made of a gap."""
    offers = (maker(user, gap) for maker in _makers)
    return [one for one in offers if one is not None]
