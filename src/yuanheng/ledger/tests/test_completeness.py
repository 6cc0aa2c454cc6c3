"""Completeness and timeliness: two shares, two rankings, from the ledger alone."""

from __future__ import annotations

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.ledger.expected import Expected, _sources, due_day, tell_expected
from yuanheng.ledger.models import DueDay
from yuanheng.ledger.queries.completeness import reports
from yuanheng.ledger.tests.reporting import grants_since

BACKEND = "django.contrib.auth.backends.ModelBackend"
JULY = Period.parse("2024-07")


def on(day: str):
    return clock.stopped_at(datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Asia/Shanghai")))


@pytest.fixture
def months(book):
    """July of two parks: LSJ both indicators, one of them late; LPG one of them, in time."""
    zone, other, root = book.world.zone, book.world.elsewhere, book.world.root
    with on("2024-07-01T09:00"):
        book(zone, "firms", "2024-06", 70, by=root)
    with on("2024-08-09T09:00"):
        book(zone, "firms", "2024-07", 71, by=root)
        book(other, "firms", "2024-07", 30, by=root)
    with on("2024-08-15T09:00"):
        book(
            zone, "total_income", "2024-01..07", 9e9, by=root
        )  # a cumulative figure is a report, too
    with on("2024-08-16T09:00"):
        book(
            zone, "firms", "2024-07", 72, reason="更正", by=root
        )  # a correction doesn't make it late
    return book


def test_two_shares_and_two_rankings(months):
    with on("2024-09-01T09:00"):
        found = reports(months.world.root, JULY)
    rows = {one.code: one for one in found.rows}
    assert (rows["LSJ"].completeness, rows["LSJ"].timeliness) == (1.0, 0.5)
    assert (rows["LPG"].completeness, rows["LPG"].timeliness) == (0.5, 0.5)
    assert (rows["LSJ"].complete_rank, rows["LPG"].complete_rank) == (1, 2)
    assert (rows["LSJ"].timely_rank, rows["LPG"].timely_rank) == (1, 1)
    assert [one.due for one in rows["LPG"].missing] == [date(2024, 8, 10)]
    assert "LSJ-2" not in rows  # its zone reports for it


def test_before_the_due_day_nobody_is_late(months):
    with on("2024-08-10T09:00"):
        row = next(one for one in reports(months.world.root, JULY).rows if one.code == "LSJ")
    assert row.judged == 0
    assert row.timeliness is None


def test_what_was_entered_afterwards_is_not_judged(book):
    grants_since(book.world)
    with on("2025-11-21T09:00"):
        book(book.world.zone, "firms", "2024-07", 71)
        (row,) = reports(book.world.analyst, JULY).rows
    assert (row.completeness, row.timeliness, row.judged) == (1.0, None, 0)


def test_a_due_day_of_ones_own_counts_from_its_day(months):
    world = months.world
    DueDay.objects.create(frequency="month", days=20, org_unit=world.city,
                          valid_from=date(2024, 7, 1), source="娄园办〔2024〕1号")  # fmt: skip
    assert due_day("month", world.committee.pk, JULY) == date(2024, 8, 20)
    assert due_day("month", None, JULY) == date(2024, 8, 10)
    assert due_day("month", world.committee.pk, Period.parse("2024-06")) == date(2024, 7, 10)
    with on("2024-09-01T09:00"):
        row = next(one for one in reports(world.root, JULY).rows if one.code == "LSJ")
    assert row.timeliness == 1.0


def test_a_year_holds_its_months_that_are_over(months):
    with on("2024-09-01T09:00"):
        row = next(
            one
            for one in reports(months.world.root, Period.parse("2024")).rows
            if one.code == "LSJ"
        )
    assert row.expected == 2 * 8  # two monthly indicators, January to August
    assert row.present == 3
    assert row.months()[6] == 1.0
    assert row.months()[8] is None


def test_what_forms_ask_goes_before_the_catalogue(months):
    zone = months.figure(months.world.zone, "firms", "2024-07", 1).subject_id

    def source(user, subjects, periods):
        if JULY in periods and zone in subjects:
            yield Expected(zone, months.ids["exports"], JULY, date(2024, 8, 5))

    tell_expected(source)
    try:
        with on("2024-09-01T09:00"):
            row = next(one for one in reports(months.world.root, JULY).rows if one.code == "LSJ")
    finally:
        _sources.remove(source)
    assert (row.expected, row.present) == (1, 0)


def test_the_page_and_the_workbook(months, client):
    with on("2024-09-01T09:00"):
        client.force_login(months.world.root, BACKEND)
        page = client.get("/completeness/?period=2024-07&park=LPG").text
        for word in ("100.0%", "50.0%", "技工贸总收入", "2024-08-10", "冷水江经济开发区"):
            assert word in page, word
        assert client.get("/completeness/?period=2024").status_code == 200
        assert "请填 2024" in client.get("/completeness/?period=x").text
        answer = client.get("/completeness/export/?period=2024-07")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    first = book.get_sheet_by_index(0).to_python()
    assert first[1][:6] == ["LSJ", "冷水江经济开发区", 2.0, 2.0, 100.0, 1.0]
    client.force_login(months.world.stranger, BACKEND)
    assert "冷水江" not in client.get("/completeness/?period=2024-07").text
    client.force_login(months.world.nobody, BACKEND)
    assert client.get("/completeness/").status_code == 403
