"""Questions put to units: from the pasted list to the task made of an answer."""

from __future__ import annotations

import io
from datetime import date

import pytest
import python_calamine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yuanheng.accounts.models import OrgUnit
from yuanheng.consultation.actions import (
    add_consultation,
    add_file,
    make_task,
    mark_answer,
    open_to_units,
    put_to_units,
    save_answers,
    set_questions,
)
from yuanheng.consultation.actions.questions import first_sentence
from yuanheng.consultation.models import Answer, Consultation, Reply
from yuanheng.consultation.tests.conftest import hand_in
from yuanheng.kernel import flow
from yuanheng.kernel.clocks import tick
from yuanheng.kernel.clocks.calendar import forget_recent_calendars, recent_calendars
from yuanheng.kernel.models import AuditEvent, Clock, Slip
from yuanheng.kernel.policies import Refused
from yuanheng.supervision.models import Source, Task
from yuanheng.supervision.tests.conftest import at

pytestmark = pytest.mark.django_db
PAGE = "/consultations/W2026-001/"
COMPARE = f"{PAGE}compare/"


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def counted(client, address):
    client.get(address)
    forget_recent_calendars()
    _ = recent_calendars().current
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_an_office_pastes_a_list_and_puts_it_to_many_units_at_once(world, enter):
    client = enter("supervisor")
    sent = {"title": "招商方式问策", "said_by": "李市长", "asked_on": "2026-03-02"}
    assert client.post("/consultations/new/", sent).status_code == 302
    page = "/consultations/W2026-002/"
    assert client.get(f"{page}units/").url == f"{page}questions/"  # questions first
    empty = client.post(f"{page}questions/", {"text": " \n "})
    assert empty.status_code == 422
    pasted = "请思考：\r\n一、怎样以商招商？\r\n二、怎样用好基金？1.规模 2.投向\r\n三、谁来做？"
    assert client.post(f"{page}questions/", {"text": pasted}).status_code == 302
    whole = Consultation.objects.get(code="W2026-002")
    assert [one.words for one in whole.questions.all()] == [
        "怎样以商招商？", "怎样用好基金？1.规模 2.投向", "谁来做？",
    ]  # fmt: skip
    form = client.get(f"{page}units/").text
    assert "市住建局" in form
    assert "请至少选择一个单位" in client.post(f"{page}units/", {}).text
    # All bureaus at once, and the committee by itself.
    sent = {"kinds": ["bureau"], "units": [world.committee.pk]}
    assert client.post(f"{page}units/", sent).status_code == 302
    asked = set(whole.replies.values_list("unit__name", flat=True))
    assert asked == {"市住建局", "市发改委", world.committee.name}
    assert Answer.objects.filter(reply__consultation=whole).count() == 9
    # Ten working days, not counting today; the person of the unit finds it in the inbox.
    reply = whole.replies.get(unit=world.works)
    assert reply.due_on == date(2026, 3, 16)
    assert reply.title in enter("works_officer").get("/work/").text
    assert reply.title not in enter("plan_officer").get("/work/").text
    with pytest.raises(ValidationError, match="已经发给单位"):
        set_questions(acting_user=world.supervisor, consultation=whole, text="一、别的")


def test_a_case_is_opened_for_what_the_office_can_ask_only(world):
    the_flow = flow.flow_for(Reply)
    given = {"consultation": world.asked, "unit": world.plan}
    for who in ("stranger", "reader", "works_officer"):
        with pytest.raises(Refused):
            flow.open_case(acting_user=getattr(world, who), flow=the_flow, values=given)
    with pytest.raises(ValidationError, match="已经发过了"):
        flow.open_case(acting_user=world.supervisor, flow=the_flow,
                       values={**given, "unit": world.works})  # fmt: skip
    far = OrgUnit.objects.create(code="F", name="外市局", kind="bureau", parent=world.other_city)
    world.asked.owner = world.committee  # whose reach ends with its county
    with pytest.raises(ValidationError, match="不在发起单位可以征询的范围内"):
        flow.open_case(acting_user=world.root, flow=the_flow, values={**given, "unit": far})
    empty = Consultation.objects.create(code="W2026-009", title="空", owner=world.city)
    with pytest.raises(ValidationError, match="还没有可以发出的内容"):
        flow.open_case(acting_user=world.supervisor, flow=the_flow,
                       values={**given, "consultation": empty})  # fmt: skip


def test_a_program_cannot_ask_a_unit_past_the_offices_page(world, enter):
    client = enter("supervisor")
    for address in ("/api/v1/replies/", "/api/v1/comment-sheets/"):
        sent = client.post(address, {"unit": world.plan.code}, content_type="application/json")
        assert sent.status_code == 405, (address, sent.text)
        assert sent.json()["errors"][0]["what"]


def test_a_deadline_stays_once_units_have_been_asked(world, enter):
    sent = {"title": "改名", "asked_on": "2026-03-02", "deadline": "2026-03-30"}
    client = enter("supervisor")
    assert "统一延期" in client.post(f"{PAGE}edit/", sent).text
    del sent["deadline"]
    assert client.post(f"{PAGE}edit/", sent).status_code == 302
    assert fresh(world.asked).title == "改名"


def test_a_date_counts_instead_of_the_working_days_and_more_time_is_asked_for(world):
    whole = add_consultation(
        acting_user=world.supervisor,
        values={"title": "问策", "deadline": date(2026, 3, 6), "owner_id": world.city.pk},
    )
    set_questions(acting_user=world.supervisor, consultation=whole, text="一、甲？二、乙？")
    put_to_units(acting_user=world.supervisor, whole=whole, model=Reply, name="consultation",
                 org_unit_ids=[world.works.pk])  # fmt: skip
    reply = whole.replies.get()
    assert reply.due_on == date(2026, 3, 6)
    with at("2026-03-04"):
        tick()
    assert world.works_officer.notices.filter(text__contains="问策").count() >= 2  # and a reminder
    flow.perform(acting_user=world.works_officer, case=fresh(reply), action="ask_extension",
                 reason="正在调研", values={"wanted_on": date(2026, 3, 10)})  # fmt: skip
    with pytest.raises(Refused):
        flow.perform(acting_user=world.works_officer, case=fresh(reply), action="grant_extension")
    flow.perform(acting_user=world.supervisor, case=fresh(reply), action="grant_extension")
    assert fresh(reply).due_on == date(2026, 3, 10)
    with at("2026-03-11"):
        tick()
    assert [one.colour for one in Slip.objects.filter(responsible=world.works)] == ["yellow"]


def test_without_a_date_the_usual_term_counts_and_is_said(world, enter):
    whole = add_consultation(
        acting_user=world.supervisor, values={"title": "问策", "owner_id": world.city.pk}
    )
    client = enter("supervisor")
    for page in ("/consultations/", f"/consultations/{whole.code}/"):
        assert "按常规时限" in client.get(page).text


def test_a_unit_writes_keeps_hands_in_and_mends(world, enter):
    client = enter("works_officer")
    page = f"/replies/{world.of_works.code}/"
    assert f"{page}write/" in client.get(page).text
    kept = client.post(f"{page}write/", {
        "words_1": "统一思想", "words_2": "盘活用地", "do": "save",
        "files_2": SimpleUploadedFile("台账.pdf", b"%PDF-1.4 x", content_type="application/pdf"),
    })  # fmt: skip
    assert kept.status_code == 302
    assert "台账.pdf" in client.get(f"{page}write/").text
    # Nothing of it is seen outside the unit.
    for who in ("supervisor", "analyst", "auditor"):
        text = enter(who).get(page).text
        assert "盘活用地" not in text
        assert "台账.pdf" not in text
    client = enter("works_officer")
    wrong = client.post(f"{page}write/", {"words_2": "盘活存量用地", "do": "hand_in"})
    assert wrong.status_code == 422
    assert "还没有作答：第 3 题" in wrong.text
    bad = client.post(f"{page}write/", {
        "files_1": SimpleUploadedFile("x.pdf", b"MZ" * 40), "do": "save",
    })  # fmt: skip
    assert "第 1 题附件“x.pdf”" in bad.text
    assert client.post(f"{page}write/", {"words_3": "减表", "do": "hand_in"}).url == page
    reply = fresh(world.of_works)
    assert (reply.state, reply.org_unit, reply.given_by) == (
        "answered", world.city, world.works_officer,
    )  # fmt: skip
    assert [one.given for one in reply.answers.all()] == ["统一思想", "盘活存量用地", "减表"]
    assert client.get(f"{page}write/").status_code == 403  # handed in is handed in
    client = enter("supervisor")
    assert "台账.pdf" in client.get(COMPARE + "?n=2").text
    back = client.post(f"{page}do/send_back/", {"reason": "第二题写明地块"})
    assert back.status_code == 302
    again = enter("works_officer").get(f"{page}write/").text
    assert "第二题写明地块" in again
    with pytest.raises(ValidationError):
        hand_in(world.works_officer, reply, "a", "\x00", "c")
    second = Answer.objects.get(reply=reply, question__number=2)
    with at("2026-03-03"):  # what is attached while mending is the unit's own, too
        add_file(acting_user=world.works_officer, answer=second,
                 file=SimpleUploadedFile("新表.pdf", b"%PDF-1.4 n"))  # fmt: skip
        text = enter("supervisor").get(COMPARE + "?n=2").text
        assert "台账.pdf" in text
        assert "新表.pdf" not in text
        hand_in(world.works_officer, reply, "统一思想", "盘活南片地块", "减表")
        assert "新表.pdf" in enter("supervisor").get(COMPARE + "?n=2").text
    assert enter("supervisor").post(f"{page}do/accept/", {}).status_code == 302
    reply = fresh(reply)
    assert reply.state == "accepted"
    assert not Clock.objects.filter(subject_pk=str(reply.pk), ended_at=None).exists()


def test_files_are_downloaded_and_taken_off_by_who_may(world, enter):
    answer = world.of_works.answers.first()
    add_file(acting_user=world.works_officer, answer=answer,
             file=SimpleUploadedFile("表.pdf", b"%PDF-1.4 y"))  # fmt: skip
    from yuanheng.kernel.models import Attachment

    number = Attachment.objects.of(answer).get().pk
    file = f"{PAGE}answers/{answer.pk}/files/{number}/"
    assert enter("works_officer").get(file).status_code == 200
    for who in ("supervisor", "plan_officer", "stranger", "reporter"):
        assert enter(who).get(file).status_code == 404, who
    remove = f"/replies/{world.of_works.code}/files/{number}/remove/"
    assert enter("supervisor").post(remove).status_code == 403
    assert enter("plan_officer").post(remove).status_code == 404
    assert enter("works_officer").post(remove).status_code == 302
    assert enter("works_officer").get(file).status_code == 404
    with pytest.raises(Refused):
        add_file(acting_user=world.plan_officer, answer=answer,
                 file=SimpleUploadedFile("表.pdf", b"%PDF-1.4 z"))  # fmt: skip


def test_units_see_each_others_answers_only_once_the_office_opens_them(world, enter):
    hand_in(world.works_officer, world.of_works)
    save_answers(acting_user=world.reporter, reply=world.of_committee, words={1: "秘密草稿"})
    hidden = enter("reporter").get(COMPARE + "?n=all").text
    assert "盘活存量用地" not in hidden
    assert "尚未公开答复" in hidden
    for who in ("works_officer", "reporter", "auditor", "reader"):
        assert enter(who).post(f"{PAGE}open/", {"open": "1"}).status_code == 403, who
        with pytest.raises(Refused):
            open_to_units(acting_user=getattr(world, who), whole=world.asked, is_open=True)
    assert enter("supervisor").post(f"{PAGE}open/", {"open": "1"}).status_code == 302
    opened = enter("reporter").get(COMPARE + "?n=all").text
    assert "盘活存量用地" in opened
    assert "answers/" not in opened.replace("/answers/files", "")  # no marking by a unit
    assert "秘密草稿" not in enter("works_officer").get(COMPARE + "?n=all").text
    # Opened are the answers, not the case; and to the units asked only.
    assert enter("reporter").get(f"/replies/{world.of_works.code}/").status_code == 404
    assert enter("plan_officer").get(COMPARE).status_code == 404
    assert enter("supervisor").post(f"{PAGE}open/", {"open": "0"}).status_code == 302
    assert "盘活存量用地" not in enter("reporter").get(COMPARE + "?n=all").text
    codes = list(AuditEvent.objects.filter(action_code="consultation.open_to_units"))
    assert sorted(one.after["is_open"] for one in codes) == [False, True]


def test_who_sees_what(world, enter):
    hand_in(world.works_officer, world.of_works)
    for who in ("supervisor", "auditor", "reader", "analyst"):
        assert "盘活存量用地" in enter(who).get(COMPARE + "?n=2").text, who
    for who in ("stranger", "nobody", "plan_officer"):
        for address in (PAGE, COMPARE, f"{COMPARE}print/", f"{COMPARE[:-1]}.xlsx",
                        f"/replies/{world.of_works.code}/"):  # fmt: skip
            assert enter(who).get(address).status_code == 404, (who, address)
    # Who lies above a unit reads what lies under it: the county's people its committee.
    assert enter("works_officer").get(f"/replies/{world.of_committee.code}/").status_code == 404


@pytest.mark.parametrize("who", ["auditor", "reader", "works_officer"])
def test_only_the_asking_office_asks_marks_and_makes_tasks(world, enter, who):
    hand_in(world.works_officer, world.of_works)
    answer = world.of_works.answers.first()
    user = getattr(world, who)
    for address in ("questions/", "units/"):
        assert enter(who).get(f"{PAGE}{address}").status_code == 403
    for address in (f"answers/{answer.pk}/mark/", f"answers/{answer.pk}/task/", "accept/"):
        assert enter(who).post(f"{PAGE}{address}", {"mark": "adopt"}).status_code == 403, address
    with pytest.raises(Refused):
        mark_answer(acting_user=user, answer=fresh(answer), mark="adopt")
    with pytest.raises(Refused):
        make_task(acting_user=user, answer=fresh(answer))
    with pytest.raises(Refused):
        set_questions(acting_user=user, consultation=world.asked, text="一、甲")
    with pytest.raises(Refused):
        put_to_units(acting_user=user, whole=world.asked, model=Reply, name="consultation",
                     org_unit_ids=[world.plan.pk])  # fmt: skip
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "who", ["supervisor", "analyst", "auditor", "reader", "plan_officer", "stranger"]
)
def test_only_the_unit_writes_and_hands_in(world, enter, who):
    page = f"/replies/{world.of_works.code}/write/"
    assert enter(who).get(page).status_code in (403, 404)
    assert enter(who).post(page, {"words_1": "代答"}).status_code in (403, 404)
    with pytest.raises(Refused):
        save_answers(acting_user=getattr(world, who), reply=fresh(world.of_works),
                     words={1: "代答"})  # fmt: skip
    with pytest.raises(Refused):
        flow.perform(acting_user=getattr(world, who), case=fresh(world.of_works), action="answer")


def test_one_press_makes_a_task_and_both_show_each_other(world, enter):
    hand_in(world.works_officer, world.of_works)
    client = enter("supervisor")
    answer = world.of_works.answers.get(question__number=2)
    here = f"{COMPARE}?by=question&n=2"
    done = client.post(f"{PAGE}answers/{answer.pk}/task/", {"here": here})
    assert done.url == f"{here}#a{answer.pk}"
    task = Task.objects.get()
    assert (task.title, task.paragraph, task.state) == ("盘活存量用地三百亩", 2, "draft")
    assert task.quote.startswith("市住建局对第 2 题的答复：")
    source = Source.objects.get()
    assert (source.kind, source.title, source.link) == ("consult", "园区二次创业思考题", PAGE)
    assert f'href="/tasks/{task.code}/"' in client.get(here).text
    assert f'href="/tasks/{task.code}/"' in client.get(f"/replies/{world.of_works.code}/").text
    assert f'href="{PAGE}"' in client.get(f"/sources/{source.code}/").text
    assert f'href="/sources/{source.code}/"' in client.get(f"/tasks/{task.code}/").text
    # Once only; the next one goes under the same source.
    assert "已经转为督办任务" in client.post(
        f"{PAGE}answers/{answer.pk}/task/", follow=True).text  # fmt: skip
    other = world.of_works.answers.get(question__number=1)
    client.post(f"{PAGE}answers/{other.pk}/task/")
    assert (Task.objects.count(), Source.objects.count()) == (2, 1)
    # A mark with a remark; that of an answer with a task stays.
    third = world.of_works.answers.get(question__number=3)
    client.post(f"{PAGE}answers/{third.pk}/mark/", {"mark": "refer", "note": "另行研究"})
    assert fresh(third).mark_note == "另行研究"
    assert "标记不能再改" in client.post(
        f"{PAGE}answers/{other.pk}/mark/", {"mark": "drop"}, follow=True).text  # fmt: skip
    assert client.post(f"{PAGE}answers/{third.pk}/mark/", {"mark": "??"}).status_code == 302
    assert fresh(third).mark == "refer"
    found = client.get(f"{COMPARE}?by=question&mark=task").text
    assert "盘活存量用地" in found
    assert "少填表" not in found


def test_how_many_have_answered_adds_up_when_one_is_sent_back(world, enter):
    hand_in(world.works_officer, world.of_works)
    asked = Reply.objects.count()
    back = {"reason": "第 1 题请补充"}
    page = f"/replies/{world.of_works.code}/do/send_back/"
    assert enter("supervisor").post(page, back).status_code == 302
    paper = enter("supervisor").get(f"{COMPARE}print/").text
    said = f"共征询 {asked} 个单位，已答复 1 个，未答复 {asked - 1} 个。"
    assert f"{said}已答复的单位中，1 个退回补正。" in paper
    page = enter("supervisor").get(COMPARE).text
    assert "其中退回补正 1" in page


@pytest.mark.parametrize(("given", "title"), [
    ("结合本单位实际，我们认为：盘活存量用地30亩。其他从略。", "盘活存量用地30亩"),
    ("经班子研究，提出如下意见：\n精简会议。", "精简会议"),
    ("投资 10 亿元的意见：应当集中审批。", "投资 10 亿元的意见：应当集中审批"),
    ("（一）加快建设：年内完成。", "加快建设：年内完成"),
])  # fmt: skip
def test_what_only_leads_up_to_a_proposal_is_no_title(given, title):
    assert first_sentence(given) == title


def test_side_by_side_by_question_by_unit_and_who_is_missing(world, enter):
    hand_in(world.works_officer, world.of_works)
    client = enter("supervisor")
    text = client.get(f"{COMPARE}?n=3").text
    assert "少填表" in text
    assert "盘活存量用地" not in text
    found = client.get(f"{COMPARE}?q=标准厂房").text
    assert "符合条件的答复 1 条" in found
    assert "符合条件的答复 0 条" in client.get(f"{COMPARE}?q=没有这个词").text
    unit = client.get(f"{COMPARE}?by=unit&unit={world.works.pk}").text
    assert unit.index("凝聚共识") < unit.index("盘活存量用地") < unit.index("少填表")
    grid = client.get(f"{COMPARE}?by=grid").text
    assert "未答复或待补正" in grid
    assert world.committee.name in grid
    for wrong in ("?by=x&n=99&unit=zz&mark=nothing", "?n=all&q=%25", "?unit=99999999999999999999"):
        assert client.get(COMPARE + wrong).status_code == 200
    paper = client.get(f"{COMPARE}print/").text
    assert "已答复 1 个，未答复 1 个" in paper
    for words in ("凝聚共识", "盘活存量用地", "少填表", world.committee.name):
        assert words in paper
    sent = io.BytesIO(client.get(f"{COMPARE[:-1]}.xlsx").content)
    book = python_calamine.CalamineWorkbook.from_filelike(sent)
    assert book.sheet_names == ["对照表", "逐条", "未答复"]
    rows = [book.get_sheet_by_name(one).to_python() for one in book.sheet_names]
    assert rows[0][1][:2] == ["市住建局", "凝聚共识。逐级宣讲"]
    assert [one[0] for one in rows[1][1:]] == [1, 2, 3]
    assert rows[2][1][0] == world.committee.name
    assert AuditEvent.objects.filter(action_code="consultation.export_answer").exists()


def test_all_that_have_answered_are_accepted_by_one_press(world, enter):
    alone = OrgUnit.objects.create(code="A", name="没有人的局", kind="bureau", parent=world.city)
    put_to_units(acting_user=world.supervisor, whole=world.asked, model=Reply,
                 name="consultation", org_unit_ids=[alone.pk])  # fmt: skip
    hand_in(world.works_officer, world.of_works)
    of_alone = Reply.objects.get(unit=alone)
    hand_in(world.analyst, of_alone)  # for a unit that has nobody
    done = enter("analyst").post(f"{PAGE}accept/", follow=True).text
    assert "审核通过 1 件，未处理 1 件" in done  # their own hand they don't pass
    enter("supervisor").post(f"{PAGE}accept/")
    assert fresh(of_alone).state == "accepted"


def test_pages_ask_twelve_queries_at_most_with_forty_units(world, enter):
    hand_in(world.works_officer, world.of_works)
    write = f"/replies/{world.of_works.code}/"
    pages = [PAGE, COMPARE, f"{COMPARE}?n=all", f"{COMPARE}?by=unit", f"{COMPARE}?by=grid",
             f"{COMPARE}print/", f"{PAGE}units/", write, "/consultations/",
             "/replies/"]  # fmt: skip
    unit = [f"/replies/{world.of_committee.code}/write/", PAGE, COMPARE]
    few = {(who, one): counted(enter(who), one)
           for who, own in (("supervisor", pages), ("reporter", unit)) for one in own}  # fmt: skip
    units = [
        OrgUnit.objects.create(code=f"Z{at:02d}", name=f"乡镇{at}", kind="street",
                               parent=world.city)
        for at in range(38)
    ]  # fmt: skip
    put_to_units(acting_user=world.supervisor, whole=world.asked, model=Reply,
                 name="consultation", org_unit_ids=[one.pk for one in units])  # fmt: skip
    Answer.objects.filter(reply__unit__in=units).update(given="建议" * 60, words="建议" * 60)
    many = {key: counted(enter(key[0]), key[1]) for key in few}
    assert {key: (few[key], n) for key, n in many.items() if n > 12} == {}
    assert {key: (few[key], n) for key, n in many.items() if n > max(few[key], 4)} == {}


def test_the_workbook_takes_twelve_queries_at_most(world, enter):
    hand_in(world.works_officer, world.of_works)
    client = enter("supervisor")
    client.get(f"{COMPARE[:-1]}.xlsx")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{COMPARE[:-1]}.xlsx").status_code == 200
    said = "\n".join(one["sql"][:160] for one in asked.captured_queries)
    assert len(asked) <= 12, said
