from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from yuanheng.kernel.clocks import clocks_of
from yuanheng.kernel.flow import NotNow, Outdated, flow_for, open_case, perform
from yuanheng.kernel.flow.forms import marked_fields
from yuanheng.kernel.models import AuditEvent, Case, CaseMove, CaseTurn, Notice
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.example_room.models import EnterpriseRequest
from yuanheng.kernel.tests.flow_world import accepted, answered, at, closed, do, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with at("2026-03-02 09:00"):  # a Monday
        yield flow_world.make_world()


def clock_states(case):
    return {one.code.split(".")[-1]: one.state for one in clocks_of(case)}


def test_a_case_goes_its_way_and_every_move_is_a_row(world):
    case = closed(world)
    assert case.number == "诉求〔2026〕1号"
    assert [(one.action, one.from_state, one.to_state) for one in case.moves.all()] == [
        ("open", "", "new"),
        ("accept", "new", "accepted"),
        ("answer", "accepted", "answered"),
        ("close", "answered", "closed"),
    ]
    last = case.moves.last()
    assert (last.by, last.reason, case.state) == (world.reporter, "满意", last.to_state)
    accept = case.moves.get(action="accept")
    assert accept.on_behalf_of == world.county
    assert accept.changes == {"measure": ["", "现场查看"]}
    assert clock_states(case) == {"accept": "met", "finish": "met"}
    assert not case.turns.exists()
    codes = set(AuditEvent.objects.values_list("action_code", flat=True))
    assert {"flow.request.open", "flow.request.accept", "flow.request.close"} <= codes


def test_numbers_follow_each_other_and_begin_anew_each_year(world):
    assert [opened(world).number for _ in range(2)] == ["诉求〔2026〕1号", "诉求〔2026〕2号"]
    with at("2027-01-04 09:00"):
        assert opened(world).number == "诉求〔2027〕1号"


def test_moves_are_never_changed_or_deleted(world):
    move = opened(world).moves.get()
    for wrong in (move.save, move.delete, CaseMove.objects.all().delete):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(TypeError, match="never changed"):
        CaseMove.objects.update(reason="x")


def test_a_caller_can_not_set_a_state(world):
    case = opened(world)
    for values in ({"state": "closed"}, {"closed_at": "2026-01-01"}, {"answer": "x"}):
        with pytest.raises(ValidationError, match="没有要求填写"):
            do(world, case, "lead", "accept", measure="m", **values)
    case.refresh_from_db()
    assert (case.state, case.answer) == ("new", "")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("reader", "“受理”由"), ("reporter", "“受理”由"), ("stranger", "没有查看此内容的权限")],
)
def test_who_may_not_is_told_who_may(world, who, sentence):
    case = opened(world)
    with pytest.raises(Refused, match=sentence):
        do(world, case, who, "accept", measure="m")
    case.refresh_from_db()
    assert (case.state, case.move_count) == ("new", 1)


@pytest.mark.parametrize("who", ["lead", "lead2", "chief", "root"])
def test_who_may(world, who):
    assert do(world, opened(world), who, "accept", measure="m").state == "accepted"


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_who_may_not_open(world, who):
    wrong, sentence = (
        (Refused, "您不能在这里新建事项") if who == "reader" else (ValidationError, "不能从这里向")
    )
    with pytest.raises(wrong, match=sentence):
        opened(world, who)
    assert not Case.objects.exists()


def test_an_action_only_begins_in_its_states(world):
    with pytest.raises(NotNow, match=r"“待受理”.*不能“答复企业”"):
        do(world, opened(world), "lead", "answer", answer="x")
    with pytest.raises(NotNow, match="没有操作“destroy”"):
        do(world, opened(world), "lead", "destroy")


def test_what_is_required_stays_required(world):
    with pytest.raises(ValidationError) as caught:
        do(world, opened(world), "lead", "accept")
    assert "办理中" in caught.value.message_dict["measure"][0]
    case = do(world, accepted(world), "lead", "send_back", "金额不清")
    with pytest.raises(ValidationError) as caught:
        do(world, case, "reporter", "mend", wish="")
    assert set(caught.value.message_dict) == {"wish"}
    with pytest.raises(ValidationError) as caught:
        opened(world, wish="")
    assert set(caught.value.message_dict) == {"wish"}


def test_a_condition_says_what_is_wrong_and_what_is_not_known(world):
    case = accepted(world)
    EnterpriseRequest.objects.filter(pk=case.pk).update(cost_wan=None)
    with pytest.raises(NotNow, match=r"1000 万元以上.*请先填写.*涉及金额"):
        do(world, case, "lead", "answer", answer="好")
    EnterpriseRequest.objects.filter(pk=case.pk).update(cost_wan=5000)
    with pytest.raises(NotNow, match=r"请移交上级办理。$"):
        do(world, case, "lead", "answer", answer="好")
    case.refresh_from_db()
    assert (case.state, case.answer) == ("accepted", "")


def test_the_slower_of_two_learns_who_did_what_when(world):
    mine = opened(world)
    theirs = EnterpriseRequest.objects.get(pk=mine.pk)
    do(world, mine, "lead", "accept", measure="m")
    with pytest.raises(Outdated, match=r"县承办已于 2026-03-02 09:00 .*“受理”"):
        do(world, theirs, "lead2", "accept", measure="n")
    with pytest.raises(Outdated, match="县承办"):
        do(world, theirs, "reporter", "withdraw", "不办了")
    assert mine.moves.count() == 2


def test_a_button_pressed_twice_has_one_effect(world):
    case, token = opened(world), uuid.uuid4()
    for _ in range(2):
        done = perform(
            acting_user=world.lead,
            case=case,
            action="accept",
            values={"measure": "m"},
            token=token,
        )
        assert done.state == "accepted"
    assert case.moves.count() == 2
    flow, values = flow_for(EnterpriseRequest), {**flow_world.VALUES, "org_unit": world.county}
    twice = [
        open_case(acting_user=world.reporter, flow=flow, values=values, token=token).pk
        for _ in range(2)
    ]
    assert twice[0] == twice[1]
    assert opened(world).serial == 3


def test_send_back_marks_fields_until_they_are_mended(world):
    case = perform(
        acting_user=world.lead,
        case=accepted(world),
        action="send_back",
        reason="金额不清",
        marked=("cost_wan", "nonsense"),
    )
    assert case.state == "new"
    assert set(marked_fields(case)) == {"cost_wan"}
    assert [one.state for one in clocks_of(case)] == ["running", "paused", "met"]
    case = do(world, case, "reporter", "mend", cost_wan=12, enterprise="甲公司", wish="请快修")
    assert set(marked_fields(case)) == {"cost_wan"}
    case = do(world, case, "reporter", "mend", cost_wan=20, enterprise="甲公司", wish="请快修")
    assert not marked_fields(case)
    case = do(world, case, "lead", "accept", measure="m")
    assert not marked_fields(case)
    assert case.moves.get(action="send_back").marked_fields == ["cost_wan"]
    with pytest.raises(ValidationError, match="请说明原因"):
        do(world, case, "lead", "send_back")


def test_a_suspended_case_stands_still_with_its_clocks(world):
    case = do(world, accepted(world), "lead", "suspend", "等审批")
    due = case.due_on
    assert clock_states(case)["finish"] == "paused"
    assert case.is_suspended
    with pytest.raises(NotNow, match="2026-03-02 起中止"):
        do(world, case, "lead", "answer", answer="x")
    with pytest.raises(Refused):
        do(world, case, "reporter", "resume")
    with at("2026-03-06 09:00"):
        case = do(world, case, "lead", "resume")
    assert clock_states(case)["finish"] == "running"
    assert (case.due_on - due).days >= 4
    with pytest.raises(NotNow, match="没有中止"):
        do(world, case, "lead", "resume")


def test_more_time_is_asked_before_the_end_and_decided_by_somebody_else(world):
    case = accepted(world)
    old = case.due_on
    with pytest.raises(ValidationError, match="已经是"):
        do(world, case, "lead", "ask_extension", "料没到", wanted_on=old)
    case = do(world, case, "lead", "ask_extension", "料没到", wanted_on=date(2026, 3, 20))
    assert case.due_on == old
    with pytest.raises(Refused, match="“同意延期”由"):
        do(world, case, "lead2", "grant_extension")
    with pytest.raises(NotNow, match="等待决定"):
        do(world, case, "lead2", "ask_extension", "再来", wanted_on=date(2026, 3, 30))
    case = do(world, case, "chief", "grant_extension")
    assert case.due_on == date(2026, 3, 20)
    asked = case.extensions.get()
    assert (asked.granted, asked.decided_by, asked.old_due_on) == (True, world.chief, old)


def test_nobody_decides_on_their_own_request_and_a_refused_one_changes_nothing(world):
    case = accepted(world)
    old = case.due_on
    case = do(world, case, "chief", "ask_extension", "料没到", wanted_on=date(2026, 3, 20))
    with pytest.raises(NotNow, match="您自己提出"):
        do(world, case, "chief", "grant_extension")
    case = do(world, case, "root", "refuse_extension", "抓紧办")
    assert case.due_on == old
    assert case.extensions.get().granted is False


def test_more_time_can_not_be_asked_too_late(world):
    case = accepted(world)
    with at("2026-03-10 09:00"), pytest.raises(NotNow, match="2026-03-09 到期"):
        do(world, case, "lead", "ask_extension", "晚了", wanted_on=date(2026, 3, 20))


def with_co_unit(world):
    return do(world, accepted(world), "lead", "add_co_unit", co_unit=world.office.pk, task="测算")


def test_the_lead_waits_for_the_word_of_every_co_unit(world):
    case = with_co_unit(world)
    part = case.co_units.get()
    assert (part.org_unit, part.due_on) == (world.office, date(2026, 3, 5))
    assert [one.state for one in clocks_of(part)] == ["running"]
    case = do(world, case, "lead", "answer", answer="好")
    with pytest.raises(NotNow, match="县发改局"):
        do(world, case, "lead", "close", "好")


def test_a_co_unit_gives_its_word_itself(world):
    case = with_co_unit(world)
    assert EnterpriseRequest.objects.visible_to(world.planner).filter(pk=case.pk).exists()
    with pytest.raises(Refused, match="“反馈协办意见”由"):
        do(world, case, "reporter", "give_word", "x")
    case = do(world, case, "planner", "give_word", "可以")
    part = case.co_units.get()
    assert (part.closing_word, part.answered_by) == ("可以", world.planner)
    assert [one.state for one in clocks_of(part)] == ["met"]
    with pytest.raises((NotNow, Refused)):
        do(world, case, "planner", "give_word", "再说")
    case = do(world, do(world, case, "lead", "answer", answer="好"), "lead", "close", "好")
    assert case.state == "closed"


def test_a_co_unit_is_released_with_a_reason(world):
    case = with_co_unit(world)
    with pytest.raises(Refused):
        do(world, case, "planner", "release_co_unit", "不关我事", co_unit=world.office.pk)
    with pytest.raises(ValidationError, match="请说明原因"):
        do(world, case, "lead", "release_co_unit", co_unit=world.office.pk)
    case = do(world, case, "lead", "release_co_unit", "不需要了", co_unit=world.office.pk)
    part = case.co_units.get()
    assert part.release_reason == "不需要了"
    assert [one.state for one in clocks_of(part)] == ["void"]


def test_only_organisations_in_reach_can_be_asked(world):
    for wrong in (world.elsewhere.pk, world.county.pk, "x", None):
        with pytest.raises(ValidationError):
            do(world, accepted(world), "lead", "add_co_unit", co_unit=wrong, task="t")


def test_a_case_handed_over_is_seen_by_both_and_moved_by_the_new_one(world):
    case = do(world, opened(world), "lead", "hand_over", "归口", to_org_unit=world.bureau.pk)
    assert case.org_unit == world.bureau
    assert {one.responsible for one in clocks_of(case)} == {world.bureau}
    assert EnterpriseRequest.objects.visible_to(world.lead).filter(pk=case.pk).exists()
    with pytest.raises(Refused, match="“受理”由"):
        do(world, case, "lead", "accept", measure="m")
    assert do(world, case, "builder", "accept", measure="m").state == "accepted"


def test_withdrawing_ends_everything_without_a_verdict(world):
    case = with_co_unit(world)
    case = do(world, case, "lead", "ask_extension", "料没到", wanted_on=date(2026, 3, 20))
    with pytest.raises(Refused):
        do(world, case, "lead", "withdraw", "x")
    case = do(world, case, "reporter", "withdraw", "已自行解决")
    assert (case.state, case.is_open) == ("withdrawn", False)
    assert clock_states(case) == {"accept": "met", "finish": "void"}
    assert not case.co_units.get().is_busy
    assert case.extensions.get().granted is False


def test_reopening_counts_and_has_an_end(world):
    case = closed(world)
    with pytest.raises(Refused):
        do(world, case, "lead", "reopen", "又积水")
    case = do(world, case, "reporter", "reopen", "又积水")
    assert (case.state, case.reopened_count, case.closed_at) == ("accepted", 1, None)
    assert "running" in {one.state for one in clocks_of(case)}
    case = do(world, do(world, case, "lead", "answer", answer="又修好"), "reporter", "close", "好")
    with at("2026-03-18 09:00"), pytest.raises(NotNow, match="2026-03-17"):
        do(world, case, "reporter", "reopen", "又又积水")


def test_those_whose_turn_it_is_are_told(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        case = opened(world)
    told = set(
        Notice.objects.filter(code="flow.turn").values_list("recipient__username", flat=True)
    )
    assert told == {"lead", "lead2"}
    notice = Notice.objects.filter(code="flow.turn").first()
    assert "诉求〔2026〕1号" in notice.text
    assert notice.link == f"/requests/{case.code}/"


def test_a_vacant_post_does_not_lose_a_case(world):
    """Where nobody has the role, the nearest organisation above with somebody gets the turn."""
    case = do(world, opened(world), "chief", "hand_over", "归口", to_org_unit=world.park.pk)
    assert {one.org_unit for one in CaseTurn.objects.filter(case=case)} == {world.county}


def test_a_person_without_an_account_in_force_does_nothing(world):
    case = opened(world)
    world.lead.is_active = False
    with pytest.raises(Refused):
        do(world, case, "lead", "accept", measure="m")


def test_without_a_running_clock_nothing_is_due(world):
    assert answered(world).due_on is None


def test_a_list_shows_the_same_cases_as_the_rule_says_one_by_one(world):
    """The keys that a list looks up, and the condition that is asked of one case."""
    for by, place in [("reporter", world.county), ("chief", world.bureau), ("lead", world.county)]:
        opened(world, by, org_unit=place)
    handed = do(world, accepted(world), "lead", "add_co_unit", co_unit=world.office.pk, task="t")
    for who in ("chief", "lead", "reader", "builder", "planner", "reporter", "stranger", "root"):
        user = getattr(world, who)
        rows = set(EnterpriseRequest.objects.visible_to(user))
        assert set(EnterpriseRequest.objects.visible_to(user, many=True)) == rows
    assert handed in EnterpriseRequest.objects.visible_to(world.planner, many=True)
    assert handed not in EnterpriseRequest.objects.visible_to(world.builder, many=True)
