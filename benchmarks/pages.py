"""Pages over large registers: 50,000 enterprises in SQLite, one million in PostgreSQL.

Each page is asked for through Django's test client, middleware and all, as an analyst of one
county, of a city (a fourteenth of all rows) and as somebody who sees everything. What is shown is
the 95th percentile of the server's time, and the number of queries. The baseline, asked for in
turn with ours, is the least that could give such a page: one query written by hand for fifty rows
of the same county, and a loop that writes them as a table, behind the same middleware.
"""

from __future__ import annotations

import html
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.databases import on_each
from benchmarks.harness import Row

SMALL, LARGE = 50_000, 1_000_000
REQUESTS = 30
MOST_SECONDS = 0.150
MOST_QUERIES = 12
BASELINE = "fifty rows of the county by one hand-written query and a plain loop, same middleware"

WHO = {"analyst": "county analyst", "city": "city analyst", "root": "superuser"}
_LIST = "/enterprises/"
PAGES = {
    "first page": f"{_LIST}",
    "200 rows": f"{_LIST}?rows=200",
    "deep page": "deep",
    "sort by name": f"{_LIST}?sort=name",
    "sort by three": f"{_LIST}?sort=region.name,-founded_on,name",
    "sort by few values": f"{_LIST}?sort=-above_scale",
    "sort by a figure": f"{_LIST}?sort=-registered_capital_yuan",
    "sort by landlord": f"{_LIST}?sort=landlord.name",
    "filter county": f"{_LIST}?region=990203",
    "filter city": f"{_LIST}?region=9902",
    "filter park": f"{_LIST}?park=P9902030",
    "filter above scale": f"{_LIST}?above_scale=yes",
    "filter rung": f"{_LIST}?rung=high_tech",
    "filter land": f"{_LIST}?land_holding=rented",
    "filter days": f"{_LIST}?founded_on.from=2010-01-01&founded_on.to=2010-12-31",
    "search rare word": f"{_LIST}?q=澜屏",
    "search word of many": f"{_LIST}?q=精密",
    "search common word": f"{_LIST}?q=公司",
    "filter city, by name": f"{_LIST}?region=9902&sort=name",
    "search code": f"{_LIST}?q=91990203MA5",
    "search initials": f"{_LIST}?q=lpjmjx",
    "totals": f"{_LIST}?cols=name,registered_capital_yuan,land_area_mu",
    "parks": "/parks/",
    "detail page": "detail",
    "Ctrl+K word": "/search/?q=澜屏",
    "Ctrl+K common word": "/search/?q=公司",
    "Ctrl+K initials": "/search/?q=lpjmjx",
    "Ctrl+K code": "/search/?q=91990203MA5",
}


def rows() -> list[Row]:
    """The lines of this benchmark, one database after the other, each in its own process."""
    return on_each(
        "pages",
        lambda url: _measured("SQLite 50k", url, SMALL),
        lambda url: _measured("PostgreSQL 1M", url, LARGE),
    )


def _measured(name: str, url: str, count: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "YUANHENG_HOME": home, "YUANHENG_DATABASE_URL": url}
        environ["DJANGO_SETTINGS_MODULE"] = "yuanheng.web.settings"
        environ["YUANHENG_HOSTS"] = "testserver"
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.pages", str(count)],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        )
    lines = json.loads(done.stdout.strip().splitlines()[-1])
    return [row for line in lines for row in _rows(name, line)]


def _rows(database: str, line: dict[str, Any]) -> list[Row]:
    name = f"{database}, {line['who']}: {line['page']}"
    ours, baseline, queries = line["ours"], line["baseline"], line["queries"]
    return [
        Row(
            f"{name} (p95)", ours, baseline, ours / baseline, MOST_SECONDS / baseline,
            ours <= MOST_SECONDS, "s", f"{BASELINE}; the bar is {MOST_SECONDS * 1000:.0f} ms",
        ),
        Row(
            f"{name} (queries)", queries, None, None, MOST_QUERIES, queries <= MOST_QUERIES,
            "queries", "the number of queries of one request",
        ),
    ]  # fmt: skip


def measure(count: int) -> list[dict[str, Any]]:
    """In a process of its own: fill the database, ask for every page."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks import registers
    from yuanheng.kernel.search.index import reindex
    from yuanheng.registry.models import Enterprise

    start = time.perf_counter()
    call_command("migrate", verbosity=0)
    if Enterprise.objects.count() == count:  # a database that is kept between two runs
        return [line for who in WHO for line in _pages_of(who)]
    registers.make_places()
    registers.load_enterprises(count)
    loaded = time.perf_counter()
    reindex()
    told = (
        f"{count} rows in {loaded - start:.0f} s, search in {time.perf_counter() - loaded:.0f} s"
    )
    print(told, file=sys.stderr, flush=True)
    return [line for who in WHO for line in _pages_of(who)]


def _pages_of(who: str) -> Iterator[dict[str, Any]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from yuanheng.accounts.models import User
    from yuanheng.web.settling import settle

    settle()  # as a server does when it has started
    user = User.objects.get(username=who)
    client = Client()
    client.force_login(user, "yuanheng.accounts.backends.PeopleBackend")
    for page, address in PAGES.items():
        address = _address(client, user, address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
            asked = len(queries.captured_queries)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        ours, bare = [], []
        for _turn in range(REQUESTS):
            ours.append(_seconds(client, address))
            bare.append(_seconds(client, "/enterprises/", bare=True))
        yield {
            "who": WHO[who],
            "page": page,
            "ours": _p95(ours),
            "baseline": _p95(bare),
            "median": statistics.median(ours),
            "queries": asked,
        }


def _address(client: Any, user: Any, address: str) -> str:
    from yuanheng.registry.models import Enterprise

    if address == "detail":
        visible = Enterprise.objects.visible_to(user, many=True).order_by("credit_code")
        return f"{_LIST}{visible[40].credit_code}/"
    if address == "deep":
        if 'rel="last"' not in client.get(f"{_LIST}?sort=name").text:
            return f"{_LIST}?sort=name&page=100"
        end = client.get(f"{_LIST}?sort=name&before=end").text
        found = re.search(r'href="([^"]*)"[^>]*rel="prev"', end)
        return _LIST + html.unescape(found[1]) if found else _LIST
    return address


def _seconds(client: Any, address: str, bare: bool = False) -> float:
    start = time.perf_counter()
    client.get(address, headers={"X-Bench-Bare": "1"} if bare else {})
    return time.perf_counter() - start


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def bare_page(get_response: Any) -> Any:
    """Middleware of the benchmark: the least that could answer, last behind all the others."""
    from django.db import connection
    from django.http import HttpResponse
    from django.utils.html import escape

    sql = (
        "SELECT e.credit_code, e.name, p.name, r.name, e.industry_name, e.land_holding, "
        "e.founded_on FROM registry_enterprise e JOIN registry_region r ON r.id = e.region_id "
        "LEFT JOIN registry_park p ON p.id = e.park_id WHERE e.region_id = "
        "(SELECT id FROM registry_region WHERE code = '990203') "
        "AND e.archived_at IS NULL ORDER BY e.credit_code LIMIT 50"
    )

    def answer(request: Any) -> Any:
        if "X-Bench-Bare" not in request.headers:
            return get_response(request)
        if not request.user.is_authenticated:
            raise RuntimeError("the baseline must be signed in too")
        with connection.cursor() as cursor:
            cursor.execute(sql)
            lines = [
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                for row in cursor.fetchall()
            ]
        return HttpResponse("<table>" + "".join(lines) + "</table>")

    return answer


def main() -> None:
    from django.conf import settings

    settings.MIDDLEWARE.append("benchmarks.pages.bare_page")
    print(json.dumps(measure(int(sys.argv[1])), ensure_ascii=False))


if __name__ == "__main__":
    main()
