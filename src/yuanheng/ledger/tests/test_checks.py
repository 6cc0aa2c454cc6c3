"""Rules of checks: what each kind finds, in which words, and what it can't judge."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from yuanheng.calc.periods import Period
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions import load_check_rules, remark_figure, subjects_of
from yuanheng.ledger.models import CheckRule, FigureRemark
from yuanheng.ledger.queries.checks import Proposed, examine, findings_for
from yuanheng.ledger.shipped import shipped_rules

MONTHS = [f"2023-{month:02d}" for month in range(1, 13)]


def rule(**values) -> CheckRule:
    row = CheckRule(
        **{"code": "r", "name": "规则", "severity": "explain", "valid_from": "2020-01-01"} | values
    )
    row.full_clean()
    row.save()
    return row


@pytest.fixture
def ask(book):
    """``ask((park, "firms", "2024-07", 71), …)``: what the rules find, as the analyst."""

    def do(*rows, by=None):
        return findings_for(proposed(book, rows), acting_user=by or book.world.analyst)

    return do


def proposed(book, rows):
    figures = [book.figure(*row) for row in rows]
    return [Proposed(one.subject_id, one.indicator_id, one.period, one.value) for one in figures]


def test_a_comparison_names_both_sides_and_what_to_do(book, ask):
    rule(left="规模以上工业企业", operator="<=", right="入园企业", severity="block")
    zone = book.world.zone
    (found,) = ask((zone, "scale_firms", "2024-07", 80), (zone, "firms", "2024-07", 71))
    assert (found.rule, found.severity, found.explained) == ("r", "block", False)
    for word in ("冷水江经济开发区", "2024-07", "80家", "71家", "≤", "请更正"):
        assert word in found.text, found.text
    assert ask((zone, "scale_firms", "2024-07", 71), (zone, "firms", "2024-07", 71)) == []


def test_proposed_figures_are_laid_over_the_ledger(book, ask):
    rule(left="规模以上工业企业", operator="<=", right="入园企业")
    zone = book.world.zone
    book(zone, "firms", "2024-07", 71)
    assert len(ask((zone, "scale_firms", "2024-07", 80))) == 1
    assert ask((zone, "scale_firms", "2024-07", 80), (zone, "firms", "2024-07", 90)) == []
    # what is left empty is unknown, not what was there before
    assert ask((zone, "scale_firms", "2024-07", 80), (zone, "firms", "2024-07", None)) == []
    assert ask((zone, "exports", "2024-07", 1.0)) == []


def test_units_are_brought_together_and_tolerances_hold(book, ask):
    rule(left="入库税收", operator="=", right="20 万元", tolerance_percent=1)
    zone = book.world.zone
    assert ask((zone, "tax_paid_in", "2024-07", 201_900)) == []
    (found,) = ask((zone, "tax_paid_in", "2024-07", 203_000))
    assert "允许误差1%" in found.text


def test_a_rule_may_speak_of_other_periods(book, ask):
    rule(left="入库税收_累计", operator=">=", right="上年同期(入库税收_累计)")
    zone = book.world.zone
    rows = [(zone, "tax_paid_in", month, 100.0) for month in MONTHS]
    book.many(*rows, *((zone, "tax_paid_in", f"2024-0{m}", 90.0) for m in (1, 2)))
    (found,) = ask((zone, "tax_paid_in", "2024-03", 90.0))
    assert "入库税收_累计" in found.text
    assert ask((zone, "tax_paid_in", "2024-03", 120.0)) == []


def test_a_rule_over_a_computed_indicator(book, ask):
    rule(left="亩均税收", operator="<=", right="100 万元/亩")
    zone = book.world.zone
    book(zone, "land_area", "2024", 10)
    (found,) = ask((zone, "tax_paid_in", "2024", 2e7))
    assert "200.00" in found.text


def test_what_cannot_be_judged_is_said_and_never_breaks(book):
    rule(left="规模以上工业企业 / 入园企业", operator="<=", right="1")
    zone = book.world.zone
    for firms, word in ((0, "除数为 0"), (None, "入园企业")):
        given = proposed(
            book, [(zone, "scale_firms", "2024-07", 5), (zone, "firms", "2024-07", firms)]
        )
        report = examine(given, acting_user=book.world.analyst, with_undecided=True)
        assert report.findings == []
        assert word in report.undecided[0]


def test_jumps_against_last_month_and_last_year(book, ask):
    rule(kind="jump", left="技工贸总收入", limit_previous=50, limit_last_year=80)
    zone = book.world.zone
    book.many((zone, "total_income", "2024-06", 1e9), (zone, "total_income", "2023-07", 1e9))
    found = ask((zone, "total_income", "2024-07", 2e9))
    assert ["2024-06" in one.text for one in found] == [True, False]
    assert "增长100%" in found[0].text
    assert "10.00亿元" in found[0].text
    (down,) = ask((zone, "total_income", "2024-07", 0.4e9))
    assert "下降60%" in down.text
    assert ask((zone, "total_income", "2024-07", 1.4e9)) == []


def test_rates_jump_in_points_and_cumulatives_not_from_month_to_month(book, ask):
    rule(kind="jump", left="企业满意度、技工贸总收入", limit_previous=10)
    zone = book.world.zone
    book.many((zone, "satisfaction", "2024Q1", 80.0), (zone, "total_income", "2024-01..06", 1e9))
    (found,) = ask((zone, "satisfaction", "2024Q2", 92.0))
    assert "12个百分点" in found.text
    assert ask((zone, "total_income", "2024-01..07", 2e9)) == []


def test_the_parks_are_added_up_against_their_region(book, ask):
    rule(kind="parts", left="入库税收", tolerance_percent=1)
    world = book.world
    book(world.zone, "tax_paid_in", "2024-07", 1e8)
    county = world.regions["431381"]
    (found,) = ask((county, "tax_paid_in", "2024-07", 1.2e8))
    assert "入库税收_园区合计" in found.text
    assert ask((county, "tax_paid_in", "2024-07", 1.005e8)) == []
    # the part of the zone is in the zone's figure already
    book(world.part, "tax_paid_in", "2024-07", 3e7)
    assert ask((county, "tax_paid_in", "2024-07", 1e8)) == []


def test_the_enterprises_of_a_park_are_added_up(book, ask):
    rule(left="营业收入", operator=">=", right="营业收入_企业合计", subject_kind="park")
    world = book.world
    book(world.steel, "revenue", "2024-07", 5e8)
    assert len(ask((world.zone, "revenue", "2024-07", 4e8))) == 1
    assert ask((world.zone, "revenue", "2024-07", 6e8)) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.1e12, "把“万元”填成了“亿元”"), (1.05e4, "把“万元”填成了“元”"),
        (1.0e5, "把“千元”填成了“元”"), (0.95, "把“亿元”填成了“元”"),
    ],
)  # fmt: skip
def test_a_slip_of_the_unit_is_named_and_told_once(book, ask, value, words):
    rule(kind="slip")
    rule(code="jump", kind="jump", left="", limit_previous=50)
    rule(code="far", kind="outlier", left="")
    zone = book.world.zone
    book.many(*((zone, "total_income", month, 1e8 + at) for at, month in enumerate(MONTHS)))
    (found,) = ask((zone, "total_income", "2024-01", value))
    assert words in found.text, found.text


def test_an_outlier_of_its_own_history(book, ask):
    rule(kind="outlier", left="入园企业、闲置土地面积")
    zone = book.world.zone
    book.many(*((zone, "firms", month, 70 + at % 3) for at, month in enumerate(MONTHS)))
    (found,) = ask((zone, "firms", "2024-01", 100))
    assert "71家" in found.text
    assert ask((zone, "firms", "2024-01", 73)) == []
    steady = [(zone, "idle_land", month, 100 + 0.01 * at) for at, month in enumerate(MONTHS)]
    book.many(*steady)
    assert ask((zone, "idle_land", "2024-01", 105)) == []  # far from a past that never moved
    assert len(ask((zone, "idle_land", "2024-01", 120))) == 1


def test_an_outlier_of_its_class(book, ask):
    rule(kind="outlier", left="技工贸总收入", against="class")
    world = book.world
    parks = [_park(world, number) for number in range(6)]
    book.many(*((park, "total_income", "2024-07", 1e9 + n) for n, park in enumerate(parks)))
    (found,) = ask((world.zone, "total_income", "2024-07", 1e13))
    assert "同类" in found.text
    assert ask((world.elsewhere, "total_income", "2024-07", 1e13), by=world.root) == []


def _park(world, number):
    from yuanheng.registry.models import Park

    return Park.objects.create(
        code=f"P{number}", name=f"园{number}", rank="provincial", region=world.regions["431322"]
    )


def test_rules_count_where_and_when_they_say(book, ask):
    row = rule(
        left="入园企业", operator="<=", right="10", subject_kind="park", region="4313",
        frequency="month", valid_until="2024-12-31",
    )  # fmt: skip
    zone = book.world.zone
    assert len(ask((zone, "firms", "2024-07", 11))) == 1
    for period in ("2025-01", "2019-07", "2024Q2"):
        assert ask((zone, "firms", period, 11)) == []
    assert ask((book.world.elsewhere, "firms", "2024-07", 11), by=book.world.root) == []
    row.region = "4301"
    row.save()
    assert ask((zone, "firms", "2024-07", 11)) == []


def test_faults_of_a_rule_are_told_when_it_is_saved(book):
    cases = [
        ({"left": "没有这个", "operator": "=", "right": "1"}, "left", "没有这个"),
        ({"left": "入库税收", "operator": "=", "right": "用地面积"}, "right", "不能比较"),
        ({"left": "入库税收", "operator": "", "right": "1 元"}, "operator", "运算符"),
        ({"left": "入库税收 / 0", "operator": "=", "right": "1"}, "left", "不能除以 0"),
        ({"left": "1", "operator": "=", "right": "2"}, "left", "至少"),
        ({"left": "", "operator": "=", "right": "2"}, "left", "公式"),
        ({"left": "(入库税收", "operator": "=", "right": "2"}, "left", "括号"),
        ({"kind": "jump", "left": "入库税收"}, "limit_previous", "限值"),
        ({"kind": "slip", "left": "没有这个"}, "left", "没有这个"),
        ({"kind": "parts", "left": "亩均税收"}, "left", "亩均税收"),
        ({"left": "入园企业", "operator": "=", "right": "2", "valid_until": "2019-01-01"},
         "valid_until", ""),
    ]  # fmt: skip
    for values, field, word in cases:
        with pytest.raises(ValidationError) as caught:
            rule(**values)
        said = " ".join(caught.value.message_dict[field])
        assert word in said, (values, said)


def test_a_rule_that_no_longer_fits_is_named_and_the_rest_counts(book, ask):
    from yuanheng.ledger.models import Indicator

    rule(left="入园企业", operator="<=", right="10")
    rule(code="other", left="规模以上工业企业", operator="<=", right="10")
    Indicator.objects.filter(code="firms").update(name="另一个名字")
    given = proposed(book, [(book.world.zone, "scale_firms", "2024-07", 11)])
    report = examine(given, acting_user=book.world.analyst)
    assert len(report.findings) == 1
    assert report.broken == ["规则"]


def test_a_remark_on_the_same_value_explains_it(book, ask):
    rule(left="入园企业", operator="<=", right="10")
    world = book.world
    subject = subjects_of("park", ["LSJ"], acting_user=world.analyst)["LSJ"]
    given = dict(acting_user=world.reporter, subject_id=subject, indicator_id=book.ids["firms"],
                 period=Period.parse("2024-07"))  # fmt: skip
    remark_figure(**given, comment="新增一批孵化企业", value=11.0)
    assert ask((world.zone, "firms", "2024-07", 11))[0].explained
    assert not ask((world.zone, "firms", "2024-07", 12))[0].explained
    remark_figure(**given, follow_up=True)
    assert FigureRemark.objects.count() == 2
    with pytest.raises(ValidationError):
        remark_figure(**given, follow_up=True)
    for who in ("stranger", "auditor", "former", "nobody"):
        with pytest.raises(Refused):
            remark_figure(**{**given, "acting_user": getattr(world, who)}, comment="不")
    assert FigureRemark.objects.visible_to(world.stranger).count() == 0
    assert FigureRemark.objects.visible_to(world.auditor).count() == 2


def test_figures_of_another_area_are_refused(book, ask):
    rule(left="入园企业", operator="<=", right="10")
    for who in ("stranger", "nobody", "former"):
        with pytest.raises(Refused):
            ask((book.world.zone, "firms", "2024-07", 11), by=getattr(book.world, who))


def test_tax_figures_of_an_enterprise_are_not_told_to_who_may_not_see_them(book, ask):
    rule(left="实缴税收", operator="<=", right="1 万元")
    row = (book.world.steel, "tax_actual", "2024", 7654321.0)
    assert "765.43" in ask(row)[0].text.replace(",", "")
    hidden = ask(row, by=book.world.supervisor)[0].text
    assert "765" not in hidden
    assert "不向您显示" in hidden


def test_the_sample_rules_fit_the_shipped_catalogue(book):
    assert load_check_rules(acting_user=book.world.root) == len(shipped_rules())
    assert load_check_rules(acting_user=book.world.root) == 0
    assert set(CheckRule.objects.values_list("authority", flat=True)) == {"sample"}
    for who in ("analyst", "county_analyst", "auditor", "reporter"):
        with pytest.raises(Refused):
            load_check_rules(acting_user=getattr(book.world, who))


def test_a_park_that_reports_last_sees_that_the_regions_sum_is_wrong(book):
    """The region's figure was published first; the park that comes later is told."""
    world = book.world
    CheckRule.objects.create(
        code="sum", name="园区合计", kind="parts", severity="warn", left="营业收入",
        tolerance_percent=1, valid_from="2020-01-01",
    )  # fmt: skip
    book(world.regions["431381"], "revenue", "2024-07", 5e8)
    (one,) = findings_for(
        [reported(book, 1e8)],
        acting_user=world.analyst,
    )
    assert "冷水江市" in one.text
    assert "5.00" in one.text
    # Who doesn't see the region is told that it is wrong, not by how much.
    (one,) = findings_for(
        [reported(book, 1e8)],
        acting_user=world.reporter,
    )
    assert "5.00" not in one.text
    assert findings_for(
        [reported(book, 5e8)],
        acting_user=world.analyst,
    ) == []  # fmt: skip


def reported(book, value):
    """The park's revenue of July, as somebody would report it."""
    one = book.figure(book.world.zone, "revenue", "2024-07", value)
    return Proposed(one.subject_id, one.indicator_id, one.period, value)
