from __future__ import annotations

import doctest
import importlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanheng.calc.land import (
    AreaItem,
    TaxItem,
    TaxRule,
    Tenant,
    evaluated_area,
    evaluated_tax,
    merge_tenants,
    quantile,
    room_for_growth,
)


@pytest.mark.parametrize("name", ["area", "tax", "growth", "tenants"])
def test_the_examples_hold(name):
    assert doctest.testmod(importlib.import_module(f"yuanheng.calc.land.{name}")).failed == 0


def test_every_kind_of_area_counts_as_it_should():
    found = evaluated_area(
        [
            AreaItem("own", 50),
            AreaItem("leased_in", 10),
            AreaItem("leased_out", 8),
            AreaItem("untitled", 3),
            AreaItem("exempt", 5),
            AreaItem("floor_in", floor_m2=2000, floor_area_ratio=2),  # 1.5 mu
        ],
        2024,
    )
    assert found.mu == 51.5
    assert [round(one.mu, 6) for one in found.parts] == [50, 10, -8, 3, -5, 1.5]
    assert found.parts[-1].zh == "只租入房屋：+ 2000 ㎡ ÷ 2 ÷ 666.67 = 1.5 亩"


def test_dates_decide_at_the_year_s_end_or_by_days():
    items = [
        AreaItem("own", 20),
        AreaItem("leased_in", 12, valid_from=date(2024, 7, 1)),
        AreaItem("leased_in", 6, valid_to=date(2024, 6, 30)),
        AreaItem("exempt", 4, valid_to=date(2023, 12, 31)),
    ]
    assert evaluated_area(items, 2024).mu == 32
    by_days = evaluated_area(items, 2024, counting="by_days")
    assert by_days.mu == pytest.approx(20 + 12 * 184 / 366 + 6 * 182 / 366, abs=1e-6)
    assert evaluated_area(items, 2022).mu == 22  # the exemption counts, the later lease doesn't


@pytest.mark.parametrize(
    ("item", "zh"),
    [
        (AreaItem("own"), "自有用地：缺用地面积"),
        (AreaItem("floor_in", floor_m2=3000), "只租入房屋：缺所在宗地容积率"),
        (AreaItem("floor_in", floor_m2=3000, floor_area_ratio=0), "只租入房屋：缺所在宗地容积率"),
        (AreaItem("floor_out", floor_area_ratio=1), "只租出房屋：缺建筑面积"),
    ],
)
def test_what_is_missing_is_named_and_never_zero(item, zh):
    found = evaluated_area([AreaItem("own", 10), item], 2024)
    assert (found.mu, found.problems[0][0]) == (None, zh)


def test_an_area_below_zero_is_a_problem():
    found = evaluated_area([AreaItem("own", 5), AreaItem("leased_out", 8)], 2024)
    assert found.mu is None
    assert "小于 0" in found.problems[0][0]
    assert evaluated_area([], 2024).mu is None


def test_tax_counts_by_the_list():
    rules = [
        TaxRule("增值税"),
        TaxRule("企业所得税", share=0.5),
        TaxRule("海关代征", counts=False),
    ]
    found = evaluated_tax(
        [
            TaxItem("增值税", 100.0),
            TaxItem("企业所得税", 40.0),
            TaxItem("海关代征", None),
            TaxItem("免抵调库", 25.0, is_addition=True, note="出口企业"),
        ],
        rules,
    )
    assert found.amount == 145.0
    assert [one[2] for one in found.parts] == [100.0, 20.0, 0.0, 25.0]
    assert evaluated_tax([TaxItem("增值税", None)], rules).amount is None
    unknown = evaluated_tax([TaxItem("车船税", 1.0)], rules)
    assert (unknown.amount, "车船税" in unknown.problems[0][0]) == (None, True)


def test_tenants_share_their_landlord_s_result_unless_they_are_large():
    firms = [
        Tenant("A", figures={"tax": 10}),
        Tenant("B", "A", 800, {"tax": 1}),
        Tenant("C", "B", 200, {"tax": 2}),  # a tenant's tenant
        Tenant("D", "A", 3000, {"tax": 5}),
        Tenant("E", "Z", 100, {"tax": 3}),
        Tenant("F", "G"),
        Tenant("G", "F"),
    ]
    units, problems = merge_tenants(firms, own_entry_from_m2=3000)
    assert {one.code: (one.members, one.figures) for one in units} == {
        "A": (("B", "C"), {"tax": 13}), "D": ((), {"tax": 5}), "E": ((), {"tax": 3}),
        "F": ((), {}), "G": ((), {}),
    }  # fmt: skip
    assert [one[0] for one in problems] == ["E", "F", "G"]
    hidden, _none = merge_tenants(
        [Tenant("A", figures={"tax": 1}), Tenant("B", "A", figures={"tax": None})]
    )
    assert hidden[0].figures == {"tax": None}


def test_room_for_growth_is_in_yuan_and_in_mu():
    firms = {
        "a": (10.0, 10.0),
        "b": (40.0, 10.0),
        "c": (90.0, 10.0),
        "d": (None, 5.0),
        "e": (5.0, 0.0),
    }
    rooms = {one.code: one for one in room_for_growth(firms, 0.5)}
    assert (rooms["a"].target, rooms["a"].yuan, rooms["a"].mu) == (4.0, 30.0, 7.5)
    assert (rooms["c"].yuan, rooms["c"].mu) == (0.0, 0.0)
    assert (rooms["d"].yuan, rooms["e"].yuan) == (None, None)
    assert quantile([], 0.5) is None
    with pytest.raises(ValueError):
        quantile([1.0], 2)


@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.tuples(st.floats(-1e6, 1e9), st.floats(0.1, 1e5)),
        min_size=1,
        max_size=12,
    ),
    st.floats(0, 1),
)
def test_who_reaches_the_quantile_lacks_nothing(firms, q):
    for one in room_for_growth(firms, q):
        assert one.yuan >= 0
        assert 0 <= one.mu <= firms[one.code][1]
        if one.yield_per_mu >= one.target:
            assert one.mu == 0
