from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from yuanheng.kernel import flow as kit
from yuanheng.kernel.flow.checking import check_flows, faults_in
from yuanheng.kernel.flow.diagram import diagram_of, in_words, layers_of
from yuanheng.kernel.flow.program import act, possible_actions
from yuanheng.kernel.flow.spans import average_stays, organisation_stays, state_stays
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.resources import resource_of
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.example_room import models as example
from yuanheng.kernel.tests.flow_world import at, do, opened

LEAD = kit.in_charge("analyst")


def a_flow(**changes):
    """A small sound flow, with something changed."""
    sound = {
        "code": "small",
        "title": "小流程",
        "model": example.EnterpriseRequest,
        "number": "小{year}-{serial}",
        "states": [kit.State("new", "新"), kit.State("done", "完", final=True)],
        "opening": kit.Opening(["title"], ["analyst"]),
        "actions": [kit.Action("finish", "办结", ["new"], "done", LEAD)],
    }
    return type("Small", (kit.Flow,), {**sound, **changes})()


def test_a_sound_flow_has_no_faults():
    assert faults_in(a_flow()) == []
    check_flows()  # all that are installed


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"states": []}, "has no state"),
        (
            {
                "states": [
                    kit.State("new", "新"),
                    kit.State("x", "x"),
                    kit.State("done", "完", final=True),
                ]
            },
            "no way leads to the state 'x'",
        ),
        ({"states": [kit.State("new", "新"), kit.State("done", "完")]}, "no state is final"),
        ({"required": {"lost": ["wish"]}}, "the state 'lost', which isn't declared"),
        ({"required": {"done": ["nothing"]}}, "the field 'nothing', which EnterpriseRequest"),
        ({"required": {"new": ["wish"]}}, "the opening doesn't offer it"),
        ({"required": {"done": ["state"]}}, "which only the engine writes"),
        ({"opening": kit.Opening(["title"], ["king"])}, "the role 'king'"),
        ({"opening": kit.Opening(["title"], [])}, "nobody may open"),
        ({"opening": kit.Opening(["title"], ["analyst"], ["c"])}, "the clock 'c'"),
        ({"number": "{year}"}, "lacks {serial}"),
        ({"number": "{place}"}, "may name {flow}"),
        (
            {"actions": [kit.Action("a", "a", ["nope"], "done", LEAD)]},
            "begins in the state 'nope'",
        ),
        ({"actions": [kit.Action("a", "a", ["new"], "nope", LEAD)]}, "leads to the state 'nope'"),
        ({"actions": [kit.Action("a", "a", ["new"], "done")]}, "nobody may do it"),
        ({"actions": [kit.Action("a", "a", ["new"], "done", LEAD, stops=["c"])]}, "the clock 'c'"),
        ({"actions": [kit.Action("a", "a", ["new"], "done", LEAD)] * 2}, "declared 2 times"),
        ({"actions": [kit.Action("a", "a", ["new"], "new", LEAD)]}, "is a dead end"),
        (
            {
                "actions": [kit.Action("a", "a", ["new"], "done", LEAD, quick=True)],
                "required": {"done": ["wish"]},
            },
            "quick: it has no form",
        ),
        (
            {
                "actions": [
                    kit.Action("a", "a", ["new"], "done", LEAD, guards=[kit.Guard("foo > 1", "x")])
                ]
            },
            "condition 'foo > 1'",
        ),
        (
            {
                "actions": [
                    kit.Action("a", "a", ["new"], "done", LEAD, guards=[kit.Guard("1 +", "x")])
                ]
            },
            "condition '1 +'",
        ),
    ],
)
def test_every_fault_is_said(changes, sentence):
    assert any(sentence in fault for fault in faults_in(a_flow(**changes))), faults_in(
        a_flow(**changes)
    )


def test_all_faults_of_all_flows_are_said_at_once():
    wrong = [a_flow(number="{year}", required={"new": ["wish"]}), a_flow(code="b", states=[])]
    with pytest.raises(kit.FaultyFlow) as caught:
        check_flows(wrong)
    assert len(caught.value.faults) == 3
    assert str(caught.value).count("\n- ") == 3


def test_a_field_once_required_stays_required_but_not_aside():
    flow = kit.flow_for(example.EnterpriseRequest)
    assert flow.required_at("answered") == ("enterprise", "wish", "measure", "answer")
    assert flow.required_at("withdrawn") == ()


def test_a_case_type_with_its_clocks_takes_at_most_80_lines():
    assert len(Path(example.__file__).read_text("utf-8").splitlines()) <= 80


def test_the_diagram_has_every_state_and_way():
    flow = kit.flow_for(example.EnterpriseRequest)
    drawn = diagram_of(flow)
    assert {box.state.code for box in drawn.boxes} == set(flow.states_by_code)
    labels = {arrow.label for arrow in drawn.arrows if arrow.label}
    assert {"受理", "答复企业", "退回", "撤回", "重新办理"} <= labels
    layers = layers_of(flow)
    assert layers["new"] < layers["accepted"] < layers["answered"] < layers["closed"]
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width - box.width
        assert 0 <= box.y <= drawn.height - box.height
    for arrow in drawn.arrows:
        for x in re.findall(r"[MH](-?[\d.]+)", arrow.path):
            assert 0 <= float(x) <= drawn.width
    assert "“待受理”" in in_words(flow)


@pytest.fixture
def world(db):
    with at("2026-03-02 09:00"):
        yield flow_world.make_world()


def test_time_in_states_and_in_hands_comes_from_the_moves(world):
    case = opened(world)
    with at("2026-03-04 09:00"):
        case = do(world, case, "lead", "hand_over", "归口", to_org_unit=world.bureau.pk)
    with at("2026-03-09 09:00"):
        case = do(world, case, "builder", "accept", measure="m")
    moves = list(case.moves.all())
    stays = state_stays(moves)
    assert [(one.key, one.until and (one.until - one.since).days) for one in stays] == [
        ("new", 7),
        ("accepted", None),
    ]
    hands = organisation_stays(moves)
    assert [one.key for one in hands] == [world.county.pk, world.bureau.pk]
    assert hands[0].lasted(hands[0].until) == timedelta(days=2)
    cases = example.EnterpriseRequest.objects.visible_to(world.chief)
    with at("2026-03-11 09:00"):
        found = {one.key: one for one in average_stays(cases)}
        assert (found["new"].count, found["new"].days) == (1, 7.0)
        assert found["accepted"].days == 2.0
        weekdays = average_stays(cases, count=lambda a, b: (b - a).days - 2 * (a.day < 7 < b.day))
        assert {one.key: one.days for one in weekdays} == {"new": 5, "accepted": 2}
        hands = {one.key: one.days for one in average_stays(cases, by="org_unit_id")}
        assert hands == {world.county.pk: 2.0, world.bureau.pk: 7.0}


def test_programs_act_by_the_same_door(world):
    resource = resource_of(example.EnterpriseRequest)
    case = opened(world)
    listed = {one["action"]: one for one in possible_actions(resource, world.lead, case.code)}
    assert listed["accept"]["possible"] is True
    assert "由提交人办理" in listed["withdraw"]["why_not"]
    with pytest.raises(ValidationError) as caught:
        act(resource, world.lead, case.code, "accept", {})
    assert set(caught.value.message_dict) == {"measure"}
    with pytest.raises(ValidationError, match="state"):
        act(resource, world.lead, case.code, "accept", {"measure": "m", "state": "closed"})
    with pytest.raises(Refused):
        act(resource, world.reader, case.code, "accept", {})
    with pytest.raises(example.EnterpriseRequest.DoesNotExist):
        act(resource, world.stranger, case.code, "accept", {"measure": "m"})
    with pytest.raises(kit.NotNow):
        act(resource, world.lead, case.code, "nonsense", {})
    done = act(resource, world.lead, case.code, "accept", {"measure": "m"})
    assert (done["state"], done["moves"], done["due_on"]) == ("accepted", 2, date(2026, 3, 9))
    with pytest.raises(kit.NotNow):
        act(resource, world.lead, case.code, "accept", {"measure": "m"})
