"""Board, bulletin, scores, calendar, plan; and a task made of a gap."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document

from yuanheng.calc.periods import Period
from yuanheng.kernel.clocks import tick
from yuanheng.kernel.clocks.calendar import forget_recent_calendars, recent_calendars
from yuanheng.ledger.actions import NewFigure, load_catalogue, subjects_of, write_figures
from yuanheng.ledger.api import Gap, task_offers
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import Indicator, Subject, Target
from yuanheng.supervision.models import PlanStep, ScoreRule, Task
from yuanheng.supervision.tests.conftest import at
from yuanheng.supervision.tests.walking import evidence

pytestmark = pytest.mark.django_db
PLAN = "办理手续 | 5\n招标 | 10 | 1\n施工 | 6 | 2 | 市住建局\n绿化 | 2 | 1"


ADDRESSES = [
    "/tasks/", "/tasks/board/", "/tasks/board/?by=state", "/tasks/board/?by=unit&unit=mine",
    "/tasks/bulletin/", "/tasks/scores/", "/tasks/calendar/", "/sources/S2026-001/",
]  # fmt: skip


def counted(client, address):
    client.get(address)  # calendars are kept for ten seconds
    forget_recent_calendars()
    _ = recent_calendars().current  # read once in ten seconds, for everybody
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_ask_twelve_queries_at_most_however_many_rows(walk, enter):
    walk.to("working")
    client = enter("supervisor")
    few = {one: counted(client, one) for one in ADDRESSES}
    for number in range(3):
        walk.to("issued", title=f"另一件{number}")
    many = {one: counted(client, one) for one in ADDRESSES}
    assert {one: many[one] for one in ADDRESSES if many[one] > min(few[one], 12)} == {}
    stranger = enter("stranger")
    for address in ADDRESSES:
        assert Client().get(address).status_code == 302
        assert "另一件" not in stranger.get(address).text


def test_a_printed_task_has_no_buttons(walk, enter):
    task = walk.to("working")
    page = enter("supervisor").get(f"/tasks/{task.code}/")
    paper = enter("supervisor").get(f"/tasks/{task.code}/print/")
    assert "可以办理" in page.text
    assert "可以办理" not in paper.text
    assert "任务内容" in paper.text


def test_the_board_says_what_is_not_settled_yet(walk, enter):
    walk.register(lead=None, deadline=None)
    text = enter("supervisor").get("/tasks/board/").text
    assert "未定牵头单位" in text
    assert "未定时限" in text


def test_the_board_goes_by_light_and_the_report_by_paragraph(walk, enter):
    walk.to("working", title="第五段的事", paragraph=5, frequency="once")
    first = walk.to("working", title="第一段的事", paragraph=1, frequency="once")
    walk.do(first, "works_officer", "report", "主体封顶", progress=60)
    with at("2026-04-02"):
        text = enter("supervisor").get("/tasks/board/").text
        assert text.index("红色") < text.index("第五段的事")
    page = enter("supervisor").get("/sources/S2026-001/").text
    assert page.index("第 1 段") < page.index("第一段的事") < page.index("第 5 段")
    assert "主体封顶" in page
    assert enter("supervisor").get("/tasks/board/?by=nonsense").status_code == 404


def test_the_bulletin_names_who_is_late_and_scores_by_weight(walk, enter):
    late = walk.to("working", title="拖着的事", frequency="once")
    ScoreRule.objects.create(formula="核查得分 - 10 * 超期天数", valid_from=date(2026, 1, 1))
    done = walk.to("finished", title="办完的事", weight=3)
    walk.do(done, "supervisor", "close", "核实", quality=80)
    small = walk.to("finished", title="小事")
    walk.do(small, "supervisor", "close", "核实", quality=100)
    with at("2026-04-03"):
        tick()
        text = enter("supervisor").get("/tasks/bulletin/?from=2026-03-01&to=2026-04-03").text
        assert "交办任务 3 件；销号 2 件，其中按期 2 件；在办 1 件，其中超期 1 件。" in text
        assert late.title in text.split("二、超期任务")[1].split("三、")[0]
        assert "督〔2026〕1号" in text
        table = enter("supervisor").get("/tasks/scores/").text
        assert "85.00" in table  # (80·3 + 100) / 4
    assert enter("supervisor").get("/tasks/bulletin/?from=x&to=y").status_code == 200


def test_the_bulletin_as_an_official_document(walk, enter):
    late = walk.to("working", title="拖着的事", frequency="once")
    done = walk.to("finished", title="办完的事")
    walk.do(done, "supervisor", "close", "核实", quality=80)
    address = "/tasks/bulletin.docx?from=2026-03-01&to=2026-04-03&number=娄督〔2026〕3号"
    with at("2026-04-03"):
        tick()
        page = enter("supervisor").get("/tasks/bulletin/?from=2026-03-01&to=2026-04-03").text
        assert "公文格式" in page
        answer = enter("supervisor").get(address)
        strange = enter("stranger").get(address)
        assert Client().get(address).status_code == 302
        assert enter("nobody").get(address).status_code == 200  # of what they see: nothing
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    told = Document(io.BytesIO(answer.content))
    words = [one.text for one in told.paragraphs]
    assert words[0] == words[-2] == "娄底市"  # the red head, and who signs
    assert "娄督〔2026〕3号" in words
    assert words[-1] == "2026年4月3日"
    overall = "2026年3月1日至2026年4月3日，交办任务 2 件，销号 1 件，其中按期 1 件；在办 1 件"
    assert overall in "".join(words)
    cells = [[cell.text for cell in row.cells] for row in told.tables[0].rows]
    assert cells == [
        ["任务", "牵头单位", "完成时限", "进度"],
        [late.title, "市住建局", "2026年3月31日", "0%"],
    ]
    section = told.sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in sides] == [37, 35, 28, 26]
    hidden = [one.text for one in Document(io.BytesIO(strange.content)).paragraphs]
    assert late.title not in "".join(hidden)


def test_the_calendar_opens_by_its_address_only(walk, enter):
    walk.to("working", title="建成标准厂房,二期；扩建")
    client = enter("works_officer")
    token = re.search(r'name="_once" value="([^"]+)"', client.get("/tasks/calendar/").text)[1]
    page = client.post("/tasks/calendar/", {"_once": token}, follow=True).text
    assert 'value="http' not in client.get("/tasks/calendar/").text  # once
    address = re.search(r'value="http://testserver(/calendar/[^"]+)"', page)[1]
    anybody = Client()
    feed = anybody.get(address)
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    lines = feed.content.decode().split("\r\n")
    assert "DTSTART;VALUE=DATE:20260331" in lines
    assert "SUMMARY:建成标准厂房\\,二期；扩建" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert anybody.get("/calendar/no-such-key.ics").status_code == 404
    client.post("/tasks/calendar/")
    assert anybody.get(address).status_code == 404
    other = enter("plan_officer").post("/tasks/calendar/", follow=True).text
    address = re.search(r'value="http://testserver(/calendar/[^"]+)"', other)[1]
    assert "BEGIN:VEVENT" not in anybody.get(address).content.decode()


def test_a_plan_is_worked_out_backwards(walk, enter):
    task = walk.to("working")
    page = f"/tasks/{task.code}/"
    assert enter("plan_officer").get(f"{page}plan/").status_code == 404
    assert enter("supervisor").get(f"{page}plan/").status_code == 403
    client = enter("works_officer")
    wrong = client.post(f"{page}plan/", {"plan": "招标\n施工 | 6 | 3"})
    assert wrong.status_code == 422
    assert "第 1 行" in wrong.text
    circle = client.post(f"{page}plan/", {"plan": "甲 | 1 | 2\n乙 | 1 | 1"})
    assert "互为前置" in circle.text
    assert client.post(f"{page}plan/", {"plan": PLAN}).status_code == 302
    assert [one.after for one in PlanStep.objects.all()] == [[], [1], [2], [1]]
    text = client.get(page).text
    # 22 working days from 2 to 31 March; 21 are needed: a day of slack on the critical path.
    assert "2026-03-31" in text
    assert text.count("关键</span>") == 3
    longer = PLAN.replace("施工 | 6", "施工 | 9")
    client.post(f"{page}plan/", {"plan": longer})
    text = client.get(page).text
    assert "按各步现状，最早 2026-04-02 完成，比时限晚 2 个工作日" in text
    assert text.count("关键</span>") == 3
    with at("2026-03-12"):
        walk.do(task, "works_officer", "report", "慢", progress=20)
        # 20 % in 10 days: 50 days in all.
        assert "2026-04-21" in client.get(page).text
        # Nothing has been done, on the ninth working day: the first step ends today at best.
        first = PlanStep.objects.get(number=1)
        text = client.get(page).text
        late = re.search(r"比时限晚 (\d+) 个工作日", text)
        assert int(late[1]) == 2 + max(0, 9 - first.days)
        client.post(f"{page}plan/", {"plan": longer.replace("施工 | 9", "施工 | 6")})
        PlanStep.objects.filter(number=1).update(done_on=date(2026, 3, 4))
        assert "比时限晚" not in client.get(page).text


def test_a_light_says_which_of_several_terms_it_speaks_of(walk, enter):
    """Beside a deadline at the end of March, days that are left to the next report are no slip."""
    task = walk.to("working")
    Task.objects.filter(pk=task.pk).update(frequency="week")
    walk.do(task, "works_officer", "report", "推进中", progress=10)
    for page in ("/tasks/board/", f"/sources/{task.source.code}/"):
        text = enter("supervisor").get(page).text
        assert re.search(r"(进度报告|办结)：(还剩|今天|已超期)", text), page


def revenue_of_a_park(world):
    """The indicator, the park, and what writes a figure (in 亿元) of a period."""
    load_catalogue(acting_user=world.root)
    one = Indicator.objects.get(code="revenue")
    key = subjects_of("park", ["LSJ"], acting_user=world.analyst)["LSJ"]

    def wrote(period, value):
        figure = NewFigure(key, one.pk, Period.parse(period), value * 1e8)
        write_figures(acting_user=world.analyst, figures=[figure], source=EntrySource.FORM,
                      title="月报")  # fmt: skip

    return one, key, wrote


def test_the_aim_of_a_gap_can_be_counted_and_the_parks_committee_leads(world, enter):
    one, key, _wrote = revenue_of_a_park(world)
    committee = Subject.objects.get(pk=key).park.committee
    asked = f"/tasks/from-gap/?indicator={one.pk}&subject={key}&aim="
    page = enter("supervisor").get(f"{asked}15.75123").text
    assert "营业收入达到15.76亿元" in page
    assert f'value="{committee.pk}" selected' in page
    Indicator.objects.filter(pk=one.pk).update(decimals=0, direction="lower")
    assert "营业收入降到15亿元" in enter("supervisor").get(f"{asked}15.75123").text
    # What the mean of sevenths leaves in the last digits is no reason for one more.
    Indicator.objects.filter(pk=one.pk).update(direction="higher")
    assert "营业收入达到15亿元" in enter("supervisor").get(f"{asked}15.00000000002").text


def test_a_gap_is_filled_in_and_the_page_shows_what_came_of_it(walk, world, enter):
    one, key, wrote = revenue_of_a_park(world)

    wrote("2025-12", 10.0)
    gap = Gap(
        "补齐营业收入差距", "差 5 亿元", one.pk, key, 10.0, "2025-12", 15.0, "/targets/2026-001/"
    )
    assert task_offers(world.reporter, gap) == []
    offer = task_offers(world.supervisor, gap)[0]
    client = enter("supervisor")
    form = client.get(offer.href)
    assert "差 5 亿元" in form.text
    assert "营业收入达到15亿元" in form.text
    assert client.get("/tasks/from-gap/?indicator=99999&aim=3").status_code == 200
    for sent in ("aim=1e999", "aim=nan", "aim=x", "aim=", "aim=9&subject=abc"):
        assert client.get(f"/tasks/from-gap/?indicator={one.pk}&{sent}").status_code == 200
    assert enter("reporter").get(offer.href).status_code == 403
    sent = {
        "title": gap.title, "quote": gap.words, "result": "营业收入达到 15 亿元",
        "lead": world.works.pk, "deadline": "2026-03-31", "frequency": "once", "weight": 1,
        "aim": 15, "indicator": one.pk, "subject": key, "value_then": 10,
        "period_then": "2025-12", "made_of": "https://elsewhere.example/",
    }  # fmt: skip
    made = enter("supervisor").post("/tasks/from-gap/", sent)
    assert made.status_code == 302, made.text
    task = Task.objects.get()
    assert (task.source.kind, task.made_of, task.aim) == ("gap", "", 15.0)
    walk.do(task, "supervisor", "submit")
    walk.do(task, "analyst", "check")
    walk.do(task, "analyst", "issue")
    walk.do(task, "works_officer", "sign")
    with at("2026-07-01"):
        for month, value in ((1, 10.2), (2, 9.9), (3, 10.1), (4, 10.0), (5, 13.5), (6, 16.0)):
            wrote(f"2026-{month:02d}", value)
        page = enter("supervisor").get(f"/tasks/{task.code}/").text
        assert "+6.00亿元" in page
        assert "已达到" in page
        walk.do(task, "works_officer", "finish", "完成", files=[evidence()])
        walk.do(task, "supervisor", "close", "核实", quality=90)
        assert "超过平常各期之间波动的两倍" in enter("supervisor").get(f"/tasks/{task.code}/").text
        wrote2 = [("2026-06", 10.1)]
        for period, value in wrote2:
            figure = NewFigure(key, one.pk, Period.parse(period), value * 1e8, reason="更正")
            write_figures(acting_user=world.analyst, figures=[figure], source=EntrySource.FORM,
                          title="更正")  # fmt: skip
        assert "不能与噪声区分开" in enter("supervisor").get(f"/tasks/{task.code}/").text


def test_only_figures_of_the_same_kind_are_held_against_each_other(walk, world, enter):
    """What came together from January on is no month's figure, nor is a year's."""
    one, key, wrote = revenue_of_a_park(world)

    for month in range(1, 13):
        wrote(f"2025-{month:02d}", 10.0 + month % 2 / 10)
    for month in (1, 2):
        wrote(f"2026-{month:02d}", 10.0)
    task = walk.to("working")
    given = {"indicator": one, "subject_id": key, "aim": 130.0}
    Task.objects.filter(pk=task.pk).update(**given, value_then=20.0, period_then="2026-01..02")
    address = f"/tasks/{task.code}/"
    page = enter("supervisor").get(address).text
    assert "立项以来变化" in page
    assert "−10" not in page
    assert "-10.00亿元" not in page  # February's 10 is not held against the 20 of two months
    with at("2026-06-01"):
        for month in (3, 4, 5):
            wrote(f"2026-{month:02d}", 10.0)
        page = enter("supervisor").get(address).text
        assert "+30.00亿元" in page  # 50 by May
        assert "2026-01..05" in page
        assert 'class="yh-spark"' in page
        walk.do(task, "works_officer", "finish", "完成", files=[evidence()])
        walk.do(task, "supervisor", "close", "核实", quality=90)
        # It has grown by itself: month by month nothing is different.
        page = enter("supervisor").get(address).text
        assert "改按月比较：立项以后月均比此前十二个月 -0.04亿元" in page
        assert "不能与噪声区分开" in page
        Task.objects.filter(pk=task.pk).update(value_then=120.6, period_then="2025")
        page = enter("supervisor").get(address).text
        assert "立项以后还没有新的数" in page  # no year has ended since
        assert "2026-01..05" in page  # which is shown, and held against nothing
        Task.objects.filter(pk=task.pk).update(subject=None)
        page = enter("supervisor").get(address).text
        assert "任务针对的对象不在台账中" in page
        assert "请把它列入报表或录入它的数据" in page
        assert "立项以后还没有新的数" not in page  # none will come


def test_a_task_made_of_a_regions_target_is_held_against_what_the_target_counts(
    walk, world, enter
):
    """The ledger has no figure of the region itself: its parks' count together."""
    one, key, wrote = revenue_of_a_park(world)
    for month in range(1, 13):
        wrote(f"2025-{month:02d}", 10.0 + month % 3)
    for month in (1, 2):
        wrote(f"2026-{month:02d}", 10.0)
    park = Subject.objects.get(pk=key).park
    target = Target.objects.create(
        code="2026-900", name="营业收入", year=2026, region=park.region, indicator=one, aim=150.0,
        owner=world.city,
    )  # fmt: skip
    client = enter("supervisor")
    page = client.get("/targets/2026-900/").text
    offer = unescape(re.search(r'href="(/tasks/from-gap/[^"]+)"', page)[1])
    form = client.get(offer).text
    assert f"{park.region}：补齐“营业收入”的差距" in form
    sent = {name: value for name, (value,) in parse_qs(urlsplit(offer).query).items()}
    sent |= {"result": "达到", "lead": world.works.pk, "deadline": "2026-06-30",
             "frequency": "once", "weight": 1}  # fmt: skip
    assert client.post("/tasks/from-gap/", sent).status_code == 302
    task = Task.objects.get()
    assert (task.value_then, task.period_then, task.subject) == (20.0, "2026-01..02", None)
    walk.do(task, "supervisor", "submit")
    walk.do(task, "analyst", "check")
    walk.do(task, "analyst", "issue")
    walk.do(task, "works_officer", "sign")
    with at("2026-06-01"):
        for month in (3, 4, 5):
            wrote(f"2026-{month:02d}", 11.0)
        page = enter("supervisor").get(f"/tasks/{task.code}/").text
        assert f"营业收入</strong> · {park.region}" in page
        assert "+33.00亿元" in page  # 53 by May
        walk.do(task, "works_officer", "finish", "完成", files=[evidence()])
        walk.do(task, "supervisor", "close", "核实", quality=90)
        assert "不能与噪声区分开" in enter("supervisor").get(f"/tasks/{task.code}/").text
    # A count has no indicator: how many there are is followed.
    Target.objects.filter(pk=target.pk).update(
        kind="listed", aim=3.0, members="甲公司\n乙公司\n○丙公司"
    )
    Task.objects.filter(pk=task.pk).update(value_then=1.0, period_then="2026-02", aim=3.0)
    with at("2026-06-01"):
        page = enter("supervisor").get(f"/tasks/{task.code}/").text
        assert "未达到" in page
        assert ">+1<" in re.sub(r"\s", "", page)
    Target.objects.filter(pk=target.pk).update(archived_at=timezone.now())
    assert enter("works_officer").get(f"/tasks/{task.code}/").status_code == 200


def test_a_figure_beyond_its_alert_threshold_offers_a_task(walk, world, enter):
    load_catalogue(acting_user=world.root)
    one = Indicator.objects.get(code="satisfaction")
    key = subjects_of("park", ["LSJ"], acting_user=world.analyst)["LSJ"]
    for period, value in (("2025Q3", 80.0), ("2025Q4", 91.0)):
        figure = NewFigure(key, one.pk, Period.parse(period), value)
        write_figures(acting_user=world.analyst, figures=[figure], source=EntrySource.FORM,
                      title="季报")  # fmt: skip
    page = "/ledger/park/LSJ/satisfaction/"
    text = enter("supervisor").get(f"{page}2025Q3/").text
    assert "已越过预警值 85%" in text
    assert "/tasks/from-gap/?title=" in text
    assert "from-gap" not in enter("supervisor").get(f"{page}2025Q4/").text
    seen = enter("auditor").get(f"{page}2025Q3/").text
    assert "已越过预警值" in seen
    assert "from-gap" not in seen
