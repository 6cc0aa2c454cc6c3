"""Giving a case to one person of the organisation that has it (交办), and taking it back.

Every flow has both actions without a line of its own. The case stays in the hands of the whole
organisation, so that nothing waits for one who is away: the person finds it first in their work.

Whose post there ends drops out by that alone, on the day: nothing is written, and nothing that
was written says otherwise.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.behaviour import Behaviour, Step
from yuanheng.kernel.flow.declaration import OPEN, Action, Flow, all_flows
from yuanheng.kernel.flow.parties import InCharge, Party, Turn, leading
from yuanheng.kernel.models import Case
from yuanheng.kernel.notices import notify

ASSIGN, TAKE_BACK = "assign", "take_back"


class _Shared(Behaviour):
    while_suspended = True

    def turns(self, flow: Flow, case: Case, turns: list[Turn]) -> list[Turn]:
        return []


class _Assign(_Shared):
    def inputs(self, flow: Flow, case: Case, user: Any) -> dict[str, forms.Field]:
        able = [one for one in able_people(flow, case) if one.pk != case.assignee_id]
        choices = [("", _("Choose …")), *((one.get_username(), str(one)) for one in able)]
        hint = "" if able else _("Nobody else of this organisation has a post that can act here.")
        field = forms.ChoiceField(label=_("To whom"), choices=choices, help_text=hint)
        field.error_messages["required"] = hint or _("Choose the person who is to do it.")
        return {"assignee": field}

    def apply(self, step: Step) -> None:
        person = able_people(step.flow, step.case).get(username=step.values["assignee"])
        _tell_released(step, get_user_model()._default_manager.filter(pk=step.case.assignee_id))
        _give(step, person.pk)
        step.person = person.pk
        if person.pk != step.user.pk:
            text = _("%(person)s has assigned this to you: %(case)s")
            _tell(step, [person], text)


class _TakeBack(_Shared):
    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        return "" if case.assignee_id else _("The case is assigned to nobody.")

    def apply(self, step: Step) -> None:
        release(step)


def assigning(declared: Sequence[Action], may: Sequence[Party] | None) -> tuple[Action, ...]:
    """The two actions of a flow whose other actions are ``declared``."""
    roles = _roles(declared)
    who = tuple(may) if may is not None else (*leading(), InCharge(roles))
    common: dict[str, Any] = {"sources": OPEN, "may": who, "expected": False, "quiet": True}
    return (
        Action(
            code=ASSIGN,
            title=gettext_lazy("Assign to a person"),
            behaviour=_Assign(),
            reason="optional",
            reason_title=gettext_lazy("Instruction"),
            icon="user",
            **common,
        ),
        Action(
            code=TAKE_BACK,
            title=gettext_lazy("Take back the assignment"),
            behaviour=_TakeBack(),
            reason="required",
            icon="x",
            **common,
        ),
    )


def roles_in_charge(flow: Flow) -> tuple[str, ...]:
    """The roles that act for the organisation in charge: who has one can be given a case."""
    return _roles([one for one in flow.all_actions if one.code not in (ASSIGN, TAKE_BACK)])


@functools.cache
def _roles_of(flow: Flow) -> frozenset[str]:
    return frozenset(roles_in_charge(flow))


def able_people(flow: Flow, case: Case) -> Any:
    """Who can be given the case: a person with a post in the organisation that has it."""
    people = directory().people(roles_in_charge(flow), case.org_unit_id)
    return people.order_by("full_name", "username")


def assigned_to(user: Any) -> Q:
    """A filter over cases: given to this person, whose post there goes on."""
    posts = directory().posts(user)
    flows: dict[frozenset[int], list[str]] = {}  # by where the person acts in them
    for flow in all_flows():
        roles = _roles_of(flow)
        there = frozenset(org_unit_id for role, org_unit_id in posts if role in roles)
        if there:
            flows.setdefault(there, []).append(flow.code)
    found = Q(pk__in=())
    for there, codes in flows.items():
        found |= Q(flow_code__in=codes, org_unit__in=there)
    return Q(assignee=user.pk) & found


def still_acting(flow: Flow) -> Exists:
    """An expression for a query over cases: whom the case is given to can still act on it."""
    return directory().acting("assignee", "org_unit", roles_in_charge(flow))


def assignee_of(case: Any) -> Any:
    """Whom the case is given to; none if their post has ended. Of a row that was not read with
    ``assignee_acts`` (see ``still_acting``) it asks."""
    if case.assignee_id is None:
        return None
    acts = getattr(case, "assignee_acts", None)
    if acts is None:
        from yuanheng.kernel.flow.declaration import flow_of

        acts = able_people(flow_of(case), case).filter(pk=case.assignee_id).exists()
    return case.assignee if acts else None


def release(step: Step) -> None:
    """The case is nobody's in particular any more; whoever had it is told."""
    old = step.case.assignee
    if old is None:
        return
    _tell_released(step, [old])
    _give(step, None)
    step.person = old.pk


def _roles(actions: Iterable[Action]) -> tuple[str, ...]:
    parties = [party for one in actions for party in one.may if isinstance(party, InCharge)]
    return tuple(dict.fromkeys(role for one in parties for role in one.roles))


def _give(step: Step, person_id: int | None) -> None:
    step.changes["assignee_id"] = [step.case.assignee_id, person_id]
    step.case.assignee_id = person_id
    step.tells_next = step.action.code not in (ASSIGN, TAKE_BACK)


def _tell_released(step: Step, people: Iterable[Any]) -> None:
    text = _("%(person)s has taken this back from you: %(case)s")
    _tell(step, [one for one in people if one.pk != step.user.pk], text)


def _tell(step: Step, people: Sequence[Any], text: str) -> None:
    from yuanheng.kernel.flow.addresses import case_url

    said = text % {"person": step.user, "case": step.case}
    if step.reason:
        said = _("%(text)s (%(reason)s)") % {"text": said, "reason": step.reason}
    notify(people=people, code="flow.assigned", text=said, link=case_url(step.case))
