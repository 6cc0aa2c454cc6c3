"""The clocks of a case: started, stopped and paused by its moves, never by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from yuanheng.kernel.clocks import (
    extend_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from yuanheng.kernel.clocks.terms import FIXED
from yuanheng.kernel.flow.behaviour import Step
from yuanheng.kernel.flow.case_clocks import clocks_kept
from yuanheng.kernel.flow.declaration import Flow
from yuanheng.kernel.flow.lights import USUAL_RULE
from yuanheng.kernel.flow.parties import InCharge, Superior
from yuanheng.kernel.models import Case, CoUnit


def full_code(flow: Flow, code: str) -> str:
    """``request.finish``: the name under which an office may set another term."""
    return f"{flow.code}.{code}"


def open_clocks(subject: Any) -> list[Any]:
    """The clocks of a case, or of a co-unit's part of it, that run or stand still."""
    return [one for one in clocks_kept(subject) if one.is_open]


def open_clock(flow: Flow, case: Case, code: str = "") -> Any:
    """The clock with this code that runs; without a code, the one that ends first; or none."""
    found = [one for one in open_clocks(case) if code in ("", one.code, one.code.split(".")[-1])]
    return min(found, key=lambda one: one.due_on, default=None)


def start(step: Step, codes: Sequence[str]) -> None:
    """Start the flow's clocks with these codes. One that runs already is left alone, one that
    stands still goes on."""
    known = {one.code: one for one in open_clocks(step.case)}
    for code in codes:
        term = replace(step.flow.clocks_by_code[code], code=full_code(step.flow, code))
        old = known.get(term.code)
        if old is not None and old.state == "paused":
            resume_clock(acting_user=step.user, clock=old)
        elif old is None:
            due_on = step.flow.due_on(step.case, code) if term.counting == FIXED else None
            if term.counting == FIXED and due_on is None:
                continue
            term = with_light(with_roles(step.flow, term))
            start_clock(
                acting_user=step.user,
                subject=step.case,
                term=term,
                responsible=step.case.org_unit_id,
                due_on=due_on,
            )


def start_part(step: Step, part: CoUnit, term: Any, due_on: date | None = None) -> date:
    """The sub-clock of a co-unit; the day on which its word is due (given, if the term is a fixed
    date)."""
    clock = start_clock(
        acting_user=step.user,
        subject=part,
        term=with_light(
            with_roles(step.flow, replace(term, code=full_code(step.flow, term.code)))
        ),
        responsible=part.org_unit_id,
        due_on=due_on,
    )
    return clock.due_on


def with_roles(flow: Flow, term: Any) -> Any:
    """The term with those who are told before and after its end: unless it names them itself, the
    roles that act for the organisation in charge, and those that act for the superior."""
    parties = [party for action in flow.all_actions for party in action.may]
    holders = dict.fromkeys(r for one in parties if isinstance(one, InCharge) for r in one.roles)
    above = dict.fromkeys(r for one in parties if isinstance(one, Superior) for r in one.roles)
    return replace(
        term,
        holder_roles=term.holder_roles or tuple(holders),
        superior_roles=term.superior_roles or tuple(above) or tuple(holders),
    )


def with_light(term: Any) -> Any:
    """The term with a rule of lights: an office sets its own under the same code."""
    return term if term.light else replace(term, light=USUAL_RULE)


def pause(step: Step, codes: Sequence[str]) -> None:
    """Let the clocks with these codes stand still; who acted said why, or the action does."""
    wanted = {full_code(step.flow, code) for code in codes}
    for clock in open_clocks(step.case):
        if clock.code in wanted and clock.state == "running":
            reason = step.reason or str(step.action.title)
            pause_clock(acting_user=step.user, clock=clock, reason=reason)


def stop(step: Step, codes: Sequence[str]) -> None:
    """Stop the clocks with these codes."""
    wanted = {full_code(step.flow, code) for code in codes}
    for clock in open_clocks(step.case):
        if clock.code in wanted:
            stop_clock(acting_user=step.user, clock=clock, outcome=step.outcome)


def stop_all(step: Step) -> None:
    """The case is closed: none of its clocks runs on, and no co-unit is waited for."""
    for subject in [step.case, *step.case.co_units.all()]:
        stop_of(step, subject)


def stop_of(step: Step, subject: Any) -> None:
    """Every clock of one subject."""
    for clock in open_clocks(subject):
        stop_clock(acting_user=step.user, clock=clock, outcome=step.outcome)


def pause_all(step: Step) -> None:
    """The case is suspended: its clocks stand still, those of the co-units too."""
    for clock in _all_open(step.case):
        if clock.state == "running":
            pause_clock(acting_user=step.user, clock=clock, reason=step.reason)


def resume_all(step: Step) -> None:
    """The case goes on, and so do the clocks that its suspension had paused."""
    since = step.case.suspended_at
    for clock in _all_open(step.case):
        if clock.state == "paused" and clock.paused_at >= since:
            resume_clock(acting_user=step.user, clock=clock)


def extend(step: Step, clock: Any, until: date, reason: str) -> None:
    """A granted extension."""
    extend_clock(acting_user=step.user, clock=clock, until=until, reason=reason)


def next_due(case: Case) -> date | None:
    """The earliest date of the case's own clocks that are not over."""
    return min((one.due_on for one in open_clocks(case)), default=None)


def _all_open(case: Case) -> list[Any]:
    found = open_clocks(case)
    for part in case.co_units.all():
        if part.is_busy:
            found += open_clocks(part)
    return found
