from __future__ import annotations

import re
from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from yuanheng.kernel.actions.attachments import attach_file
from yuanheng.kernel.actions.links import link_rows
from yuanheng.kernel.actions.notes import write_note
from yuanheng.kernel.clocks import tick
from yuanheng.kernel.flow.case_clocks import with_clocks
from yuanheng.kernel.flow.inbox import WorkItem, WorkSource, _sources, badge, contribute, counts
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.models import LightRule, Notice, Slip, Tag, TagUse, Upload
from yuanheng.kernel.notices.kinds import DIGEST
from yuanheng.kernel.tests import flow_world
from yuanheng.kernel.tests.example_room.models import EnterpriseRequest
from yuanheng.kernel.tests.flow_world import accepted, at, do, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with at("2026-03-02 09:00"):
        yield flow_world.make_world()


@pytest.fixture
def see(client, world):
    """``see("lead", "/work/")``: the page as this person sees it."""

    def fetch(who: str, address: str, **post):
        client.force_login(getattr(world, who))
        return client.post(address, post) if post else client.get(address)

    return fetch


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_case_is_opened_on_a_page(world, see):
    form = text_of(see("reporter", "/requests/new/"))
    assert "承办单位" in form
    assert "外市" not in form
    wrong = see("reporter", "/requests/new/", title="路灯坏了")
    assert wrong.status_code == 422
    done = see(
        "reporter",
        "/requests/new/",
        title="路灯坏了",
        enterprise="乙公司",
        wish="请修",
        org_unit=world.county.pk,
    )
    assert done.status_code == 302
    case = EnterpriseRequest.objects.get()
    assert (case.state, case.org_unit, case.title) == ("new", world.county, "路灯坏了")


def test_who_may_not_open_gets_no_form(world, see):
    assert see("reader", "/requests/new/").status_code == 403


def test_the_page_of_a_case_shows_what_may_be_done_and_why_not_the_rest(world, see):
    case = opened(world)
    mine = text_of(see("lead", f"/requests/{case.code}/"))
    assert f"/requests/{case.code}/do/accept/" in mine
    assert "“补正”由提交人办理" in mine
    assert "诉求〔2026〕1号" in mine
    assert "今天到期" in mine or "还剩 1 个工作日" in mine
    reader = text_of(see("reader", f"/requests/{case.code}/"))
    assert "/do/accept/" not in reader
    assert "“受理”由承办单位的分析员办理" in reader
    assert "/do/assign/" in reader  # who leads the office gives it to somebody, and that is all
    outsider = text_of(see("reporter", f"/requests/{case.code}/"))
    assert "/do/assign/" not in outsider


def test_not_visible_is_not_found_and_visible_but_not_allowed_is_a_sentence(world, see):
    case = opened(world)
    assert see("stranger", f"/requests/{case.code}/").status_code == 404
    assert see("stranger", f"/requests/{case.code}/do/accept/").status_code == 404
    refused = see("reader", f"/requests/{case.code}/do/accept/")
    assert refused.status_code == 403
    assert "由承办单位的分析员办理" in text_of(refused)
    posted = see("reader", f"/requests/{case.code}/do/accept/", measure="m", seen=1)
    assert posted.status_code == 403
    assert see("lead", f"/requests/{case.code}/do/nonsense/").status_code == 404
    case.refresh_from_db()
    assert case.state == "new"


def test_an_action_asks_what_it_needs_and_is_done(world, see):
    case = opened(world)
    address = f"/requests/{case.code}/do/accept/"
    form = text_of(see("lead", address))
    assert "办理措施" in form
    assert "答复意见" not in form
    wrong = see("lead", address, measure="", seen=1)
    assert wrong.status_code == 422
    done = see("lead", address, measure="现场查看", seen=1, state="closed")
    assert done["Location"] == f"/requests/{case.code}/"
    case.refresh_from_db()
    assert (case.state, case.measure) == ("accepted", "现场查看")


def test_the_slower_of_two_people_gets_a_page_that_says_so(world, see):
    case = opened(world)
    address = f"/requests/{case.code}/do/accept/"
    see("lead", address, measure="m", seen=1)
    for values in ({"measure": "n"}, {"measure": ""}):
        late = see("lead2", address, seen=1, **values)
        assert late.status_code == 409
        assert "县承办已于" in text_of(late)
    later = see("lead2", f"/requests/{case.code}/do/accept/")
    assert later.status_code == 409


def test_a_form_sent_twice_has_one_effect(world, see):
    case = opened(world)
    token = "6f1c7a4e-2f1c-4d1b-9f3b-0c5a2b7d9e11"
    address = f"/requests/{case.code}/do/accept/"
    for _ in range(2):
        assert see("lead", address, measure="m", seen=1, token=token).status_code == 302
    assert case.moves.count() == 2


@pytest.mark.parametrize(
    "post",
    [
        {"seen": "x" * 1000, "token": "no", "measure": "m"},
        {"seen": "-5", "measure": "\x00"},
        {"seen": "99999999999999999999999", "measure": "m" * 10},
        {"measure": "\ud800".encode("utf-8", "surrogatepass")},
    ],
)
def test_nonsense_is_answered_and_nothing_is_half_written(world, see, post):
    case = opened(world)
    answer = see("lead", f"/requests/{case.code}/do/accept/", **post)
    assert answer.status_code in (302, 400, 409, 422)
    case.refresh_from_db()
    assert case.move_count == case.moves.count()


def test_marked_fields_are_shown_until_mended(world, see):
    case = accepted(world)
    see(
        "lead",
        f"/requests/{case.code}/do/send_back/",
        reason="金额不清",
        marked="cost_wan",
        seen=case.move_count,
    )
    page = text_of(see("reporter", f"/requests/{case.code}/"))
    assert "县承办 已退回：金额不清" in page
    form = text_of(see("reporter", f"/requests/{case.code}/do/mend/"))
    assert re.search(r'name="cost_wan"[^>]*yh-marked|yh-marked[^>]*name="cost_wan"', form)
    assert "要求补正：金额不清" in form
    case.refresh_from_db()
    do(world, case, "reporter", "mend", enterprise="甲公司", wish="请修排水沟", cost_wan=15)
    assert "县承办 已退回" not in text_of(see("reporter", f"/requests/{case.code}/"))
    again = text_of(see("reporter", f"/requests/{case.code}/do/mend/"))
    assert "要求补正" not in again


def test_co_units_clocks_and_requests_for_more_time_are_shown(world, see):
    case = do(world, accepted(world), "lead", "add_co_unit", co_unit=world.office.pk, task="测算")
    case = do(world, case, "lead", "ask_extension", "料没到", wanted_on=date(2026, 3, 20))
    page = text_of(see("lead", f"/requests/{case.code}/"))
    for words in ("测算", "等待反馈", "2026-03-20", "等待决定，原期限有效", "还剩 5 个工作日"):
        assert words in page
    assert "给出" not in page


def test_the_diagram_marks_the_place_and_the_way(world, see):
    case = accepted(world)
    page = text_of(see("lead", f"/requests/{case.code}/"))
    assert page.count('class="yh-flow-state yh-flow-here"') == 1
    assert "yh-flow-way yh-flow-went" in page
    assert "本件目前处于“办理中”" in page
    flows = text_of(see("lead", "/flows/"))
    assert "yh-flow-here" not in flows
    assert "企业诉求" in flows
    one = text_of(see("lead", "/flows/request/"))
    assert "1000 万元以上的诉求请移交上级办理" in one
    assert "上级单位的分析员" in one
    assert see("lead", "/flows/none/").status_code == 404


def test_the_list_filters(world, see):
    first, second = opened(world, title="甲事"), opened(world, title="乙事")
    do(world, first, "lead", "accept", measure="m")

    def found(query: str, who: str = "lead") -> set[str]:
        page = text_of(see(who, f"/requests/?{query}"))
        return {name for name in ("甲事", "乙事") if f">{name}<" in page}

    assert found("") == {"甲事", "乙事"}
    assert found("state=new") == {"乙事"}
    assert found("state=_open&hands=todo") == {"甲事", "乙事"}
    assert found("hands=todo", "reporter") == set()
    assert found("hands=opened", "reporter") == {"甲事", "乙事"}
    assert found("opened_from=2026-03-03") == set()
    assert found("opened_to=nonsense") == set()
    assert found("opened_from=0001-01-01&opened_to=9999-12-31") == {"甲事", "乙事"}
    assert found("", "stranger") == set()
    with at("2026-03-05 09:00"):
        assert found("due=overdue") == {"乙事"}
    assert second.pk


def test_my_work(world, see):
    case = opened(world)
    assert counts(world.lead) == {"todo": 1, "overdue": 0, "waiting": 0, "done": 0}
    assert counts(world.reporter) == {"todo": 0, "overdue": 0, "waiting": 1, "done": 0}
    assert counts(world.chief)["todo"] == 0
    assert counts(world.chief, below=True)["todo"] == 1
    assert counts(world.stranger, below=True)["todo"] == 0
    assert counts(world.root, below=True)["todo"] == 1
    page = text_of(see("lead", "/work/"))
    assert "厂区道路积水" in page
    assert "没有等待您办理的事项" in text_of(see("reporter", "/work/"))
    assert "厂区道路积水" in text_of(see("reporter", "/work/?tab=waiting"))
    assert "厂区道路积水" in text_of(see("lead", "/"))
    case = do(world, case, "lead", "accept", measure="m")
    case = do(world, case, "lead", "answer", answer="好")
    assert counts(world.reporter)["todo"] == 1
    do(world, case, "reporter", "close", "好")
    assert counts(world.lead) == {"todo": 0, "overdue": 0, "waiting": 0, "done": 1}
    with at("2026-03-20 09:00"):
        opened(world)
    with at("2026-03-30 09:00"):
        assert counts(world.lead)["overdue"] == 1
        assert "已超期" in text_of(see("lead", "/work/?tab=overdue&due=today&flow=request"))
    for query in ("tab=nonsense",):
        assert see("lead", f"/work/?{query}").status_code == 404
    assert see("lead", "/work/?page=-3&rows=x&flow=no&due=zz").status_code == 200
    assert see("lead", "/work/?flow=%00").status_code == 400


def test_a_co_unit_and_a_superior_find_their_turn(world):
    case = do(world, accepted(world), "lead", "add_co_unit", co_unit=world.office.pk, task="测算")
    assert counts(world.planner)["todo"] == 1
    do(world, case, "lead", "ask_extension", "料没到", wanted_on=date(2026, 3, 20))
    assert counts(world.chief)["todo"] == 1


def test_other_parts_add_to_my_work(world, see):
    item = WorkItem("2025 年报表", "/x/", "填报", due_on=date(2026, 3, 9))
    contribute(
        WorkSource(
            "test.drafts",
            "待审报表",
            items=lambda user, tab: [item] if tab == "todo" else [],
            count=lambda user, tab: int(tab == "todo"),
        )
    )
    try:
        page = text_of(see("lead", "/work/"))
        assert "待审报表" in page
        assert "2025 年报表" in page
        assert counts(world.lead)["todo"] == 1
    finally:
        del _sources["test.drafts"]


def test_pages_take_few_queries(world, see, client, django_assert_max_num_queries):
    """With rows of everything that a page of cases reads: co-units, requests for more time, an
    assignment, a note, a file, a tag, a link, a table to confirm, slips, cases that are overdue
    and a notice."""
    for _ in range(12):
        accepted(world)
    case = do(world, accepted(world), "lead", "add_co_unit", co_unit=world.office.pk, task="t")
    case = do(world, case, "lead", "ask_extension", "r", wanted_on="2026-05-01")
    case = do(world, case, "reader", "assign", assignee="lead2")
    write_note(acting_user=world.lead, row=case, kind="note", text="n", is_internal=True)
    content = [b"%PDF-1.4 queries"]
    attach_file(acting_user=world.lead, row=case, file_name="a.pdf", content=content)
    tag = Tag.objects.create(name="重点", org_unit=world.office)
    TagUse.objects.create(
        tag=tag, subject_model=type(case)._meta.label, subject_pk=str(case.pk), made_by=world.lead
    )
    linked = accepted(world)
    link_rows(acting_user=world.lead, row=case, other=linked, kind="relates")
    for who in (world.lead, world.chief, world.planner):
        Upload.objects.create(
            importer_code="x", file_name="x", sha256="", byte_count=1, uploaded_by=who
        )
    with at("2026-03-20 09:00"):
        tick()
        _ = connection.features.supports_json_field  # asked of SQLite once in a process
        for who in ("lead", "lead2", "chief", "planner", "reader", "root"):
            client.force_login(getattr(world, who))
            client.get("/work/")  # the calendar is read once in ten seconds, for everybody
            for address in [
                "/",
                "/work/",
                "/work/?below=1",
                "/work/?below=1&tab=overdue",
                "/work/?tab=waiting",
                "/work/?assigned=1",
                "/requests/",
                f"/requests/{case.code}/",
                "/flows/",
            ]:
                with django_assert_max_num_queries(12, info=f"{who} {address}"):
                    assert client.get(address).status_code == 200


def test_no_answer_about_rights_outlives_a_request(world, see):
    """The numbers of a page are kept with the object of the person, which ends with it."""
    case = accepted(world)
    assert see("lead", f"/requests/{case.code}/").status_code == 200
    apps.get_model("accounts", "Grant").objects.filter(user=world.lead).delete()
    assert see("lead", f"/requests/{case.code}/").status_code == 404
    assert case.title not in see("lead", "/work/").text


def test_the_daily_summary_says_what_there_is_to_do(world):
    opened(world)
    opened(world)
    with at("2026-03-04 08:30"):
        assert tick().problems == []
    said = dict(Notice.objects.filter(code=DIGEST).values_list("recipient", "text"))
    assert said == dict.fromkeys([world.lead.pk, world.lead2.pk], "今日提醒：待办 2；超期 2")


def test_lights_follow_the_rule_that_the_clock_started_with(world, see):
    LightRule.objects.create(
        code="deadline",
        name="本县",
        org_unit=world.county,
        conditions="红: 剩余天数 < 0\n橙: 剩余天数 <= 2\n绿: 剩余天数 > 2",
        clause="本县规定",
        valid_from="2026-03-03",
    )
    earlier = accepted(world)
    with at("2026-03-03 09:00"):
        later = accepted(world)
    with at("2026-03-09 09:00"):  # a Monday
        for case, colour, clause in (
            (earlier, "yellow", "本软件的建议"),
            (later, "orange", "本县规定"),
        ):
            row = EnterpriseRequest.objects.get(pk=case.pk)
            light = lights().of(row)
            assert light.colour == colour
            assert clause in light.clause
        page = text_of(see("lead", "/work/"))
        assert "yh-light-orange" in page
        assert "yh-light-yellow" in page
        assert "还剩 1 个工作日" in page


def test_lights_of_a_page_are_read_together(world, see, client, django_assert_num_queries):
    for _ in range(3):
        accepted(world)
    rows = EnterpriseRequest.objects.prefetch_related(with_clocks())
    assert [lights().of(row).colour for row in rows] == ["green"] * 3
    with django_assert_num_queries(2):
        assert {lights().of(row).colour for row in rows.all()} == {"green"}


def test_tables_to_confirm_and_slips_are_work_of_those_whom_they_concern(world, see):
    accepted(world)
    for who, name in ((world.lead, "企业.xlsx"), (world.root, "园区.xlsx")):
        Upload.objects.create(
            importer_code="x", file_name=name, sha256="", byte_count=1, uploaded_by=who
        )
    Upload.objects.create(
        importer_code="x", file_name="旧.xlsx", sha256="", byte_count=1, uploaded_by=world.lead,
        stage="committed",
    )  # fmt: skip
    with at("2026-03-20 09:00"):
        tick()
        slips = Slip.objects.filter(closed_at=None).count()
        assert slips
        assert counts(world.lead) == {"todo": 2, "overdue": 1 + slips, "waiting": 0, "done": 0}
        assert counts(world.lead2)["todo"] == 1
        assert counts(world.stranger) == {"todo": 0, "overdue": 0, "waiting": 0, "done": 0}
        assert [badge(one) for one in (world.lead, world.lead2, world.stranger)] == [2, 1, 0]
        page = text_of(see("lead", "/work/"))
        assert "企业.xlsx" in page
        assert "园区.xlsx" not in page
        assert "旧.xlsx" not in page
        assert "督〔2026〕1号" in text_of(see("lead", "/work/?tab=overdue"))
        assert "督〔2026〕" not in text_of(see("stranger", "/work/?tab=overdue"))
