"""Random actions by random people: whatever they do, what a case promises holds."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.kernel import clock
from yuanheng.kernel.clocks import clocks_of
from yuanheng.kernel.flow import NotNow, flow_for, perform
from yuanheng.kernel.models import CaseTurn
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.example_room.models import EnterpriseRequest

PEOPLE = ["chief", "lead", "lead2", "reader", "builder", "planner", "reporter", "stranger", "root"]
FLOW = flow_for(EnterpriseRequest)
STEP = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from([*FLOW.actions_by_code, "nonsense"]),
    st.integers(0, 40),  # hours that pass
    st.randoms(use_true_random=False),
)


class _Undone(Exception):  # noqa: N818
    """Ends an example; its rows are rolled back."""


def _values(world, action: str, chance: random.Random) -> dict:
    pool = {
        "measure": ["现场查看", ""],
        "answer": ["已修好", ""],
        "cost_wan": [12, None, 5000],
        "enterprise": ["甲公司", ""],
        "wish": ["请修", ""],
        "co_unit": [world.office.pk, world.park.pk, world.elsewhere.pk],
        "to_org_unit": [world.bureau.pk, world.office.pk, world.county.pk],
        "task": ["测算"],
        "wanted_on": [clock.today() + timedelta(days=30), date(2020, 1, 1)],
        "state": ["closed"],
    }
    names = {
        "accept": ["measure"],
        "answer": ["answer"],
        "mend": ["enterprise", "wish", "cost_wan"],
        "hand_over": ["to_org_unit"],
        "add_co_unit": ["co_unit", "task"],
        "release_co_unit": ["co_unit"],
        "ask_extension": ["wanted_on"],
    }.get(action, [])
    if chance.random() < 0.05:
        names = [*names, "state"]
    # Mostly what fits, so that cases come far.
    return {name: pool[name][0 if chance.random() < 0.8 else -1] for name in names}


def _holds(case) -> None:
    """What is true of every case at any time."""
    last = case.moves.last()
    assert case.state in FLOW.states_by_code
    assert (last.to_state, last.serial) == (case.state, case.move_count)
    assert last.org_unit_id == case.org_unit_id
    state = FLOW.state(case.state)
    assert state.final == (case.closed_at is not None)
    for name in FLOW.required_at(case.state):
        assert getattr(case, name) not in (None, ""), name
    parts = list(case.co_units.all())
    running = [one for row in [case, *parts] for one in clocks_of(row) if one.is_open]
    if state.final:
        assert not running
        assert not CaseTurn.objects.filter(case=case).exists()
        assert not any(part.is_busy for part in parts)
        assert not case.extensions.filter(granted=None).exists()
    else:
        assert CaseTurn.objects.filter(case=case).exists()
    if case.is_suspended:
        assert all(one.state == "paused" for one in running)
    due = [one.due_on for one in clocks_of(case) if one.is_open]
    assert case.due_on == min(due, default=None)
    for asked in case.extensions.exclude(granted=None):
        assert asked.decided_by_id != asked.asked_by_id or state.final


@pytest.mark.django_db
@given(st.lists(STEP, min_size=4, max_size=14))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_whatever_people_do_a_case_keeps_its_promises(steps):
    moment = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    try:
        with transaction.atomic():
            with clock.stopped_at(moment):
                world = flow_world.make_world()
                case = flow_world.opened(world)
            for who, action, hours, chance in steps:
                moment += timedelta(hours=hours)
                with clock.stopped_at(moment):
                    # Half of the time an action that begins here, so that cases get anywhere.
                    if chance.random() < 0.7:
                        action = chance.choice(FLOW.actions_from(case.state) or [None])
                        action = action.code if action else "nonsense"
                    before = case.move_count
                    try:
                        case = perform(
                            acting_user=getattr(world, who),
                            case=case,
                            action=action,
                            values=_values(world, action, chance),
                            reason=chance.choice(["因为", ""]),
                        )
                    except (Refused, NotNow, ValidationError):
                        case = EnterpriseRequest.objects.get(pk=case.pk)
                        assert case.move_count == before
                    else:
                        case = EnterpriseRequest.objects.get(pk=case.pk)
                        assert case.move_count == before + 1
                    _holds(case)
            raise _Undone
    except _Undone:
        pass
