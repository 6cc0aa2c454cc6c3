"""From the dropped file to figures in the ledger and draft tasks, through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yuanheng.calc.periods import Period
from yuanheng.documents.models import Document, OwnWord, Proposal
from yuanheng.documents.tests.texts import PNG, SPEECH, bomb, mail, pdf
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.ledger.actions import NewFigure, subjects_of, write_figures
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import Entry, Indicator, Observation
from yuanheng.supervision.models import Source, Task

pytestmark = pytest.mark.django_db


def facts(document):
    return {
        (one.values["indicator"], one.values["period"]): one
        for one in document.proposals.filter(kind="fact", decision="open")
    }


def directives(document):
    """Those that name a unit of ours: the news of the meeting itself is none."""
    found = document.proposals.filter(kind="directive").order_by("start", "number")
    return [one for one in found if one.read["responsible"][0]["type"] == "org"]


def press(client, row, do, **data):
    return client.post(f"/documents/{row.document.code}/{row.number}/{do}/", data)


def wrote(world, code, period, value):
    key = subjects_of("park", ["LSJ"], acting_user=world.analyst)["LSJ"]
    one = Indicator.objects.get(code=code)
    figure = NewFigure(key, one.pk, Period.parse(period), value)
    return write_figures(
        acting_user=world.analyst, figures=[figure], source=EntrySource.FORM, title="年报"
    )


def test_figures_go_into_the_ledger_with_their_place(world, speech, enter):
    found = facts(speech)
    income = found[("total_income", "2025")]
    assert (income.values["subject"], income.values["value"]) == ("region:431381", 125.6) or (
        income.values["subject"], income.values["value"]) == ("park:LSJ", 125.6)  # fmt: skip
    client = enter("analyst")
    page = client.get(f"/documents/{speech.code}/")
    assert page.status_code == 200
    assert '<a class="yh-mark' in page.text
    assert "125.6亿元" in page.text
    file = client.get(f"/documents/{speech.code}/file/")
    assert b"".join(file.streaming_content) == SPEECH.encode()
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Content-Type"] == "application/octet-stream"
    answer = press(client, income, "accept")
    assert answer.status_code == 302
    assert answer.url.startswith(f"/documents/{speech.code}/?page=1#p")
    wrote(world, "total_income", "2025", 120e8)
    page = client.get(f"/documents/{speech.code}/").text
    assert "台账中已有 120亿元" in page  # shown before anything is written
    refused = client.post(f"/documents/{speech.code}/hand-on/", {"what": "figures"})
    assert refused.status_code == 422
    assert Entry.objects.filter(source="document").count() == 0
    done = client.post(
        f"/documents/{speech.code}/hand-on/", {"what": "figures", "reason": "以会议公布为准"}
    )
    assert done.status_code == 302, done.text
    entry = Entry.objects.get(source="document")
    row = Observation.objects.get(entry=entry)
    assert row.value == pytest.approx(125.6e8)
    assert entry.source_key == speech.content.sha256
    start = SPEECH.index("125.6")
    assert row.place == f"第 3 段，第 {start}–{start + 5} 字"
    income.refresh_from_db()
    assert (income.decision, income.link) == ("entered", f"/entries/{entry.pk}/")
    again = press(client, income, "reject")
    assert "已经" in client.get(again.url).text


def test_requirements_become_a_tree_of_draft_tasks(world, speech, enter):
    client = enter("analyst")
    first, second, third = directives(speech)
    assert (first.values["lead"], first.values["supporting"]) == (world.works.pk, [world.plan.pk])
    assert (first.values["deadline"], third.values["frequency"]) == ("2026-03-31", "month")
    assert press(client, first, "accept").status_code == 302
    base = f"/documents/{speech.code}/{second.number}/"
    assert client.post(base, {"parts": "只有一部分"}).status_code == 422
    assert client.post(base, {"parts": "办理规划许可\n办理施工许可"}).status_code == 302
    parts = list(second.parts.all())
    assert [one.values["title"] for one in parts] == ["办理规划许可", "办理施工许可"]
    for one in parts:
        press(client, one, "accept")
    press(client, third, "reject")
    done = client.post(f"/documents/{speech.code}/hand-on/", {"what": "tasks", "kind": "speech"})
    assert done.status_code == 302, done.text
    source = Source.objects.get()
    assert (source.kind, source.said_by, source.held_on.isoformat()) == (
        "speech", "李明(市委书记)", "2026-03-01",
    )  # fmt: skip
    assert source.link == f"/documents/{speech.code}/"
    tasks = {one.title: one for one in Task.objects.all()}
    assert len(tasks) == 4
    above = tasks[second.values["title"]]
    assert tasks["办理施工许可"].parent_case_id == above.pk
    lead = tasks[first.values["title"]]
    assert (lead.lead, lead.paragraph, lead.state) == (world.works, 5, "draft")
    assert [one.org_unit for one in lead.supporting.all()] == [world.plan]
    assert "20万平方米" in lead.quote
    assert first.values["title"] in client.get(f"/sources/{source.code}/").text


def test_mended_becomes_a_word_and_is_read_so_from_then_on(world, drop, enter):
    text = (
        "2026年2月，冷水江经济开发区实现园区总营收12亿元。"
        "由市建设局牵头，3月底前建成标准厂房5万平方米。\n"
    )
    drop("一.txt", text.encode())
    document = Document.objects.get()
    row = document.proposals.get(kind="fact", decision="open")
    assert row.values["indicator"] == ""
    client = enter("analyst")
    assert "请先补正" in client.get(press(client, row, "accept").url).text
    base = f"/documents/{document.code}/{row.number}/"
    wrong = client.post(base, {"indicator": "revenue", "period": "二月", "value": "十二"})
    assert wrong.status_code == 422
    mended = {"subject": "park:LSJ", "indicator": "revenue", "period": "2026-02", "value": 12}
    assert client.post(base, mended).status_code == 302
    assert press(client, row, "teach").status_code == 302
    task = directives(document)[0]
    assert task.values["lead"] is None
    given = {"title": task.values["title"], "lead": world.works.pk, "frequency": "month",
             "deadline": "2026-03-31"}  # fmt: skip
    assert client.post(f"/documents/{document.code}/{task.number}/", given).status_code == 302
    assert press(client, task, "teach").status_code == 302
    words = {one.word: one.meaning for one in OwnWord.objects.all()}
    assert words["市建设局"] == "市住建局"
    drop("二.txt", text.replace("12亿元", "15亿元").encode())
    later = Document.objects.order_by("-pk").first()
    assert later.proposals.get(kind="fact", decision="open").values["indicator"] == "revenue"
    assert directives(later)[0].values["lead"] == world.works.pk


def test_an_office_of_the_county_is_not_the_citys_of_the_same_name(world, drop, enter):
    """县住建局 stays a name nobody knows; 住建局 without a level is the only one there is."""
    text = (
        "由县住建局牵头，3月底前建成标准厂房5万平方米。\n"
        "由住建局牵头，6月底前建成污水管网12公里。\n"
    )
    drop(data=text.encode())
    county, city = directives(Document.objects.get())
    assert (county.values["lead"], city.values["lead"]) == (None, world.works.pk)
    page = enter("analyst").get(f"/documents/{Document.objects.get().code}/{county.number}/").text
    assert "县住建局" in page


def test_a_name_that_nobody_knows_is_put_right_once_for_the_whole_document(world, drop, enter):
    text = (
        "2025年，云山经济开发区实现技工贸总收入125.6亿元；完成固定资产投资32亿元。\n"
        "截至2026年2月15日，云山经济开发区入园企业达到71家。\n"
        "市云山服务中心负责，3月20日前完成项目前期手续办理。市云山服务中心要每月调度重点项目进度。\n"
    )
    drop(data=text.encode())
    document = Document.objects.get()
    first, *others = document.proposals.filter(kind="fact", decision="open")
    assert len(others) == 2
    page = enter("analyst").get(f"/documents/{document.code}/").text
    assert "as_of" not in page
    client, base = enter("analyst"), f"/documents/{document.code}"
    form = client.get(f"{base}/{first.number}/").text
    assert "其余 2 处" in form
    sent = {name: first.values[name] for name in ("indicator", "period", "value")}
    sent |= {"subject": f"park:{world.zone.code}", "same_names": "on"}
    assert client.post(f"{base}/{first.number}/", sent).status_code == 302
    for one in others:
        one.refresh_from_db()
        assert one.values["subject"] == f"park:{world.zone.code}"
        assert one.decision == "open"
    counted = next(one for one in others if one.values["indicator"] == "firms")
    assert 'value="2026-02"' in client.get(f"{base}/{counted.number}/").text
    lead, other = document.proposals.filter(kind="directive", decision="open")
    sent = {"title": lead.values["title"], "frequency": "month", "lead": world.works.pk}
    client.post(f"{base}/{lead.number}/", sent)  # without the switch: only this one
    other.refresh_from_db()
    assert other.values["lead"] is None
    assert (other.read["responsible"] or [{}])[0].get("name") == "市云山服务中心"


def test_the_leader_over_a_task_is_drafted_with_it(world, drop, enter):
    text = (
        "2026年重点工作责任清单\n建成标准厂房5万平方米。\n责任领导：姬某、尤某副市长\n"
        "责任单位：市住建局\n完成时限：12月底\n"
    )
    drop(data=text.encode())
    document = Document.objects.get()
    one = document.proposals.get(kind="directive")
    assert (one.values["leader"], one.values["lead"]) == ("姬某、尤某", world.works.pk)
    client = enter("analyst")
    assert "责任领导：姬某、尤某" in client.get(f"/documents/{document.code}/").text
    base = f"/documents/{document.code}/{one.number}/"
    assert 'value="姬某、尤某"' in client.get(base).text
    sent = {"title": "建成厂房", "lead": world.works.pk, "leader": "姬某", "frequency": "month",
            "deadline": "2026-12-31"}  # fmt: skip
    assert client.post(base, sent).status_code == 302
    client.post(f"/documents/{document.code}/hand-on/", {"what": "tasks", "kind": "speech"})
    task = Task.objects.get()
    assert task.leader == "姬某"
    assert "姬某" in client.get(f"/tasks/{task.code}/").text


def test_merging_takes_words_units_and_the_earlier_date(world, speech, enter):
    client = enter("analyst")
    first, second, _third = directives(speech)
    assert press(client, first, "merge").status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.decision == "merged"
    assert "；" in first.values["title"]
    assert first.values["deadline"] == "2026-03-20"
    assert first.values["supporting"] == [world.plan.pk]


def test_the_same_document_twice_is_noticed(speech, drop, enter):
    again = drop("另一个名字.txt")
    assert again.url == f"/documents/{speech.code}/"
    assert "已在阅办台" in enter("analyst").get(again.url).text
    assert Document.objects.count() == 1
    drop("网页.html", f"<html><body><p>{SPEECH.replace(chr(10), '</p><p>')}</p></body></html>"
         .encode())  # fmt: skip
    other = Document.objects.exclude(pk=speech.pk).get()
    assert other.stage == "read"
    assert speech.code in enter("analyst").get(f"/documents/{other.code}/").text


def test_a_document_without_anything_to_take_over_says_what_to_do(drop, enter):
    drop("问候.txt", "同志们，大家上午好。".encode())
    page = enter("analyst").get(f"/documents/{Document.objects.get().code}/").text
    assert "这份文件没有读出数据和要求。需要督办的，请手工登记" in page
    assert 'href="/sources/new/"' in page


def test_periods_and_figures_are_shown_as_offices_write_them(drop, enter):
    drop("数据.txt", "今年1—9月，全市规模工业企业1250家。\n2025年，全市入园企业3980家。".encode())
    document = Document.objects.get()
    page = enter("analyst").get(f"/documents/{document.code}/").text
    assert "2025年" in page
    assert ".." not in page.partition("<main")[2].partition("</main")[0]
    fact = document.proposals.filter(kind="fact").last()
    form = enter("analyst").get(f"/documents/{document.code}/{fact.number}/").text
    assert 'value="3980"' in form


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("扫描.png", PNG, "图片"), ("空的.txt", b" \r\n", "没有文字"),
        ("锁.pdf", pdf(["x"], password=True), "密码"), ("扫描.pdf", pdf([""]), "扫描件"),
        ("坏.docx", b"PK\x03\x04 broken", "损坏"),
        ("表.zip", b"PK\x05\x06" + b"\0" * 18, "不认识"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "密码"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(drop, enter, name, data, said):
    answer = drop(name, data)
    document = Document.objects.get()
    assert document.stage == "refused"
    page = enter("analyst").get(answer.url).text
    assert said in page
    assert "Traceback" not in page


def test_an_empty_file_a_bomb_and_a_mail_in_a_mail(drop, enter, settings):
    answer = drop("空.txt", b"")
    assert "空文件" in enter("analyst").get(answer.url).text
    assert Document.objects.count() == 0
    drop("炸弹.docx", bomb())
    assert "解压" in Document.objects.get().refusal_zh
    drop("邮件.eml", mail())
    drop("转发.eml", mail(levels=3000))
    found = {one.file_name: one for one in Document.objects.all()}
    assert found["邮件.eml"].stage == "read"
    assert "套着邮件" in found["转发.eml"].refusal_zh
    settings.UPLOAD_LIMIT_MB = 0
    large = drop("大.txt", b"x" * 100)
    assert large.status_code in {413, 422}


def test_big5_and_a_pdf_of_five_hundred_pages(drop, enter):
    big5 = "2026年2月，冷水江經濟開發區完成固定資產投資三十二億元。\n"
    drop("繁體.txt", big5.encode("big5"))
    found = Document.objects.get().proposals.get(kind="fact", decision="open")
    assert (found.values["indicator"], found.values["value"]) == ("fixed_investment", 32.0)
    drop("长.pdf", pdf([f"page {number} of a long report" for number in range(500)]))
    long = Document.objects.order_by("-pk").first()
    assert long.stage == "read"
    client = enter("analyst")
    page = client.get(f"/documents/{long.code}/?page=2")
    assert page.status_code == 200
    assert len(page.text) < 60_000


def test_a_file_that_is_never_done_is_given_up(drop, enter, settings, monkeypatch):
    settings.READING_SECONDS = 1
    drop("很长.txt", SPEECH.encode() * 2000)
    document = Document.objects.get()
    assert "超过了时间（1 秒）" in enter("analyst").get(f"/documents/{document.code}/").text
    monkeypatch.setattr("yuanheng.documents.apart.load", lambda *given: 1 / 0)
    answer = drop("讲话.txt")
    assert "程序出错" in enter("analyst").get(answer.url).text
    drop("旧.txt", b"2025", read=False)
    monkeypatch.setattr("yuanheng.documents.models.document._PATIENCE", timedelta(seconds=-1))
    waiting = Document.objects.get(stage="waiting")
    page = enter("analyst").get(f"/documents/{waiting.code}/").text
    assert "一直没有读完" in page
    assert "http-equiv" not in page
    assert f"/documents/{waiting.code}/read-again/" in page


@pytest.mark.parametrize("who", ["auditor", "investor", "stranger", "county_analyst", "nobody"])
def test_who_may_not(speech, enter, who):
    client = enter(who)
    row = speech.proposals.filter(decision="open").first()
    base = f"/documents/{speech.code}/"
    for answer in (
        press(client, row, "accept"), press(client, row, "teach"), press(client, row, "merge"),
        client.post(f"{base}{row.number}/", {"title": "x"}), client.get(f"{base}hand-on/"),
        client.post(f"{base}read-again/"),
    ):  # fmt: skip
        assert answer.status_code in {403, 404}, who
    row.refresh_from_db()
    assert row.decision == "open"
    if who in {"stranger", "county_analyst", "nobody"}:
        assert client.get(base).status_code == 404
    if who in {"auditor", "investor", "nobody"}:
        files = {"files": [SimpleUploadedFile("a.txt", b"a")]}
        assert client.post("/documents/drop/", files).status_code == 403
    assert Client().get(base).status_code == 302


def test_a_page_asks_twelve_queries_at_most(speech, enter):
    client = enter("analyst")
    client.get("/documents/")
    for address in ("/documents/", "/documents/drop/", f"/documents/{speech.code}/",
                    f"/documents/{speech.code}/hand-on/"):  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        sql = "\n".join(one["sql"][:150] for one in asked.captured_queries)
        assert len(asked) <= 12, f"{address}\n{sql}"
    for row in Proposal.objects.filter(decision="open")[:2]:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/documents/{speech.code}/{row.number}/").status_code == 200
        assert len(asked) <= 12


def test_reading_again_waits_for_nobodys_decision(speech, enter):
    client = enter("analyst")
    assert client.post(f"/documents/{speech.code}/read-again/").status_code == 302
    speech.refresh_from_db()
    assert speech.stage == "waiting"
    assert "正在阅读" in client.get(f"/documents/{speech.code}/").text
    work_off()
    row = speech.proposals.filter(decision="open").first()
    press(client, row, "reject")
    client.post(f"/documents/{speech.code}/read-again/")
    speech.refresh_from_db()
    assert speech.stage == "read"


def test_a_citys_minutes_that_name_a_county_citys_park_speak_of_the_city(drop, world):
    """全市 in the minutes of 娄底市 is not 冷水江市, though only its park is named."""
    said = "会议指出，2025年，全市入园企业3980家。\n冷水江经开区管委会要加快推进道路建设。\n"
    drop("纪要.txt", said.encode())
    assert Proposal.objects.get(kind="fact").values["subject"] == "region:4313"
    # Where the county city itself speaks, it is meant.
    drop("消息.txt", ("冷水江日报讯 " + said).encode())
    found = Proposal.objects.get(kind="fact", document__file_name="消息.txt")
    assert found.values["subject"] == "region:431381"
