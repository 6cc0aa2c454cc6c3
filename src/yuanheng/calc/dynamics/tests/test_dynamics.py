from __future__ import annotations

import doctest
import importlib
from decimal import Decimal

import pytest

from yuanheng.calc.dynamics import Place, Rule, Tariff, applied, judge, years_in_grade

# Shandong: class D by consecutive years, and only the highest of several punitive tariffs.
SHANDONG = [
    Tariff("D 第一年", "D", "电", "元/千瓦时", Decimal("0.05"), 1, 1),
    Tariff("D 第二年", "D", "电", "元/千瓦时", Decimal("0.10"), 2, 2),
    Tariff("D 第三年起", "D", "电", "元/千瓦时", Decimal("0.15"), 3),
]


@pytest.mark.parametrize("name", ["standing", "measures"])
def test_the_examples_hold(name):
    assert doctest.testmod(importlib.import_module(f"yuanheng.calc.dynamics.{name}")).failed == 0


@pytest.mark.parametrize(("years", "delta"), [(1, "0.05"), (2, "0.10"), (3, "0.15"), (7, "0.15")])
def test_a_surcharge_grows_with_consecutive_years(years, delta):
    (line,) = applied(SHANDONG, "D", years)
    assert line.delta == Decimal(delta)


def test_only_the_highest_of_several_is_charged():
    restricted = Tariff("限制类", "", "电", "元/千瓦时", Decimal("0.10"))
    (line,) = applied(SHANDONG, "D", 1, [restricted])
    assert (line.delta, line.parts, line.set_aside) == (
        Decimal("0.10"), (restricted,), (SHANDONG[0],),
    )  # fmt: skip


def test_reliefs_add_up_where_they_say_so_and_units_stay_apart():
    rows = [
        Tariff("a", "A", "城镇土地使用税", "%", Decimal(-60), stacking="sum"),
        Tariff("b", "A", "城镇土地使用税", "%", Decimal(-20), stacking="sum"),
        Tariff("c", "A", "城镇土地使用税", "元/平方米", Decimal(-1), stacking="sum"),
    ]
    assert [one.delta for one in applied(rows, "A", 1)] == [Decimal(-80), Decimal(-1)]
    assert applied(rows, "B", 1) == []


@pytest.mark.parametrize(
    ("grades", "years"),
    [([], 0), ([None, "D"], 0), (["D"], 1), (["D", "D", "D"], 3), (["D", None, "D"], 1)],
)
def test_years_in_a_row(grades, years):
    assert years_in_grade(grades) == years


def place(period, rank, of=20, grade=""):
    return Place(period, rank, of, grade)


def test_twice_in_three_years_among_the_last_five():
    rule = Rule("last", times=2, within=3, size=5)
    periods = ["2024", "2023", "2022", "2021"]
    past = [place("2024", 16), place("2023", 15), place("2022", 20), place("2021", 20)]
    found = judge(past, periods, rule)
    assert (found.holds, found.counted) == (True, ("2024", "2022"))
    assert not judge(past[:2], periods, rule).holds
    assert judge(past[:2], periods, rule).missing == ("2022",)


def test_two_years_running_needs_both():
    rule = Rule("last", times=2, within=2, size=5)
    past = [place("2024", 20), place("2023", 3), place("2022", 20)]
    assert not judge(past, ["2024", "2023", "2022"], rule).holds


def test_a_class_that_is_all_tail_has_none():
    rule = Rule("last", times=1, within=1, size=5)
    assert not judge([place("2024", 5, 5)], ["2024"], rule).holds
    assert judge([place("2024", 6, 6)], ["2024"], rule).holds


def test_shares_first_places_and_grades():
    assert Rule("last", 1, 1, size=5, is_share=True).places(39) == 1
    assert Rule("last", 1, 1, size=5, is_share=True).places(40) == 2
    assert judge([place("2024", 1)], ["2024"], Rule("first", 1, 1, size=1)).holds
    by_grade = Rule("grade", 2, 2, grades=("D",))
    past = [place("2024", None, 0, "D"), place("2023", None, 0, "D")]
    assert judge(past, ["2024", "2023"], by_grade).holds


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "last", "times": 3, "within": 2, "size": 5},
        {"measure": "last", "times": 1, "within": 1},
        {"measure": "grade", "times": 1, "within": 1},
        {"measure": "first", "times": 0, "within": 1, "size": 1},
    ],
)
def test_a_rule_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValueError):
        Rule(**wrong)
