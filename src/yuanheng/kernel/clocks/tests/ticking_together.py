"""Run as a program of its own: makes clocks, ticks in two processes at once, prints what it finds.

The database is that of the environment.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import django

BEGAN = datetime(2026, 9, 28, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def prepare(number: int) -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from django.apps import apps

    from yuanheng.kernel import clock as wall
    from yuanheng.kernel.clocks import Step, Term, start_clock

    org_unit, user, grant = (apps.get_model("accounts", n) for n in ("OrgUnit", "User", "Grant"))
    office = org_unit.objects.create(code="o", name="发改委", kind="bureau")
    person = user.objects.create(username="zhang", org_unit=office)
    grant.objects.create(user=person, role="analyst", org_unit=office, valid_from="2020-01-01")
    term = Term("t", "答复", days=2, ladder=(Step(-1), Step(1, what="slip", colour="red")))
    with wall.stopped_at(BEGAN):
        for _ in range(number):
            start_clock(acting_user=person, subject=office, term=term, responsible=office.pk)


def tick_in_a_child() -> tuple[int, int, int]:
    """The child's number, the pipe that lets it begin, the pipe with what it says."""
    from yuanheng.kernel.clocks import tick

    begin, go = os.pipe()
    answer, say = os.pipe()
    child = os.fork()
    if child:
        os.close(say)
        return child, go, answer
    os.read(begin, 1)  # all begin together
    report = tick(BEGAN + timedelta(days=14))
    os.write(say, json.dumps({"slips": report.slips, "problems": report.problems}).encode())
    os._exit(0)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "yuanheng.web.settings"
    django.setup()
    from django.db import connections

    prepare(int(sys.argv[1]))
    connections.close_all()  # a connection does not survive a fork
    children = [tick_in_a_child() for _ in range(2)]
    for _child, go, _answer in children:
        os.write(go, b"!")
    ticks = []
    for child, _go, answer in children:
        with os.fdopen(answer) as pipe:
            ticks.append(json.loads(pipe.read()))
        os.waitpid(child, 0)
    from yuanheng.kernel.models import ClockStep, Notice, Slip

    found = {
        "ticks": ticks,
        "steps": ClockStep.objects.count(),
        "notices": Notice.objects.filter(code="clock.step").count(),
        "numbers": sorted(Slip.objects.values_list("number", flat=True)),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
