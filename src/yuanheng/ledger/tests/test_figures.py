"""Figures put together from what was reported: over time, over parks, computed."""

from __future__ import annotations

import pytest

from yuanheng.calc.periods import Period
from yuanheng.ledger.models import Subject
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading


@pytest.fixture
def read(book):
    """``read("firms", "2024", park, …)`` gives the figure of a park, or of several together."""

    def do(code, label, *parks):
        period = Period.parse(label)
        ids = dict(Subject.objects.values_list("code", "pk"))
        chosen = [ids[one.code] for one in parks]
        reading = Reading(chosen, period.start - 13, period.start + 12, catalogue=Catalogue())
        return reading.total(reading.catalogue.by_code[code], period)

    return do


def months(book, park, code, *values, year=2024, first=1):
    rows = [
        (park, code, f"{year}-{first + at:02}", value)
        for at, value in enumerate(values)
        if value is not None
    ]
    book.many(*rows)


def test_flows_add_up_over_months_and_say_what_is_missing(book, read):
    zone = book.world.zone
    months(book, zone, "total_income", 1e9, 2e9, 3e9, None, 5e9)
    quarter = read("total_income", "2024Q1", zone)
    assert (quarter.value, quarter.basis, quarter.is_complete) == (6e9, "added", True)
    assert (quarter.parts[0].period.label, quarter.parts[0].value) == ("2024-01", 1e9)
    year_to_may = read("total_income", "2024-01..05", zone)
    assert (year_to_may.value, year_to_may.known, year_to_may.asked) == (11e9, 4, 5)
    assert not year_to_may.is_complete
    assert read("total_income", "2024-07", zone).value is None


def test_a_month_comes_out_of_two_cumulative_reports(book, read):
    zone = book.world.zone
    book.many(
        (zone, "total_income", "2024-01..06", 6e9), (zone, "total_income", "2024-01..07", 8e9)
    )
    july = read("total_income", "2024-07", zone)
    assert (july.value, july.is_complete) == (2e9, True)
    assert [part.period.label for part in july.parts] == ["2024-01..07", "2024-01..06"]
    assert read("total_income", "2024H1", zone).value == 6e9  # the same months, written otherwise


def test_a_stock_is_the_last_one_and_complete_only_at_the_end(book, read):
    zone = book.world.zone
    months(book, zone, "firms", 70, 71, 72)
    quarter = read("firms", "2024Q1", zone)
    assert (quarter.value, quarter.is_complete) == (72, True)
    half = read("firms", "2024H1", zone)
    assert (half.value, half.is_complete) == (72, False)


def test_a_mean_is_a_mean(book, read):
    months(book, book.world.zone, "employees", 100, 200, 300)
    assert read("employees", "2024Q1", book.world.zone).value == 200


def test_a_computed_figure_shows_its_parts(book, read):
    zone = book.world.zone
    book.many((zone, "tax_paid_in", "2024", 1.4e8), (zone, "land_area", "2024", 1000))
    found = read("tax_per_mu", "2024", zone)
    assert (found.value, found.basis) == (1.4e5, "computed")
    assert {(part.indicator.code, part.value) for part in found.parts} == {
        ("tax_paid_in", 1.4e8), ("land_area", 1000),
    }  # fmt: skip
    assert all(part.row for part in found.parts)


def test_a_missing_part_leaves_the_figure_unknown_never_zero(book, read):
    zone = book.world.zone
    book(zone, "tax_paid_in", "2024", 1.4e8)
    found = read("tax_per_mu", "2024", zone)
    assert (found.value, found.known, found.asked) == (None, 1, 2)


def test_a_rate_of_several_parks_is_the_ratio_of_their_sums(book, read):
    world = book.world
    root = {"by": world.root}
    for park, built, supplied in ((world.zone, 90, 100), (world.part, 100, 1000)):
        book.many(
            (park, "land_built", "2024Q4", built), (park, "land_supplied", "2024Q4", supplied),
            **root,
        )  # fmt: skip
    found = read("land_built_rate", "2024Q4", world.zone, world.part)
    assert round(found.value, 6) == round(190 / 1100 * 100, 6)
    assert found.value != (90 + 10) / 2  # the bare mean
    # A park with half of the parts is left out, and said to be.
    book(world.elsewhere, "land_built", "2024Q4", 500, by=world.root)
    again = read("land_built_rate", "2024Q4", world.zone, world.part, world.elsewhere)
    assert (round(again.value, 6), again.known, again.asked) == (round(found.value, 6), 2, 3)


def test_a_reported_rate_is_weighted_by_its_denominator(book, read):
    world = book.world
    for park, rate, firms in ((world.zone, 90, 10), (world.part, 50, 90)):
        book.many((park, "satisfaction", "2024Q4", rate), (park, "firms", "2024Q4", firms))
    assert read("satisfaction", "2024Q4", world.zone, world.part).value == 54


def test_growth_is_computed_from_levels_of_parks_with_both_years(book, read):
    world = book.world
    book.many(
        (world.zone, "total_income", "2023", 100e8), (world.zone, "total_income", "2024", 120e8),
        (world.part, "total_income", "2024", 30e8),
    )  # fmt: skip
    found = read("total_income_growth", "2024", world.zone, world.part)
    assert (round(found.value, 9), found.known, found.asked) == (20, 1, 2)


def test_a_real_growth_is_never_computed_from_nominal_levels(book, read):
    zone = book.world.zone
    book.many((zone, "industrial_va", "2023", 50e8), (zone, "industrial_va", "2024", 60e8))
    assert read("industrial_va_growth", "2024", zone).value is None
    book(zone, "industrial_va_growth", "2024", 8.5)
    assert read("industrial_va_growth", "2024", zone).value == 8.5


def test_names_as_documents_write_them_lead_to_the_indicator(book):
    catalogue = Catalogue()
    for name, code in (
        ("技工贸总收入", "total_income"), ("园区规模工业增加值", "industrial_va"),
        ("规模企业", "scale_firms"), ("镇园之宝", "park_treasures"),
        ("R&D经费支出", "rd_spend"), ("total_income", "total_income"),
    ):  # fmt: skip
        assert catalogue.find(name).code == code, name
    assert catalogue.find("天气") is None
