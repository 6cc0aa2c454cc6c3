"""Objections: to figures on the sheet, to the result in publicity; what they change, exactly."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from yuanheng.evaluation.models import Result
from yuanheng.kernel import flow
from yuanheng.kernel.flow import NotNow
from yuanheng.kernel.models import Attachment
from yuanheng.kernel.policies import Refused
from yuanheng.registry.tests.world import credit_code
from yuanheng.rounds.actions import object_to
from yuanheng.rounds.annex import differences
from yuanheng.rounds.models import EvaluationRound, Objection, ProcedureRule

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def file(walk, sign_in, case, number=2, by=None, **fields):
    """What a form sends; the answer's page."""
    sheet = walk.sheet(case, number)
    client = sign_in(by or walk.world.firm)
    return client.post(f"/sheets/{sheet.token}/object/", fields, follow=True)


TAX = {"object_tax": "1", "claimed_tax": "1,180", "reason_tax": "补缴税款未计入"}


def decide(walk, objection, by=None, upheld="yes", value="", decision="核实完税证明"):
    """The office accepts and decides."""
    by = by or walk.world.analyst
    if objection.state == "filed":
        flow.perform(acting_user=by, case=objection, action="accept")
    objection = Objection.objects.get(pk=objection.pk)
    return flow.perform(
        acting_user=by,
        case=objection,
        action="decide",
        values={"upheld_0": upheld, "value_0": value, "decision": decision},
    )


def test_a_firm_objects_with_reason_and_evidence(walk, sign_in):
    case = walk.until("confirming")
    proof = SimpleUploadedFile("完税证明.pdf", PDF, "application/pdf")
    page = file(walk, sign_in, case, about="figures", evidence=proof, **TAX)
    assert page.status_code == 200
    made = Objection.objects.get()
    assert made.claims == [
        {"field": "tax", "shown": 148.0, "claimed": 1180.0, "reason": "补缴税款未计入"}
    ]
    assert (made.org_unit, made.opened_by) == (walk.world.city, walk.world.firm)
    assert Attachment.objects.of(made).get().file_name == "完税证明.pdf"
    assert walk.sheet(case, 2).answer == "objected"
    for text in ("实缴税收", "1,180", "补缴税款未计入", "完税证明.pdf"):
        assert text in page.content.decode()
    assert sign_in(walk.world.analyst).get(f"/objections/{made.code}/").status_code == 200
    for who in ("reporter", "stranger", "nobody"):
        assert (
            sign_in(getattr(walk.world, who)).get(f"/objections/{made.code}/").status_code == 404
        )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "请指出哪个数不对"),
        ({"object_tax": "1", "claimed_tax": "5"}, "为什么不对"),
        ({"object_tax": "1", "claimed_tax": "很多", "reason_tax": "错"}, "“很多”不是实缴税收"),
        ({"object_tax": "1", "claimed_tax": "148", "reason_tax": "错"}, "相同"),
    ],
)
def test_an_objection_says_what_and_why(walk, sign_in, fields, sentence):
    case = walk.until("confirming")
    page = file(walk, sign_in, case, about="figures", **fields)
    assert (page.status_code, Objection.objects.count()) == (422, 0)
    assert sentence in page.content.decode()


def test_nobody_objects_for_others_or_outside_the_window(walk, sign_in):
    case = walk.until("confirming")
    assert file(walk, sign_in, case, 4, walk.world.reporter, **TAX).status_code == 404
    assert file(walk, sign_in, case, 4, walk.world.officer, **TAX).status_code == 404
    assert file(walk, sign_in, case, 4, walk.world.reader, **TAX).status_code == 403
    page = file(walk, sign_in, case, about="result", grounds="不服")
    assert "公示期间提出" in page.content.decode()
    walk.after(30)
    page = file(walk, sign_in, case, about="figures", **TAX)
    assert "期限已于" in page.content.decode()
    assert not Objection.objects.exists()


def test_what_is_upheld_before_the_computation_counts_in_it(walk, sign_in):
    case = walk.until("confirming")
    file(walk, sign_in, case, about="figures", **TAX)
    walk.after(30)
    with pytest.raises(NotNow, match="1 件异议没有答复"):
        walk.do(case, "close_confirmation")
    done = decide(walk, Objection.objects.get(), value="200")
    assert (done.state, done.outcome, done.claims[0]["value"]) == ("decided", "upheld", 200.0)
    case = walk.do(walk.do(case, "close_confirmation"), "compute")
    row = Result.objects.get(run=case.run, subject_id=credit_code(2))
    assert (
        row.score == 99.96
    )  # 200 / 10 mu reach the benchmark of 20, so 60 of 60, and 39.96 of 40
    assert case.run.snapshot != case.table
    assert case.run.snapshot.reading["corrected_from"] == case.table.code
    assert case.run.record["excluded"] == 1  # who had no land has none now either
    page = sign_in(walk.world.firm).get(f"/sheets/{walk.sheet(case, 2).token}/").content.decode()
    assert "<del" in page


def test_a_refused_objection_changes_nothing_and_says_why(walk, sign_in):
    case = walk.until("confirming")
    file(walk, sign_in, case, about="figures", **TAX)
    done = decide(walk, Objection.objects.get(), upheld="no", decision="所附证明属下一年度")
    assert (done.outcome, done.claims[0]["upheld"], done.claims[0]["value"]) == (
        "refused", False, None,
    )  # fmt: skip
    page = sign_in(walk.world.firm).get(f"/sheets/{walk.sheet(case, 2).token}/").content.decode()
    assert "所附证明属下一年度" in page
    walk.after(30)
    case = walk.do(walk.do(case, "close_confirmation"), "compute")
    assert case.run.snapshot == case.table


def test_who_objected_does_not_decide(walk, sign_in):
    case = walk.until("confirming")
    file(walk, sign_in, case, by=walk.world.analyst, about="figures", **TAX)
    made = Objection.objects.get()
    with pytest.raises(Refused):
        decide(walk, made, walk.world.firm)
    with pytest.raises(NotNow, match="您本人提出"):
        decide(walk, made)
    assert decide(walk, Objection.objects.get(), walk.world.second).state == "decided"


def test_the_annex_says_exactly_what_the_decision_changed(walk, sign_in):
    case = walk.until("publicity")
    page = file(walk, sign_in, case, about="result", grounds="少算税收", **TAX)
    assert page.status_code == 200
    walk.after(30)
    with pytest.raises(NotNow, match="没有答复"):
        walk.do(case, "end_publicity")
    decide(walk, Objection.objects.get(), value="200")
    case = walk.do(case, "end_publicity")
    with pytest.raises(NotNow, match="请先重新计算"):
        walk.do(case, "finalise")
    case = walk.do(case, "recompute")
    assert case.final_run not in (None, case.run)
    rows = {one.code: one for one in differences(case.run, case.final_run)}
    own = rows[credit_code(2)]
    assert (own.before.score, own.after.score, own.points) == (84.36, 99.96, 15.6)
    assert (own.before.rank, own.after.rank, own.places) == (3, 1, 2)
    # the two that stood before it lost a place each, and no score changed but its own
    assert {code: (one.points, one.places) for code, one in rows.items()} == {
        credit_code(2): (15.6, 2), credit_code(5): (0.0, -1), credit_code(1): (0.0, -1),
    }  # fmt: skip
    client = sign_in(walk.world.analyst)
    for address in ("annex/", "annex/print/", "annex.xlsx"):
        assert client.get(f"/rounds/{case.code}/{address}").status_code == 200
    text = client.get(f"/rounds/{case.code}/annex/").content.decode()
    assert "实缴税收 148 → 200" in text
    assert "其他对象的数据更正所致" in text
    assert sign_in(walk.world.firm).get(f"/rounds/{case.code}/annex/").status_code == 404
    case = walk.do(walk.do(case, "finalise"), "publish", walk.world.second)
    assert (case.final_run.is_published, case.run.is_published) == (True, False)


def test_publicity_again_where_the_rule_asks_for_it(walk, sign_in):
    ProcedureRule.objects.create(name="规则", again_if_changed=True, valid_from="2020-01-01")
    case = walk.until("publicity")
    file(walk, sign_in, case, about="result", **TAX)
    walk.after(30)
    decide(walk, Objection.objects.get())
    case = walk.do(walk.do(case, "end_publicity"), "recompute")
    with pytest.raises(NotNow, match="重新公示"):
        walk.do(case, "finalise")
    case = walk.do(case, "publicise_again", reason="名次有变化")
    page = sign_in(walk.world.firm).get(f"/publicity/{case.code}/").content.decode()
    assert case.org_unit.name in page
    walk.after(60)
    case = walk.do(walk.do(case, "end_publicity"), "finalise")
    assert case.state == "final"


def test_two_objections_of_one_subject_do_not_run_beside_each_other(walk, sign_in):
    case = walk.until("confirming")
    file(walk, sign_in, case, about="figures", **TAX)
    page = file(walk, sign_in, case, about="figures", **TAX)
    assert "正在核查" in page.content.decode()
    made = Objection.objects.get()
    flow.perform(acting_user=walk.world.firm, case=made, action="withdraw", reason="查清了")
    file(walk, sign_in, case, about="figures", **TAX)
    assert Objection.objects.count() == 2
    assert EvaluationRound.objects.count() == 1


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"field": "tax"}, "应为数据的列表"),
        ([{"field": "weather", "claimed": 1, "reason": "不对"}], "“weather”不是这份确认单上"),
        ([{"field": "tax", "claimed": "很多", "reason": "不对"}], "“很多”不是"),
        ([{"field": "tax", "claimed": 1, "reason": " "}], "为什么不对"),
    ],
)
def test_a_program_claims_no_more_than_the_sheet_lets_object_to(walk, claims, sentence):
    sheet = walk.sheet(walk.until("confirming"), 2)
    with pytest.raises(ValidationError) as told:
        object_to(acting_user=walk.world.firm, sheet=sheet, about="figures", claims=claims)
    assert sentence in " ".join(told.value.messages)
    assert not Objection.objects.exists()
