"""The list that orders itself, who is late, and reports of the responsible unit."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused
from yuanheng.publicworks.actions import report_progress
from yuanheng.publicworks.models import OrderRule, PublicProject
from yuanheng.publicworks.ordering import facts_of, placed, rule_for
from yuanheng.publicworks.tests.conftest import at

pytestmark = pytest.mark.django_db
LIST, PAGE = "/public-projects/ordered/", "/public-projects/LSJ-01/"


def add(world, code, **values):
    given = {"name": f"项目{code}", "park": world.zone, "urgency": "1", "lead": world.works,
             "deadline": date(2026, 6, 10), "budget_yuan": 1000000,
             "funded_yuan": 500000}  # fmt: skip
    return PublicProject.objects.create(code=code, **{**given, **values})


def codes(world):
    rows = list(PublicProject.objects.select_related("park__region"))
    return [one.project.code for one in placed(rows, rule_for(world.city.pk, date(2026, 3, 2)))]


def test_points_are_those_of_the_rule_that_is_shown(world, enter):
    # 2 March: ten days late, all funds there. 100·3 + 2·10 − 0.2·0 + 20·1 = 340.
    add(world, "B")  # 100 days left, half the funds: 100 + 0 − 20 + 10 = 90
    found = placed(list(PublicProject.objects.all()), rule_for(None, date(2026, 3, 2)))
    assert [(one.project.code, one.points) for one in found] == [("LSJ-01", 340.0), ("B", 90.0)]
    text = enter("supervisor").get(LIST).text
    assert "100 * 紧急程度 + 2 * 超期天数 - 0.2 * 剩余天数 + 20 * 资金到位率" in text
    assert "本系统的建议" in text
    assert text.index("340.00") < text.index("90.00")


def test_the_rule_is_read_in_english(world, enter):
    add(world, "NODAY", deadline=None, urgency="3")
    client = enter("supervisor")
    client.cookies["yuanheng_language"] = "en"
    for address in (LIST, f"{LIST}print/"):
        text = client.get(address).text
        assert "100 * urgency + 2 * days_overdue - 0.2 * days_left + 20 * funded" in text
        assert "Proposed by this system, a clause of no document" in text
        assert "not known: days left, days overdue" in text


def test_what_is_not_known_is_said_and_never_taken_for_nothing(world, enter):
    add(world, "NODAY", deadline=None, urgency="3")
    add(world, "NOMONEY", funded_yuan=None, urgency="2")
    add(world, "DONE", stage="done", done_on=date(2026, 2, 1), progress=100, urgency="3")
    assert codes(world) == ["LSJ-01", "NODAY", "NOMONEY", "DONE"]
    text = enter("supervisor").get(LIST).text
    assert "缺：剩余天数、超期天数" in text
    assert "缺：资金到位率" in text
    assert facts_of(PublicProject.objects.get(code="NODAY"), date(2026, 3, 2))["days_left"] is None


def test_an_office_sets_its_own_dated_rule(world, enter):
    add(world, "B", progress=80)
    OrderRule.objects.create(
        formula="进度", org_unit=world.city, valid_from=date(2026, 3, 1), clause="园办〔2026〕1号"
    )
    assert codes(world) == ["B", "LSJ-01"]
    assert "园办〔2026〕1号" in enter("supervisor").get(LIST).text
    assert "园办〔2026〕1号" not in enter("stranger").get(LIST).text
    with at("2026-02-28"):
        assert "园办〔2026〕1号" not in enter("supervisor").get(LIST).text
    assert enter("supervisor").get("/order-rules/new/").status_code == 403
    wrong = enter("chief").post("/order-rules/new/", {
        "formula": "紧急程度 - 天气", "org_unit": world.city.pk, "valid_from": "2026-03-01",
    })  # fmt: skip
    assert wrong.status_code == 422
    assert "天气" in wrong.text


def test_who_is_late_over_the_city_and_narrowed(world, enter):
    add(world, "B", lead=world.plan)
    add(world, "C", park=world.part, kind="green", batch="2026年第二批",
        deadline=date(2026, 2, 1))  # fmt: skip
    client = enter("analyst")
    text = client.get(LIST).text
    table = text.split("谁超期了")[-1]
    assert table.index("市住建局") < table.index("市发改委")
    assert "29" in table  # days late at most
    late = client.get(f"{LIST}?late=1").text
    assert "项目C" in late
    assert "项目B" not in late
    for query in ("kind=green", "park=LSJ-2", "batch=2026年第二批"):
        text = client.get(f"{LIST}?{query}").text
        assert "项目C" in text, query
        assert "园区北路夜间照明" not in text, query
    assert "园区北路夜间照明" not in client.get(f"{LIST}?region=4301").text
    paper = client.get(f"{LIST}print/?late=1").text
    assert "共 2 个项目，完工 0 个，超期 2 个" in paper
    assert client.get(f"{LIST}?park=NO&region=x&late=1").status_code == 200


def test_the_responsible_unit_reports_and_only_it_beside_who_keeps_the_list(world, enter):
    client = enter("works_officer")
    assert f"{PAGE}report/" in client.get(PAGE).text
    assert client.get(f"{PAGE}edit/").status_code == 403
    early = client.post(
        f"{PAGE}report/", {"progress": 60, "words": "完工", "done_on": "2026-03-01"}
    )
    assert "完工项目的进度为 100" in early.text
    assert client.post(f"{PAGE}report/", {"progress": 60, "words": ""}).status_code == 422
    assert client.post(f"{PAGE}report/", {"progress": 60, "words": "灯杆到货"}).status_code == 302
    row = PublicProject.objects.get(code="LSJ-01")
    assert (row.progress, row.stage, row.reported_on) == (60, "working", date(2026, 3, 2))
    event = AuditEvent.objects.filter(action_code="publicworks.report").get()
    assert (event.before["progress"], event.after["progress"]) == (40, 60)
    for who in ("plan_officer", "auditor", "reader"):
        assert enter(who).get(PAGE).status_code == 200, who
        assert enter(who).get(f"{PAGE}report/").status_code == 403, who
        with pytest.raises(Refused):
            report_progress(acting_user=getattr(world, who), project=row, progress=70, words="x")
    for who in ("stranger", "nobody"):
        assert enter(who).get(PAGE).status_code == 404, who
        assert enter(who).get(f"{PAGE}report/").status_code == 404, who
    done = enter("reporter").post(
        f"{PAGE}report/", {"progress": 100, "words": "验收", "done_on": "2026-03-01"}
    )
    assert done.status_code == 302
    assert PublicProject.objects.get(code="LSJ-01").is_done


def test_a_late_project_offers_a_task_to_who_supervises(world, enter):
    offered = enter("supervisor").get(PAGE).text
    assert "/tasks/from-gap/?title=" in offered
    assert "from-gap" not in enter("auditor").get(PAGE).text
    with at("2026-02-10"):
        assert "from-gap" not in enter("supervisor").get(PAGE).text


def test_pages_ask_twelve_queries_at_most_however_many_projects(world, enter):
    pages = [LIST, f"{LIST}print/", "/public-projects/", PAGE, f"{PAGE}report/"]

    def counted(client, address):
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    own = {"supervisor": pages, "works_officer": pages}
    few = {(who, one): counted(enter(who), one) for who in own for one in own[who]}
    for number in range(6):
        add(world, f"N{number}", park=world.part, lead=world.plan)
    many = {(who, one): counted(enter(who), one) for who in own for one in own[who]}
    assert {key: n for key, n in many.items() if n > min(few[key], 12)} == {}
