"""What a person may do with a case now, and why not the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel import figures
from yuanheng.kernel.flow.declaration import Action, Flow, flow_of
from yuanheng.kernel.flow.parties import parties_in_words
from yuanheng.kernel.models import Case


@dataclass(frozen=True)
class Possibility:
    """An action with the sentence why it can't be done, empty if it can."""

    action: Action
    why_not: str
    acting_for: int | None = None

    @property
    def is_possible(self) -> bool:
        return not self.why_not


def possibilities(case: Case, user: Any) -> list[Possibility]:
    """Every action of the case's flow that begins in its state."""
    flow = flow_of(case)
    found = []
    for action in flow.actions_from(case.state):
        if action.behaviour and not action.behaviour.offered(flow, case):
            continue
        party = acting_for(action, case, user)
        why_not = why_not_now(flow, action, case, user)
        if party is None:
            why_not = not_you(action)
        found.append(Possibility(action, why_not, party))
    return found


def acting_for(action: Action, case: Case, user: Any) -> int | None:
    """The organisation for which the person would act; ``None`` if they may not."""
    if not (user.is_authenticated and user.is_active):
        return None
    for party in action.may:
        found = party.acting_for(user, case)
        if found is not None:
            return found
    return None


def why_not_now(flow: Flow, action: Action, case: Case, user: Any) -> str:
    """What stands in the way besides the person: suspension, co-units, a pending request …"""
    behaviour = action.behaviour
    if behaviour and not behaviour.offered(flow, case):
        return _("“%(action)s” isn't for this case.") % {"action": action.title}
    if case.is_suspended and not getattr(behaviour, "while_suspended", False):
        return _("The case has been suspended since %(at)s. Resume it first.") % {
            "at": figures.day(case.suspended_at)
        }
    if action.target and flow.state(action.target).final and not flow.state(action.target).aside:
        waiting = [str(one.org_unit) for one in case.co_units.all() if one.is_busy]
        if waiting:
            return _(
                "%(names)s: the closing word is still missing. Wait for it, or release "
                "the co-unit with a reason."
            ) % {"names": _(", ").join(waiting)}
    return behaviour.why_not(flow, case, user) if behaviour else ""


def not_you(action: Action) -> str:
    """Who may, if not this person."""
    return _("“%(action)s” is for: %(parties)s.") % {
        "action": action.title,
        "parties": parties_in_words(action.may),
    }
