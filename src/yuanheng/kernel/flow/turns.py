"""Whose turn it is: rows from which the inbox is made, and the notices to these people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.declaration import Flow, flow_of
from yuanheng.kernel.flow.parties import Turn
from yuanheng.kernel.models import Case, CaseTurn
from yuanheng.kernel.notices import notify


def turns_of(flow: Flow, case: Case) -> list[Turn]:
    """Everybody from whom the case now expects something."""
    if not case.is_open:
        return []
    found: dict[Turn, None] = {}
    for action in flow.actions_from(case.state):
        behaviour = action.behaviour
        if behaviour and not behaviour.offered(flow, case):
            continue
        awaited = (
            getattr(behaviour, "while_suspended", False) if case.is_suspended else action.expected
        )
        if not awaited:
            continue
        turns = [turn for party in action.may for turn in party.turns(case)]
        found |= dict.fromkeys(behaviour.turns(flow, case, turns) if behaviour else turns)
    return list(found)


def renew_turns(case: Case, acting_user: Any = None) -> list[Any]:
    """Write the turns of a case anew; the people who are expected now (without who acts)."""
    co_unit_dues = {one.org_unit_id: one.due_on for one in case.co_units.all() if one.is_busy}
    rows: dict[tuple[Any, ...], CaseTurn] = {}
    people: dict[int, Any] = {}
    for turn in turns_of(flow_of(case), case):
        due_on = co_unit_dues.get(turn.org_unit_id) or case.due_on
        if turn.person_id:
            row = CaseTurn(case_id=case.pk, person_id=turn.person_id, due_on=due_on)
            rows[(turn.person_id,)] = row
            people[turn.person_id] = case.opened_by
            continue
        org_unit_id, found = _who(turn)
        people |= {one.pk: one for one in found}
        for role in turn.roles:
            row = CaseTurn(case_id=case.pk, org_unit_id=org_unit_id, role=role, due_on=due_on)
            rows.setdefault((org_unit_id, role), row)
    CaseTurn.objects.filter(case_id=case.pk).delete()
    CaseTurn.objects.bulk_create(rows.values())
    if acting_user is not None:
        people.pop(acting_user.pk, None)
    return list(people.values())


def _who(turn: Turn) -> tuple[int | None, list[Any]]:
    """The nearest organisation, going up, in which somebody holds one of the roles."""
    org_unit_id = turn.org_unit_id
    while org_unit_id is not None:
        people = list(directory().people(turn.roles, org_unit_id))
        if people:
            return org_unit_id, people
        org_unit_id = directory().superior(org_unit_id)
    return turn.org_unit_id, []


def tell_next(case: Case, people: list[Any]) -> None:
    """One notice to each who is expected to act, when the transaction holds."""
    from yuanheng.kernel.flow.addresses import case_url

    state = flow_of(case).state(case.state).title
    text = _("It is your turn: %(case)s (%(state)s)") % {"case": case, "state": state}
    notify(people=people, code="flow.turn", text=text, link=case_url(case))
