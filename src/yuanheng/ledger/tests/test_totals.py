"""City totals: like with like, points for rates, contributions, and from January on."""

from __future__ import annotations

from yuanheng.calc.periods import Period
from yuanheng.ledger.models import Subject
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.totals import months_needed, total_line
from yuanheng.ledger.wording import change_text


def line(code, label, *subjects):
    period = Period.parse(label)
    reading = Reading([one.pk for one in subjects], *months_needed(period))
    return total_line(reading, reading.catalogue.by_code[code], period)


def subject_of(row):
    return Subject.objects.get(code=row.code)


def test_a_city_compares_like_with_like(book):
    world = book.world
    book.many(
        (world.zone, "total_income", "2023-07", 100e8),
        (world.zone, "total_income", "2024-07", 120e8),
        (world.elsewhere, "total_income", "2023-07", 50e8),
        (world.elsewhere, "total_income", "2024-07", 45e8),
        (world.part, "total_income", "2024-07", 10e8),
        (world.zone, "total_income", "2024-06", 110e8), by=world.root,
    )  # fmt: skip
    zone, elsewhere, part = map(subject_of, (world.zone, world.elsewhere, world.part))
    found = line("total_income", "2024-07", zone, elsewhere, part)
    assert (found.figure.value, found.figure.known) == (175e8, 3)
    assert (round(found.on_year.value, 9), found.on_year.among) == (10, 2)
    assert (round(found.on_month.value, 4), found.on_month.among) == (9.0909, 1)
    points = {one: round(part.points, 4) for one, part in found.parts.items()}
    assert points == {zone.pk: 13.3333, elsewhere.pk: -3.3333}
    assert round(sum(part.share for part in found.parts.values()), 9) == 1
    assert found.cumulative.value == 110e8 + 175e8
    assert found.cumulative.known == 0  # January to May are missing everywhere


def test_rates_are_compared_in_percentage_points(book):
    zone = book.world.zone
    book.many(
        (zone, "land_built", "2024Q4", 90), (zone, "land_supplied", "2024Q4", 100),
        (zone, "land_built", "2023Q4", 80), (zone, "land_supplied", "2023Q4", 100),
    )  # fmt: skip
    found = line("land_built_rate", "2024Q4", subject_of(zone))
    assert (found.figure.value, round(found.on_year.value, 9)) == (90, 10)
    assert change_text(found.on_year) in {"+10.00个百分点", "+10.00 pp"}
    assert Catalogue().by_code["land_built_rate"].unit_shown == "%"
