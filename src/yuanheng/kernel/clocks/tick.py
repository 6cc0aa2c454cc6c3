"""``yh tick``: take what is owed, clock by clock, each in a transaction of its own."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import translation

from yuanheng.kernel import clock as wall
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.clocks.calendar import Calendars
from yuanheng.kernel.clocks.firing import Taken, take_owed
from yuanheng.kernel.models import Clock
from yuanheng.kernel.models.clocks import ClockState

log = logging.getLogger(__name__)
_BATCH = 500
_parts: dict[str, Callable[[datetime], Any]] = {}


def on_tick(name: str, function: Callable[[datetime], Any]) -> None:
    """Call ``function(now)`` with every tick; what it returns is shown in the report.

    It must be quick, idempotent, and use transactions of its own. If it raises, the report says so
    and the rest of the tick goes on.
    """
    _parts[name] = function


@dataclass(slots=True)
class TickReport:
    """What a tick did. ``problems`` are sentences; with one the command ends with 1."""

    at: datetime
    clocks: int = 0
    reminders: int = 0
    slips: int = 0
    provisional: int = 0
    missing_years: list[int] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self) | {"at": self.at.isoformat()}


def tick(now: datetime | None = None, *, until: Callable[[], bool] = lambda: False) -> TickReport:
    """Take every step that is owed at ``now`` (the present), then call what else wants a tick.

    Ends early, between two clocks, when ``until`` says so; the rest is owed to the next tick.

    Two ticks at once, a tick that was killed, a clock that was set back: no step is taken twice
    and none is lost. A clock that fails is a problem of the report; the others go on.
    """
    if now is not None:
        with wall.stopped_at(now):
            return _tick(now, until)
    return _tick(wall.now(), until)


def _tick(now: datetime, until: Callable[[], bool]) -> TickReport:
    began = time.perf_counter()
    report = TickReport(at=now)
    calendars = Calendars()
    with translation.override(settings.LANGUAGE_CODE):
        waited: list[int] = []  # in vain, for a database that somebody else kept to themselves
        for pk in itertools.chain(_due(now), waited):
            if until():
                break
            try:
                taken = _take_one(pk, now, calendars)
            except Exception as error:
                if isinstance(error, OperationalError) and pk not in waited:
                    waited.append(pk)  # once more, after the others
                    continue
                log.exception("clock %s", pk)
                report.problems.append(f"{Clock._meta.label} {pk}: {error}")
                continue
            if taken:
                report.clocks += 1
                report.reminders += taken.reminders
                report.slips += taken.slips
                report.untold += taken.untold
        _note_provisional(report)
        for name, function in list(_parts.items()):
            try:
                report.parts[name] = function(now)
            except Exception as error:
                log.exception("on_tick %s", name)
                report.problems.append(f"{name}: {error}")
    report.seconds = round(time.perf_counter() - began, 3)
    return report


def _due(now: datetime) -> Iterator[int]:
    """Numbers of clocks to look at, each once, in the order in which they are due."""
    last: tuple[datetime, int] | None = None
    while True:
        rows = Clock.objects.filter(next_check_at__lte=now).order_by("next_check_at", "pk")
        if last:
            rows = rows.exclude(next_check_at__lt=last[0]).exclude(
                next_check_at=last[0], pk__lte=last[1]
            )
        found = list(rows.values_list("next_check_at", "pk")[:_BATCH])
        if not found:
            return
        for _at, pk in found:
            yield pk
        last = found[-1]


def _take_one(pk: int, now: datetime, calendars: Calendars) -> Taken | None:
    """One clock in one transaction; nothing if another tick has it or had it."""
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        rows = Clock.objects.select_for_update(skip_locked=skip, of=("self",) if skip else ())
        clock = rows.filter(pk=pk, state=ClockState.RUNNING, next_check_at__lte=now).first()
        return take_steps(acting_user=None, clock=clock, calendars=calendars) if clock else None


@action("kernel.tick_clock")
def take_steps(*, acting_user: Any, clock: Clock, calendars: Calendars) -> Taken:
    """Take what a locked clock owes; nobody acts but the time."""
    taken = take_owed(clock, wall.now(), calendars)
    record(clock, after={"reminders": taken.reminders, "slips": taken.slips})
    return taken


def _note_provisional(report: TickReport) -> None:
    from yuanheng.kernel.clocks.provisional import missing_years

    found = missing_years()
    report.provisional, report.missing_years = found.clocks, found.years
