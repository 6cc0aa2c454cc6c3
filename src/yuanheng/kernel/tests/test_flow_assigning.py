"""Giving a case to one person of the office that has it, and taking it back."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.apps import apps

from yuanheng.kernel.flow import NotNow, perform
from yuanheng.kernel.flow.inbox import cases_in, counts
from yuanheng.kernel.models import AuditEvent, Notice
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.flow_world import accepted, at, do, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with at("2026-03-02 09:00"):
        yield flow_world.make_world()


@pytest.fixture
def see(client, world):
    def fetch(who: str, address: str, **post):
        client.force_login(getattr(world, who))
        return client.post(address, post) if post else client.get(address)

    return fetch


def given(world, case, to="lead2", by="reader", reason=""):
    return do(world, case, by, "assign", reason, assignee=to)


def titles(world, who, tab="todo", **narrow):
    user = getattr(world, who)
    user.__dict__.pop("_posts", None)
    return [one.title for one in cases_in(user, tab, **narrow)[:]]


def test_a_leader_gives_a_case_to_a_person_of_the_office(world):
    case = given(world, opened(world), reason="请本周办完")
    assert (case.assignee, case.state) == (world.lead2, "new")
    move = case.moves.last()
    assert (move.action, move.person, move.reason) == ("assign", world.lead2, "请本周办完")
    assert move.changes == {"assignee_id": [None, world.lead2.pk]}
    event = AuditEvent.objects.get(action_code="flow.request.assign")
    assert event.after["assignee_id"] == world.lead2.pk
    notice = Notice.objects.get(code="flow.assigned")
    assert notice.recipient == world.lead2
    assert "县领导将此件交办给您" in notice.text
    assert "请本周办完" in notice.text
    # The colleague is not told once more that it is their turn.
    assert not Notice.objects.filter(code="flow.turn", recipient=world.lead).exclude(
        pk__lt=notice.pk
    )


def test_who_does_not_lead_and_who_is_not_of_the_office(world):
    case = opened(world)
    for who in ("planner", "stranger", "reporter", "builder"):
        with pytest.raises(Refused):
            given(world, case, by=who)
    for to in ("chief", "planner", "reader", "stranger", "nobody", ""):
        with pytest.raises(Exception, match=r"不在可选|选择|有效|交办"):
            given(world, case, to=to)
    world.lead2.is_active = False
    world.lead2.save()
    with pytest.raises(Exception, match=r"不在可选|选择|有效"):
        given(world, case, to="lead2")
    case.refresh_from_db()
    assert (case.assignee, case.move_count) == (None, 1)


def test_mine_comes_first_and_can_be_asked_for_alone(world):
    for title in ("甲事", "乙事", "丙事"):
        opened(world, title=title)
    given(world, opened(world, title="丁事"))
    assert titles(world, "lead2") == ["丁事", "甲事", "乙事", "丙事"]
    assert titles(world, "lead")[0] == "甲事"  # the office still sees it, in its place
    assert titles(world, "lead2", only_assigned=True) == ["丁事"]
    assert titles(world, "lead", only_assigned=True) == []


def test_the_pages_show_it(world, see):
    opened(world, title="甲事")
    case = opened(world, title="乙事")
    form = see("reader", f"/requests/{case.code}/do/assign/").text
    assert "县承办二" in form
    assert "市领办" not in form
    sent = see("reader", f"/requests/{case.code}/do/assign/", assignee="lead2", reason="快办")
    assert sent.status_code == 302
    work = see("lead2", "/work/").text
    assert work.index("乙事") < work.index("甲事")
    assert "交办给我" in work
    alone = see("lead2", "/work/?assigned=1").text
    assert "乙事" in alone
    assert "甲事" not in alone
    page = see("reporter", f"/requests/{case.code}/").text
    assert "交办给：县承办二" in page
    assert "县承办二" in see("reader", "/requests/").text
    listed = see("lead2", "/requests/?hands=assigned").text
    assert "乙事" in listed
    assert "甲事" not in listed
    wrong = see("reader", f"/requests/{case.code}/do/assign/", assignee="chief")
    assert wrong.status_code == 422


def test_the_history_says_it_in_words(world, see):
    case = given(world, accepted(world))
    page = see("lead", f"/requests/{case.code}/history/").text
    assert "县承办二" in page
    assert "<del>待受理</del> → <ins>办理中</ins>" in page
    assert "accepted" not in page
    assert "flow.request" not in page


def test_it_is_taken_back_with_a_reason_and_told(world):
    case = given(world, opened(world))
    with pytest.raises(Exception, match="说明原因"):
        do(world, case, "reader", "take_back")
    case = do(world, case, "reader", "take_back", "另有安排")
    assert (case.assignee, case.moves.last().person) == (None, world.lead2)
    told = Notice.objects.filter(code="flow.assigned", recipient=world.lead2).order_by("pk").last()
    assert "收回" in told.text
    with pytest.raises(NotNow, match="没有交办"):
        do(world, case, "reader", "take_back", "再来")
    given(world, case, to="lead", by="lead2")
    case.refresh_from_db()
    assert case.assignee == world.lead


def test_another_person_or_another_office_takes_over(world):
    case = given(world, opened(world))
    case = given(world, case, to="lead")
    people = [one.recipient for one in Notice.objects.filter(code="flow.assigned").order_by("pk")]
    assert people == [world.lead2, world.lead2, world.lead]
    case = do(world, case, "lead", "hand_over", "属地", to_org_unit=world.office.pk)
    assert (case.assignee, case.moves.last().person) == (None, world.lead)


def test_whose_post_ends_drops_out_that_day(world, see):
    case = given(world, opened(world, title="甲事"))
    grant = apps.get_model("accounts", "Grant").objects.get(user=world.lead2)
    grant.valid_until = date(2026, 3, 2)
    grant.save()
    assert titles(world, "lead2", only_assigned=True) == ["甲事"]
    with at("2026-03-03 09:00"):
        fresh = type(world.lead2).objects.get(pk=world.lead2.pk)
        assert cases_in(fresh, "todo", only_assigned=True).count() == 0
        assert counts(fresh)["waiting"] == 0
        about = see("lead", f"/requests/{case.code}/").text.split("事项信息")[-1]
        assert "县承办二" not in about.split("时限")[0]
        assert "县承办二" not in see("lead", "/requests/").text
        assert titles(world, "lead") == ["甲事"]  # and nothing is lost


def test_where_another_turn_is_awaited_it_waits_with_the_person(world):
    case = given(world, accepted(world))
    case = do(world, case, "lead", "answer", answer="已修好")
    assert counts(world.lead2) == {"todo": 1, "overdue": 0, "waiting": 0, "done": 0}
    do(world, case, "reporter", "close", "满意")
    assert titles(world, "lead2", "done") == [case.title]


def test_by_programs(world, client):
    case = opened(world)
    address = f"/api/v1/requests/{case.code}/actions/"
    client.force_login(world.reader)
    (asked,) = [one for one in client.get(address).json()["actions"] if one["action"] == "assign"]
    assert asked["possible"]
    assert asked["fields"][0]["choices"] == ["lead", "lead2"]

    def post(action, **body):
        return client.post(
            f"{address}{action}/", json.dumps(body), content_type="application/json"
        )

    assert post("assign", assignee="chief").status_code == 422
    assert post("assign", assignee="lead").json()["moves"] == 2
    client.force_login(world.planner)
    assert post("take_back", reason="x").status_code == 404
    client.force_login(world.reporter)
    assert post("take_back", reason="x").status_code == 403
    listed = client.get("/api/v1/requests/?hands=assigned").json()
    assert listed["rows"] == []
    client.force_login(world.lead)
    listed = client.get("/api/v1/requests/?hands=assigned").json()
    assert [one["code"] for one in listed["rows"]] == [case.code]
    assert listed["rows"][0]["assignee_name"] == "县承办"


def test_the_same_press_acts_once_and_a_suspended_case_can_be_given(world):
    case = do(world, accepted(world), "lead", "suspend", "等材料")
    token = "6f1c7a4e-2f1c-4d1b-9f3b-0c5a2b7d9e11"
    for _time in (1, 2):
        done = perform(
            acting_user=world.reader,
            case=case,
            action="assign",
            values={"assignee": "lead2"},
            token=token,
        )
    assert (done.assignee, done.moves.filter(action="assign").count()) == (world.lead2, 1)
