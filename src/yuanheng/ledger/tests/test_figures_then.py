"""Pages as of a day, the sums of a park's enterprises, thresholds, the month that opens first."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from yuanheng.calc.periods import Period
from yuanheng.kernel import clock
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.thresholds import reached

MARCH = timezone.make_aware(datetime(2024, 3, 1, 12))


@pytest.fixture
def corrected(book):
    """January was two billion until the tenth of March."""
    zone, root = book.world.zone, book.world.root
    with clock.stopped_at(MARCH - timedelta(days=20)):
        book(zone, "total_income", "2024-01", 2.0e9, by=root)
    with clock.stopped_at(MARCH + timedelta(days=9)):
        book(zone, "total_income", "2024-01", 2.1e9, by=root, reason="漏报一家企业")
    return book


@pytest.mark.parametrize("address", ["/ledger/park/LSJ/?year=2024", "/totals/?period=2024-01"])
def test_a_page_as_of_the_first_of_march(corrected, client, address):
    client.force_login(corrected.world.analyst)
    assert "21.00" in client.get(address).text
    then = client.get(f"{address}&as_of=2024-03-01").text
    assert "20.00" in then
    assert "21.00" not in then
    assert "2024-03-01 23:59" in then
    before = client.get(f"{address}&as_of=2024-01-01").text
    assert "20.00" not in before
    wrong = client.get(f"{address}&as_of=三月")
    assert wrong.status_code == 200
    assert "“三月”" in wrong.text
    assert client.get(f"{address}&as_of=9999-99-99").status_code == 200


def test_the_workbook_as_of_a_day(corrected, client):
    client.force_login(corrected.world.analyst)
    answer = client.get("/totals/export/?period=2024-01&as_of=2024-03-01")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert next(one for one in rows if one[1] == "技工贸总收入")[2] == 20.0


def test_a_park_is_added_up_from_its_enterprises(book, client, django_assert_max_num_queries):
    world = book.world
    book.many(
        (world.steel, "revenue", "2024-07", 9e7), (world.steel, "revenue", "2023-07", 6e7),
        (world.steel, "tax_actual", "2024", 7654321.0), (world.steel, "land_area", "2024", 10),
        (world.zone, "revenue", "2024-07", 5e9),
    )  # fmt: skip
    address = "/ledger/park/LSJ/?year=2024&of=firms"
    client.force_login(world.analyst)
    client.get(address)
    with django_assert_max_num_queries(12):
        page = client.get(address).text
    assert "0.90" in page  # 亿元
    assert "50.00" not in page  # what the park reports
    assert "76.54" in page  # 万元/亩, computed anew
    book(world.steel, "revenue", "2022-07", 1e7)  # of a year of which the park reported nothing
    assert "0.10" in client.get("/ledger/park/LSJ/?year=2022&of=firms").text
    client.force_login(world.supervisor)
    page = client.get(address).text
    assert "0.90" in page
    assert "76.54" not in page
    assert "＊＊＊" in page


def test_thresholds_speak_of_their_own_kind_of_period(book, client):
    rate = Indicator.objects.get(code="tax_per_mu")
    year, month = Period.parse("2024"), Period.parse("2024-07")
    assert reached(rate, 3e4, year) == "alert"
    assert reached(rate, 4e4, year) == ""
    assert reached(rate, 3e5, year) == "excellent"
    assert reached(rate, 3e4, month) == ""  # a month's tax says nothing of a year's
    accidents = Indicator.objects.get(code="larger_accidents")
    assert reached(accidents, 1, month) == "alert"
    assert reached(accidents, 0, month) == ""
    assert reached(accidents, None, month) == ""
    zone = book.world.zone
    book.many((zone, "tax_paid_in", "2024", 3e7), (zone, "land_area", "2024", 1000))
    client.force_login(book.world.analyst)
    for address in ("/ledger/park/LSJ/?year=2024", "/totals/?period=2024"):
        assert "预警" in client.get(address).text, address
    assert "预警线 4万元/亩" in client.get("/ledger/park/LSJ/tax_per_mu/2024/").text


def test_city_totals_open_on_the_latest_month_that_most_parks_reported(book, client):
    world = book.world
    book(world.zone, "firms", "2024-06", 70)
    book(world.zone, "appeals", "2024-07", 3)
    client.force_login(world.analyst)
    assert "2024-06" in client.get("/totals/").context["page"].period.label
    book(world.zone, "firms", "2024-07", 71)
    assert client.get("/totals/").context["page"].period.label == "2024-07"


def test_indicators_are_called_in_the_readers_language(corrected, client):
    client.force_login(corrected.world.analyst)
    client.cookies["yuanheng_language"] = "en"
    for address in ("/ledger/park/LSJ/?year=2024", "/totals/?period=2024-01"):
        page = client.get(address).text
        assert "Total income from technology" in page, address
    client.cookies["yuanheng_language"] = "zh-hans"
    assert "Total income from technology" not in client.get("/totals/?period=2024-01").text
