"""Study visits: what was learned, what becomes of each point, the report, visits by place."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from yuanheng.consultation.actions import (
    add_points,
    add_study_visit,
    leave_point,
    take_up_point,
)
from yuanheng.consultation.models import StudyVisit
from yuanheng.kernel.clocks.calendar import forget_recent_calendars, recent_calendars
from yuanheng.kernel.policies import Refused
from yuanheng.supervision.models import Source, Task

pytestmark = pytest.mark.django_db
PAGE = "/study-visits/T2026-001/"
POINTS = """1. 项目集中开工，挂图作战 | 南通开发区 | 建立重大项目挂图作战机制
2. 亩均税收低的地块有偿退出｜泰州医药园区
3. 园区实行全员聘任"""


@pytest.fixture
def visit(world):
    row = add_study_visit(
        acting_user=world.supervisor,
        values={"title": "赴南通、泰州学习考察", "place": "南通市", "began_on": date(2026, 2, 12),
                "ended_on": date(2026, 2, 13), "led_by": "王书记", "people": "各园区主要负责人",
                "summary": "先后考察六个园区。", "owner_id": world.city.pk},
    )  # fmt: skip
    add_points(acting_user=world.supervisor, visit=row, text=POINTS)
    return row


def test_points_are_pasted_and_each_becomes_a_task_or_is_left_with_a_reason(world, visit, enter):
    assert [(one.number, one.learned_from, one.proposal) for one in visit.points.all()] == [
        (1, "南通开发区", "建立重大项目挂图作战机制"), (2, "泰州医药园区", ""), (3, "", ""),
    ]  # fmt: skip
    client = enter("supervisor")
    assert "待确定 3 条" in client.get(PAGE).text
    assert client.post(f"{PAGE}points/1/task/").status_code == 302
    task, source = Task.objects.get(), Source.objects.get()
    assert (task.title, task.paragraph) == ("建立重大项目挂图作战机制", 1)
    assert task.quote == "学习南通开发区：项目集中开工，挂图作战"
    assert (source.kind, source.link, source.held_on) == ("visit", PAGE, date(2026, 2, 13))
    assert f'href="/tasks/{task.code}/"' in client.get(PAGE).text
    assert "已经转为督办任务" in client.post(f"{PAGE}points/1/task/", follow=True).text
    assert client.post(f"{PAGE}points/3/leave/", {"reason": ""}).status_code == 422
    assert client.post(f"{PAGE}points/3/leave/", {"reason": "超出市级权限"}).status_code == 302
    assert "超出市级权限" in client.get(PAGE).text
    assert client.post(f"{PAGE}points/9/task/").status_code == 404
    with pytest.raises(ValidationError, match="撤销该任务"):
        leave_point(acting_user=world.supervisor, point=visit.points.get(number=1), reason="x")
    # More are written down afterwards; the numbers go on, the source stays one.
    assert client.post(f"{PAGE}points/", {"text": "产业基金"}).status_code == 302
    client.post(f"{PAGE}points/4/task/")
    assert Source.objects.count() == 1
    assert client.post(f"{PAGE}points/", {"text": " "}).status_code == 422
    assert client.post(f"{PAGE}points/", {"text": f"甲 | {'乙' * 300}"}).status_code == 422


def test_the_report_on_paper_and_as_word(world, visit, enter):
    leave_point(acting_user=world.supervisor, point=visit.points.get(number=3), reason="权限不足")
    client = enter("supervisor")
    paper = client.get(f"{PAGE}report/").text
    for words in ("先后考察六个园区", "挂图作战", "泰州医药园区", "权限不足", "待确定"):
        assert words in paper
    told = Document(io.BytesIO(client.get(f"{PAGE}report.docx").content))
    lines = [one.text for one in told.paragraphs]
    assert lines[0] == "关于赴南通、泰州学习考察的报告"
    assert "2026年2月12日至2026年2月13日，王书记赴南通市学习考察。" in lines
    assert [cell.text for cell in told.tables[0].rows[3].cells] == ["3", "—", "不采纳", "权限不足"]


def test_visits_by_place(world, visit, enter):
    add_study_visit(acting_user=world.supervisor, values={"title": "再赴南通", "place": "南通市"})
    add_study_visit(acting_user=world.supervisor, values={"title": "赴泰州", "place": "泰州市"})
    text = enter("supervisor").get("/study-visits/by-place/").text
    nantong, taizhou = text.index("南通市 <span"), text.index("泰州市 <span")
    assert nantong < text.index("再赴南通") < text.index("挂图作战") < taizhou
    assert "挂图作战" not in enter("stranger").get("/study-visits/by-place/").text
    assert enter("nobody").get("/study-visits/by-place/").status_code == 403


@pytest.mark.parametrize("who", ["auditor", "works_officer", "reporter", "stranger"])
def test_only_the_office_that_went_writes(world, visit, enter, who):
    user, client = getattr(world, who), enter(who)
    for address in ("points/", "points/2/leave/"):
        assert client.post(f"{PAGE}{address}", {"text": "x", "reason": "x"}).status_code in (
            403, 404,
        )  # fmt: skip
    assert client.post(f"{PAGE}points/2/task/").status_code in (403, 404)
    with pytest.raises(Refused):
        add_points(acting_user=user, visit=visit, text="x")
    with pytest.raises(Refused):
        take_up_point(acting_user=user, point=visit.points.get(number=2))
    with pytest.raises(Refused):
        leave_point(acting_user=user, point=visit.points.get(number=2), reason="x")


def test_who_reads_it(world, visit, enter):
    for who in ("auditor", "reader", "works_officer"):  # a bureau reads what its city has learned
        assert enter(who).get(PAGE).status_code == 200, who
    for who in ("stranger", "nobody", "reporter"):
        for address in (PAGE, f"{PAGE}report/", f"{PAGE}report.docx"):
            assert enter(who).get(address).status_code == 404, who
    assert enter("reader").get(f"{PAGE}points/").status_code == 200  # a leader writes it down


def test_pages_ask_twelve_queries_at_most(world, visit, enter):
    def counted(address):
        client = enter("supervisor")
        client.get(address)
        forget_recent_calendars()
        _ = recent_calendars().current
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    pages = [PAGE, f"{PAGE}report/", f"{PAGE}points/", "/study-visits/by-place/", "/study-visits/"]
    few = {one: counted(one) for one in pages}
    for at in range(5):
        row = add_study_visit(acting_user=world.supervisor,
                              values={"title": f"第{at}次", "place": f"地{at}"})  # fmt: skip
        add_points(acting_user=world.supervisor, visit=row, text=POINTS)
        add_points(acting_user=world.supervisor, visit=visit, text=POINTS)
    many = {one: counted(one) for one in pages}
    assert {key: (few[key], n) for key, n in many.items() if n > min(few[key], 12)} == {}
    assert StudyVisit.objects.count() == 6
