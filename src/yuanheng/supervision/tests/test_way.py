"""A task from the meeting to the closed number, through the pages that people use."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from yuanheng.kernel.clocks import tick
from yuanheng.kernel.flow import NotNow
from yuanheng.kernel.flow.inbox import TO_DO, cases_in
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.models import Clock, Notice, Slip
from yuanheng.kernel.policies import Refused
from yuanheng.supervision.models import Source, Task
from yuanheng.supervision.tests.conftest import at
from yuanheng.supervision.tests.walking import DEADLINE, evidence

pytestmark = pytest.mark.django_db


def test_one_walked_through_its_pages(world, enter):
    client = enter("supervisor")
    made = client.post("/sources/new/", {
        "kind": "note", "title": "关于二期厂房的批示", "said_by": "张市长",
        "held_on": "2026-03-01",
    })  # fmt: skip
    assert made.status_code == 302, made.text
    source = Source.objects.get()
    assert (source.code, source.owner) == ("S2026-001", world.city)
    form = client.get(f"/tasks/new/?source={source.pk}")
    assert form.status_code == 200
    sent = {
        "title": "建成二期厂房", "source": source.pk, "paragraph": 2, "quote": "月底前建成",
        "result": "竣工验收", "lead": world.works.pk, "deadline": "2026-03-31",
        "frequency": "week", "weight": 2, "leader": "李副市长",
    }  # fmt: skip
    made = client.post("/tasks/new/", sent)
    assert made.status_code == 302, made.text
    task = Task.objects.get()
    page = f"/tasks/{task.code}/"
    assert (task.state, task.office, task.org_unit) == ("draft", world.city, world.city)
    arranged = client.post(f"{page}do/arrange/", {
        **sent, "supporting": [world.plan.pk], "seen": 1,
    })  # fmt: skip
    assert arranged.status_code == 302, arranged.text
    kept = {name: sent[name] for name in ("result", "lead", "deadline")}
    assert client.post(f"{page}do/submit/", {**kept, "seen": 2}).status_code == 302
    # Whoever submitted doesn't check.
    refused = client.get(f"{page}do/check/")
    assert refused.status_code == 409
    assert "由他人审核" in refused.text
    assert enter("analyst").post(f"{page}do/check/", {"seen": 3}).status_code == 302
    assert enter("analyst").post(f"{page}do/issue/", {"seen": 4}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.org_unit, task.issued_on) == ("issued", world.works, date(2026, 3, 2))
    assert task.co_units.get().due_on == DEADLINE
    client = enter("works_officer")
    assert task.title in client.get("/work/").text
    assert client.post(f"{page}do/sign/", {"seen": 5}).status_code == 302
    said = {"progress": 40, "reason": "主体封顶", "seen": 6, "evidence": [evidence("现场.pdf")]}
    assert client.post(f"{page}do/report/", said).status_code == 302
    early = client.post(f"{page}do/finish/", {"reason": "完成", "seen": 7})
    task.refresh_from_db()
    assert early.status_code == 302, early.text  # the evidence of the progress report counts
    assert (task.state, task.org_unit, task.progress) == ("finished", world.city, 100)
    client = enter("supervisor")
    missing = client.post(f"{page}do/close/", {"quality": 90, "reason": "核实", "seen": 8})
    assert missing.status_code == 409
    assert "市发改委" in missing.text
    word = enter("plan_officer").post(f"{page}do/give_word/", {"reason": "已配合审批"})
    assert word.status_code == 302, word.text
    closed = enter("supervisor").post(
        f"{page}do/close/", {"quality": 90, "reason": "现场核实", "seen": 9}
    )
    assert closed.status_code == 302, closed.text
    task.refresh_from_db()
    assert (task.state, float(task.score)) == ("closed", 90.0)
    shown = enter("supervisor").get(page).text
    assert "销号" in shown
    assert "核查得分" in shown
    assert not Clock.objects.filter(state__in=["running", "paused"]).exists()


@pytest.mark.parametrize(
    ("state", "who", "action"),
    [
        ("draft", "reporter", "submit"), ("draft", "auditor", "submit"),
        ("draft", "stranger", "submit"), ("checking", "reporter", "check"),
        ("approved", "investor", "issue"), ("issued", "plan_officer", "sign"),
        ("working", "supervisor", "report"), ("working", "plan_officer", "finish"),
        ("finished", "works_officer", "close"), ("finished", "works_officer", "reject"),
        ("working", "works_officer", "withdraw"), ("closed", "works_officer", "reopen"),
    ],
)  # fmt: skip
def test_who_may_not(walk, enter, state, who, action):
    task = walk.to(state)
    answer = enter(who).get(f"/tasks/{task.code}/do/{action}/")
    assert answer.status_code in {403, 404}
    with pytest.raises(Refused):
        walk.do(task, who, action, "试一试")
    assert Task.objects.get().state == state


def test_a_part_is_checked_and_issued_with_the_whole_and_holds_up_its_finish(walk, world):
    task = walk.to("draft", frequency="once")
    given = {"part_title": "办理规划手续", "part_result": "取得许可证", "part_lead": world.plan.pk,
             "part_deadline": "2026-03-20"}  # fmt: skip
    with pytest.raises(ValidationError, match="不能晚于"):
        walk.do(task, "supervisor", "split", **{**given, "part_deadline": "2026-04-20"})
    walk.do(task, "supervisor", "split", **given)
    part = Task.objects.get(parent_case=task.pk)
    assert (part.lead, part.source, part.state) == (world.plan, task.source, "draft")
    walk.do(task, "supervisor", "submit")
    walk.do(task, "analyst", "check")
    walk.do(task, "analyst", "issue")
    part.refresh_from_db()
    assert (part.state, part.org_unit) == ("issued", world.plan)
    walk.do(task, "works_officer", "sign")
    with pytest.raises(NotNow, match="办理规划手续"):
        walk.do(task, "works_officer", "finish", "完成", files=[evidence()])
    # The lead breaks its own task down further, without a check by the office above.
    walk.do(task, "works_officer", "split", part_title="浇筑", part_result="封顶",
            part_lead=world.works.pk, part_deadline="2026-03-10")  # fmt: skip
    own = Task.objects.get(title="浇筑")
    assert (own.state, own.office, own.org_unit) == ("approved", world.works, world.works)


def test_more_time_is_asked_before_the_end_and_decided_by_the_office(walk):
    task = walk.to("working")
    walk.do(task, "works_officer", "ask_extension", "连续降雨", wanted_on="2026-04-15")
    with pytest.raises(Refused):
        walk.do(task, "works_officer", "grant_extension")
    assert Task.objects.get().finish_on == DEADLINE
    walk.do(task, "supervisor", "grant_extension")
    found = Task.objects.get()
    assert (found.deadline, found.finish_on) == (DEADLINE, date(2026, 4, 15))
    with at("2026-04-16"), pytest.raises(NotNow, match="到期"):
        walk.do(task, "works_officer", "ask_extension", "再延", wanted_on="2026-05-15")


def test_overdue_gives_slips_a_red_light_and_costs_points(walk, world, client):
    task = walk.to("working", frequency="once")
    assert lights().of(Task.objects.get()).colour == "green"
    with at("2026-03-29"):
        tick()
        assert Slip.objects.get().colour == "blue"
        assert lights().of(Task.objects.get()).colour == "red"  # nothing done in 27 of 29 days
    with at("2026-04-03"):
        tick()
        slip = Slip.objects.get(colour="red")
        assert Notice.objects.filter(recipient=world.works_officer, code="clock.step").exists()
        client.force_login(world.works_officer)
        paper = client.get(f"/slips/{slip.token}/print/").text
        assert "督办单" in paper
        assert task.title in paper
        assert "签收" in paper
        walk.do(task, "works_officer", "finish", "完成", files=[evidence()])
        walk.do(task, "supervisor", "close", "核实", quality=90)
    found = Task.objects.get()
    assert found.score_basis["facts"] == {
        "quality": 90.0, "days_late": 3.0, "slips": 1.0, "returns": 0.0, "extensions": 0.0,
    }  # fmt: skip
    assert float(found.score) == 90 - 2 * 3 - 3
    slip.refresh_from_db()
    assert slip.closed_at is not None


def test_not_passed_goes_back_to_the_lead_and_reopening_too(walk, world):
    task = walk.to("finished")
    walk.do(task, "supervisor", "reject", "照片看不出竣工")
    found = Task.objects.get()
    assert (found.state, found.org_unit) == ("working", world.works)
    assert Clock.objects.filter(code="task.mend", state="running").exists()
    assert [one.pk for one in cases_in(world.works_officer, TO_DO)[:5]] == [task.pk]
    walk.do(task, "works_officer", "finish", "已补", files=[evidence(text=b"two")])
    walk.do(task, "supervisor", "close", "核实", quality=100)
    assert float(Task.objects.get().score) == 95
    walk.do(task, "supervisor", "reopen", "群众反映漏水")
    assert Task.objects.get().org_unit == world.works
    with pytest.raises(NotNow, match="办理中"):
        walk.do(task, "supervisor", "reopen", "再来")


def test_returned_by_the_unit_it_waits_at_the_office_again(walk, world):
    task = walk.to("issued", supporting=[world.plan])
    walk.do(task, "works_officer", "decline", "不属于我局职责")
    found = Task.objects.get()
    assert (found.state, found.org_unit, found.issued_on) == ("approved", world.city, None)
    assert found.co_units.get().released_at is not None
    walk.do(task, "supervisor", "arrange", lead=world.plan, supporting=[])
    walk.do(task, "supervisor", "issue")
    assert Task.objects.get().org_unit == world.plan


def test_a_past_deadline_is_not_issued(walk):
    task = walk.to("approved")
    with at("2026-04-01"), pytest.raises(NotNow, match="2026-03-31"):
        walk.do(task, "supervisor", "issue")
