"""Pages and the tick over 50,000 cases, in SQLite and, where its programs are, in PostgreSQL.

The case type is the example of the documents (``kernel/tests/example_room``): 45,000 cases are
open in twenty counties of one city, each with a running clock and a turn of its county's
analysts; 5,000 are closed; 5,000 have a co-unit with a clock of its own; every tenth is assigned
to a person. Pages are asked for through Django's test client, middleware and all, as an analyst
of a county (2,250 things to do) and as one of the city (everything below). What is shown is the
95th percentile of the server's time and the number of queries. The tick is over all 50,000
clocks: none due, and 500 of them a day over, for each of which a slip is given in a transaction
of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.databases import on_each
from benchmarks.harness import Row, absolute
from benchmarks.pages import MOST_QUERIES, MOST_SECONDS, REQUESTS, _p95, _seconds

CASES, CLOSED, COUNTIES, PARTS, DUE = 50_000, 5_000, 20, 5_000, 500
NOW = datetime(2026, 9, 7, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
IDLE_SECONDS, DUE_SECONDS = 0.5, 20.0
PAGES = {
    "home": "/",
    "my work": "/work/",
    "my work, below": "/work/?below=1",
    "my work, assigned": "/work/?assigned=1",
    "my work, overdue": "/work/?tab=overdue",
    "my work, waiting": "/work/?tab=waiting",
    "my work, done": "/work/?tab=done",
    "list": "/requests/",
    "list, 200 rows": "/requests/?rows=200",
    "list, my turn": "/requests/?hands=todo",
    "list, overdue": "/requests/?due=overdue",
    "case page": "case",
    "form of an action": "form",
}


def rows() -> list[Row]:
    """The lines of this benchmark, one database after the other, each in its own process."""
    return on_each("cases", partial(_measured, "SQLite"), partial(_measured, "PostgreSQL"))


def _measured(name: str, url: str) -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "YUANHENG_HOME": home, "YUANHENG_DATABASE_URL": url}
        environ["DJANGO_SETTINGS_MODULE"] = "yuanheng.web.settings"
        environ["YUANHENG_HOSTS"] = "testserver"
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.cases"],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        )
    lines = json.loads(done.stdout.strip().splitlines()[-1])
    return [row for line in lines for row in _rows(name, line)]


def _rows(database: str, line: dict[str, Any]) -> list[Row]:
    name = f"{database} 50k cases, {line['who']}: {line['page']}"
    if "bar" in line:
        what = "seconds of one tick over 50,000 running clocks"
        return [absolute(name, line["ours"], bar=line["bar"], unit="s", what=what)]
    what = f"the bar is {MOST_SECONDS * 1000:.0f} ms"
    queries = "the number of queries of one request"
    return [
        absolute(f"{name} (p95)", line["ours"], bar=MOST_SECONDS, unit="s", what=what),
        absolute(
            f"{name} (queries)", line["queries"], bar=MOST_QUERIES, unit="queries", what=queries
        ),
    ]


def measure() -> list[dict[str, Any]]:
    """In a process of its own: fill the database, ask for every page, tick."""
    import django

    django.setup()
    from django.core.management import call_command

    from yuanheng.kernel import clock

    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    with clock.stopped_at(NOW):
        people = _people()
        _fill(people)
    told = f"{CASES} cases in {time.perf_counter() - start:.0f} s"
    print(told, file=sys.stderr, flush=True)
    with clock.stopped_at(NOW + timedelta(days=1)):
        lines = [line for who in ("county1", "city") for line in _pages_of(who)]
    return [*lines, *_ticks()]


def _people() -> dict[str, Any]:
    from yuanheng.accounts.models import Grant, OrgUnit, User

    found: dict[str, Any] = {}
    city = OrgUnit.objects.create(code="c", name="示范市", kind="city", division_code="9901")
    places = {"city": city}
    for number in range(1, COUNTIES + 1):
        places[f"county{number}"] = OrgUnit.objects.create(
            code=f"c{number}",
            name=f"示范{number}县",
            kind="county",
            parent=city,
            division_code=f"9901{number:02}",
        )
    for name, place in places.items():
        user = User.objects.create(username=name, full_name=f"{place.name}承办", org_unit=place)
        Grant.objects.create(user=user, role="analyst", org_unit=place, valid_from="2020-01-01")
        found[name] = user
    return found


def _fill(people: dict[str, Any]) -> None:
    """One case by its own actions, and the others as its copies."""
    from django.db import connection

    from yuanheng.kernel.flow import flow_for, open_case, perform
    from yuanheng.kernel.models import Case, CaseMove, CaseTurn, Clock, CoUnit
    from yuanheng.kernel.tests.example_room.models import EnterpriseRequest

    lead, city = people["county1"], people["city"]
    values = {"title": "厂区道路积水", "enterprise": "甲公司", "wish": "请修排水沟"}
    first = open_case(
        acting_user=lead,
        flow=flow_for(EnterpriseRequest),
        values={**values, "org_unit": lead.org_unit},
    )
    arguments = {"acting_user": lead, "case": first, "action": "accept"}
    first = perform(**arguments, values={"measure": "现场查看"})
    moves, turns = list(first.moves.all()), list(first.turns.all())
    running = Clock.objects.get(subject_pk=str(first.pk), state="running")
    model = EnterpriseRequest._meta.label
    columns = ("id", "token", "code", "case_id")
    plain = Case._base_manager.get(pk=first.pk)
    cases = []
    for number in range(2, CASES + 1):
        holder = people[f"county{number % COUNTIES + 1}"]
        is_closed = number > CASES - CLOSED
        cases.append(
            _copy(
                plain, columns, code=f"request-2026-{number}", number=f"诉求〔2026〕{number}号",
                serial=number, title=f"第{number}件诉求", org_unit_id=holder.org_unit_id,
                opened_by_id=holder.pk, state="closed" if is_closed else "accepted",
                closed_at=NOW if is_closed else None,
                due_on=(NOW + timedelta(days=number % 40 - 4)).date(),
                assignee_id=holder.pk if number % 10 == 0 else None,
            )
        )  # fmt: skip
    Case.objects.bulk_create(cases, batch_size=5000)
    child = EnterpriseRequest._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {child} (case_ptr_id, enterprise, wish, measure, answer) "
            "SELECT id, '甲公司', '请修排水沟', '现场查看', '' FROM kernel_case WHERE id <> %s",
            [first.pk],
        )
    cases = list(Case.objects.exclude(pk=first.pk).order_by("serial"))
    still_open = [one for one in cases if one.closed_at is None]
    later = NOW + timedelta(days=3000)
    CaseMove.objects.bulk_create(
        (
            _copy(
                move, columns, case_id=case.pk, by_id=case.opened_by_id, token=None,
                org_unit_id=case.org_unit_id,
            )
            for case in cases
            for move in moves
        ),
        batch_size=5000,
    )  # fmt: skip
    CaseTurn.objects.bulk_create(
        (
            _copy(turn, columns, case_id=case.pk, org_unit_id=case.org_unit_id, due_on=case.due_on)
            for case in still_open
            for turn in turns
        ),
        batch_size=5000,
    )
    parts = CoUnit.objects.bulk_create(
        CoUnit(case=case, org_unit=city.org_unit, task="测算", due_on=case.due_on)
        for case in still_open[:PARTS]
    )
    subjects = [(model, one.pk, one) for one in still_open]
    subjects += [(CoUnit._meta.label, part.pk, part.case) for part in parts]
    Clock.objects.bulk_create(
        (
            _copy(
                running, columns, token=uuid.UUID(int=at + 1), subject_model=label,
                subject_pk=str(pk), subject_label=str(case), responsible_id=case.org_unit_id,
                due_on=case.due_on, first_due_on=case.due_on, next_check_at=later,
                code=running.code,
            )
            for at, (label, pk, case) in enumerate(subjects)
        ),
        batch_size=5000,
    )  # fmt: skip
    Clock.objects.filter(pk=running.pk).update(next_check_at=later)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(row: Any, without: tuple[str, ...], **changed: Any) -> Any:
    fields = [one.attname for one in row._meta.concrete_fields if one.attname not in without]
    return type(row)(**({name: getattr(row, name) for name in fields} | changed))


def _pages_of(who: str) -> Iterator[dict[str, Any]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from yuanheng.accounts.models import User
    from yuanheng.kernel.models import Case
    from yuanheng.web.settling import settle

    settle()  # as a server does when it has started
    user = User.objects.get(username=who)
    client = Client()
    client.force_login(user, "yuanheng.accounts.backends.PeopleBackend")
    middle = Case.objects.visible_to(user).filter(closed_at=None, co_units__isnull=False)
    code = middle.order_by("pk")[20].code
    special = {"case": f"/requests/{code}/", "form": f"/requests/{code}/do/assign/"}
    client.get("/work/")
    for page, address in PAGES.items():
        address = special.get(address, address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
            asked = len(queries.captured_queries)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        seconds = [_seconds(client, address) for _turn in range(REQUESTS)]
        name = {"county1": "county", "city": "city"}[who]
        yield {"who": name, "page": page, "ours": _p95(seconds), "queries": asked}


def _ticks() -> Iterator[dict[str, Any]]:
    from yuanheng.kernel import clock
    from yuanheng.kernel.clocks import tick
    from yuanheng.kernel.models import Clock

    moment = NOW + timedelta(days=2)
    with clock.stopped_at(moment):
        tick()  # the day's summaries
        start = time.perf_counter()
        tick()
        idle = time.perf_counter() - start
        chosen = Clock.objects.filter(due_on=(moment - timedelta(days=1)).date(), state="running")
        keys = list(chosen.order_by("pk").values_list("pk", flat=True)[:DUE])
        Clock.objects.filter(pk__in=keys).update(next_check_at=moment - timedelta(hours=1))
        start = time.perf_counter()
        report = tick()
        busy = time.perf_counter() - start
    if report.problems or report.clocks < len(keys):
        raise RuntimeError(f"the tick left something undone: {report}")
    name = f"tick, {report.clocks} due"
    yield {"who": "all", "page": "tick, none due", "ours": idle, "bar": IDLE_SECONDS}
    yield {"who": "all", "page": name, "ours": busy, "bar": DUE_SECONDS}


def main() -> None:
    from django.conf import settings

    settings.INSTALLED_APPS.append("yuanheng.kernel.tests.example_room")
    print(json.dumps(measure(), ensure_ascii=False))


if __name__ == "__main__":
    main()
