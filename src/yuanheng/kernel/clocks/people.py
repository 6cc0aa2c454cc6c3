"""Whom a step of a ladder is told to."""

from __future__ import annotations

from typing import Any

from yuanheng.kernel.clocks.terms import HOLDER, SUPERIOR, Step
from yuanheng.kernel.dated import line_of
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import Clock


def people_for(clock: Clock, step: Step) -> list[Any]:
    """The holder, those with the superior's role above, or those with a role.

    Where nobody has the role in the organisation itself, the nearest one above that has somebody:
    a notice is never lost because a post is vacant.
    """
    if step.to == HOLDER:
        if clock.holder_id and clock.holder.is_active:
            return [clock.holder]
        return _nearest(clock.rule["holder_roles"], line_of(clock.responsible_id))
    line = line_of(clock.responsible_id)
    if step.to == SUPERIOR:
        return _nearest(clock.rule["superior_roles"], line[1:])
    return _nearest([step.to], line)


def words_for(clock: Clock, step: Step, people: list[Any]) -> str:
    """The addressee of a slip: people where there are some, else the organisation."""
    if people:
        return "、".join(str(one) for one in people)[:200]
    return str(clock.responsible or "")[:200]


def _nearest(roles: list[str], line: list[int]) -> list[Any]:
    for place in line:
        found = list(directory().people(roles or None, place).order_by("pk"))
        if found:
            return found
    return []
