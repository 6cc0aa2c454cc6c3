"""What a flow is made of, as a room declares it: states, an opening, actions, clocks.

Nothing here touches the database. ``checking`` looks at every declaration when the program starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy

from yuanheng.kernel.models import Case

if TYPE_CHECKING:
    from yuanheng.kernel.clocks import Term
    from yuanheng.kernel.flow.behaviour import Behaviour
    from yuanheng.kernel.flow.parties import Party

Effect = Callable[..., None]  # called with the running Step, in its transaction
OPEN = "*"  # as sources: from every state that isn't final


@dataclass(frozen=True)
class State:
    """Where a case can be. The order of the states is the way of a case.

    ``final``: the case is closed. ``aside``: off the way (withdrawn, refused), so that no field
    becomes required by coming here. ``tone`` is a Tabler colour name.
    """

    code: str
    title: Any
    tone: str = "blue"
    final: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Guard:
    """A condition in the language of formulas over the case's fields, and what to say if not."""

    condition: str
    sentence: Any


@dataclass(frozen=True)
class Opening:
    """How a case begins: in the first state, with ``fields``, by one who holds a role of ``may``.

    ``org_unit`` gets the values and the person and says who is in charge; without it the form
    asks. ``starts`` names clocks.
    """

    fields: Sequence[str]
    may: Sequence[str]
    starts: Sequence[str] = ()
    title: Any = ""
    org_unit: Callable[[Any, Mapping[str, Any]], int] | None = None
    effects: Sequence[Effect] = ()


@dataclass(frozen=True)
class Action:
    """What somebody may do with a case.

    ``sources`` are the states it begins in, ``target`` the state it leads to (none: it stays).
    ``fields`` are offered on its form, beside those that become required in the target.
    ``reason`` is "required", "optional" or empty. ``marks``: fields can be marked to be mended.
    ``starts``, ``stops`` and ``pauses`` name clocks; starting one that stands still resumes it.
    ``expected``: a case in a source state waits for this.
    ``quick``: a button without a form. ``quiet``: it doesn't make others' pages out of date.
    ``evidence``: so many attachments, put in since the case came into its state, are needed.
    ``may_attach``: the form takes attachments, though none is needed.
    """

    code: str
    title: Any
    sources: Sequence[str] | str
    target: str = ""
    may: Sequence[Party] = ()
    fields: Sequence[str] = ()
    guards: Sequence[Guard] = ()
    effects: Sequence[Effect] = ()
    starts: Sequence[str] = ()
    stops: Sequence[str] = ()
    pauses: Sequence[str] = ()
    reason: str = ""
    reason_title: Any = ""
    marks: bool = False
    expected: bool = True
    quick: bool = False
    quiet: bool = False
    evidence: int = 0
    may_attach: bool = False
    behaviour: Behaviour | None = None
    icon: str = "chevron-right"
    hint: Any = ""


class Flow:
    """One case type's way. A subclass declares; ``@flow`` makes it known."""

    code: ClassVar[str]
    title: ClassVar[Any]
    model: ClassVar[type[Case]]
    number: ClassVar[str] = "{flow}-{year}-{serial}"  # 诉求〔{year}〕{serial}号
    states: ClassVar[Sequence[State]]
    opening: ClassVar[Opening]
    actions: ClassVar[Sequence[Action | Sequence[Action]]]
    required: ClassVar[Mapping[str, Sequence[str]]] = {}  # from this state on
    clocks: ClassVar[Sequence[Term]] = ()
    # Who gives a case to one person: unless said, whoever leads the organisation in charge, and
    # the roles that act for it.
    assigned_by: ClassVar[Sequence[Party] | None] = None

    @cached_property
    def states_by_code(self) -> dict[str, State]:
        return {one.code: one for one in self.states}

    @cached_property
    def all_actions(self) -> tuple[Action, ...]:
        """One after the other; what one line gave as several is laid flat. Then what every flow
        has without a line of its own, unless it declares the same."""
        from yuanheng.kernel.flow.assigning import assigning

        flat: list[Action] = []
        for one in self.actions:
            flat += [one] if isinstance(one, Action) else list(one)
        own = {one.code for one in flat}
        return (*flat, *(one for one in assigning(flat, self.assigned_by) if one.code not in own))

    @cached_property
    def actions_by_code(self) -> dict[str, Action]:
        return {one.code: one for one in self.all_actions}

    @cached_property
    def clocks_by_code(self) -> dict[str, Term]:
        found = {one.code: one for one in self.clocks}
        for one in self.all_actions:
            term = getattr(one.behaviour, "term", None)
            if term is not None:
                found[term.code] = term
        return found

    @property
    def first(self) -> State:
        return self.states[0]

    def state(self, code: str) -> State:
        """The state with this code. LookupError says which flow has none like it."""
        try:
            return self.states_by_code[code]
        except KeyError:
            raise LookupError(f"flow {self.code} has no state {code!r}") from None

    def facts(self, case: Case) -> Mapping[str, Any]:
        """What a rule of lights may ask beside the days of the clock: progress, plan … (see
        ``kernel.lights.facts``). Called for each row of a list: no query."""
        return {}

    def due_on(self, case: Case, code: str) -> date | None:
        """The date of the clock ``code``, if its term is a fixed date; None: it isn't started."""
        return None

    def sources_of(self, action: Action) -> tuple[str, ...]:
        """The states from which an action begins."""
        if action.sources == OPEN:
            return tuple(one.code for one in self.states if not one.final)
        return (action.sources,) if isinstance(action.sources, str) else tuple(action.sources)

    def actions_from(self, state: str) -> list[Action]:
        return [one for one in self.all_actions if state in self.sources_of(one)]

    @cached_property
    def _required(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        so_far: dict[str, None] = {}
        for state in self.states:
            if state.aside:
                found[state.code] = ()
                continue
            so_far |= dict.fromkeys(self.required.get(state.code, ()))
            found[state.code] = tuple(so_far)
        return found

    def required_at(self, state: str) -> tuple[str, ...]:
        """The fields that must be filled in a state: those of all states before it, too."""
        return self._required.get(state, ())

    def fields_of(self, action: Action, case: Case | None = None) -> list[str]:
        """What an action's form asks of the case's own fields: its fields, and what the target
        requires and the source doesn't (or, on a ``case``, what is still empty)."""
        fields = dict.fromkeys(action.fields)
        sources = self.sources_of(action)
        for name in self.required_at(action.target) if action.target else ():
            known_before = all(name in self.required_at(source) for source in sources)
            empty = case is not None and getattr(case, name) in (None, "")
            if not known_before or empty:
                fields[name] = None
        return list(fields)


_flows: dict[str, Flow] = {}


def flow(kind: type[Flow]) -> type[Flow]:
    """Class decorator: the flow is known from now on, and its cases have their policy."""
    from yuanheng.kernel.actions.labels import name_action
    from yuanheng.kernel.flow.policy import CasePolicy
    from yuanheng.kernel.policies import answer_for

    one = kind()
    _flows[one.code] = one
    answer_for(one.model, CasePolicy(one))
    name_action(f"flow.{one.code}.open", one.opening.title or gettext_lazy("Open a case"))
    for action in one.all_actions:
        name_action(f"flow.{one.code}.{action.code}", action.title)
    return kind


def all_flows() -> list[Flow]:
    return list(_flows.values())


def flow_called(code: str) -> Flow:
    """The flow with this code. LookupError if the room that had it is no longer installed."""
    try:
        return _flows[code]
    except KeyError:
        raise LookupError(f"no flow {code!r}: its room isn't installed") from None


def number_of(code: str) -> str:
    """The number that people know a case by, of its code: ``task-2026-17`` → 督办〔2026〕17号.
    A code of a room that isn't installed is given back as it is."""
    name, _, rest = code.partition("-")
    year, _, serial = rest.rpartition("-")
    known = _flows.get(name)
    return known.number.format(flow=name, year=year, serial=serial) if known else code


def flow_of(case: Case) -> Flow:
    """The flow that a case goes through."""
    return flow_called(case.flow_code)


def flow_for(model: type[Case]) -> Flow:
    """The flow of a case type."""
    found = next((one for one in _flows.values() if one.model is model), None)
    if found is None:
        raise LookupError(f"{model.__name__} has no flow")
    return found


def roles_of(flows: Iterable[Flow]) -> frozenset[str]:
    """Every role that may open or do something in these flows."""
    found: set[str] = set()
    for one in flows:
        found |= set(one.opening.may)
        for action in one.all_actions:
            for party in action.may:
                found |= set(party.roles)
    return frozenset(found)
