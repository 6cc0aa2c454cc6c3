"""A tick over 100,000 running clocks of which 1,000 are due: each is locked, looked at again,
reminded about, audited and planned anew in a transaction of its own.

The baseline writes the same rows bare: for each clock one transaction with an INSERT of a step, an
event, a notice and an audit row, and an UPDATE of the clock; it decides and checks nothing.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.harness import Row, timed

RUNNING, DUE, ROUNDS = 100_000, 1_000, 3
BEGAN = datetime(2026, 9, 7, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
BAR = 6.0


def rows() -> list[Row]:
    """In a database of its own, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"YUANHENG_HOME": folder, "YUANHENG_DATABASE_URL": ""}
        from yuanheng.web import setup

        setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", interactive=False, verbosity=0)
        office, person = _people()
        _make_clocks(office, person)
        mine, bare = [], []
        for number in range(ROUNDS + 1):
            moment = BEGAN + timedelta(days=30 + number)
            _make_due(moment)
            mine.append(timed(lambda moment=moment: _tick(moment)))
            bare.append(timed(lambda moment=moment: _bare(moment, person)))
        idle = timed(lambda: _idle(BEGAN))
        connection.close()
    ratios = [a / b for a, b in zip(mine[1:], bare[1:], strict=True)]
    found = statistics.median(ratios)
    said = "the same rows written bare, a transaction for each clock"
    ours, base = statistics.median(mine[1:]), statistics.median(bare[1:])
    name = f"tick: {DUE} of {RUNNING} clocks due"
    what = "none due: one look at the index"
    return [
        Row(name, ours, base, found, BAR, found <= BAR, "s", said),
        Row(f"tick: none of {RUNNING} due", idle, None, None, 0.5, idle <= 0.5, "s", what),
    ]


def _people() -> tuple[Any, Any]:
    from yuanheng.accounts.models import Grant, OrgUnit, User

    office = OrgUnit.objects.create(code="o", name="发改委", kind="bureau")
    person = User.objects.create(username="zhang", org_unit=office)
    Grant.objects.create(user=person, role="analyst", org_unit=office, valid_from="2020-01-01")
    return office, person


def _make_clocks(office: Any, person: Any) -> None:
    from yuanheng.kernel import clock as wall
    from yuanheng.kernel.clocks import Step, Term, start_clock
    from yuanheng.kernel.models import Clock

    # The reminder repeats, so that the same clocks can be due in every round.
    term = Term("bench", "答复", days=10, ladder=(Step(1, every=1, times=1),))
    with wall.stopped_at(BEGAN):
        first = start_clock(
            acting_user=person, subject=office, term=term, responsible=office.pk, holder=person
        )
    first.next_check_at = BEGAN + timedelta(days=3000)
    first.save()
    copies = []
    for number in range(RUNNING - 1):
        copy = Clock.objects.model(
            **{
                field.attname: getattr(first, field.attname)
                for field in Clock._meta.concrete_fields
                if field.attname not in ("id", "token")
            }
        )
        copy.token, copy.subject_pk = uuid.UUID(int=number + 1), str(number)
        copies.append(copy)
    Clock.objects.bulk_create(copies, batch_size=5000)


def _make_due(moment: datetime) -> None:
    from yuanheng.kernel.models import Clock

    untouched = Clock.objects.filter(steps__isnull=True).order_by("pk")
    chosen = list(untouched.values_list("pk", flat=True)[:DUE])
    Clock.objects.filter(pk__in=chosen).update(next_check_at=moment - timedelta(hours=2))


def _tick(moment: datetime) -> None:
    from yuanheng.kernel.clocks import tick

    report = tick(moment)
    assert (report.clocks, report.problems) == (DUE, []), report


def _bare(moment: datetime, person: Any) -> None:
    from django.db import transaction

    from yuanheng.kernel.models import AuditEvent, Clock, ClockEvent, ClockStep, Notice

    taken = Clock.objects.filter(steps__isnull=False).order_by("-pk").values_list("pk", flat=True)
    for pk in list(taken[:DUE]):
        with transaction.atomic():
            ClockStep.objects.create(
                clock_id=pk,
                round=1,
                step=9,
                occurrence=int(moment.timestamp()),
                owed_at=moment,
                fired_at=moment,
                what="remind",
                told=1,
            )
            ClockEvent.objects.create(clock_id=pk, kind="remind", due_on=moment.date())
            Notice.objects.create(recipient=person, code="clock.step", text="答复")
            AuditEvent.objects.create(action_code="kernel.tick_clock")
            Clock.objects.filter(pk=pk).update(provisional_years=[])


def _idle(moment: datetime) -> None:
    from yuanheng.kernel.clocks import tick

    tick(moment)
