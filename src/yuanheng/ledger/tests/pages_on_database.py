"""What the ledger's pages answer on the database that the settings name; printed as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

PAGES = (
    "/ledger/park/LSJ/total_income/2024-07/", "/ledger/park/LSJ/tax_per_mu/2024/",
    "/ledger/park/LSJ/?year=2024", "/ledger/park/LSJ/?year=2024&of=firms",
    "/ledger/park/LSJ/?year=2024&as_of=2024-03-01", "/totals/?period=2024-07", "/totals/",
    "/completeness/?period=2024-07", "/quality/?period=2024-07", "/quality/flagged/",
    "/target-tree/", "/indicators/", "/observations/?as_of=2024-03-01", "/entries/", "/forms/",
    "/submissions/", "/frozen/new/", "/published/",
)  # fmt: skip


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_test_environment

    from yuanheng.ledger.tests.conftest import Book
    from yuanheng.registry.tests.world import make_world

    setup_test_environment()
    call_command("migrate", verbosity=0)
    book = Book(make_world())
    zone, steel = book.world.zone, book.world.steel
    book.many(
        (zone, "total_income", "2024-07", 2e9), (zone, "total_income", "2023-07", 1.6e9),
        (zone, "tax_paid_in", "2024", 1.4e8), (zone, "land_area", "2024", 1000),
        (steel, "revenue", "2024-07", 9e7), (steel, "revenue", "2024-06", 8e7),
    )  # fmt: skip
    book(zone, "total_income", "2024-07", 2.1e9, reason="漏报一家企业")
    book(steel, "revenue", "2024-06", None, reason="撤回")
    client = Client(SERVER_NAME="localhost")
    client.force_login(book.world.root)
    answers = {page: client.get(page).status_code for page in PAGES}
    firms = client.get("/ledger/park/LSJ/?year=2024&of=firms").text
    told = {"vendor": connection.vendor, "answers": answers, **_read(firms)}
    sys.stdout.write(json.dumps(told) + "\n")


def _read(firms: str) -> dict[str, Any]:
    from yuanheng.calc.periods import Period
    from yuanheng.ledger.frozen import write_figures_file
    from yuanheng.ledger.mirror import Mirror

    mirror = Mirror()
    path = mirror.folder / "figures.frozen"
    count = write_figures_file(path, Period.parse("2024"), up_to=mirror.up_to, mirror=mirror)
    return {"shows": "0.90" in firms, "withdrawn": "0.80" in firms, "frozen": count}


if __name__ == "__main__":
    main()
