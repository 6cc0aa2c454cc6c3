"""A leader's page, a visit recorded on a telephone, and the brief before it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from yuanheng.kernel.clocks.calendar import forget_recent_calendars, recent_calendars
from yuanheng.kernel.models import Attachment, Case
from yuanheng.kernel.policies import Refused
from yuanheng.leaders.actions import add_link, record_visit
from yuanheng.leaders.models import Leader, LeaderLink, Visit, VisitProblem
from yuanheng.ledger.actions import add_target
from yuanheng.ledger.models import Indicator
from yuanheng.publicworks.models import PublicProject
from yuanheng.registry.models import Enterprise
from yuanheng.supervision.models import Source, Task
from yuanheng.supervision.tests.conftest import at
from yuanheng.supervision.tests.walking import evidence

pytestmark = pytest.mark.django_db
PAGE, BRIEF = "/leaders/L001/", "/leader-links/K2026-001/brief/"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def photo(name="现场.png", content=PNG):
    return SimpleUploadedFile(name, content, content_type="image/png")


def form(world, **more):
    return {
        "link": world.link.pk, "visited_on": "2026-03-01", "saw": "主体封顶，道路未通",
        "with_whom": "园区办", "problem_1": "园区北路路灯不亮", "lead_1": world.works.pk,
        "deadline_1": "2026-03-20", "problem_2": "用工不足", **more,
    }  # fmt: skip


def counted(client, address):
    client.get(address)
    forget_recent_calendars()
    _ = recent_calendars().current
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_visit_leaves_photos_and_tasks_with_itself_as_their_source(world, enter):
    client = enter("reader")  # the vice mayor's own account
    assert client.get(f"/visits/new/?link={world.link.pk}").status_code == 200
    sent = client.post(
        "/visits/new/", form(world, photos=[photo(), photo("路灯.png", PNG + b"1")])
    )
    assert sent.status_code == 302, sent.text
    visit = Visit.objects.get()
    source = Source.objects.get()
    assert (source.kind, source.code, source.link) == (
        "visit", visit.source_code, f"/visits/{visit.code}/",
    )  # fmt: skip
    assert source.title == "副市长 陈远走访冷水江经济开发区"
    tasks = list(Task.objects.order_by("serial"))
    assert [(one.title, one.lead, one.state) for one in tasks] == [
        ("园区北路路灯不亮", world.works, "draft"), ("用工不足", None, "draft"),
    ]  # fmt: skip
    assert tasks[0].deadline == date(2026, 3, 20)
    page = client.get(f"/visits/{visit.code}/").text
    assert f'href="/tasks/{tasks[0].code}/"' in page
    number = Attachment.objects.order_by("pk").first().pk
    shown = client.get(f"/visits/{visit.code}/photos/{number}/")
    assert (shown["Content-Type"], b"".join(shown.streaming_content)) == ("image/png", PNG)
    assert enter("works_officer").get(f"/visits/{visit.code}/photos/{number}/").status_code == 404
    # Another one afterwards goes under the same source.
    client = enter("supervisor")
    more = client.post(f"/visits/{visit.code}/problems/", {"problem_1": "停车难"})
    assert more.status_code == 302
    assert Source.objects.count() == 1
    assert [one.number for one in VisitProblem.objects.all()] == [1, 2, 3]


def test_a_problem_becomes_a_case_that_begins_at_once(world, enter):
    """Put to the unit that should know, to be answered in time; each page leads to the other."""
    client = enter("supervisor")
    page = client.get(f"/visits/new/?link={world.link.pk}").text
    assert "要求单位答复的问题" in page
    sent = client.post("/visits/new/", form(world, becomes_1="question"), follow=True)
    assert "转为任务 1 件、事项 1 件" in sent.text
    visit = Visit.objects.get()
    case = Case.objects.get(flow_code="reply")
    assert (case.org_unit, case.state, case.due_on) == (world.works, "asked", date(2026, 3, 20))
    assert [one.title for one in Task.objects.all()] == ["用工不足"]
    assert [one.became for one in VisitProblem.objects.all()] == ["question", ""]
    shown = client.get(f"/visits/{visit.code}/").text
    assert f'<a href="/replies/{case.code}/">园区北路路灯不亮</a>' in shown
    assert "引发" in shown  # among the linked records, too
    back = client.get(f"/replies/{case.code}/").text
    assert f'href="/visits/{visit.code}/"' in back
    # The unit answers without seeing what else was written down on the visit.
    unit = enter("works_officer").get(f"/replies/{case.code}/")
    assert unit.status_code == 200
    assert "园区北路路灯不亮" in unit.text
    assert f"/visits/{visit.code}/" not in unit.text
    more = {"problem_1": "停车难", "becomes_1": "question"}
    client = enter("supervisor")
    again = client.post(f"/visits/{visit.code}/problems/", more)
    assert again.status_code == 422
    assert "“停车难”：请选择由哪个单位答复" in again.text
    client.post(f"/visits/{visit.code}/problems/", {**more, "lead_1": world.plan.pk})
    assert Case.objects.filter(flow_code="reply").count() == 2
    assert VisitProblem.objects.count() == 3


def test_who_may_not_open_a_case_is_told(world, enter):
    client = enter("reader")  # the vice mayor: makes tasks, puts no questions for the office
    assert "要求单位答复的问题" not in client.get(f"/visits/new/?link={world.link.pk}").text
    answer = client.post("/visits/new/", form(world, becomes_1="question"))
    assert answer.status_code == 403
    assert "您不能发起“要求单位答复的问题”，请把问题“园区北路路灯不亮”转为任务" in answer.text
    unknown = enter("supervisor").post("/visits/new/", form(world, becomes_1="x"))
    assert unknown.status_code == 422
    assert [one.objects.count() for one in (Visit, Case)] == [0, 0]


def test_what_is_wrong_with_a_visit_is_said_and_nothing_is_kept(world, enter):
    client = enter("supervisor")
    nothing = client.post("/visits/new/", form(world, saw="", problem_1=""))
    assert nothing.status_code == 422
    assert "请写明是什么问题" in nothing.text
    early = client.post("/visits/new/", form(world, visited_on="2024-03-01"))
    assert "走访日期不在其内" in early.text
    late = client.post("/visits/new/", form(world, visited_on="2026-03-05"))
    assert "不能晚于今天" in late.text
    fake = client.post("/visits/new/", form(world, photos=[photo("现场.png", b"MZ" * 40)]))
    assert fake.status_code == 422
    assert not Visit.objects.exists()
    assert not Task.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "works_officer", "reporter", "nobody"])
def test_who_may_not_record_a_visit(world, enter, who):
    assert enter(who).get("/visits/new/").status_code == 403
    assert enter(who).post("/visits/new/", form(world)).status_code == 403
    assert not Visit.objects.exists()


def test_a_visit_is_recorded_by_the_leaders_own_office_only(world, enter):
    client = enter("stranger")  # who records visits of another city
    assert client.get("/visits/new/").status_code == 200
    assert client.post("/visits/new/", form(world)).status_code == 422
    with pytest.raises(Refused):
        record_visit(acting_user=world.stranger, link=world.link,
                     values={"visited_on": date(2026, 2, 1), "saw": "看"})  # fmt: skip
    assert not Visit.objects.exists()


def test_a_leader_records_visits_but_does_not_link_themselves(world, enter):
    client = enter("reader")
    assert client.get("/leader-links/new/").status_code == 403
    assert client.get("/leaders/L001/edit/").status_code == 403
    assert client.get("/leaders/mine/").url == PAGE
    assert enter("auditor").get("/leaders/mine/").url == "/leaders/"


def test_who_sees_what(world, enter):
    add_link(
        acting_user=world.supervisor,
        values={"leader": world.mayor, "kind": "project", "name": "污水处理厂扩容"},
    )
    record_visit(
        acting_user=world.supervisor, link=world.link,
        values={"visited_on": date(2026, 2, 1), "saw": "内部情况"},
    )  # fmt: skip
    # A bureau of the city sees the links, not what was written down.
    text = enter("works_officer").get(PAGE).text
    assert "污水处理厂扩容" in text
    assert "2026-02-01" not in text
    assert enter("works_officer").get("/visits/V2026-0001/").status_code == 404
    # The committee sees who is linked to its own park, and nothing else.
    text = enter("reporter").get(PAGE).text
    assert "冷水江经济开发区" in text
    assert "污水处理厂扩容" not in text
    assert "副市长 陈远" in enter("reporter").get("/parks/LSJ/").text
    assert enter("reporter").get("/leader-links/K2026-002/").status_code == 404
    for who in ("stranger", "nobody"):
        for address in (PAGE, BRIEF, f"{BRIEF[:-1]}.docx", "/leader-links/K2026-001/"):
            assert enter(who).get(address).status_code == 404


def test_the_page_asks_three_questions_by_rules_that_it_shows(world, walk, enter):
    first = walk.to("working", title="冷水江经济开发区标准厂房", frequency="once")
    walk.to("working", title="别处的事", frequency="once")
    income = Indicator.objects.get(code="total_income")
    add_target(
        acting_user=world.analyst,
        values={"name": "技工贸总收入", "year": 2026, "kind": "figure", "park_id": world.zone.pk,
                "indicator": income, "aim": 120},
    )  # fmt: skip
    text = enter("reader").get(PAGE).text
    assert "没有亮红灯的任务" in text
    assert "没有落后于时序的目标" in text
    with at("2026-04-03"):
        text = enter("reader").get(PAGE).text
        assert f"“{first.title}”卡在哪里" in text
        # A third of the time may be lost before the light turns red: 2 March + 9 days of 29.
        assert "2026年3月11日起亮红灯" in text
        assert "亮红灯的任务中，最近转红的一件" in text
        assert "别处的事" not in text
        assert "1 项滞后" in text


def test_pages_ask_twelve_queries_at_most_however_many_links(world, walk, enter):
    walk.to("working", title="冷水江经济开发区标准厂房")
    add_target(
        acting_user=world.analyst,
        values={"name": "技工贸总收入", "year": 2026, "kind": "figure", "park_id": world.zone.pk,
                "indicator": Indicator.objects.get(code="total_income"), "aim": 120},
    )  # fmt: skip
    visit = record_visit(
        acting_user=world.supervisor, link=world.link,
        values={"visited_on": date(2026, 2, 1), "saw": "情况"}, photos=[photo()],
    )  # fmt: skip
    pages = [PAGE, BRIEF, "/leaders/", "/leader-links/", "/visits/", "/leader-links/K2026-001/"]
    own = {"supervisor": [*pages, f"/visits/{visit.code}/", "/visits/new/"],
           "works_officer": pages}  # fmt: skip
    few = {(who, one): counted(enter(who), one) for who in own for one in own[who]}
    for number in range(4):
        given = {"leader": world.mayor, "kind": "park", "park": world.part}
        given |= {"kind": "chain", "park": None, "name": f"链{number}"} if number else {}
        link = add_link(acting_user=world.supervisor, values=given)
        record_visit(acting_user=world.supervisor, link=link,
                     values={"visited_on": date(2026, 3, 2), "saw": "情况"})  # fmt: skip
        walk.to("issued", title=f"链{number}上的事")
    many = {(who, one): counted(enter(who), one) for who in own for one in own[who]}
    assert {key: n for key, n in many.items() if n > min(max(few[key], 4), 12)} == {}


def test_the_brief_fits_one_page_of_the_official_layout(world, walk, enter):
    for number in range(9):
        walk.to(
            "working", title=f"冷水江经济开发区第{number}件要办的很长很长的事情", frequency="once"
        )
    walk.do(Task.objects.first(), "works_officer", "finish", "完成", files=[evidence()])
    record_visit(
        acting_user=world.supervisor, link=world.link,
        values={"visited_on": date(2026, 2, 1), "saw": "情况" * 200},
    )  # fmt: skip
    with at("2026-04-03"):
        text = enter("reader").get(BRIEF).text
        assert "另有 3 项" in text  # five of eight on paper
        answer = enter("reader").get(f"{BRIEF[:-1]}.docx")
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    told = Document(io.BytesIO(answer.content))
    words = [one.text for one in told.paragraphs]
    assert words[0] == "走访提要：冷水江经济开发区"
    assert "二、有什么滞后" in words
    # 22 lines of 28 characters; the title and an empty line take three.
    lines = sum(max(1, -(-(len(one) + 2) // 28)) for one in words[3:])
    assert lines + 3 <= 22
    section = told.sections[0]
    assert [round(one.mm) for one in (section.top_margin, section.left_margin)] == [37, 28]


def test_a_visit_of_today_was_today_and_not_nought_days_ago(world, enter):
    record_visit(
        acting_user=world.supervisor, link=world.link,
        values={"visited_on": date(2026, 3, 1), "saw": "道路通了"},
    )  # fmt: skip
    leader = f"/leaders/{world.link.leader.code}/"
    for day, said in (("2026-03-01", "今天"), ("2026-03-04", "3 天前")):
        with at(day):
            assert f"上次走访 2026年3月1日（{said}）" in enter("reader").get(BRIEF).text
            assert f"({said})" in enter("reader").get(leader).text


def test_a_link_names_exactly_one_thing(world, enter):
    client = enter("supervisor")
    sent = {"leader": world.mayor.pk, "kind": "park", "valid_from": "2026-01-01"}
    assert "请填写挂钩的是哪一个" in client.post("/leader-links/new/", sent).text
    both = {**sent, "park": world.zone.pk, "name": "新材料产业链"}
    assert "请留空" in client.post("/leader-links/new/", both).text
    back = {**sent, "park": world.zone.pk, "valid_until": "2025-01-01"}
    assert "不能早于开始日期" in client.post("/leader-links/new/", back).text
    made = client.post("/leader-links/new/", {**sent, "park": world.part.pk})
    assert made.status_code == 302, made.text
    assert LeaderLink.objects.filter(park=world.part).exists()
    assert Leader.objects.count() == 1


def test_a_project_of_the_list_and_a_chain_lead_to_their_rows(world, enter):
    lamps = PublicProject.objects.create(
        code="LSJ-01", name="园区北路夜间照明", park=world.zone, urgency="3", progress=40,
        deadline=date(2026, 2, 20), lead=world.works, stage="working", words="灯杆到货晚",
    )  # fmt: skip
    Enterprise.objects.filter(pk=world.steel.pk).update(industrial_chain="新材料")
    client = enter("supervisor")
    sent = {"leader": world.mayor.pk, "kind": "project", "valid_from": "2026-01-01"}
    assert "请填写挂钩的是哪一个" in client.post("/leader-links/new/", sent).text
    both = {**sent, "project": lamps.pk, "name": "别的项目"}
    assert "项目已在上面选定" in client.post("/leader-links/new/", both).text
    assert client.post("/leader-links/new/", {**sent, "project": lamps.pk}).status_code == 302
    chain = {**sent, "kind": "chain", "name": "新材料产业链"}
    assert client.post("/leader-links/new/", chain).status_code == 302
    page = client.get("/leaders/L001/").text
    assert 'href="/public-projects/LSJ-01/"' in page
    assert "进度 40%" in page
    assert "灯杆到货晚" in page
    of_chain = LeaderLink.objects.get(kind="chain")
    assert f'href="/leader-links/{of_chain.code}/"' in page
    assert world.steel.name in client.get(f"/leader-links/{of_chain.code}/").text
    assert world.steel.name in client.get(f"/leader-links/{of_chain.code}/brief/").text
    link = LeaderLink.objects.get(project=lamps)
    brief = client.get(f"/leader-links/{link.code}/brief/").text
    assert "项目“园区北路夜间照明”，时限" in brief
    assert "陈远" in client.get("/public-projects/LSJ-01/").text
