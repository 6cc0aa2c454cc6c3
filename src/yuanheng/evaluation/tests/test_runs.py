from __future__ import annotations

import hashlib
import io

import pytest
from python_calamine import CalamineWorkbook

from yuanheng.evaluation.actions import publish_run, start_run
from yuanheng.evaluation.actions.runs import CannotPublish
from yuanheng.evaluation.models import Result, Run
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.models import Snapshot
from yuanheng.registry.tests.world import credit_code


def test_a_run_ranks_grades_and_says_who_moved(evaluated):
    rows = {row.subject_id: row for row in Result.objects.filter(run=evaluated.run)}
    assert len(rows) == 11  # the twelfth has no land
    first = rows[credit_code(1)]
    # 14.9 of 20 earn 44.7 of 60, and the best revenue per mu all of 40
    assert (first.score, first.rank, first.grade) == (84.7, 2, "A")
    risen = rows[credit_code(5)]
    assert (risen.rank_before, risen.rank, risen.places) == (4, 1, 3)
    assert rows[credit_code(3)].flags == "undecided:no_tax;missing:tax_per_mu"
    assert first.park == evaluated.world.zone
    assert first.region.code == "431381"
    assert evaluated.run.record["excluded"] == 1
    assert AuditEvent.objects.filter(action_code="evaluation.start_run").count() == 2


def test_the_same_run_is_computed_once(evaluated):
    again, is_new = start_run(
        acting_user=evaluated.world.analyst,
        version=evaluated.version,
        snapshot=evaluated.snapshot,
        period="2024",
        previous=evaluated.before,
    )
    assert (again, is_new) == (evaluated.run, False)
    assert Run.objects.count() == 2


def test_only_an_analyst_of_the_office_evaluates_and_publishes(evaluated):
    for user in (evaluated.world.reader, evaluated.world.reporter, evaluated.world.stranger):
        with pytest.raises(Refused, match="分析员可以发布结果"):
            publish_run(acting_user=user, run=evaluated.run)
    with pytest.raises(Refused, match="分析员可以开展评价"):
        start_run(
            acting_user=evaluated.world.reader,
            version=evaluated.version,
            snapshot=evaluated.snapshot,
            period="2024",
        )
    done = publish_run(acting_user=evaluated.world.analyst, run=evaluated.run)
    assert done.is_published
    assert done.published_by == evaluated.world.analyst
    with pytest.raises(CannotPublish, match="已经发布过"):
        publish_run(acting_user=evaluated.world.analyst, run=done)


def test_a_draft_is_hidden_and_a_published_run_shown(evaluated, sign_in):
    address = f"/runs/{evaluated.run.code}/"
    world = evaluated.world
    for user in (world.analyst, world.root):
        assert sign_in(user).get(address).status_code == 200
    for user in (world.reader, world.reporter, world.stranger, world.nobody):
        assert sign_in(user).get(address).status_code == 404
    publish_run(acting_user=world.analyst, run=evaluated.run)
    for user in (world.analyst, world.reader, world.reporter, world.root):
        assert sign_in(user).get(address).status_code == 200
    for user in (world.stranger, world.nobody):
        assert sign_in(user).get(address).status_code == 404


def test_a_reader_who_posts_is_refused_with_a_sentence(published, sign_in):
    response = sign_in(published.world.reader).post(f"/runs/{published.run.code}/publish/")
    assert response.status_code == 403
    assert "分析员可以发布结果" in response.content.decode()


def test_each_role_sees_its_own_results(published):
    def seen(user):
        return Result.objects.visible_to(user).filter(run=published.run).count()

    world = published.world
    assert seen(world.root) == seen(world.analyst) == seen(world.reader) == 11
    assert seen(world.reporter) == 3
    assert seen(world.stranger) == seen(world.nobody) == 0


def test_a_form_evaluates_and_says_what_is_wrong(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    chosen = {"version": evaluated.version.pk, "snapshot": evaluated.snapshot.pk}
    wrong = client.post("/runs/new/", {**chosen, "period": "", "previous": "auto"})
    assert wrong.status_code == 422
    assert "请先选择期别" in wrong.content.decode()
    right = client.post("/runs/new/", {**chosen, "period": "2024", "previous": "auto"})
    assert right.status_code == 302
    assert right.url == f"/runs/{evaluated.run.code}/"


def test_faults_of_a_run_make_a_page(evaluated, sign_in):
    Snapshot.objects.filter(pk=evaluated.snapshot.pk).update(periods=["2023", "2024", "2025"])
    chosen = {"version": evaluated.version.pk, "snapshot": evaluated.snapshot.pk}
    response = sign_in(evaluated.world.analyst).post(
        "/runs/new/", {**chosen, "period": "2025", "previous": "none"}
    )
    assert response.status_code == 422
    assert "没有这一期，只有：2023、2024" in response.content.decode()
    assert Run.objects.count() == 2


def test_the_page_shows_ranks_movement_and_charts(published, sign_in):
    text = sign_in(published.world.reader).get(f"/runs/{published.run.code}/").content.decode()
    for part in (
        "亩均评价",
        "2024 期",
        "已发布",
        "▲",
        "缺数：亩均税收",
        "缺数待定：没有纳税",
        "档次分布",
        "本方案有 1 条假定",
    ):
        assert part in text, part


def test_the_list_filters_sorts_and_keeps_to_its_queries(
    published, sign_in, django_assert_max_num_queries
):
    client = sign_in(published.world.reader)
    address = f"/runs/{published.run.code}/"
    with django_assert_max_num_queries(12):
        client.get(address)
    rows = {"HTTP_HX_REQUEST": "true"}
    with django_assert_max_num_queries(12):
        text = client.get(address + "?region=431322", **rows).content.decode()
    assert "企业7" in text
    assert "企业2<" not in text
    assert "企业3" in client.get(address + "?remark=missing", **rows).content.decode()
    assert "没有符合条件" in client.get(address + "?q=没有", **rows).content.decode()
    worst = client.get(address + "?sort=-rank&rows=20", **rows).content.decode()
    assert worst.index("企业3<") < worst.index("企业1<")
    assert client.get(address + "?grade=A&moved=up&page=99", **rows).status_code == 200


def test_who_was_left_out_is_listed_with_the_reason(published, sign_in):
    address = f"/runs/{published.run.code}/left-out/"
    assert "没有用地" in sign_in(published.world.reader).get(address).content.decode()
    hidden = sign_in(published.world.reporter).get(address).content.decode()
    assert "没有用地" not in hidden
    assert "名单仅对开展评价的单位显示" in hidden


def test_a_download_holds_what_is_seen_and_is_logged(published, sign_in):
    address = f"/runs/{published.run.code}/results.xlsx"
    content = sign_in(published.world.reader).get(address + "?grade=A").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["结果", "指标得分", "未参评", "说明"]
    rows = book.get_sheet_by_name("结果").to_python()
    assert rows[0][:5] == ["名次", "代码", "名称", "分组", "得分"]
    assert {row[5] for row in rows[1:]} == {"A"}
    items = book.get_sheet_by_name("指标得分").to_python()
    assert len(items) == 1 + 2 * (len(rows) - 1)
    about = dict(row[:2] for row in book.get_sheet_by_name("说明").to_python())
    assert about["评价哈希"] == published.run.run_hash
    assert about["假定"] == "缺数计零分是本文件的假定"
    assert "没有用地" in str(book.get_sheet_by_name("未参评").to_python())
    event = AuditEvent.objects.get(action_code="evaluation.export_result")
    assert event.acting_user == published.world.reader
    assert event.after == {
        "query": "grade=A",
        "format": "xlsx",
        "rows": len(rows) - 1,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_a_reporter_downloads_only_their_part(published, sign_in):
    address = f"/runs/{published.run.code}/results.xlsx"
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(sign_in(published.world.reporter).get(address).content)
    )
    assert len(book.get_sheet_by_name("结果").to_python()) == 1 + 3
    assert len(book.get_sheet_by_name("未参评").to_python()) == 1


def test_english_pages_have_no_chinese_of_ours(published, client, sign_in):
    client = sign_in(published.world.analyst)
    client.cookies["yuanheng_language"] = "en"
    for address, part in (
        (f"/runs/{published.run.code}/", "Per-mu evaluation"),
        (f"/runs/{published.run.code}/subjects/{credit_code(1)}/", "How each item was computed"),
        ("/runs/new/", "New evaluation"),
        ("/schemes/per_mu/", "How it earns points"),
        ("/schemes/library/", "Library of schemes"),
        ("/imports/new/figures/", "Import: Figures"),
        ("/published/", "Published examples"),
    ):
        assert part in client.get(address).content.decode(), address
