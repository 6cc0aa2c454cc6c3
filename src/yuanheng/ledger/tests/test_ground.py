"""Figures as arrays are the figures that pages show, one by one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from yuanheng.calc.periods import Period
from yuanheng.ledger.actions import subjects_of
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.checks import Proposed, examine
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.ground import Ground, Stretch, read_stretches, without_numbers
from yuanheng.ledger.shipped import shipped_rules

CODES = ("total_income", "tax_paid_in", "land_area", "firms", "employees", "satisfaction")
SHOWN = (*CODES, "tax_per_mu", "total_income_growth")
LABELS = ("2024-03", "2024Q1", "2024H1", "2024", "2024-01..03", "2024-01..07", "2023Q4")


@pytest.fixture
def many(book):
    """Figures of all kinds of periods, some corrected, some withdrawn; by chance, always alike."""
    chance = random.Random(7)
    world = book.world
    labels = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
    labels += ["2023Q4", "2024Q1", "2024Q2", "2024-01..06", "2024-01..07", "2023", "2023-01..03"]
    for _time in range(3):
        rows = [
            (park, code, label, float(chance.randint(1, 999)))
            for park in (world.zone, world.part)
            for code in CODES
            for label in labels
            if chance.random() < 0.45
        ]
        book.many(*rows, reason="更正")
    gone = [(world.zone, "firms", label, None) for label in labels if chance.random() < 0.2]
    book.many(*gone, reason="撤回")
    return book


def test_columns_are_what_pages_show(many):
    ids = list(subjects_of("park", ["LSJ", "LSJ-2"], acting_user=many.world.root).values())
    catalogue = Catalogue()
    targets = tuple(Period.parse(label) for label in LABELS)
    indicators = [many.ids[code] for code in CODES]
    rows = without_numbers(read_stretches([Stretch(ids, indicators, 2022 * 12, 2025 * 12)]))
    ground = Ground(catalogue, ids, indicators, targets, rows)
    reading = Reading(ids, 2022 * 12, 2025 * 12, catalogue=catalogue)
    known = 0
    for code in SHOWN:
        one = catalogue.by_code[code]
        grid = ground.grid(one, targets)
        for subject, target in [(s, t) for s in ids for t in targets]:
            figure = reading.figure(subject, one, target)
            found = grid[list(ground.subjects).index(subject), targets.index(target)]
            expected = figure.value if figure.is_complete else float("nan")
            np.testing.assert_allclose(found, expected, rtol=1e-9, err_msg=f"{code} {target}")
            known += figure.is_complete
    assert known > 40  # the test has something to compare


WEIRD = [float("inf"), float("-inf"), float("nan"), 1e308, -1e308, 0.0, -0.0, 5e-324, None]


def test_no_value_breaks_the_checks(many):
    from yuanheng.ledger.models import CheckRule

    CheckRule.objects.bulk_create(CheckRule(**one) for one in shipped_rules())
    subject = subjects_of("park", ["LSJ"], acting_user=many.world.root)["LSJ"]
    for value in WEIRD:
        given = [
            Proposed(subject, many.ids[code], Period.parse(label), value)
            for code in CODES
            for label in ("2024-03", "2024Q2", "2024-01..12", "1900", "2699-12")
        ]
        given.append(Proposed(subject, 30_000, Period.parse("2024-03"), 1.0))
        report = examine(given, acting_user=many.world.root, with_undecided=True)
        assert all(one.text for one in report.findings), value


def test_nothing_proposed_finds_nothing(book):
    assert examine([], acting_user=book.world.analyst).findings == []
