"""Cases by programs: the actions of their pages, under the same rights, with errors as data."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from yuanheng.kernel.models import CaseMove
from yuanheng.kernel.rest.reference import document
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.flow_world import VALUES, accepted, at, opened

pytestmark = pytest.mark.django_db
CASES = "/api/v1/requests/"


@pytest.fixture
def world():
    with at("2026-03-02 09:00"):
        yield flow_world.make_world()


@pytest.fixture
def call(world):
    clients: dict = {}

    def do(who, address, body=None, **headers):
        if who not in clients:
            clients[who] = Client()
            clients[who].force_login(getattr(world, who))
        if body is None:
            return clients[who].get(CASES + address)
        data = json.dumps(body)
        kind = "application/json"
        return clients[who].post(CASES + address, data, content_type=kind, headers=headers)

    return do


def first(answer):
    return answer.json()["errors"][0]


def test_a_case_goes_its_way_by_programs_alone(world, call):
    made = call("reporter", "", {**VALUES, "org_unit": "county"})
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    assert (made.json()["org_unit"], made.json()["state"]) == ("county", "new")
    possible = {one["action"]: one for one in call("lead", f"{code}/actions/").json()["actions"]}
    assert possible["accept"]["possible"]
    assert [one["name"] for one in possible["accept"]["fields"] if one["required"]] == ["measure"]
    assert not possible["withdraw"]["possible"]
    assert "由" in possible["withdraw"]["why_not"]
    done = call("lead", f"{code}/actions/accept", {"measure": "现场查看", "seen": 1})
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "accepted"
    assert done.json()["due_on"] == "2026-03-09"
    call("lead", f"{code}/actions/answer/", {"answer": "已修好"})
    done = call("reporter", f"{code}/actions/close/", {"reason": "满意"})
    assert done.json()["state"] == "closed", done.text


def test_who_may_not_is_told_so_and_nothing_moves(world, call):
    case = opened(world)
    for who, code in (("reader", 403), ("planner", 404), ("stranger", 404)):
        refused = call(who, f"{case.code}/actions/accept/", {"measure": "x"})
        assert refused.status_code == code, (who, refused.text)
        assert first(refused)["what"]
    assert (
        "“受理”由"
        in first(call("reader", f"{case.code}/actions/accept/", {"measure": "x"}))["what"]
    )
    assert call("stranger", f"{case.code}/actions/").status_code == 404
    assert call("reader", f"{case.code}/actions/").status_code == 200
    assert Client().get(f"{CASES}{case.code}/actions/").status_code == 401
    made = call("reader", "", {**VALUES, "org_unit": "county"})
    assert made.status_code == 403
    assert CaseMove.objects.filter(case=case.pk).count() == 1


@pytest.mark.parametrize(
    ("action", "body", "code", "where"),
    [
        ("answer", {"answer": "已修好"}, 409, "action"),  # not from this state
        ("fly", {}, 422, "action"),
        ("accept", {}, 422, "measure"),
        ("accept", {"measure": ["x"]}, 422, "measure"),
        ("accept", {"measure": {"x": 1}}, 422, "measure"),
        ("accept", {"measure": "x", "colour": "red"}, 422, ""),
        ("accept", {"measure": "x", "token": "no uuid"}, 422, "token"),
    ],
)
def test_what_can_not_be_done_is_said_where(world, call, action, body, code, where):
    case = opened(world)
    answer = call("lead", f"{case.code}/actions/{action}/", body)
    assert answer.status_code == code, answer.text
    assert first(answer)["where"].startswith(where)
    assert first(answer)["what"]
    assert CaseMove.objects.filter(case=case.pk).count() == 1


def test_the_same_key_acts_once(world, call):
    case = accepted(world)
    once = {"Idempotency-Key": "answer-1"}
    for _time in (1, 2):
        done = call("lead", f"{case.code}/actions/answer/", {"answer": "已修好"}, **once)
        assert (done.status_code, done.json()["moves"]) == (200, 3)


def test_the_description_names_the_actions():
    paths = document()["paths"]
    listed = paths["/api/v1/requests/{key}/actions/"]["get"]
    assert listed["summary"]
    act = paths["/api/v1/requests/{key}/actions/{action}/"]["post"]
    codes = {one["name"]: one["schema"] for one in act["parameters"]}["action"]["enum"]
    assert {"accept", "answer", "close", "withdraw"} <= set(codes)
    assert {200, 403, 404, 409, 422} <= {int(code) for code in act["responses"]}
