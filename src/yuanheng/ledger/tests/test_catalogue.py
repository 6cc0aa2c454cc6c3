"""The catalogue ships whole, and a definition that changes keeps its earlier version."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions import add_indicator, load_catalogue, revise_indicator
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.shipped import shipped_indicators

NAMED = [
    "入园企业",
    "规模以上工业企业",
    "技工贸总收入",
    "规模工业增加值",
    "规模工业增加值增速",
    "入库税收",
    "亩均税收",
    "主导产业集聚度",
    "资金回报率",
    "土地利用率",
    "能耗转化率",
    "土地开发率",
    "土地供应率",
    "土地建成率",
    "项目履约率",
    "开工率",
    "投产率",
    "资金到位率",
]


def test_the_shipped_catalogue_has_what_the_sources_name(world):
    added = load_catalogue(acting_user=world.root)
    assert added >= 80
    assert not set(NAMED) - set(Indicator.objects.values_list("name", flat=True))
    assert not Indicator.objects.filter(definition="").exists()
    assert not Indicator.objects.filter(authority="sample", source="").exists()
    assert load_catalogue(acting_user=world.root) == 0


def test_a_rate_is_never_averaged_bare(book):
    rates = Indicator.objects.filter(measure="%", over_subjects="sum")
    assert not rates.exists()
    unweighted = Indicator.objects.filter(over_subjects="weighted", weight=None)
    assert not unweighted.exists()
    derived = Indicator.objects.filter(over_subjects="derived", formula="")
    assert not derived.exists()


def test_names_and_other_names_are_each_one_indicator(book):
    seen = {}
    for one in Indicator.objects.all():
        for name in (one.name, *one.other_names):
            assert seen.setdefault(name, one.code) == one.code, name


def test_a_new_definition_is_a_new_version(book):
    root = book.world.root
    row = Indicator.objects.get(code="return_on_funds")
    values = {"formula": "工业税收 / 园区投入资金", "defined_from": date(2025, 1, 1)}
    changed = revise_indicator(acting_user=root, row=row, values=values)
    versions = list(changed.versions.order_by("number"))
    assert [(v.number, v.formula, v.valid_until) for v in versions] == [
        (1, "入库税收 / 园区投入资金", date(2024, 12, 31)),
        (2, "工业税收 / 园区投入资金", None),
    ]
    revise_indicator(acting_user=root, row=changed, values={"contact": "王工"})
    assert changed.versions.count() == 2


def test_every_shipped_definition_can_be_read_in_english(book, client):
    assert [one["code"] for one in shipped_indicators() if not one["definition_en"]] == []
    client.force_login(book.world.root)
    client.cookies["yuanheng_language"] = "en"
    page = client.get("/indicators/tax_per_mu/").text
    assert "Tax paid in by land used, both of the same definition" in page
    assert "ten thousand yuan per mu" in page
    assert "入库税收与用地面积之比" not in page


def test_english_that_says_what_no_longer_counts_goes(book, client):
    root, row = book.world.root, Indicator.objects.get(code="tax_per_mu")
    changed = revise_indicator(
        acting_user=root, row=row,
        values={"definition": "本市另定的口径。", "defined_from": date(2025, 1, 1)},
    )  # fmt: skip
    assert changed.definition_en == ""
    client.force_login(root)
    client.cookies["yuanheng_language"] = "en"
    assert "本市另定的口径。" in client.get("/indicators/tax_per_mu/").text
    said = {"definition": "再改的口径。", "definition_en": "Changed again."}
    assert revise_indicator(acting_user=root, row=changed, values=said).definition_en == (
        "Changed again."
    )


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("入库税收 /", "。"),
        ("没有的指标 / 用地面积", "没有的指标"),
        ("入库税收 + 用地面积", "。"),
        ("资金回报率 * 2", "circle|itself|自身"),
    ],
)
def test_a_formula_that_cannot_be_is_refused(book, formula, says):
    row = Indicator.objects.get(code="return_on_funds")
    with pytest.raises(ValidationError, match=says):
        revise_indicator(acting_user=book.world.root, row=row, values={"formula": formula})


def test_figures_keep_their_meaning(book):
    book(book.world.zone, "total_income", "2024-07", 1e9)
    row = Indicator.objects.get(code="total_income")
    with pytest.raises(ValidationError, match="技工贸总收入"):
        revise_indicator(
            acting_user=book.world.root, row=row,
            values={"measure": "万元", "shown_measure": "万元"},
        )  # fmt: skip


def test_only_the_top_office_keeps_the_catalogue(book):
    world = book.world
    values = {"code": "new_one", "name": "新指标", "definition": "口径"}
    with pytest.raises(Refused):
        add_indicator(acting_user=world.county_analyst, values=values)
    row = add_indicator(acting_user=world.root, values=values)
    assert row.versions.count() == 1
