"""The area list: put up for objection, corrected by decisions, entered before the evaluation."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from yuanheng.estate.models import AreaItem, Reckoning, TaxKind, TaxPaid
from yuanheng.kernel import flow
from yuanheng.kernel.flow import NotNow
from yuanheng.kernel.models import AuditEvent, Notice
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.api import load_catalogue
from yuanheng.ledger.models import Observation
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code
from yuanheng.rounds.models import EvaluationRound, Objection, ProcedureRule, Sheet
from yuanheng.rounds.tests.test_objections import PDF


@pytest.fixture
def land(walk):
    """Two firms with land: number 2 has people of its own."""
    load_catalogue(acting_user=walk.world.root)
    firms = {n: Enterprise.objects.get(credit_code=credit_code(n)) for n in (2, 4)}
    rows = [
        AreaItem.objects.create(
            enterprise=firms[2], kind="own", title="一号宗地", area_mu="50", basis="权证1号"
        ),
        AreaItem.objects.create(
            enterprise=firms[2], kind="floor_in", title="二号厂房", floor_m2="2000",
            floor_area_ratio="2",
        ),
        AreaItem.objects.create(enterprise=firms[4], kind="own", title="四号", area_mu="20"),
    ]  # fmt: skip
    TaxKind.objects.create(name="增值税", valid_from="2020-01-01")
    TaxPaid.objects.create(enterprise=firms[2], year=2024, tax_kind="增值税", amount_yuan="5")
    return SimpleNamespace(firms=firms, rows=rows)


def open_list(walk, **more):
    values = {"title": "2024年面积清单", "purpose": "areas", "period": "2024", **more}
    return flow.open_case(
        acting_user=walk.world.analyst, flow=flow.flow_for(EvaluationRound), values=values
    )


def put_up(walk):
    case = walk.do(open_list(walk), "prepare")
    return walk.do(case, "put_up")


def name_of(item, figure="area_mu"):
    return f"{figure}_{item.token.hex}"


def claim(item, value, figure="area_mu"):
    code = name_of(item, figure)
    return {f"object_{code}": "1", f"claimed_{code}": value, f"reason_{code}": "退让道路用地"}


def test_each_enterprise_sees_its_area_item_by_item(walk, land, sign_in):
    case = put_up(walk)
    assert (case.state, Sheet.objects.filter(round=case).count()) == ("confirming", 2)
    sheet = walk.sheet(case, 2)
    assert sheet.figures["land_area"] == 51.5
    client = sign_in(walk.world.firm)
    text = client.get(f"/sheets/{sheet.token}/").content.decode()
    for words in ("自有用地 · 一号宗地", "权证1号", "2000 ㎡ ÷ 2 ÷ 666.67 = 1.5 亩", "各项之和"):
        assert words in text
    assert "object_land_area" not in text  # the sum isn't objected to, its items are
    assert client.get(f"/sheets/{walk.sheet(case, 4).token}/").status_code == 404
    assert Notice.objects.filter(recipient=walk.world.firm, text__contains="面积清单").exists()
    paper = client.get(f"/sheets/{sheet.token}/print/").content.decode()
    assert "1.5 亩" in paper
    book = sign_in(walk.world.analyst).get(f"/rounds/{case.code}/sheets.xlsx")
    assert book.status_code == 200


def test_a_decision_corrects_the_item_and_the_ledger_gets_the_area(walk, land, sign_in):
    case = put_up(walk)
    sheet = walk.sheet(case, 2)
    proof = SimpleUploadedFile("红线图.pdf", PDF, "application/pdf")
    sign_in(walk.world.firm).post(
        f"/sheets/{sheet.token}/object/",
        {"about": "figures", "evidence": proof, **claim(land.rows[0], "48")},
    )
    made = Objection.objects.get()
    flow.perform(acting_user=walk.world.analyst, case=made, action="accept")
    client = sign_in(walk.world.analyst)
    page = client.get(f"/objections/{made.code}/do/decide/").content.decode()
    assert "自有用地 · 一号宗地" in page
    walk.after(30)
    with pytest.raises(NotNow, match="1 件异议没有答复"):
        walk.do(case, "close_confirmation")
    decision = {"upheld_0": "yes", "value_0": "48.5", "decision": "现场测量48.5亩"}
    flow.perform(
        acting_user=walk.world.analyst, case=Objection.objects.get(), action="decide",
        values=decision,
    )  # fmt: skip
    item = AreaItem.objects.get(replaces=land.rows[0])
    assert (item.area_mu, item.valid_from) == (48.5, date(2024, 1, 1))
    event = AuditEvent.objects.get(action_code="estate.correct_area")
    assert made.number in event.reason
    case = walk.do(case, "close_confirmation")
    case = walk.do(case, "enter")
    assert case.state == "published"
    row = Observation.objects.get(
        subject__code=credit_code(2), indicator__code="land_area", value__isnull=False
    )
    assert row.value == 50.0
    assert Reckoning.objects.get(enterprise=land.firms[2]).entry_id == row.entry_id
    text = client.get(f"/rounds/{case.code}/").content.decode()
    assert "2家企业" in text
    text = client.get(f"/sheets/{sheet.token}/").content.decode()
    assert "<del" in text
    assert "48.5" in text


def test_a_decision_taken_back_puts_the_figure_back(walk, land):
    case = put_up(walk)
    sheet = walk.sheet(case, 2)
    from yuanheng.rounds.api import object_to

    code = name_of(land.rows[1], "floor_m2")
    made = object_to(
        acting_user=walk.world.firm, sheet=sheet, about="figures",
        claims=[{"field": code, "shown": 2000.0, "claimed": 1000.0, "reason": "只租一层"}],
    )  # fmt: skip
    by = walk.world.analyst

    def decide(upheld):
        values = {"upheld_0": upheld, "value_0": "", "decision": "核查"}
        case = Objection.objects.get(pk=made.pk)
        flow.perform(acting_user=by, case=case, action="decide", values=values)

    flow.perform(acting_user=by, case=made, action="accept")
    decide("yes")
    living = AreaItem.objects.filter(kind="floor_in", archived_at__isnull=True)
    assert [one.floor_m2 for one in living.filter(valid_from=date(2024, 1, 1))] == [1000]
    flow.perform(
        acting_user=by, case=Objection.objects.get(pk=made.pk), action="reopen", reason="复核"
    )
    decide("no")
    assert [one.floor_m2 for one in living.filter(valid_from=date(2024, 1, 1))] == [2000]


def test_what_belongs_to_evaluations_is_not_offered_for_a_list(walk, land, sign_in):
    case = walk.do(open_list(walk), "prepare")
    with pytest.raises(NotNow):
        walk.do(case, "send_out")
    text = sign_in(walk.world.analyst).get(f"/rounds/{case.code}/").content.decode()
    assert "公布面积清单" in text
    assert f"/rounds/{case.code}/do/send_out/" not in text
    with pytest.raises(NotNow):
        walk.do(walk.do(walk.open(), "prepare"), "put_up")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"period": "2024Q1"}, "面积清单按年度"),
        ({"purpose": "evaluation"}, "评价需要方案"),
    ],
)
def test_a_list_is_of_a_year_and_an_evaluation_needs_its_scheme(walk, values, words):
    with pytest.raises(ValidationError, match=words):
        open_list(walk, **values)


def test_an_office_may_demand_the_list_before_an_evaluation(walk, land, sign_in):
    ProcedureRule.objects.create(
        name="先公示面积", org_unit=walk.world.city, valid_from="2020-01-01", areas_first=True
    )
    case = walk.open()
    with pytest.raises(NotNow, match="面积清单"):
        walk.do(case, "prepare")
    areas = put_up(walk)
    Sheet.objects.filter(round=areas).update(answer="confirmed")
    areas = walk.do(walk.do(areas, "close_confirmation"), "enter")
    case = walk.do(case, "prepare")
    assert case.state == "checking"
    text = sign_in(walk.world.analyst).get(f"/rounds/{case.code}/").content.decode()
    assert areas.number in text or areas.title in text


@pytest.mark.parametrize("who", ["reader", "officer", "reporter", "stranger", "firm", "nobody"])
def test_only_the_office_enters_the_areas(walk, land, who):
    areas = put_up(walk)
    Sheet.objects.filter(round=areas).update(answer="confirmed")
    areas = walk.do(areas, "close_confirmation")
    with pytest.raises(Refused):
        walk.do(areas, "enter", getattr(walk.world, who))
    assert not Reckoning.objects.exists()


def test_pages_keep_within_twelve_queries(walk, land, sign_in, django_assert_max_num_queries):
    case = put_up(walk)
    client = sign_in(walk.world.analyst)
    for page in (f"/rounds/{case.code}/", f"/sheets/{walk.sheet(case, 2).token}/", "/rounds/"):
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200
