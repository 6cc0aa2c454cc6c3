"""A draft sent round: comments by paragraph, what became of each, the next edition."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from yuanheng.accounts.models import OrgUnit
from yuanheng.consultation import alignment
from yuanheng.consultation.actions import (
    add_draft,
    add_edition,
    decide_comments,
    put_to_units,
    save_comments,
)
from yuanheng.consultation.alignment import Numbered, differences, numbered
from yuanheng.consultation.models import Comment, CommentSheet, Draft
from yuanheng.kernel import flow
from yuanheng.kernel.clocks.calendar import forget_recent_calendars, recent_calendars
from yuanheng.kernel.policies import Refused

pytestmark = pytest.mark.django_db
PAGE = "/drafts/Y2026-001/"
TABLE = f"{PAGE}comments/"
WORDS = """园区高质量发展若干意见（征求意见稿）
一、到2028年，全市园区技工贸总收入达到五千亿元。
二、每年安排一亿元专项资金。
三、园区管委会内设机构不超过八个。
四、本意见自印发之日起施行。"""


@pytest.fixture
def draft(world):
    row = add_draft(
        acting_user=world.supervisor,
        values={"title": "园区高质量发展若干意见", "asked_on": date(2026, 3, 2),
                "owner_id": world.city.pk},
    )  # fmt: skip
    add_edition(acting_user=world.supervisor, draft=row, text=WORDS)
    put_to_units(acting_user=world.supervisor, whole=row, model=CommentSheet, name="draft",
                 org_unit_ids=[world.works.pk, world.plan.pk, world.committee.pk])  # fmt: skip
    return row


def sheet_of(draft, unit):
    return CommentSheet.objects.get(draft=draft, unit=unit)


def key_of(draft, number):
    return draft.editions.get(number=1).paragraphs.get(number=str(number)).pk


def commented(user, draft, unit, **words):
    """Comments by the number of the paragraph (``p3``), handed in."""
    given = {key_of(draft, name[1:]): text for name, text in words.items()}
    save_comments(acting_user=user, sheet=sheet_of(draft, unit), words=given)
    return flow.perform(acting_user=user, case=sheet_of(draft, unit), action="comment")


def docx(*lines):
    made, held = Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(held)
    return held.getvalue()


def test_a_draft_is_pasted_or_read_from_a_file(world, enter):
    client = enter("supervisor")
    sent = {"title": "办法", "asked_on": "2026-03-02"}
    assert client.post("/drafts/new/", sent).status_code == 302
    assert client.get(f"{PAGE}units/").url == f"{PAGE}words/"
    words = f"{PAGE}words/"
    assert "请粘贴文本或选择文件" in client.post(words, {"text": ""}).text
    for name, data, said in (
        ("x.docx", b"PK\x03\x04 broken", ""),
        ("x.pdf", b"%PDF-1.4", ""),
        ("x.xlsx", b"PK", ""),
        ("x.txt", b"", ""),
    ):
        answer = client.post(words, {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422, (name, said)
        assert "invalid-feedback" in answer.text
    file = SimpleUploadedFile("办法.docx", docx("第一条 为了发展", "", "第二条 自印发之日起施行"))
    assert client.post(words, {"file": file}).status_code == 302
    draft = Draft.objects.get()
    assert [(one.number, one.words) for one in draft.editions.get().paragraphs.all()] == [
        ("1", "第一条 为了发展"), ("2", "第二条 自印发之日起施行"),
    ]  # fmt: skip
    # Nobody has been asked: words are replaced, in any encoding.
    file = SimpleUploadedFile("办法.txt", "第一条　总则\r\n第二条　附则".encode("gb18030"))
    assert client.post(words, {"file": file}).status_code == 302
    assert [one.words for one in draft.editions.get().paragraphs.all()] == [
        "第一条　总则", "第二条　附则",
    ]  # fmt: skip
    assert client.post(f"{PAGE}units/", {"kinds": ["bureau"]}).status_code == 302
    assert draft.sheets.count() == 2
    assert draft.sheets.first().due_on == date(2026, 3, 16)


def test_a_unit_comments_paragraph_by_paragraph_or_says_that_it_has_none(world, draft, enter):
    client = enter("works_officer")
    sheet = sheet_of(draft, world.works)
    page = f"/comment-sheets/{sheet.code}/"
    third = key_of(draft, 3)
    none = client.post(f"{page}write/", {"do": "hand_in"})
    assert none.status_code == 422
    assert "还没有填写意见" in none.text
    kept = client.post(f"{page}write/", {f"c_{third}": "改为两亿元", "c_0": "总体可行"})
    assert kept.status_code == 302
    assert "改为两亿元" in client.get(f"{page}write/").text
    # Not before it is handed in; and not in the history of the case either.
    for who in ("supervisor", "auditor"):
        for address in (page, TABLE, f"{page}history/"):
            assert "改为两亿元" not in enter(who).get(address).text, (who, address)
    client = enter("works_officer")
    assert "请先清空" in client.post(f"{page}write/", {"do": "none"}).text
    assert client.post(f"{page}write/", {"c_0": "", "do": "hand_in"}).url == page
    assert [one.words for one in Comment.objects.all()] == ["改为两亿元"]
    assert sheet_of(draft, world.works).org_unit == world.city
    assert "改为两亿元" in enter("supervisor").get(TABLE).text
    client = enter("plan_officer")
    other = sheet_of(draft, world.plan)
    done = client.post(f"/comment-sheets/{other.code}/write/", {"do": "none"})
    assert done.status_code == 302
    assert sheet_of(draft, world.plan).state == "nothing"
    strange = Draft.objects.create(code="Y2026-009", title="别的", owner=world.city)
    add_edition(acting_user=world.supervisor, draft=strange, text="别的一段")
    with pytest.raises(ValidationError, match="不属于"):
        save_comments(
            acting_user=world.reporter, sheet=sheet_of(draft, world.committee),
            words={strange.editions.get().paragraphs.get().pk: "x"},
        )  # fmt: skip


def test_the_office_decides_and_each_unit_sees_what_became_of_its_comments(world, draft, enter):
    commented(world.works_officer, draft, world.works, p3="改为两亿元", p4="改为十个")
    commented(world.reporter, draft, world.committee, p3="按收入的百分之一安排")
    client = enter("supervisor")
    one, two = Comment.objects.filter(sheet__unit=world.works)
    sent = {f"decision_{one.pk}": "adopted", f"decision_{two.pk}": "not", f"reason_{two.pk}": " "}
    wrong = client.post(TABLE, sent)
    assert wrong.status_code == 422
    assert "请写明理由" in wrong.text
    assert not Comment.objects.exclude(decision="").exists()  # nothing was kept
    with pytest.raises(flow.NotNow, match="还有 2 条"):
        flow.perform(acting_user=world.supervisor, case=sheet_of(draft, world.works),
                     action="settle")  # fmt: skip
    sent[f"reason_{two.pk}"] = "编制部门已有规定"
    assert client.post(TABLE, sent).status_code == 302
    page = f"/comment-sheets/{sheet_of(draft, world.works).code}/"
    # Decided, but not told yet: not on any page or file of the unit.
    for address in (page, TABLE, f"{TABLE}print/", f"{page}history/", f"{PAGE}history/"):
        assert "编制部门已有规定" not in enter("works_officer").get(address).text, address
    assert "编制部门已有规定" in enter("reader").get(TABLE).text
    told = enter("supervisor").post(f"{PAGE}settle/", follow=True).text
    assert "已告知 1 个单位" in told  # the committee's comment isn't decided
    text = enter("works_officer").get(page).text
    assert "编制部门已有规定" in text
    assert "未采纳" in text
    assert "按收入的百分之一" not in enter("works_officer").get(TABLE).text
    # What has been told stays.
    decide_comments(acting_user=world.supervisor, draft=draft,
                    decisions={two.pk: ("adopted", "")})  # fmt: skip
    assert Comment.objects.get(pk=two.pk).decision == "not"


def test_a_comment_that_is_mended_loses_its_decision(world, draft):
    commented(world.works_officer, draft, world.works, p3="改为两亿元", p4="改为十个")
    keys = dict.fromkeys(Comment.objects.values_list("pk", flat=True), ("adopted", ""))
    decide_comments(acting_user=world.supervisor, draft=draft, decisions=keys)
    flow.perform(acting_user=world.supervisor, case=sheet_of(draft, world.works),
                 action="send_back", reason="资金来源？")  # fmt: skip
    commented(world.works_officer, draft, world.works, p3="改为两亿元，列入市级预算")
    assert list(Comment.objects.values_list("words", "decision")) == [
        ("改为两亿元，列入市级预算", ""), ("改为十个", "adopted"),
    ]  # fmt: skip


def test_units_see_each_others_comments_only_once_they_are_opened(world, draft, enter):
    commented(world.works_officer, draft, world.works, p3="改为两亿元")
    assert "改为两亿元" not in enter("plan_officer").get(TABLE).text
    for who in ("plan_officer", "auditor", "reader"):
        assert enter(who).post(f"{PAGE}open/", {"open": "1"}).status_code == 403, who
    assert enter("supervisor").post(f"{PAGE}open/", {"open": "1"}).status_code == 302
    assert "改为两亿元" in enter("plan_officer").get(TABLE).text
    assert enter("stranger").get(TABLE).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "reader", "works_officer", "stranger"])
def test_only_the_office_writes_asks_and_decides(world, draft, enter, who):
    commented(world.works_officer, draft, world.works, p3="改为两亿元")
    one = Comment.objects.get()
    user = getattr(world, who)
    for address in ("words/", "units/"):
        assert enter(who).get(f"{PAGE}{address}").status_code in (403, 404)
    sent = {f"decision_{one.pk}": "adopted"}
    assert enter(who).post(TABLE, sent).status_code in (403, 404)
    assert enter(who).post(f"{PAGE}settle/").status_code in (403, 404)
    with pytest.raises(Refused):
        decide_comments(acting_user=user, draft=draft, decisions={one.pk: ("adopted", "")})
    with pytest.raises(Refused):
        add_edition(acting_user=user, draft=draft, text="一")
    if who != "works_officer":
        with pytest.raises(Refused):
            save_comments(acting_user=user, sheet=sheet_of(draft, world.plan), words={None: "x"})
    for address in (TABLE, f"{TABLE}print/", f"{TABLE[:-1]}.xlsx", f"{TABLE[:-1]}.docx"):
        assert enter("nobody").get(address).status_code == 404


def test_the_next_edition_shows_what_has_changed_by_paragraph(world, draft, enter):
    client = enter("supervisor")
    assert client.get(f"{PAGE}difference/").status_code == 404
    same = client.post(f"{PAGE}words/", {"text": WORDS})
    assert "没有任何修改" in same.text
    second = WORDS.replace("一亿元", "两亿元")
    second = second.replace("园区管委会内设机构不超过八个", "建立园区产业基金，市县联动出资")
    done = client.post(f"{PAGE}words/", {"text": second})
    assert done.url == f"{PAGE}difference/"
    numbers = [one.number for one in draft.editions.get(number=2).paragraphs.all()]
    assert numbers == ["1", "2", "3", "3-1", "5"]
    text = client.get(f"{PAGE}difference/").text
    assert "修改 1 段，增加 1 段，删去 1 段，未改 3 段" in text
    assert "<del>一</del><ins>两</ins>" in text
    assert "到2028年" not in text
    assert "到2028年" in client.get(f"{PAGE}difference/?all=1&from=1&to=2").text
    assert client.get(f"{PAGE}difference/?from=x&to=99").status_code == 200
    assert enter("works_officer").get(f"{PAGE}difference/").status_code == 200
    # Comments stay with the words that were sent round.
    commented(world.works_officer, draft, world.works, p4="改为十个")
    assert "不超过八个" in enter("supervisor").get(TABLE).text


def test_the_table_as_files_and_on_paper(world, draft, enter):
    commented(world.works_officer, draft, world.works, p3="改为两亿元")
    flow.perform(acting_user=world.plan_officer, case=sheet_of(draft, world.plan),
                 action="no_comment")  # fmt: skip
    one = Comment.objects.get()
    decide_comments(acting_user=world.supervisor, draft=draft,
                    decisions={one.pk: ("partly", "分两年安排")})  # fmt: skip
    client = enter("supervisor")
    paper = client.get(f"{TABLE}print/").text
    for words in ("每年安排一亿元", "改为两亿元", "部分采纳", "分两年安排", "市发改委"):
        assert words in paper
    said = "共向 3 个单位征求意见，1 个单位提出意见 1 条，1 个单位无意见。采纳 0 条，部分采纳 1 条"
    assert said in paper
    told = Document(io.BytesIO(client.get(f"{TABLE[:-1]}.docx").content))
    assert told.paragraphs[0].text == "《园区高质量发展若干意见》意见采纳情况表"
    cells = [cell.text for cell in told.tables[0].rows[1].cells]
    assert cells[1:] == ["3", "二、每年安排一亿元专项资金。", "市住建局", "改为两亿元", "部分采纳",
                         "分两年安排"]  # fmt: skip
    assert client.get(f"{TABLE[:-1]}.xlsx").status_code == 200
    # A file of the unit holds its own comments, and no decision before it is told.
    mine = Document(io.BytesIO(enter("works_officer").get(f"{TABLE[:-1]}.docx").content))
    assert not any("分两年安排" in cell.text for table in mine.tables
                   for row in table.rows for cell in row.cells)  # fmt: skip


def test_pages_ask_twelve_queries_at_most_with_forty_units(world, draft, enter):
    def counted(who, address):
        client = enter(who)
        client.get(address)
        forget_recent_calendars()
        _ = recent_calendars().current
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    commented(world.works_officer, draft, world.works, p3="改为两亿元")
    mine = f"/comment-sheets/{sheet_of(draft, world.works).code}/"
    write = f"/comment-sheets/{sheet_of(draft, world.committee).code}/write/"
    pages = [("supervisor", one) for one in (PAGE, TABLE, f"{TABLE}print/", f"{PAGE}words/",
                                             f"{PAGE}units/", mine, "/drafts/")]  # fmt: skip
    pages += [("reporter", write), ("works_officer", mine), ("works_officer", TABLE)]
    few = {one: counted(*one) for one in pages}
    units = [
        OrgUnit.objects.create(code=f"Z{at:02d}", name=f"乡镇{at}", kind="street",
                               parent=world.city)
        for at in range(38)
    ]  # fmt: skip
    put_to_units(acting_user=world.supervisor, whole=draft, model=CommentSheet, name="draft",
                 org_unit_ids=[one.pk for one in units])  # fmt: skip
    sheets = CommentSheet.objects.filter(unit__in=units)
    Comment.objects.bulk_create(
        Comment(sheet=one, paragraph_id=key_of(draft, at), words="意见" * 20)
        for one in sheets for at in (2, 3, 4)
    )  # fmt: skip
    sheets.update(state="commented")
    many = {one: counted(*one) for one in pages}
    assert {key: (few[key], n) for key, n in many.items() if n > min(few[key], 12)} == {}


def test_numbers_stay_through_editions():
    first = numbered([], ["甲条款规定内容", "乙条款规定内容", "丙条款规定内容"])
    second = numbered(first, ["全新的开头", "甲条款规定内容", "丙条款规定的内容", "结尾"])
    assert [one.number for one in second] == ["0-1", "1", "3", "3-1"]
    third = numbered(second, ["甲条款规定内容", "插入", "丙条款规定的内容"])
    assert [one.number for one in third] == ["1", "1-1", "3"]
    kinds = [(one.kind, one.number) for one in differences(first, second)]
    assert kinds == [("new", "0-1"), ("same", "1"), ("gone", "2"), ("changed", "3"),
                     ("new", "3-1")]  # fmt: skip
    moved = differences([Numbered("1", "甲"), Numbered("2", "乙")], [Numbered("2", "乙")])
    assert [one.kind for one in moved] == ["gone", "same"]


def test_a_later_edition_is_a_round_of_its_own(world, draft, enter):
    office = enter("supervisor")
    commented(world.works_officer, draft, world.works, p3="改为两亿元")
    keys = {Comment.objects.get().pk: ("adopted", "")}
    decide_comments(acting_user=world.supervisor, draft=draft, decisions=keys)
    assert office.post(f"{PAGE}settle/?edition=1").status_code == 302
    add_edition(acting_user=world.supervisor, draft=draft, text=WORDS.replace("一亿元", "两亿元"))
    assert "就这一稿再征求意见" in office.get(PAGE).text
    # Who is still busy with the first edition isn't asked about the second.
    both = {"units": [world.works.pk, world.plan.pk]}
    refused = office.post(f"{PAGE}units/", both)
    assert "上一稿的意见还没有办结" in refused.text
    assert CommentSheet.objects.filter(draft=draft).count() == 3
    assert office.post(f"{PAGE}units/", {"units": [world.works.pk]}).status_code == 302
    first, second = CommentSheet.objects.filter(draft=draft, unit=world.works).order_by("pk")
    assert (first.edition.number, second.edition.number) == (1, 2)
    assert "第 2 稿" in second.title
    unit = enter("works_officer")
    page = unit.get(f"/comment-sheets/{second.code}/write/").text
    assert "每年安排两亿元" in page
    assert "比第一稿改了什么" in page
    key = second.edition.paragraphs.get(number="3").pk
    sent = {f"c_{key}": "可以", "do": "hand_in"}
    assert unit.post(f"/comment-sheets/{second.code}/write/", sent).status_code == 302
    assert second.code in unit.get(PAGE).text
    office = enter("supervisor")
    now, before = office.get(TABLE).text, office.get(f"{TABLE}?edition=1").text
    assert "可以" in now
    assert "改为两亿元" not in now
    assert "改为两亿元" in before
    assert "第 2 稿" in office.get(f"{TABLE}print/").text
    assert "1 / 1" in office.get("/drafts/").text


def test_more_time_for_all_at_once_and_nothing_is_put_away_half_done(world, draft, enter):
    commented(world.works_officer, draft, world.works, p3="改为两亿元")
    client = enter("supervisor")
    assert "统一延期" in client.get(PAGE).text
    assert client.post(f"{PAGE}time/", {"until": "2026-05-06"}).status_code == 422
    sent = {"until": "2026-05-06", "reason": "人大会议期间"}
    assert client.post(f"{PAGE}time/", sent).status_code == 302
    due = dict(CommentSheet.objects.values_list("unit", "due_on"))
    assert due[world.plan.pk] == due[world.committee.pk] == date(2026, 5, 6)
    assert due[world.works.pk] < date(2026, 5, 6)  # has answered: its clock is the office's
    late = client.post(f"{PAGE}time/", {"until": "2026-05-01", "reason": "x"})
    assert "没有期限早于这一天" in late.text
    assert enter("works_officer").post(f"{PAGE}time/", sent).status_code == 403
    client = enter("supervisor")
    refused = client.post(f"{PAGE}archive/", {"reason": "完成"})
    assert "还有单位没有办结" in refused.text
    assert world.plan.name in refused.text
    draft.refresh_from_db()
    assert draft.archived_at is None
    for one in CommentSheet.objects.filter(draft=draft):
        flow.perform(acting_user=world.supervisor, case=one, action="withdraw", reason="不再征求")
    assert client.post(f"{PAGE}archive/", {"reason": "完成"}).status_code == 302


def test_editions_rewritten_as_a_whole_are_compared_in_bounded_time(monkeypatch):
    asked = []
    likeness = alignment._likeness
    monkeypatch.setattr(alignment, "_likeness", lambda *two: asked.append(1) or likeness(*two))
    old = [
        Numbered(str(at), f"第{at}条 各单位应当完成{at * 37}项任务并报送{at}次")
        for at in range(300)
    ]
    new = [f"修订{at}：{at * 91}个部门每年{at}月报告一次" for at in range(300)]
    numbered(old, new)
    assert len(asked) <= 300 * alignment.TRIED
    moved = [f"{one.words}，逾期通报" for one in old]
    assert [one.number for one in numbered(old, moved)] == [one.number for one in old]
