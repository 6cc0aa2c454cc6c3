"""From tasks, targets, parks and entries to a published result, followed point by point."""

from __future__ import annotations

import pytest

from yuanheng.appraisal.actions import reckon_units
from yuanheng.appraisal.models import ListedMatter, UnitReckoning
from yuanheng.appraisal.tests.conftest import YEAR
from yuanheng.calc.periods import Period
from yuanheng.evaluation.api import adopt_scheme
from yuanheng.evaluation.models import Result, Run
from yuanheng.kernel import clock, flow
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.api import Scope, TableLayout, freeze_figures, make_table
from yuanheng.ledger.models import Observation
from yuanheng.rounds.models import EvaluationRound, Sheet

SCHEME = "one_plus_n_sample"


def current(unit):
    return UnitReckoning.objects.get(org_unit=unit, year=YEAR, is_current=True)


def table_for(world):
    freeze, _new = freeze_figures(
        acting_user=world.analyst, scope=Scope(kind="department"), period=Period.parse(str(YEAR))
    )
    version, _new = adopt_scheme(acting_user=world.analyst, code=SCHEME)
    layout = TableLayout(SCHEME, "1+N", "department", version.text)
    table, _new = make_table(acting_user=world.analyst, freeze=freeze, layout=layout)
    return version, table


@pytest.fixture
def case(put):
    """A round that has been computed."""
    reckon_units(acting_user=put.analyst, year=YEAR)
    version, table = table_for(put)
    values = {"title": "1+N考核", "scheme_version": version, "table": table, "period": str(YEAR)}
    made = flow.open_case(
        acting_user=put.analyst, flow=flow.flow_for(EvaluationRound), values=values
    )
    return walk(put, made, "prepare", "send_out")


def walk(world, case, *actions):
    for action in actions:
        case = EvaluationRound.objects.get(pk=case.pk)
        flow.perform(acting_user=world.analyst, case=case, action=action)
        work_off()
    return EvaluationRound.objects.get(pk=case.pk)


def computed(world, case):
    Sheet.objects.filter(round=case).update(answer="confirmed")
    return walk(world, case, "close_confirmation", "compute")


def test_each_unit_has_its_figures_and_what_they_are_made_of(put):
    reckon_units(acting_user=put.analyst, year=YEAR)
    works = current(put.zj)
    # Two of three in time; the one due in December isn't due yet.
    assert (works.values["unit_tasks_due"], works.values["unit_tasks_in_time"]) == (3, 2)
    late = works.parts["unit_tasks_due"][2]
    assert (late["zh"], late["href"]) == (
        "任务3：时限 2026-07-31，2026-08-05 报告办结，超期", f"/tasks/task-{YEAR}-103/",
    )  # fmt: skip
    assert works.values["linked_park_score"] == 80
    assert (works.values["unit_contribution"], works.values["unit_bonus"]) == (4, 2)
    # Two of four on the list by 10 November, ten months and a third of twelve: 50 ÷ 86.11 = 58.06.
    assert works.values["unit_target_completion"] == pytest.approx(58.064516)
    trade = current(put.sw)
    assert (trade.values["unit_tasks_in_time"], trade.values["unit_tasks_red"]) == (0, 1)
    assert trade.values["unit_target_completion"] == 100  # never more than all of it
    assert (trade.values["unit_black_list"], trade.values["unit_deduction"]) == (1, 0.5)
    assert trade.values["linked_park_score"] is None  # nothing linked: not known, not 0
    idle = current(put.kj)
    assert (idle.values["unit_tasks_due"], idle.values["unit_target_completion"]) == (0, None)
    assert current(put.committee).values["linked_park_score"] == 80  # its own park


def test_the_ledger_holds_them_and_the_passport_shows_the_parts(put, sign_in):
    reckon_units(acting_user=put.analyst, year=YEAR)
    client = sign_in(put.analyst)
    text = client.get(f"/ledger/department/zj/unit_tasks_in_time/{YEAR}/").content.decode()
    assert "任务1：时限 2026-05-31，2026-05-20 报告办结，按期" in text
    rate = client.get(f"/ledger/department/zj/unit_task_rate/{YEAR}/").content.decode()
    assert "66.67" in rate
    before = Observation.objects.count()
    reckon_units(acting_user=put.analyst, year=YEAR)
    assert Observation.objects.count() == before  # nothing new
    ListedMatter.objects.filter(kind="bonus").update(points="3")
    reckon_units(acting_user=put.analyst, year=YEAR)
    assert Observation.objects.count() == before + 1
    assert UnitReckoning.objects.filter(org_unit=put.zj, is_current=True).count() == 1


def test_a_round_publishes_the_ranking_by_kind_of_unit(put, case, sign_in):
    case = computed(put, case)
    rows = {one.subject_id: one for one in Result.objects.filter(run=case.run)}
    assert {one.group_code for one in rows.values()} == {"bureaus", "towns", "committees"}
    works = rows["zj"]
    # 25 × 66.67 % + 5 + 30 × 58.06 % + 30 × 80 % + 4 + bonus 2
    assert works.score == pytest.approx(16.67 + 5 + 17.42 + 24 + 4 + 2, abs=0.01)
    assert works.org_unit == put.zj
    client = sign_in(put.analyst)
    text = client.get(f"/appraisals/{case.run.code}/").content.decode()
    for words in ("部门", "乡镇街道", "园区管委会", "市住建局", "兰清街道"):
        assert words in text
    assert "市住建局" in client.get(f"/appraisals/{case.run.code}/print/").content.decode()
    assert SCHEME not in client.get("/appraisals/").content.decode()
    assert "1+N" in client.get("/appraisals/").content.decode()


def test_a_bureau_follows_every_point(put, case, sign_in):
    case = computed(put, case)
    Run.objects.filter(pk=case.run.pk).update(stage="published", published_at=clock.now())
    # What changes later isn't in the result, nor on its page.
    ListedMatter.objects.filter(title="引荐项目").update(points="9")
    reckon_units(acting_user=put.analyst, year=YEAR)
    client = sign_in(put.zj_officer)
    page = client.get(f"/appraisals/{case.run.code}/zj/")
    text = page.content.decode()
    for words in (
        "任务3：时限 2026-07-31，2026-08-05 报告办结，超期", "建成标准厂房：截至",
        "冷水江经济开发区",
        "引荐项目（会议通报）", "省级表彰（会议通报）", f'href="/tasks/task-{YEAR}-101/"',
        "/unit-matters/", "/targets/",
    ):  # fmt: skip
        assert words in text, words
    assert "66.66" in text
    assert "任务3" in client.get(f"/appraisals/{case.run.code}/zj/print/").content.decode()


@pytest.mark.parametrize("who", ["reader", "zj_officer", "supervisor", "reporter", "nobody"])
def test_only_the_office_puts_figures_together(put, who, sign_in):
    with pytest.raises(Refused):
        reckon_units(acting_user=getattr(put, who), year=YEAR)
    assert sign_in(getattr(put, who)).get("/appraisals/reckon/").status_code == 403
    assert not UnitReckoning.objects.exists()


def test_a_stranger_sees_nothing_and_a_draft_is_the_offices(put, case, sign_in):
    case = computed(put, case)
    for who in ("stranger", "zj_officer", "nobody"):
        client = sign_in(getattr(put, who))
        assert client.get(f"/appraisals/{case.run.code}/").status_code == 404, who
        assert client.get(f"/appraisals/{case.run.code}/zj/").status_code == 404, who


def test_the_office_puts_them_together_on_a_page(put, sign_in):
    client = sign_in(put.analyst)
    assert "市住建局" in client.get("/appraisals/reckon/").content.decode()
    assert client.post("/appraisals/reckon/", {"year": "2999"}).status_code == 422
    assert client.post("/appraisals/reckon/", {"year": str(YEAR)}).status_code == 302
    assert current(put.zj).values["unit_bonus"] == 2


def test_a_bureau_answers_its_own_sheet(put, case, sign_in):
    """一单: the figures with the unit, before the result is computed."""
    sheet = Sheet.objects.get(round=case, subject_code="zj")
    assert sheet.org_unit == put.zj
    client = sign_in(put.zj_officer)
    assert client.get(f"/sheets/{sheet.token}/").status_code == 200
    other = Sheet.objects.get(round=case, subject_code="sw")
    assert client.get(f"/sheets/{other.token}/").status_code == 404
    client.post(f"/sheets/{sheet.token}/confirm/")
    sheet.refresh_from_db()
    assert (sheet.answer, sheet.answered_as) == ("confirmed", "self")
    from yuanheng.kernel.models import Notice

    assert Notice.objects.filter(recipient=put.zj_officer, text__contains="1+N").exists()


def test_pages_keep_within_twelve_queries(put, case, sign_in, django_assert_max_num_queries):
    case = computed(put, case)
    row = current(put.zj)
    client = sign_in(put.analyst)
    code = case.run.code
    for page in (
        "/appraisals/", f"/appraisals/{code}/", f"/appraisals/{code}/zj/",
        f"/unit-figures/{row.token}/", "/appraisals/reckon/",
        f"/ledger/department/zj/unit_bonus/{YEAR}/",
    ):  # fmt: skip
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200, page
