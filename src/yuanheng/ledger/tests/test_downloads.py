"""Every download of the ledger takes at most twelve queries, whatever it holds."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from django.conf import settings

from yuanheng.kernel.jobs.worker import work_off
from yuanheng.ledger.models import DueDay, Freeze, Snapshot

MOST = 12


@pytest.fixture
def july(book):
    zone = book.world.zone
    book.many(
        (zone, "total_income", "2024-07", 2e9), (zone, "total_income", "2023-07", 1.6e9),
        (zone, "total_income", "2024-06", 1.9e9), (zone, "firms", "2024-07", 71),
        (zone, "tax_paid_in", "2024", 1.4e8), (zone, "land_area", "2024", 1000),
        by=book.world.reporter, title="七月月报",
    )  # fmt: skip
    yield book
    for name in ("store", "work", "ledger"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


def frozen(client):
    """The addresses of a freeze's and of its table's files."""
    form = {"kind": "park", "period": "2024-07", "standing": "1", "rank": "", "region": "",
            "park": "", "title": "七月", "as_of": ""}  # fmt: skip
    client.post("/frozen/new/", form)
    work_off()
    code = Freeze.objects.get().code
    client.post(f"/frozen/{code}/table/", {"layout": "", "title": "七月表"})
    work_off()
    table = Snapshot.objects.get()
    return [f"/frozen/{code}/file/", f"/frozen/{code}/manifest/", f"/figures/{table.code}/file/"]


def test_downloads_take_few_queries(july, client, django_assert_max_num_queries):
    DueDay.objects.create(frequency="month", days=20, org_unit=july.world.city,
                          valid_from=date(2024, 1, 1))  # fmt: skip
    client.force_login(july.world.analyst)
    for address in (
        "/totals/export/?period=2024-07", "/totals/export/?period=2024", "/totals/export/",
        "/completeness/export/?period=2024-07", "/completeness/export/?period=2024",
        "/completeness/export/", "/target-tree/export/?year=2024", *frozen(client),
    ):  # fmt: skip
        client.get("/completeness/?period=2024-07")  # due days are read once in ten seconds
        with django_assert_max_num_queries(MOST, info=address):
            answer = client.get(address)
        assert answer.status_code == (200 if "?" in address or "/file" in address
                                      or "/manifest" in address else 302), address  # fmt: skip


def test_a_download_without_a_period_leads_to_the_latest(july, client):
    client.force_login(july.world.analyst)
    assert client.get("/totals/export/").url == "/totals/export/?period=2024-07"
    assert client.get("/completeness/export/?period=x").url.endswith("?period=2024-07")
    client.force_login(july.world.nobody)
    assert client.get("/completeness/export/").status_code in (403, 404)


def test_a_due_day_entered_by_the_page_counts_at_once(july, client):
    client.force_login(july.world.root)
    client.get("/completeness/?period=2024-07")
    form = {"frequency": "month", "days": "3", "valid_from": "2020-01-01", "source": "文"}
    assert client.post("/due-days/new/", form).status_code == 302
    assert "2024-08-03" in client.get("/completeness/?period=2024-07&park=LSJ").text
