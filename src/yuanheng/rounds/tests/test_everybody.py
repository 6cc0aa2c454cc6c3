"""What everybody reads without signing in, what a decision does to the ledger, co-units."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from yuanheng.accounts.models import OrgUnit
from yuanheng.accounts.tests.world import make_user
from yuanheng.calc.periods import Period
from yuanheng.kernel import flow
from yuanheng.kernel.flow import NotNow
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions import NewFigure, load_catalogue, subjects_of, write_figures
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import Entry, Indicator
from yuanheng.ledger.queries.believed import latest
from yuanheng.registry.tests.world import credit_code
from yuanheng.rounds.models import EvaluationRound, Objection
from yuanheng.rounds.tests.test_objections import TAX, decide, file


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def opened(walk, shows="grades", is_open=True):
    case = walk.until("computed")
    return walk.do(case, "publicise", values={"shows": shows, "public_note": "电话 0738-000000",
                                              "open_to_all": is_open})  # fmt: skip


def test_a_list_is_open_to_everybody_only_where_the_office_says_so(walk):
    case = opened(walk, is_open=False)
    everybody = Client()
    assert everybody.get(f"/public/{case.code}/").status_code == 404
    assert "没有" in words(everybody.get("/public/"))
    walk.do(case, "open_page", values={"open_to_all": True})
    page = everybody.get(f"/public/{case.code}/")
    assert page.status_code == 200
    assert "2024年度亩均评价" in words(everybody.get("/public/"))
    assert "企业2" in words(page)
    assert "电话 0738-000000" in words(page)
    walk.do(case, "open_page", values={"open_to_all": False})
    assert everybody.get(f"/public/{case.code}/").status_code == 404


@pytest.mark.parametrize(
    ("shows", "ranks"), [("names", False), ("grades", False), ("ranks", True)]
)
def test_everybody_reads_the_published_columns_and_nothing_else(walk, shows, ranks):
    case = opened(walk, shows)
    page = Client().get(f"/public/{case.code}/")
    text = words(page)
    assert ("名次" in text) is ranks
    assert ("得分" in text) is ranks
    assert ("99.96" in text or "84.36" in text) is ranks
    for hidden in ("实缴税收", "用地面积", "148", "/sheets/", "/runs/"):
        assert hidden not in page.content.decode()
    paper = words(Client().get(f"/public/{case.code}/print/"))
    assert paper.count("企业") >= 11
    assert "Anonymous" not in paper
    assert ("84.36" in paper) is ranks


def test_the_page_ends_with_the_term_and_with_the_publicity(walk):
    case = opened(walk)
    assert Client().get(f"/public/{case.code}/").status_code == 200
    walk.after(30)
    for page in ("", "print/"):
        assert Client().get(f"/public/{case.code}/{page}").status_code == 404
    walk.do(case, "end_publicity")
    assert Client().get(f"/public/{case.code}/").status_code == 404


def test_only_the_office_opens_it_and_only_in_publicity(walk):
    case = opened(walk)
    for who in ("reporter", "firm", "stranger"):
        with pytest.raises((Refused, NotNow)):
            flow.perform(
                acting_user=getattr(walk.world, who),
                case=EvaluationRound.objects.get(pk=case.pk),
                action="open_page",
                values={"open_to_all": True},
            )
    walk.after(30)
    case = walk.do(case, "end_publicity")
    with pytest.raises(NotNow):
        walk.do(case, "open_page", values={"open_to_all": True})


def test_the_open_pages_ask_few_questions(walk, django_assert_max_num_queries):
    case = opened(walk, "ranks")
    for page in ("/public/", f"/public/{case.code}/", f"/public/{case.code}/print/"):
        with django_assert_max_num_queries(12):
            assert Client().get(page).status_code == 200


def test_every_line_is_on_paper(walk, sign_in):
    case = opened(walk, "ranks")
    paper = sign_in(walk.world.firm).get(f"/publicity/{case.code}/print/").content.decode()
    assert paper.count("<tr>") >= 12
    assert "只列前" not in paper


def lines_of(paper):
    """The numbers and codes of the printed lines, in their order."""
    return re.findall(r'<tr><td class="yh-number">(\d+)</td><td>(.*?)</td>', paper)


@pytest.mark.parametrize("shows", ["names", "grades", "ranks"])
def test_a_long_list_is_printed_in_parts_that_hold_every_line_once(
    walk, sign_in, monkeypatch, django_assert_max_num_queries, shows
):
    case = opened(walk, shows)
    whole = Client().get(f"/public/{case.code}/print/").content.decode()
    assert "部分" not in whole  # a short one is in one
    monkeypatch.setattr("yuanheng.rounds.publicity.LINES_A_PART", 4)
    found, address = [], f"/public/{case.code}/print/"
    for number in range(1, 100):
        with django_assert_max_num_queries(12):
            page = Client().get(f"{address}?part={number}")
        found += lines_of(page.content.decode())
        assert f"第 {number} 部分" in words(page)
        if f"?part={number + 1}" not in page.content.decode():
            break
    assert number > 2
    assert found == lines_of(whole)
    first = lines_of(Client().get(address).content.decode())
    for wrong in ("0", "99", "-1", "x", "9" * 30):
        assert lines_of(Client().get(f"{address}?part={wrong}").content.decode()) == first
    own = sign_in(walk.world.firm).get(f"/publicity/{case.code}/print/?part=2").content.decode()
    assert lines_of(own) == found[4:8]


# --- the ledger -------------------------------------------------------------------------------


def in_ledger(walk, value):
    """The tax of 企业2 in the ledger, in 10,000 yuan; the key under which it is found."""
    load_catalogue(acting_user=walk.world.root)
    one = Indicator.objects.get(code="tax_actual")
    subject = subjects_of("enterprise", [credit_code(2)], acting_user=walk.world.analyst)
    period = Period.parse("2024")
    figure = NewFigure(subject[credit_code(2)], one.pk, period, value * 1e4)
    write_figures(
        acting_user=walk.world.analyst, figures=[figure], source=EntrySource.HAND, title="税务数据"
    )
    return (figure.subject_id, period.start, period.kind, one.pk)


def objected(walk, sign_in):
    case = walk.until("confirming")
    file(walk, sign_in, case, about="figures", **TAX)
    return Objection.objects.get()


def test_an_upheld_correction_goes_to_the_ledger_with_its_source(walk, sign_in):
    key = in_ledger(walk, 148)
    done = decide(walk, objected(walk, sign_in), value="200")
    assert latest([key])[key][1] == 2_000_000
    entry = Entry.objects.latest("pk")
    assert done.number in entry.source_name
    assert entry.reason == "核实完税证明"
    assert (entry.rows, entry.corrections) == (1, 1)
    page = sign_in(walk.world.analyst).get(f"/objections/{done.code}/")
    assert "已作为更正写入台账" in words(page)


def test_a_decision_that_is_reversed_puts_the_figure_back(walk, sign_in):
    key = in_ledger(walk, 148)
    done = decide(walk, objected(walk, sign_in), value="200")
    flow.perform(acting_user=walk.world.analyst, case=done, action="reopen", reason="重新核实")
    decide(walk, Objection.objects.get(), upheld="no", decision="原数无误")
    assert latest([key])[key][1] == 1_480_000


@pytest.mark.parametrize(("held", "why"), [(150, "other"), (None, "no_indicator")])
def test_another_figure_in_the_ledger_is_left_alone_and_said(walk, sign_in, held, why):
    entries = 0
    if held is not None:
        key = in_ledger(walk, held)
        entries = Entry.objects.count()
    done = decide(walk, objected(walk, sign_in), value="200")
    assert Entry.objects.count() == entries
    assert done.claims[0]["ledger"] == why
    assert "ledger_value" not in done.claims[0]
    if held is not None:
        assert latest([key])[key][1] == held * 1e4


# --- co-units --------------------------------------------------------------------------------


def test_officers_of_a_co_unit_see_the_sheet_that_they_are_asked_about(walk, sign_in):
    made = objected(walk, sign_in)
    bureau, other = (
        OrgUnit.objects.create(code=code, name=name, kind="bureau", parent=walk.world.city)
        for code, name in (("swj", "市税务局"), ("tjj", "市统计局"))
    )
    officer = make_user("tax_officer", "bureau_officer", bureau)
    stranger = make_user("statistician", "bureau_officer", other)
    address = f"/sheets/{made.sheet.token}/"
    assert sign_in(officer).get(address).status_code == 404
    flow.perform(acting_user=walk.world.analyst, case=made, action="accept")
    made = Objection.objects.get()
    flow.perform(
        acting_user=walk.world.analyst, case=made, action="add_co_unit",
        values={"co_unit": str(bureau.pk), "task": "核实完税数"},
    )  # fmt: skip
    page = sign_in(officer).get(address)
    assert page.status_code == 200
    assert "148" in words(page)
    assert sign_in(officer).get(f"{address}print/").status_code == 200
    assert sign_in(officer).post(f"{address}confirm/").status_code in (403, 302)
    assert sign_in(stranger).get(address).status_code == 404
    other_sheet = walk.sheet(made.round, 3)
    assert sign_in(officer).get(f"/sheets/{other_sheet.token}/").status_code == 404
