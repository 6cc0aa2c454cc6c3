"""How sure a rank is, diagnosis, and the shortest way up: pages, jobs, workbooks, and for whom."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from yuanheng.accounts.models import OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.evaluation.actions import store_assessment
from yuanheng.evaluation.depth import diagnosed
from yuanheng.evaluation.jobs import ask_for_assessment
from yuanheng.evaluation.models import Assessment, RankInterval, Result, Run
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.models import AuditEvent, Job
from yuanheng.kernel.policies import Refused
from yuanheng.registry.tests.world import credit_code


def address(published, number, page):
    return f"/runs/{published.run.code}/subjects/{credit_code(number)}/{page}"


def words(response):
    """The page's text without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def assessed(published):
    """The published run with its ranks assessed by the job."""
    ask_for_assessment(published.run, published.world.analyst)
    job = Job.objects.get(code="evaluation.assess_run")
    job.arguments["replicates"] = 60
    job.save()
    work_off()
    job.refresh_from_db()
    assert job.stage == "done", job.message
    return published


@pytest.fixture
def officer(published):
    """An officer of a bureau of the city: sees its results, but no tax."""
    bureau = OrgUnit.objects.create(
        code="tjj", name="市统计局", kind="bureau", parent=published.world.city
    )
    return make_user("statistician", "bureau_officer", bureau)


def test_publishing_asks_for_the_intervals_once(evaluated, sign_in):
    client = sign_in(evaluated.world.analyst)
    client.post(f"/runs/{evaluated.run.code}/publish/")
    assert Job.objects.filter(code="evaluation.assess_run").count() == 1


def test_every_rank_has_its_interval_and_the_page_says_what_matters(assessed, sign_in):
    rows = list(RankInterval.objects.select_related("result"))
    assert len(rows) == 11
    assert all(row.low <= row.median <= row.high for row in rows)
    client = sign_in(assessed.world.reader)
    page = words(client.get(f"/runs/{assessed.run.code}/"))
    assert "名次区间" in page
    assert "名次有多可靠" in page
    assert "对名次影响最大的是" in page
    page = words(client.get(f"/runs/{assessed.run.code}/robustness/"))
    for part in ("哪个选择影响大", "重算 60 次", "企业1", "权重", "±25%"):
        assert part in page, part
    assert "名次在" in words(client.get(address(assessed, 1, "")))


def test_an_assessment_again_replaces_intervals_and_keeps_what_was_found(assessed):
    from yuanheng.engine import assess_run

    again = assess_run(assessed.run.directory, replicates=40, seed=3)
    store_assessment(acting_user=assessed.world.analyst, run=assessed.run, assessed=again)
    assert Assessment.objects.count() == 2
    assert RankInterval.objects.count() == 11
    assert assessed.run.assessment.seed == 3


def test_only_the_office_assesses(published, sign_in):
    from yuanheng.engine import assess_run

    client = sign_in(published.world.reader)
    assert client.post(f"/runs/{published.run.code}/robustness/start/").status_code == 403
    assert sign_in(published.world.stranger).post(
        f"/runs/{published.run.code}/robustness/start/"
    ).status_code == 404  # fmt: skip
    done = assess_run(published.run.directory, replicates=20)
    with pytest.raises(Refused):
        store_assessment(acting_user=published.world.reader, run=published.run, assessed=done)


def test_a_part_sees_the_intervals_of_its_own(assessed, sign_in, tmp_path):
    client = sign_in(assessed.world.reporter)
    seen = RankInterval.objects.visible_to(assessed.world.reporter)
    assert seen.count() == 3
    page = words(client.get(f"/runs/{assessed.run.code}/robustness/"))
    assert "企业2" in page
    assert "企业7" not in page
    answer = client.get(f"/runs/{assessed.run.code}/robustness.xlsx")
    (tmp_path / "r.xlsx").write_bytes(answer.content)
    book = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    assert len(book.get_sheet_by_name("名次区间").to_python()) == 4
    assert not RankInterval.objects.visible_to(assessed.world.stranger).exists()
    assert not Assessment.objects.visible_to(assessed.world.stranger).exists()
    outside = sign_in(assessed.world.stranger)
    for page in ("robustness/", "robustness.xlsx"):
        assert outside.get(f"/runs/{assessed.run.code}/{page}").status_code == 404


@pytest.mark.parametrize("against", ["mean", "best", "ideal", "previous"])
def test_a_subject_is_held_against(published, sign_in, against):
    client = sign_in(published.world.reader)
    page = client.get(address(published, 5, f"diagnosis/?against={against}"))
    assert page.status_code == 200
    text = words(page)
    assert "逐项比对" in text
    assert "亩均税收" in text
    assert "nan" not in text.lower().replace("finance", "")
    if against == "previous":
        assert "本单位数据" in text


def test_an_item_behind_offers_a_task_to_who_supervises(published, sign_in):
    page = sign_in(published.world.analyst).get(address(published, 5, "diagnosis/?against=best"))
    links = [unquote(one) for one in re.findall(r'href="(/tasks/from-gap/[^"]+)"', page.text)]
    assert links
    assert all("补齐" in one and "made_of=/runs/" in one for one in links)
    for name in ("auditor", "reporter"):
        seen = sign_in(getattr(published.world, name)).get(
            address(published, 5, "diagnosis/?against=mean")
        )
        assert "from-gap" not in seen.text


def test_why_a_rank_moved_adds_up(published):
    row = Result.objects.get(run=published.run, subject_id=credit_code(5))
    found = diagnosed(row, published.world.reader, "previous")
    before = Result.objects.get(run=published.before, subject_id=credit_code(5))
    assert found.total_places == pytest.approx(before.rank - row.rank)
    assert found.total_score == pytest.approx(row.score - before.score, abs=1e-6)
    assert sum(part["score"] for part in found.moves) == pytest.approx(found.total_score)
    named = [part["name"] for part in found.moves]
    assert named[:3] == ["本单位数据", "其他单位数据", "参评范围"]
    assert named[4] == "方案（与上期相同）"


def test_a_rival_is_one_that_the_person_sees(published, sign_in):
    client = sign_in(published.world.reporter)
    rival = credit_code(2)
    assert "企业2" in words(client.get(address(published, 1, f"diagnosis/?rival={rival}")))
    hidden = address(published, 1, f"diagnosis/?rival={credit_code(5)}")
    assert client.get(hidden).status_code == 404
    # The first of the group lies outside the park: neither offered nor shown.
    assert "与第一名比" not in words(client.get(address(published, 2, "diagnosis/")))
    assert client.get(address(published, 2, "diagnosis/?against=best")).status_code == 404
    assert client.get(address(published, 7, "diagnosis/")).status_code == 404
    assert sign_in(published.world.stranger).get(
        address(published, 1, "diagnosis/")
    ).status_code == 404  # fmt: skip


def test_figures_that_are_not_shown_stay_hidden(published, officer, sign_in, tmp_path):
    client = sign_in(officer)
    page = words(client.get(address(published, 1, "diagnosis/")))
    assert MASK in page
    assert "14.9" not in page
    answer = client.get(address(published, 1, "diagnosis/?format=xlsx"))
    (tmp_path / "d.xlsx").write_bytes(answer.content)
    book = CalamineWorkbook.from_path(tmp_path / "d.xlsx")
    sheet = book.get_sheet_by_name("逐项比对").to_python()
    assert sheet[1][2] == MASK
    refused = client.get(address(published, 1, "way-up/?to=1"))
    assert refused.status_code == 403
    assert "14.9" not in words(refused)


def test_the_shortest_way_up_is_found_verified_and_bounded(published, sign_in):
    client = sign_in(published.world.reader)
    text = words(client.get(address(published, 6, "way-up/")))
    assert "目标" in text
    text = words(client.get(address(published, 6, "way-up/?goal=rank&to=2")))
    assert "达到第 2 位，最省力的办法是" in text
    assert "重新评价核验" in text
    held = words(client.get(address(published, 6, "way-up/?goal=rank&to=2&limit_tax_per_mu=1%25"
                                                  "&fix=revenue_per_mu")))  # fmt: skip
    assert "达不到第 2 位" in held


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("goal=rank&to=many", "不是一个数"),
        ("goal=rank&to=99", "99"),
        ("goal=rank&to=1&limit_tax_per_mu=far", "“far”不对"),
        ("goal=rank&to=1&cost_tax_per_mu=-2", "难度系数"),
    ],
)
def test_a_wrong_goal_or_bound_is_said(published, sign_in, query, said):
    answer = sign_in(published.world.reader).get(address(published, 6, f"way-up/?{query}"))
    assert answer.status_code == 422
    assert said in words(answer)


def test_an_export_leaves_a_trace(published, sign_in, tmp_path):
    client = sign_in(published.world.reader)
    for page in ("diagnosis/?format=xlsx", "way-up/?goal=rank&to=2&format=xlsx"):
        answer = client.get(address(published, 6, page))
        (tmp_path / "x.xlsx").write_bytes(answer.content)
        assert CalamineWorkbook.from_path(tmp_path / "x.xlsx").sheet_names
    events = AuditEvent.objects.filter(action_code="evaluation.export_result")
    assert {event.after["query"].split()[0] for event in events} == {"diagnosis", "way"}
    assert client.get(address(published, 7, "way-up/")).status_code == 200
    assert sign_in(published.world.reporter).get(
        address(published, 7, "way-up/")
    ).status_code == 404  # fmt: skip


def test_the_list_holds_what_its_pages_show(published, sign_in):
    """A park's reporter could open a published run and found none in the list; a leader found
    drafts in it."""
    for name in ("reporter", "auditor"):
        user = getattr(published.world, name)
        seen = Run.objects.visible_to(user)
        assert seen.filter(pk=published.run.pk).exists()
        page = sign_in(user).get("/runs/").content.decode()
        assert f"共 {seen.count()} 条" in page
        assert published.run.code in page
