"""A round from the draft to the publication, through the doors that people take."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yuanheng.evaluation.actions.runs import CannotPublish, publish_run
from yuanheng.evaluation.models import Result
from yuanheng.kernel import flow
from yuanheng.kernel.flow import NotNow
from yuanheng.kernel.models import Job, Notice
from yuanheng.kernel.policies import Refused
from yuanheng.registry.tests.world import credit_code
from yuanheng.rounds.models import EvaluationRound, Objection, ProcedureRule, Sheet


def test_sheets_are_made_of_the_frozen_figures(walk):
    case = walk.do(walk.open(), "prepare")
    assert (case.state, case.job is not None) == ("checking", True)
    assert Sheet.objects.filter(round=case).count() == 12
    sheet = walk.sheet(case, 1)
    assert sheet.figures == {"tax": 149.0, "land": 10.0, "revenue": 999.0}
    assert sheet.before["tax"] == 139.0
    assert (sheet.park, sheet.region.code) == (walk.world.zone, "431381")
    assert walk.sheet(case, 3).figures["tax"] is None  # a gap is not zero
    assert [one["unit"] for one in case.fields_given] == ["万元", "亩", "万元"]


def test_a_round_walks_to_the_publication(walk):
    case = walk.until("computed")
    first = Result.objects.get(run=case.run, subject_id=credit_code(1))
    assert (first.score, first.rank) == (84.7, 2)
    case = walk.until("heard", case)
    assert case.final_run is None
    case = walk.do(case, "finalise")
    with pytest.raises(NotNow, match="由他人发布"):
        walk.do(case, "publish")
    case = walk.do(case, "publish", walk.world.second)
    assert (case.state, case.run.is_published) == ("published", True)
    assert case.run.published_by == walk.world.second
    # How sure its ranks are is found out, as for any evaluation that is published.
    job = Job.objects.get(code="evaluation.assess_run")
    assert job.arguments["run"] == case.run.code


def test_nobody_publishes_past_the_procedure(walk, sign_in):
    case = walk.until("computed")
    with pytest.raises(CannotPublish, match="由评价工作在最后发布"):
        publish_run(acting_user=walk.world.second, run=case.run)
    page = sign_in(walk.world.second).get(f"/runs/{case.run.code}/").content.decode()
    assert "由评价工作在最后发布" in page
    assert f"/runs/{case.run.code}/publish/" not in page


@pytest.mark.parametrize("who", ["reader", "officer", "reporter", "stranger", "firm", "nobody"])
def test_only_the_office_takes_a_round_on(walk, who):
    case = walk.do(walk.open(), "prepare")
    with pytest.raises(Refused):
        walk.do(case, "send_out", getattr(walk.world, who))
    if who not in ("stranger",):
        with pytest.raises(Refused):
            walk.open(by=getattr(walk.world, who))


def test_another_office_cannot_use_these_figures(walk):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="由其他单位"):
        walk.open(by=walk.world.stranger)


def test_figures_are_settled_after_the_term_or_when_all_have_answered(walk):
    case = walk.until("confirming")
    with pytest.raises(NotNow, match=r"12 份.*至.*止"):
        walk.do(case, "close_confirmation")
    walk.after(30)
    case = walk.do(case, "close_confirmation")
    assert case.state == "settled"
    assert set(Sheet.objects.values_list("answer", flat=True)) == {"unanswered"}


@pytest.mark.parametrize(("silence", "answer"), [("agreed", "agreed"), ("waits", None)])
def test_what_silence_means_is_laid_down(walk, silence, answer):
    ProcedureRule.objects.create(
        name="本市规则", org_unit=walk.world.city, silence=silence, valid_from="2020-01-01"
    )
    case = walk.until("confirming")
    ProcedureRule.objects.update(silence="unanswered")  # a round keeps its rule
    walk.after(30)
    if answer is None:
        with pytest.raises(NotNow, match="逐一答复"):
            walk.do(case, "close_confirmation")
    else:
        walk.do(case, "close_confirmation")
        assert set(Sheet.objects.values_list("answer", flat=True)) == {answer}


def test_who_prepared_may_not_check_where_the_rule_says_so(walk):
    ProcedureRule.objects.create(
        name="规则", checked_by_another=True, published_by_another=False, valid_from="2020-01-01"
    )
    case = walk.do(walk.open(), "prepare")
    with pytest.raises(NotNow, match="由他人核对"):
        walk.do(case, "send_out")
    case = walk.until("confirming", walk.do(case, "send_out", walk.world.second))
    case = walk.until("final", case)
    assert walk.do(case, "publish").state == "published"  # one person, where the rule allows it


def test_subjects_are_told_and_see_only_their_own(walk, sign_in):
    case = walk.until("checking")
    assert Sheet.objects.visible_to(walk.world.firm).count() == 0  # not sent out yet
    case = walk.do(case, "send_out")
    told = set(
        Notice.objects.filter(code="rounds.asked").values_list("recipient__username", flat=True)
    )
    assert told == {"firm", "reporter", "approver"}
    counts = {
        who: Sheet.objects.visible_to(getattr(walk.world, who)).count()
        for who in (
            "firm",
            "reporter",
            "county_analyst",
            "analyst",
            "officer",
            "stranger",
            "nobody",
        )
    }
    assert counts == {
        "firm": 1, "reporter": 3, "county_analyst": 6, "analyst": 12, "officer": 0, "stranger": 0,
        "nobody": 0,
    }  # fmt: skip
    client = sign_in(walk.world.firm)
    assert client.get(f"/sheets/{walk.sheet(case, 1).token}/").status_code == 404
    page = client.get(f"/sheets/{walk.sheet(case, 2).token}/")
    assert page.status_code == 200
    assert "企业数据.csv" in page.content.decode()
    assert client.get("/work/").status_code == 200


def test_a_firm_confirms_and_a_park_confirms_several(walk, sign_in):
    case = walk.until("confirming")
    sheet = walk.sheet(case, 2)
    sign_in(walk.world.firm).post(f"/sheets/{sheet.token}/confirm/", {"remark": "无误"})
    sheet.refresh_from_db()
    assert (sheet.answer, sheet.answered_as, sheet.remark) == ("confirmed", "self", "无误")
    client = sign_in(walk.world.reporter)
    assert "2 份" in client.get("/sheets/waiting/").content.decode()
    client.post(f"/sheets/waiting/{case.code}/")
    assert Sheet.objects.filter(answered_as="park").count() == 2
    assert Sheet.objects.filter(answer="waiting").count() == 9
    client = sign_in(walk.world.reader)  # looks on, answers for nobody
    assert client.post(f"/sheets/{walk.sheet(case, 7).token}/confirm/").status_code == 403
    assert client.post(f"/sheets/waiting/{case.code}/").status_code == 404


def test_after_the_term_only_the_office_answers_from_paper(walk, sign_in):
    case = walk.until("confirming")
    walk.after(30)
    sheet = walk.sheet(case, 2)
    page = sign_in(walk.world.firm).post(f"/sheets/{sheet.token}/confirm/", follow=True)
    assert "期限已于" in page.content.decode()
    sign_in(walk.world.analyst).post(f"/sheets/{sheet.token}/confirm/")
    sheet.refresh_from_db()
    assert (sheet.answer, sheet.answered_as) == ("confirmed", "office")
    other = walk.sheet(case, 4)
    client = sign_in(walk.world.analyst)
    client.post(f"/sheets/{other.token}/release/", {"reason": "已注销"})
    other.refresh_from_db()
    assert (other.answer, other.remark) == ("released", "已注销")
    assert sign_in(walk.world.reporter).post(
        f"/sheets/{walk.sheet(case, 3).token}/release/", {"reason": "不该由我"}
    ).status_code == 403  # fmt: skip


def test_pages_of_a_round_ask_few_questions(walk, sign_in, django_assert_max_num_queries):
    case = walk.until("publicity")
    sheet = walk.sheet(case, 2)
    addresses = [
        reverse("round-detail", args=[case.code]), "/rounds/", "/sheets/", "/publicity/",
        f"/sheets/{sheet.token}/", f"/sheets/{sheet.token}/print/", "/sheets/waiting/",
        f"/publicity/{case.code}/", f"/publicity/{case.code}/print/", "/objections/",
        f"/rounds/{case.code}/sheets/print/",
    ]  # fmt: skip
    client = sign_in(walk.world.analyst)
    client.get(addresses[0])  # Django looks once whether the database knows JSON
    for address in addresses:
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200, address


def test_publicity_shows_what_was_chosen_and_no_more(walk, sign_in):
    case = walk.do(
        walk.until("computed"), "publicise", values={"shows": "grades", "public_note": "电话"}
    )
    page = sign_in(walk.world.reporter).get(f"/publicity/{case.code}/").content.decode()
    assert "企业12" not in page  # not evaluated
    assert "企业11" in page
    assert "84.7" not in page
    order = [page.index(f">{name}<") for name in ("企业1", "企业5")]
    assert order == sorted(order)  # by code, though the fifth is first by rank
    for who in ("firm", "reader", "nobody", "stranger"):
        found = sign_in(getattr(walk.world, who)).get(f"/publicity/{case.code}/").status_code
        assert found == (404 if who in ("nobody", "stranger") else 200)
    book = sign_in(walk.world.firm).get(f"/publicity/{case.code}/list.xlsx")
    assert book.status_code == 200
    own = sign_in(walk.world.firm).get(f"/sheets/{walk.sheet(case, 2).token}/").content.decode()
    assert "排名" not in own.split("数据")[0]


def test_before_the_publicity_nobody_else_reads_the_list(walk, sign_in):
    case = walk.until("computed")
    assert sign_in(walk.world.analyst).get(f"/publicity/{case.code}/").status_code == 200
    for who in ("reporter", "firm", "reader"):
        assert sign_in(getattr(walk.world, who)).get(f"/publicity/{case.code}/").status_code == 404


def test_the_publicity_ends_after_its_last_day(walk):
    case = walk.until("publicity")
    with pytest.raises(NotNow, match="期限至"):
        walk.do(case, "end_publicity")
    walk.after(30)
    assert walk.do(case, "end_publicity").state == "heard"


def test_the_flow_is_declared_without_faults():
    from yuanheng.kernel.flow.checking import check_flows

    check_flows([flow.flow_for(EvaluationRound), flow.flow_for(Objection)])


def test_a_large_workbook_is_a_job_in_the_name_of_who_asked(walk, sign_in, monkeypatch):
    from yuanheng.kernel.jobs.worker import work_off
    from yuanheng.kernel.models import Job
    from yuanheng.rounds.views import publicity, sheets

    case = walk.until("publicity")
    monkeypatch.setattr(sheets, "AT_ONCE", 5)
    monkeypatch.setattr(publicity, "AT_ONCE", 5)
    sign_in(walk.world.analyst).get(f"/rounds/{case.code}/sheets.xlsx")
    answer = sign_in(walk.world.firm).get(f"/publicity/{case.code}/list.xlsx")
    assert answer.status_code == 302
    work_off()
    done = Job.objects.filter(code="rounds.export").order_by("pk")
    assert [(one.stage, one.message) for one in done] == [
        ("done", "12 行已写好。"), ("done", "11 行已写好。"),
    ]  # fmt: skip
