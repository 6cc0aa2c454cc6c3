"""Warning, exit and promotion over several evaluations; what grades bring, account by account."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from yuanheng.evaluation.actions import publish_run, start_run
from yuanheng.evaluation.models import Result
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code
from yuanheng.rounds.dynamics import charges
from yuanheng.rounds.models import DynamicRule, GradeMeasure, UtilityAccount


@pytest.fixture
def run(place):
    """Two published years, the later compared with the earlier."""
    given = {
        "acting_user": place.world.analyst, "version": place.version, "snapshot": place.table,
    }  # fmt: skip
    before, _new = start_run(**given, period="2023")
    publish_run(acting_user=place.world.analyst, run=before)
    run, _new = start_run(**given, period="2024", previous=before)
    return publish_run(acting_user=place.world.analyst, run=run)


def rule(world, **more):
    values = {
        "name": "末位退出", "org_unit": world.city, "subject_kind": "enterprise", "size": 2,
        "times": 2, "within": 2, "effect": "exit", "valid_from": "2020-01-01",
        "clause": "某办法第十条", **more,
    }  # fmt: skip
    made = DynamicRule(**values)
    made.full_clean()
    made.save()
    return DynamicRule.objects.get(pk=made.pk)


def test_the_last_two_in_two_years_running_are_listed_with_the_reason(world, run, sign_in):
    rule(world)
    rule(world, name="不相干的", subject_kind="park")
    rule(world, name="过期的", valid_until="2020-12-31")
    last = list(
        Result.objects.filter(run=run, rank__gte=10)
        .order_by("rank")
        .values_list("name", "rank_before")
    )
    assert last == [("企业11", 10), ("企业3", 11)]
    client = sign_in(world.analyst)
    page = client.get(f"/dynamics/{run.code}/").content.decode()
    assert "2023、2024位列全部企业后2名，最近2次评价中2次" in page
    assert ("企业11" in page, "企业10" in page, "不相干的" in page, "过期的" in page) == (
        True, False, False, False,
    )  # fmt: skip
    book = client.get(f"/dynamics/{run.code}/list.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    assert [line[1] for line in rows.to_python()[1:]] == ["企业11", "企业3"]


def test_everybody_sees_their_own_part_only(world, run, sign_in):
    rule(world, size=11, times=1, within=1, measure="grade", grades="A、B、C")
    text = sign_in(world.reporter).get(f"/dynamics/{run.code}/").content.decode()
    assert ("企业2" in text, "企业7" in text) == (True, False)
    assert sign_in(world.stranger).get(f"/dynamics/{run.code}/").status_code == 404


@pytest.fixture
def tariffs(world):
    """Shandong's surcharge, here for grade C, and a relief for A."""
    for year, end, delta in ((1, 1, "0.05"), (2, 2, "0.10"), (3, None, "0.15")):
        GradeMeasure.objects.create(
            name=f"第{year}年", org_unit=world.city, grade="C", from_year=year, to_year=end,
            resource="power", delta=delta, measure="元/千瓦时", valid_from="2020-01-01",
        )  # fmt: skip
    for number, account in ((3, "0730001"), (3, "0730002"), (1, "0730003")):
        UtilityAccount.objects.create(
            enterprise=Enterprise.objects.get(credit_code=credit_code(number)), resource="power",
            account=account, supplier="供电公司", valid_from="2020-01-01",
        )  # fmt: skip


def test_the_list_by_account_counts_years_in_a_row(world, run, tariffs, sign_in):
    found = charges(run, world.analyst)
    own = [one for one in found if one.code == credit_code(3)]
    assert [(one.grade, one.years, one.applied.delta, one.account) for one in own] == [
        ("C", 2, Decimal("0.1000"), "0730001"), ("C", 2, Decimal("0.1000"), "0730002"),
    ]  # fmt: skip
    other = next(one for one in found if one.code == credit_code(11))
    assert other.account == ""  # told, not left out
    assert {one.grade for one in found} == {"C"}
    client = sign_in(world.analyst)
    assert "0730002" in client.get(f"/measures/{run.code}/").content.decode()
    book = client.get(f"/measures/{run.code}/list.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    assert ["用电", "0730001", "供电公司"] in [line[:3] for line in rows.to_python()]


@pytest.mark.parametrize("who", ["reader", "reporter", "firm", "officer"])
def test_accounts_are_for_the_office(world, run, tariffs, sign_in, who):
    client = sign_in(getattr(world, who))
    assert client.get(f"/measures/{run.code}/").status_code == 403
    assert client.get(f"/measures/{run.code}/list.xlsx").status_code == 403


def test_pages_ask_few_questions(world, run, tariffs, sign_in, django_assert_max_num_queries):
    rule(world)
    rule(world, name="警示", effect="warning", times=1)
    client = sign_in(world.analyst)
    client.get("/rounds/")
    for address in (f"/dynamics/{run.code}/", f"/measures/{run.code}/"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": 3},
        {"within": 11},
        {"measure": "grade"},
        {"size": 0},
        {"valid_until": "2019-01-01"},
    ],
)
def test_a_rule_that_means_nothing_is_refused(world, wrong):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        rule(world, **wrong)


def test_room_for_growth_is_that_of_the_whole_group(world, run, sign_in):
    """Ten firms on 10 mu each whose tax is known: the median is 14.35 万元 a mu."""
    text = sign_in(world.analyst).get(f"/growth/{run.code}/?q=50").content.decode()
    assert "企业11" in text
    own = sign_in(world.reporter).get(f"/growth/{run.code}/?q=50").content.decode()
    assert ("企业2" in own, "企业7" in own) == (True, False)
    for page in (text, own):
        assert "14.35" in page  # of the whole group, whoever looks
    assert ("4.50" in text, "0.31" in text) == (True, True)  # the eleventh pays 139 of 143.5
    assert sign_in(world.stranger).get(f"/growth/{run.code}/").status_code == 404
    assert sign_in(world.officer).get(f"/growth/{run.code}/").status_code == 403


def test_years_in_a_row_are_found_from_published_rounds(place, walk, sign_in):
    """Nobody said with what the later evaluation is to be compared: the office's round of the year
    before is found."""
    from yuanheng.rounds.dynamics import line_of_runs

    walk.until("published", walk.open(period="2023", title="2023年度"))
    monkey = walk.clock.monkeypatch
    monkey.undo()
    case = walk.until("published", walk.open(title="2024年度"))
    run = case.last_run
    assert run.previous is None
    assert [one.period for one in line_of_runs(run)] == ["2024", "2023"]
    rule(place.world, measure="grade", grades="C", size=0, name="连续C类退出")
    text = sign_in(place.world.analyst).get(f"/dynamics/{run.code}/").content.decode()
    assert "连续2次评价为C" in text
    # With the reason: what it yields a mu, the middle of its group, the land it holds.
    for words in ("13.90", "14.35", "10.00"):
        assert words in text


def test_a_cancelled_round_is_no_year(place, walk):
    from yuanheng.rounds.dynamics import line_of_runs

    early = walk.until("computed", walk.open(period="2023", title="2023年度"))
    walk.do(early, "withdraw", reason="撤回")
    case = walk.until("published", walk.open(title="2024年度"))
    assert [one.period for one in line_of_runs(case.last_run)] == ["2024"]
