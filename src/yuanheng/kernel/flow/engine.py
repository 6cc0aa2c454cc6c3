"""The door of every flow: a caller sends an action, never a state."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from yuanheng.kernel import clock, figures
from yuanheng.kernel.actions import action as kernel_action
from yuanheng.kernel.actions import record
from yuanheng.kernel.clocks import ClockRefused
from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.behaviour import Step
from yuanheng.kernel.flow.declaration import Action, Flow, flow_of
from yuanheng.kernel.flow.errors import NotNow, Outdated
from yuanheng.kernel.flow.evidence import put_in
from yuanheng.kernel.flow.filling import clean_inputs, fill, missing_at
from yuanheng.kernel.flow.guards import refusal
from yuanheng.kernel.flow.possible import acting_for, not_you, why_not_now
from yuanheng.kernel.flow.turns import renew_turns, tell_next
from yuanheng.kernel.models import Case, CaseMove
from yuanheng.kernel.policies import VIEW, Refused, can, require


def perform(
    *,
    acting_user: Any,
    case: Case,
    action: str,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
    marked: tuple[str, ...] = (),
    token: uuid.UUID | str | None = None,
    seen: int | None = None,
    files: Sequence[Any] = (),
) -> Any:
    """Do ``action`` with a case; the case as it is afterwards.

    ``values`` are those of the action's form. ``token`` names one press of a button: the same
    token again has no further effect. ``seen`` is the number of moves the person had before them
    (of the ``case`` given, unless said). ``files`` are uploads (``name``, ``chunks()``) that are
    attached in the same step, where the action asks for evidence. Raises Refused (not allowed),
    NotNow (not in this state, or something is missing), Outdated (somebody was faster),
    ValidationError (values).
    """
    token = uuid.UUID(str(token)) if token else None
    seen = case.move_count if seen is None else seen
    with transaction.atomic():
        # Whoever comes second waits here, and then sees what the first has done.
        locked = Case._base_manager.select_for_update().get(pk=case.pk)
        flow = flow_of(locked)
        row: Any = flow.model._base_manager.get(pk=locked.pk)
        require(acting_user, VIEW, row)
        if token and row.moves.filter(token=token).exists():
            return row
        chosen = flow.actions_by_code.get(action)
        if chosen is None:
            raise NotNow(
                _("“%(flow)s” knows no action “%(action)s”.")
                % {"flow": flow.title, "action": action[:50]}
            )
        try:
            return _perform(
                acting_user=acting_user,
                flow=flow,
                case=row,
                chosen=chosen,
                values=values or {},
                reason=reason,
                marked=marked,
                token=token,
                seen=seen,
                files=files,
            )
        except ClockRefused as error:
            raise NotNow(str(error)) from error


@kernel_action("flow.perform")
def _perform(
    *,
    acting_user: Any,
    flow: Flow,
    case: Any,
    chosen: Action,
    values: Mapping[str, Any],
    reason: str,
    marked: tuple[str, ...],
    token: uuid.UUID | None,
    seen: int,
    files: Sequence[Any],
) -> Any:
    step = _allowed_step(acting_user, flow, case, chosen, seen)
    before = case.state
    step.reason = _reason(chosen, reason)
    step.marked = _marked(flow, chosen, marked)
    _write_values(step, values)
    put_in(step, files)
    if chosen.behaviour:
        chosen.behaviour.apply(step)
    _change_state(step)
    move = add_move(step, before, token)
    timing.stop(step, chosen.stops)
    timing.pause(step, chosen.pauses)
    timing.start(step, chosen.starts)
    if not case.is_open:
        timing.stop_all(step)
        _end_requests(step)
    for effect in chosen.effects:
        effect(step)
    finish(step)
    record(
        case,
        code=f"flow.{flow.code}.{chosen.code}",
        before={"state": before, **{name: pair[0] for name, pair in step.changes.items()}},
        after={"state": case.state, **{name: pair[1] for name, pair in step.changes.items()}},
        reason=move.reason,
    )
    # Looked at again after the write: nobody moves a case out of their own sight.
    if not can(acting_user, VIEW, case):
        raise Refused(_("With these values the case would lie outside what you may see."))
    return case


def _is_loud(flow: Flow, code: str) -> bool:
    """Whether a move matters to whoever looked before it; the opening is nobody's surprise."""
    chosen = flow.actions_by_code.get(code)
    return chosen is not None and not chosen.quiet


def _allowed_step(user: Any, flow: Flow, case: Any, chosen: Action, seen: int) -> Step:
    """State, person and circumstances, in this order; the sentence says which is in the way."""
    newer = list(case.moves.filter(serial__gt=seen).select_related("by", "org_unit"))
    loud = [one for one in newer if _is_loud(flow, one.action)]
    if case.state not in flow.sources_of(chosen):
        if loud:
            raise Outdated(_faster(flow, loud[-1]))
        raise NotNow(
            _("“%(action)s” can't be done while the case is in “%(state)s”.")
            % {"action": chosen.title, "state": flow.state(case.state).title}
        )
    party = acting_for(chosen, case, user)
    if party is None:
        raise Refused(not_you(chosen))
    if loud and not chosen.quiet:
        raise Outdated(_faster(flow, loud[-1]))
    why_not = why_not_now(flow, chosen, case, user)
    if why_not:
        raise NotNow(why_not)
    return Step(flow, chosen, case, user, party, clock.now(), clock.today())


def _faster(flow: Flow, move: CaseMove) -> str:
    action = flow.actions_by_code[move.action]
    return _(
        "%(person)s was faster: “%(action)s” at %(at)s. Look at the case as it is now, "
        "then decide."
    ) % {"person": move.by, "action": action.title, "at": figures.moment(move.at)}


def _reason(chosen: Action, reason: str) -> str:
    reason = reason.strip()
    if chosen.reason == "required" and not reason:
        raise ValidationError({"reason": _("Say why; it is kept with the case.")})
    return reason


def _marked(flow: Flow, chosen: Action, marked: tuple[str, ...]) -> tuple[str, ...]:
    names = {one.name for one in flow.model._meta.concrete_fields}
    return tuple(name for name in marked if name in names) if chosen.marks else ()


def _write_values(step: Step, values: Mapping[str, Any]) -> None:
    """The form's values into the case; then what the target requires, and the guards."""
    flow, chosen, case = step.flow, step.action, step.case
    inputs = chosen.behaviour.inputs(flow, case, step.user) if chosen.behaviour else {}
    step.values = clean_inputs(inputs, values)
    own = {name: value for name, value in values.items() if name not in inputs}
    step.changes = fill(case, own, allowed=flow.fields_of(chosen, case), flow_title=chosen.title)
    missing_at(flow, case, chosen.target or case.state)
    for guard in chosen.guards:
        sentence = refusal(guard, case)
        if sentence:
            raise NotNow(sentence)
    case.save()


def _change_state(step: Step) -> None:
    flow, case = step.flow, step.case
    if step.action.target:
        case.state = step.action.target
    if flow.state(case.state).final:
        case.closed_at = case.closed_at or step.at
        case.suspended_at = None
    else:
        case.closed_at = None


def _end_requests(step: Step) -> None:
    """A closed case waits for nobody: neither for a co-unit nor for a decision on more time."""
    reason = _("The case was closed.")
    for part in step.case.co_units.filter(answered_at__isnull=True, released_at__isnull=True):
        part.released_at, part.release_reason = step.at, reason
        part.save()
    for asked in step.case.extensions.filter(granted__isnull=True):
        asked.granted, asked.decided_at, asked.decided_by = False, step.at, step.user
        asked.decision_reason = reason
        asked.save()


def add_move(step: Step, before: str, token: uuid.UUID | None = None) -> CaseMove:
    """The row that says what happened; the case's state is the last row's."""
    case = step.case
    case.move_count += 1
    return CaseMove.objects.create(
        case_id=case.pk,
        serial=case.move_count,
        action=step.action.code,
        from_state=before,
        to_state=case.state,
        at=step.at,
        by=step.user,
        on_behalf_of_id=step.acting_for or None,
        org_unit_id=case.org_unit_id,
        about_id=step.about,
        person_id=step.person,
        reason=step.reason,
        marked_fields=list(step.marked),
        changes=step.changes,
        token=token,
    )


def finish(step: Step) -> None:
    """After a move: the earliest date, whose turn it is, who is told."""
    case = step.case
    case.due_on = timing.next_due(case)
    case.save()
    expected = renew_turns(case, step.user)
    if step.tells_next:
        tell_next(case, expected)
