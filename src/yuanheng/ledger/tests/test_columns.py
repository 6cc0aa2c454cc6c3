"""Totals in columns are the totals that ``Reading`` puts together one by one."""

from __future__ import annotations

import random

import pytest

from yuanheng.calc.periods import Period
from yuanheng.ledger.models import Entry, Subject
from yuanheng.ledger.queries.believed import known_up_to
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.columns import Columns
from yuanheng.ledger.queries.figures import Reading
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code

CODES = (
    "total_income", "tax_paid_in", "land_area", "firms", "employees", "satisfaction",
    "total_income_growth", "industrial_va", "industrial_va_growth",
)  # fmt: skip
ASKED = (
    "2024", "2024H1", "2024H2", "2024Q1", "2024Q4", "2024-01", "2024-02", "2024-07", "2024-12",
    "2024-01..01", "2024-01..03", "2024-01..07", "2024-01..12", "2023Q4", "2023",
)  # fmt: skip
SPAN = 2022 * 12, 2025 * 12


def firms(count):
    home = Park.objects.get(code="LSJ")
    Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=credit_code(at + 10), name=f"第{at}号企业", park=home, region=home.region
        )
        for at in range(count)
    )  # fmt: skip
    return list(Enterprise.objects.filter(park=home))


def scattered(book, rows, seed, kinds):
    """Figures of chosen kinds of periods by chance, corrected and withdrawn by chance."""
    chance = random.Random(seed)
    labels = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
    more = ["2023", "2024", "2023H1", "2024H1", "2024Q1", "2024Q2", "2023Q4"]
    more += [f"{year}-01..{month:02d}" for year in (2023, 2024) for month in (1, 3, 6, 7, 12)]
    for turn in range(3):
        figures = [
            (one, code, label, None if turn == 2 and chance.random() < 0.3 else
             round(chance.uniform(-5, 99999), 2))
            for one in rows
            for code in CODES
            for label in labels + (more if kinds == "all" else [])
            if chance.random() < (0.3 if label in more else 0.8 if turn == 0 else 0.05)
        ]  # fmt: skip
        book.many(*figures, reason="更正", by=book.world.root)


@pytest.mark.parametrize(("seed", "kinds"), [(1, "months"), (2, "all")])
def test_totals_in_columns_are_those_put_together_one_by_one(book, seed, kinds):
    rows = firms(7)
    scattered(book, rows, seed, kinds)
    ids = list(Subject.objects.filter(kind="enterprise").values_list("pk", flat=True))
    catalogue = Catalogue()
    first = Entry.objects.filter(rows__gt=0).order_by("pk").first()
    said = 0
    for up_to in (None, known_up_to(first.known_at)):
        columns = Columns(ids, *SPAN, catalogue=catalogue, up_to=up_to)
        reading = Reading(ids, *SPAN, catalogue=catalogue, up_to=up_to)
        assert columns.reported == set().union(*(reading.indicators_of(one) for one in ids))
        for one in catalogue.by_id.values():
            for period in map(Period.parse, ASKED):
                found, expected = columns.total(one, period), reading.total(one, period)
                told = f"{one.code} {period.label}"
                assert (found.known, found.asked, found.basis) == (
                    expected.known, expected.asked, expected.basis,
                ), told  # fmt: skip
                if expected.value is None:
                    assert found.value is None, told
                    continue
                assert found.value == pytest.approx(expected.value, rel=1e-12, abs=1e-9), told
                assert len(found.parts) == len(expected.parts), told
                said += found.value is not None
    assert said > 200  # there is something to compare


def test_nobody_has_no_total(book):
    columns = Columns([], *SPAN)
    one = columns.catalogue.by_code["total_income"]
    assert columns.total(one, Period.parse("2024")).value is None
    assert columns.reported == set()
