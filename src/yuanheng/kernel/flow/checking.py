"""Every declaration is looked at when the program starts; all faults are said at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.core.exceptions import FieldDoesNotExist

from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.declaration import OPEN, Action, Flow, all_flows
from yuanheng.kernel.flow.errors import FaultyFlow
from yuanheng.kernel.flow.guards import faults_of
from yuanheng.kernel.models import Case

# What the engine alone writes: no form offers it, no table requires it.
RESERVED = frozenset({"reason", "marked", "token", "seen", "org_unit", "evidence"})
ENGINE_FIELDS = frozenset(one.name for one in Case._meta.concrete_fields) - {"title"}


def check_flows(flows: Iterable[Flow] | None = None) -> None:
    """Raise FaultyFlow with every fault of every flow; nothing if there is none."""
    faults = [
        f"{flow.code}: {fault}"
        for flow in (all_flows() if flows is None else flows)
        for fault in faults_in(flow)
    ]
    if faults:
        raise FaultyFlow(faults)


def faults_in(flow: Flow) -> list[str]:
    """What is wrong with one flow, one sentence each."""
    found = list(_names(flow))
    if found:
        return found  # with unknown names the ways can't be followed
    return [*_ways(flow), *_offered(flow), *_guards(flow), *_number(flow)]


def _names(flow: Flow) -> Iterator[str]:
    if not flow.states:
        yield "it has no state: declare at least a first and a final one."
        return
    yield from _twice("state", [one.code for one in flow.states])
    yield from _twice("action", [one.code for one in flow.all_actions])
    yield from _twice("clock", [one.code for one in flow.clocks])
    known = set(flow.states_by_code)
    for code in flow.required:
        if code not in known:
            yield f"required names the state {code!r}, which isn't declared."
    for action in flow.all_actions:
        yield from _names_of_action(flow, action, known)
    for code in flow.opening.starts:
        if code not in flow.clocks_by_code:
            yield f"the opening starts the clock {code!r}, which isn't declared."
    for name in [*flow.opening.fields, *(n for names in flow.required.values() for n in names)]:
        yield from _field(flow, name, "the opening or required")
    yield from _roles(flow, flow.opening.may, "the opening")
    if not flow.opening.may:
        yield "nobody may open a case: give the opening roles."


def _names_of_action(flow: Flow, action: Action, known: set[str]) -> Iterator[str]:
    where = f"action {action.code!r}"
    if not action.code.isidentifier():
        yield f"{where}: a code has letters, digits and “_” only."
    for state in () if action.sources == OPEN else flow.sources_of(action):
        if state not in known:
            yield f"{where} begins in the state {state!r}, which isn't declared."
    if action.target and action.target not in known:
        yield f"{where} leads to the state {action.target!r}, which isn't declared."
    for code in (*action.starts, *action.stops, *action.pauses):
        if code not in flow.clocks_by_code:
            yield f"{where} names the clock {code!r}, which isn't declared."
    for name in action.fields:
        yield from _field(flow, name, where)
    if not action.may:
        yield f"{where}: nobody may do it. Say who: in_charge, co_unit, superior or opener."
    for party in action.may:
        yield from _roles(flow, party.roles, where)
    if action.quick and action.evidence:
        yield f"{where} asks for evidence, but is quick: it has no form to take the file."
    if action.reason not in ("", "optional", "required"):
        yield f"{where}: reason is “required”, “optional” or empty, not {action.reason!r}."


def _field(flow: Flow, name: str, where: str) -> Iterator[str]:
    try:
        field = flow.model._meta.get_field(name)
    except FieldDoesNotExist:
        yield f"{where} names the field {name!r}, which {flow.model.__name__} doesn't have."
        return
    if name in RESERVED:
        yield f"{where} names the field {name!r}: every action's form has this name."
    elif name in ENGINE_FIELDS:
        yield f"{where} names the field {name!r}, which only the engine writes."
    elif not getattr(field, "editable", False):
        yield f"{where} names the field {name!r}, which no form offers: not editable."


def _roles(flow: Flow, roles: Iterable[str], where: str) -> Iterator[str]:
    known = directory().roles()
    for role in roles:
        if role not in known:
            yield f"{where} names the role {role!r}; there are: {', '.join(map(str, known))}."


def _ways(flow: Flow) -> Iterator[str]:
    """Unreachable states and dead ends."""
    reached = reachable_from(flow, flow.first.code)
    for state in flow.states:
        if state.code not in reached:
            yield f"no way leads to the state {state.code!r}: give an action that target."
        elif not state.final and not any(
            flow.states_by_code[code].final for code in reachable_from(flow, state.code)
        ):
            yield (
                f"the state {state.code!r} is a dead end: no way leads from it to a final state."
            )
    if not any(one.final for one in flow.states):
        yield "no state is final: a case could never be closed."
    if flow.first.final or flow.first.aside:
        yield f"the first state {flow.first.code!r} can't be final or aside."


def reachable_from(flow: Flow, start: str) -> set[str]:
    """The states that can be reached from one, itself included."""
    reached, waiting = {start}, [start]
    while waiting:
        for action in flow.actions_from(waiting.pop()):
            if action.target and action.target not in reached:
                reached.add(action.target)
                waiting.append(action.target)
    return reached


def _offered(flow: Flow) -> Iterator[str]:
    """A required field that no form offers, before or on the way into its state."""
    for name in flow.required_at(flow.first.code):
        if name not in flow.opening.fields:
            yield (
                f"the field {name!r} is required in the first state {flow.first.code!r}, but the "
                "opening doesn't offer it."
            )
    for action in flow.all_actions:
        if not (action.target and action.quick):
            continue
        for name in flow.fields_of(action):
            if name not in action.fields:
                yield (
                    f"the field {name!r} is required in {action.target!r}, but the action "
                    f"{action.code!r} that leads there is quick: it has no form to offer it."
                )


def _guards(flow: Flow) -> Iterator[str]:
    for action in flow.all_actions:
        for guard in action.guards:
            for fault in faults_of(flow.model, guard.condition):
                yield f"action {action.code!r}, condition {guard.condition!r}: {fault}"


def _number(flow: Flow) -> Iterator[str]:
    try:
        first = flow.number.format(flow=flow.code, year=2026, serial=1)
        second = flow.number.format(flow=flow.code, year=2026, serial=2)
    except (KeyError, IndexError, ValueError):
        yield f"the number {flow.number!r} may name {{flow}}, {{year}} and {{serial}} only."
        return
    if first == second:
        yield f"the number {flow.number!r} lacks {{serial}}: every case would have the same."


def _twice(what: str, codes: list[str]) -> Iterator[str]:
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1:
            yield f"the {what} {code!r} is declared {codes.count(code)} times."
