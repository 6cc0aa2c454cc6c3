"""From area items and tax paid to the ledger, its passport and the table of a scheme."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanheng.calc.periods import Period
from yuanheng.estate.actions import NothingToReckon, correct_area, reckon_year
from yuanheng.estate.models import AreaItem, AreaRule, Reckoning, TaxKind, TaxPaid, TenantMerge
from yuanheng.estate.reckoning import heads_on
from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.api import Scope, freeze_figures, make_table
from yuanheng.ledger.frozen import Frozen
from yuanheng.ledger.layouts import TableLayout
from yuanheng.ledger.models import Observation
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code

# The worked example of docs/methods/rounds.md: 50 + 10 − 8 + 3 − 5 + 2000 ÷ 2 ÷ 666.67 = 51.5.
PIECES = [
    ("own", "50"), ("leased_in", "10"), ("leased_out", "8"), ("untitled", "3"), ("exempt", "5"),
]  # fmt: skip


@pytest.fixture
def landed(world, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path
    for kind, mu in PIECES:
        AreaItem.objects.create(enterprise=world.steel, kind=kind, title=kind, area_mu=mu)
    AreaItem.objects.create(
        enterprise=world.steel, kind="floor_in", title="二号厂房", floor_m2="2000",
        floor_area_ratio="2",
    )  # fmt: skip
    for name, counts, share in (
        ("增值税", True, 100),
        ("环保税", True, 50),
        ("海关代征", False, 100),
    ):
        TaxKind.objects.create(
            name=name, counts=counts, share=share, org_unit=world.city, valid_from="2020-01-01"
        )
    for name, yuan in (("增值税", "800000"), ("环保税", "100000"), ("海关代征", "300000")):
        TaxPaid.objects.create(enterprise=world.steel, year=2024, tax_kind=name, amount_yuan=yuan)
    TaxPaid.objects.create(
        enterprise=world.steel, year=2024, tax_kind="免抵调库", amount_yuan="50000",
        is_addition=True, note="出口企业免抵",
    )  # fmt: skip
    return world


def value(firm, code, year=2024):
    rows = Observation.objects.filter(
        subject__code=firm.credit_code,
        indicator__code=code,
        period_start=Period.parse(str(year)).start,
    )
    return rows.order_by("-pk").values_list("value", flat=True).first()


def test_what_is_reckoned_is_in_the_ledger_with_its_parts(landed, sign_in, settings):
    done = reckon_year(acting_user=landed.analyst, year=2024)
    assert (done.enterprises, done.areas, done.taxes, done.incomplete) == (1, 1, 1, 0)
    assert value(landed.steel, "land_area") == 51.5
    assert value(landed.steel, "tax_actual") == 900_000
    client = sign_in(landed.analyst)
    page = client.get(f"/ledger/enterprise/{credit_code(1)}/land_area/2024/")
    text = page.content.decode()
    for words in ("自有用地：+ 50 亩", "租出用地：− 8 亩", "2000 ㎡ ÷ 2 ÷ 666.67", "二号厂房"):
        assert words in text
    text = client.get(f"/ledger/enterprise/{credit_code(1)}/tax_actual/2024/").content.decode()
    for words in (
        "环保税 100,000.00 元：计入 × 0.5",
        "海关代征 300,000.00 元：不计入",
        "出口企业免抵",
    ):
        assert words in text
    row = Reckoning.objects.get()
    text = client.get(f"/per-mu/{row.token}/").content.decode()
    assert "51.5" in text
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(f"/per-mu/{row.token}/").content.decode()
    assert "own land: + 50 mu" in english


def test_done_twice_nothing_is_new_and_what_changes_is_a_correction(landed):
    reckon_year(acting_user=landed.analyst, year=2024)
    again = reckon_year(acting_user=landed.analyst, year=2024)
    assert (again.changed, Observation.objects.count(), Reckoning.objects.count()) == (0, 2, 1)
    AreaItem.objects.filter(kind="own").update(area_mu="60")
    assert reckon_year(acting_user=landed.analyst, year=2024).changed == 1
    rows = Observation.objects.filter(indicator__code="land_area").order_by("pk")
    assert [one.value for one in rows] == [51.5, 61.5]
    assert rows[1].supersedes_id == rows[0].pk
    assert "面积项" in rows[1].entry.reason + rows[1].reason
    current = Reckoning.objects.filter(enterprise=landed.steel, year=2024)
    assert list(current.filter(is_current=True)) == [current.order_by("pk").last()]


def test_what_is_missing_is_said_and_not_entered(landed):
    AreaItem.objects.filter(kind="floor_in").update(floor_area_ratio=None)
    TaxPaid.objects.create(enterprise=landed.steel, year=2024, tax_kind="契税", amount_yuan="7")
    done = reckon_year(acting_user=landed.analyst, year=2024)
    assert (done.areas, done.taxes, done.incomplete) == (0, 0, 1)
    assert value(landed.steel, "land_area") is None
    problems = [zh for zh, _en in Reckoning.objects.get().problems]
    assert problems == ["只租入房屋：缺所在宗地容积率", "税种清单里没有“契税”，请先写明是否计入"]


def test_a_figure_that_is_not_known_any_more_is_withdrawn(landed):
    reckon_year(acting_user=landed.analyst, year=2024)
    AreaItem.objects.filter(kind="own").update(area_mu=None)
    reckon_year(acting_user=landed.analyst, year=2024)
    last = Observation.objects.filter(indicator__code="land_area").order_by("pk").last()
    assert (last.value, last.supersedes_id is not None) == (None, True)


def test_an_office_sets_what_counts_and_how(landed):
    AreaRule.objects.create(
        name="本市", org_unit=landed.city, valid_from="2024-01-01", counting="by_days",
        untitled_counts=False, exempt_deducts=False,
    )  # fmt: skip
    AreaItem.objects.filter(kind="leased_in").update(valid_from=date(2024, 7, 2))  # 183 of 366
    reckon_year(acting_user=landed.analyst, year=2024)
    assert value(landed.steel, "land_area") == 50 + 5 - 8 + 1.5


def test_tenants_are_counted_with_the_final_holder_and_schemes_merge_by_it(landed):
    third = Enterprise.objects.create(
        credit_code=credit_code(9), name="转租户", park=landed.zone,
        region=landed.regions["431381"],
    )  # fmt: skip
    for tenant, holder in ((landed.tenant, landed.steel), (third, landed.tenant)):
        TenantMerge.objects.create(
            tenant=tenant, holder=holder, valid_from="2023-01-01", reason="同一宗地"
        )
    for firm, yuan in ((landed.tenant, "60000"), (third, "40000")):
        TaxPaid.objects.create(enterprise=firm, year=2024, tax_kind="增值税", amount_yuan=yuan)
    reckon_year(acting_user=landed.analyst, year=2024)
    kept = Reckoning.objects.get(enterprise=landed.tenant)
    assert (kept.area_mu, kept.head) == (0.0, landed.steel)
    assert "用地计在合并主体名下" in kept.area_parts[0]["zh"]
    freeze, _new = freeze_figures(
        acting_user=landed.analyst, scope=Scope(kind="enterprise"), period=Period.parse("2024")
    )
    facts = {one.code: one.facts for one in Frozen.of(freeze).members}
    assert facts[credit_code(9)]["合并主体代码"] == credit_code(1)
    assert facts[credit_code(1)]["是否合并主体"] == "1"
    assert facts[credit_code(3)]["是否合并主体"] == "0"
    text = MERGING
    layout = TableLayout("m", "合并", "enterprise", text)
    table, _new = make_table(acting_user=landed.analyst, freeze=freeze, layout=layout)
    from yuanheng.engine import evaluate_files
    from yuanheng.ledger.api import table_of

    with table_of(table) as path:
        scheme = path.with_suffix(".yaml")
        scheme.write_text(text, "utf-8")
        evaluate_files(scheme, path, path.parent / "out")
        lines = (path.parent / "out" / "results.csv").read_text("utf-8").splitlines()
    # Three firms share one result: (900000 + 60000 + 40000) ÷ 51.5 mu = 1.9417 万元/亩.
    assert [one.split(",")[4] for one in lines[1:]] == ["9.7087"] * 3
    assert all(f"merged:{credit_code(1)}" in one for one in lines[2:])


MERGING = """\
format: yuanheng-scheme/1
id: merging
title: 合并评价（示例）
nature: sample
period: "2024"
subject: enterprise
assumptions: [示例]
data:
  id: [统一社会信用代码]
  name: [企业名称]
  period: [年度]
  fields:
    - {code: land, name: 用地面积, unit: 亩}
    - {code: tax, name: 实缴税收, unit: 万元}
    - {code: head, name: 合并主体代码, kind: text}
    - {code: is_head, name: 是否合并主体}
population:
  merge: {by: 合并主体代码, lead_by: 是否合并主体}
data_rules: {missing: zero_points, zero: as_value, negative: zero_points, false_data: none}
groups:
  - code: all_firms
    name: 全部企业
    when: "true"
    items:
      - code: tax_per_mu
        name: 亩均税收
        formula: 实缴税收 / 用地面积
        unit: 万元/亩
        better: higher
        weight: 100
        normalise: {method: ratio_to_benchmark, benchmark: 20}
        cap: none
        floor: {points: 0}
score: {total: 100, digits: 4}
"""


def test_holders_in_a_circle_are_named_and_stand_alone(landed):
    for tenant, holder in ((landed.tenant, landed.steel), (landed.steel, landed.tenant)):
        TenantMerge.objects.create(
            tenant=tenant, holder=holder, valid_from="2023-01-01", reason="x"
        )
    heads, circles = heads_on(date(2024, 12, 31))
    assert (heads, set(circles)) == ({}, {landed.tenant.pk, landed.steel.pk})
    reckon_year(acting_user=landed.analyst, year=2024)
    assert ["出租关系成环", "its landlords go round in a circle"] in Reckoning.objects.get(
        enterprise=landed.steel
    ).problems


def test_a_correction_ends_the_item_and_keeps_earlier_years(landed):
    own = AreaItem.objects.get(kind="own")
    made = correct_area(
        acting_user=landed.analyst, token=own.token, figure="area_mu", value=48.0, year=2024,
        reason="异议〔2026〕1号",
    )  # fmt: skip
    own.refresh_from_db()
    assert (own.valid_until, own.area_mu) == (date(2023, 12, 31), 50)
    assert (made.replaces, made.valid_from, made.area_mu) == (own, date(2024, 1, 1), 48)
    reckon_year(acting_user=landed.analyst, year=2024)
    reckon_year(acting_user=landed.analyst, year=2023)
    assert (value(landed.steel, "land_area"), value(landed.steel, "land_area", 2023)) == (
        49.5,
        51.5,
    )
    codes = AuditEvent.objects.filter(action_code__startswith="estate.").values_list(
        "action_code", flat=True
    )
    assert {"estate.correct_area", "estate.end_area"} <= set(codes)
    # Decided once more: the version that counts now is corrected, not the old one again.
    again = correct_area(
        acting_user=landed.analyst, token=own.token, figure="area_mu", value=47.0, year=2024,
        reason="复核",
    )  # fmt: skip
    made.refresh_from_db()
    assert (again.replaces, made.is_archived) == (made, True)


@pytest.mark.parametrize("who", ["reader", "auditor", "officer", "stranger", "firm", "nobody"])
def test_who_may_not_keep_area_does_not_correct_or_reckon(landed, who, sign_in):
    own = AreaItem.objects.get(kind="own")
    with pytest.raises(Refused):
        correct_area(
            acting_user=getattr(landed, who), token=own.token, figure="area_mu", value=1.0,
            year=2024, reason="x",
        )  # fmt: skip
    if who != "stranger":  # an analyst of another city has nothing to reckon
        with pytest.raises(Refused):
            reckon_year(acting_user=getattr(landed, who), year=2024)
        assert sign_in(getattr(landed, who)).get("/per-mu/reckon/").status_code == 403
    else:
        with pytest.raises(NothingToReckon):
            reckon_year(acting_user=landed.stranger, year=2024)


def test_tax_is_read_by_those_before_whom_it_is_not_masked(landed, sign_in):
    reckon_year(acting_user=landed.analyst, year=2024)
    row, paid = Reckoning.objects.get(), TaxPaid.objects.first()
    for who, code in (("officer", 404), ("investor", 404), ("firm", 200), ("reporter", 200)):
        client = sign_in(getattr(landed, who))
        assert client.get(f"/per-mu/{row.token}/").status_code == code, who
        assert client.get(f"/tax-paid/{paid.token}/").status_code == code, who
        assert client.get("/api/v1/per-mu/?rows=200").status_code in (403, 401, 200)


def test_the_page_has_a_job_reckon_the_year(landed, sign_in):
    client = sign_in(landed.analyst)
    text = client.get("/per-mu/reckon/?year=2024").content.decode()
    for words in ("增值税", "50%", "不计入"):
        assert words in text
    assert client.post("/per-mu/reckon/", {"year": "soon"}).status_code == 422
    assert client.post("/per-mu/reckon/", {"year": "2024"}).status_code == 302
    work_off()
    assert value(landed.steel, "land_area") == 51.5
    assert "51.50" in client.get("/per-mu/").content.decode()


_mu = st.floats(0.01, 500, allow_nan=False)


@given(st.lists(st.tuples(st.sampled_from(["own", "leased_in", "untitled"]), _mu), max_size=6))
def test_area_grows_with_each_item_that_is_added(pieces):
    from yuanheng.calc.land import AreaItem as Item
    from yuanheng.calc.land import evaluated_area

    areas = [
        evaluated_area([Item(kind, area_mu=mu) for kind, mu in pieces[:n]], 2024).mu
        for n in range(1, len(pieces) + 1)
    ]
    assert areas == sorted(areas)


def test_a_table_of_items_needs_no_token_and_comes_twice_without_doubling(world, tmp_path):
    """What an office types has no token: each row is new, and the same file brings nothing new."""
    from yuanheng.registry.api import import_file

    path = tmp_path / "面积项.csv"
    lines = [f",{credit_code(1)},自有用地,一号宗地,50,2020-01-01",
             f",{credit_code(1)},租出用地,东侧,8,2021-01-01"]  # fmt: skip
    path.write_text("\n".join(["token,enterprise,kind,title,area_mu,valid_from", *lines]), "utf-8")
    done = import_file("areaitem", path, world.analyst)
    assert (done.committed, done.counts["new"], done.faults) == (True, 2, [])
    again = import_file("areaitem", path, world.analyst)
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 2)
    assert AreaItem.objects.count() == 2
