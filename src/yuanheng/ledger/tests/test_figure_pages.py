"""The pages of figures: what they show, to whom, and what they say when nothing is known."""

from __future__ import annotations

import io
import shutil

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from yuanheng.kernel.jobs.worker import work_off
from yuanheng.kernel.models import AuditEvent
from yuanheng.ledger.models import Freeze, Snapshot
from yuanheng.registry.models import Enterprise, Park


@pytest.fixture
def enter(client):
    """``enter("reporter")`` signs that person of the world in."""

    def do(book, name):
        user = getattr(book.world, name)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client

    yield do
    for name in ("store", "work", "ledger"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


@pytest.fixture
def july(book):
    zone = book.world.zone
    book.many(
        (zone, "total_income", "2024-07", 2e9, {"place": "Sheet1!D7"}),
        (zone, "total_income", "2023-07", 1.6e9), (zone, "total_income", "2024-06", 1.9e9),
        (zone, "firms", "2024-07", 71), (zone, "tax_paid_in", "2024", 1.4e8),
        (zone, "land_area", "2024", 1000), by=book.world.reporter, title="七月月报",
    )  # fmt: skip
    return book


def test_a_year_of_a_park_month_by_month(july, enter):
    page = enter(july, "reporter").get("/ledger/park/LSJ/?year=2024").text
    assert "20.00" in page  # 亿元
    assert '/ledger/park/LSJ/total_income/2024-07/">20.00' in page
    assert "yh-spark" in page
    assert "+25.00%" not in page  # July alone has a year before; the months so far have not
    assert "亩均税收" in page  # computed from its parts
    empty = enter(july, "reporter").get("/ledger/park/LSJ/?year=1999")
    assert empty.status_code == 200


def test_the_passport_tells_where_a_figure_comes_from(july, enter):
    july(july.world.zone, "total_income", "2024-07", 2.1e9, reason="漏报一家企业")
    page = enter(july, "analyst").get("/ledger/park/LSJ/total_income/2024-07/").text
    for word in (
        "21.00", "20.00", "Sheet1!D7", "漏报一家企业", "七月月报", "+31.25%", "+10.53%", "S156",
    ):  # fmt: skip
        assert word in page, word
    computed = enter(july, "analyst").get("/ledger/park/LSJ/tax_per_mu/2024/").text
    assert "14.00" in computed  # 万元/亩
    assert "/ledger/park/LSJ/tax_paid_in/2024/" in computed


def test_a_figure_that_nobody_reported_says_so(july, enter):
    page = enter(july, "analyst").get("/ledger/park/LSJ/exports/2024-07/")
    assert page.status_code == 200
    assert "—" in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/ledger/park/NONE/", "/ledger/moon/LSJ/", "/ledger/park/LSJ/no_such/2024/",
        "/ledger/park/LSJ/firms/2024-13/", "/ledger/park/LSJ/firms/nonsense/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(july, enter, address):
    assert enter(july, "root").get(address).status_code == 404


def test_figures_of_another_area_are_not_found(july, enter):
    client = enter(july, "stranger")
    assert client.get("/ledger/park/LSJ/").status_code == 404
    assert client.get("/ledger/park/LSJ/firms/2024-07/").status_code == 404
    page = client.get("/totals/?period=2024-07")
    assert page.status_code == 200
    assert "冷水江" not in page.text
    assert enter(july, "nobody").get("/totals/").status_code == 403


def test_tax_figures_of_an_enterprise_are_masked_from_who_may_not_see_them(july, enter):
    world = july.world
    july.many(
        (world.steel, "tax_actual", "2024", 7654321.0), (world.steel, "revenue", "2024", 9e7),
        (world.steel, "land_area", "2024", 10),
    )  # fmt: skip
    code = world.steel.credit_code
    for page in ("?year=2024", "tax_actual/2024/", "actual_tax_per_mu/2024/"):
        address = f"/ledger/enterprise/{code}/{page}"
        hidden = enter(july, "supervisor").get(address).text
        assert "＊＊＊" in hidden, address
        assert "0.08" not in hidden, address
        assert "76.54" not in hidden, address
        assert "＊＊＊" not in enter(july, "analyst").get(address).text


def test_city_totals_are_one_screen_and_a_workbook(july, enter):
    client = enter(july, "analyst")
    page = client.get("/totals/?period=2024-07&indicator=total_income").text
    for word in ("20.00", "+25.00%", "+5.26%", "亿元", "/ledger/park/LSJ/total_income/2024-07/"):
        assert word in page, word
    answer = client.get("/totals/export/?period=2024-07")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    totals, parks = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    row = next(one for one in totals if one[1] == "技工贸总收入")
    assert (row[2], row[3], row[5]) == (20.0, "亿元", 25.0)
    assert parks[1][:2] == ["LSJ", "冷水江经济开发区"]
    assert AuditEvent.objects.filter(action_code="ledger.export_observation").count() == 1


def test_a_wrong_period_is_told_and_the_latest_shown(july, enter):
    page = enter(july, "analyst").get("/totals/?period=七月").text
    assert "“七月”" in page
    assert "2024-07" in page


def test_an_empty_ledger_says_what_to_do(book, enter):
    assert enter(book, "analyst").get("/totals/").status_code == 200
    assert Park.objects.exists()


def test_the_pages_ask_few_questions(july, enter, django_assert_max_num_queries):
    client = enter(july, "analyst")
    client.force_login(july.world.analyst)  # as everybody signs in: grants and person in one query
    for address in (
        "/totals/?period=2024-07", "/ledger/park/LSJ/?year=2024",
        "/ledger/park/LSJ/total_income/2024-07/", "/forms/new/", "/indicators/pick/",
    ):  # fmt: skip
        client.get(address)
        with django_assert_max_num_queries(12, info=address):
            client.get(address)


def test_freezing_by_the_pages(july, enter):
    client = enter(july, "analyst")
    form = {"kind": "park", "period": "2024-07", "standing": "1", "rank": "", "region": "",
            "park": "", "title": "七月", "as_of": ""}  # fmt: skip
    answer = client.post("/frozen/new/", form)
    assert answer.url.startswith("/jobs/")
    assert work_off() == 1
    frozen = Freeze.objects.get()
    page = client.get(f"/frozen/{frozen.code}/").text
    assert frozen.sha256 in page
    assert client.get(f"/frozen/{frozen.code}/file/").status_code == 200
    assert (
        "技工贸总收入"
        in b"".join(client.get(f"/frozen/{frozen.code}/manifest/").streaming_content).decode()
    )
    made = client.post(f"/frozen/{frozen.code}/table/", {"layout": "", "title": "七月表"})
    assert made.url == f"/figures/{Snapshot.objects.get().code}/"
    assert enter(july, "reporter").get("/frozen/new/").status_code == 403
    bad = enter(july, "analyst").post("/frozen/new/", form | {"period": "七月"})
    assert bad.status_code == 422
    empty = enter(july, "analyst").post("/frozen/new/", form | {"period": "1999"})
    work_off()
    assert "台账中没有" in enter(july, "analyst").get(empty.url).text
    assert Freeze.objects.count() == 1


def test_a_park_and_an_enterprise_lead_to_their_figures(july, enter):
    client = enter(july, "analyst")
    assert '/ledger/park/LSJ/"' in client.get("/parks/LSJ/").text
    assert "/ledger/park/LPG/" not in client.get("/parks/LSJ/").text
    steel = Enterprise.objects.get(name="冷水江钢铁有限公司").credit_code
    assert f"/ledger/enterprise/{steel}/" not in client.get(f"/enterprises/{steel}/").text


def test_the_catalogue_is_loaded_by_a_button(world, client):
    client.force_login(world.root, "django.contrib.auth.backends.ModelBackend")
    assert "技工贸总收入" in client.get("/indicators/load/").text
    client.post("/indicators/load/")
    assert "技工贸总收入" in client.get("/indicators/?q=技工贸").text
    detail = client.get("/indicators/return_on_funds/").text
    assert "系统示例" in detail  # a sample is called one


def test_a_parks_page_leads_to_its_figures_and_its_paper_does_not(book, client):
    client.force_login(book.world.analyst)
    way = "/ledger/park/LSJ/"
    assert way not in client.get("/parks/LSJ/").text
    book(book.world.zone, "firms", "2024-07", 71)
    assert way in client.get("/parks/LSJ/").text
    paper = client.get("/parks/LSJ/print/").text
    assert way not in paper
    assert "冷水江经济开发区" in paper
