"""How long a case was in each state and in each organisation's hands, from its moves alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yuanheng.kernel import clock
from yuanheng.kernel.models import CaseMove

CountDays = Callable[[date, date], int]


@dataclass(frozen=True)
class Stay:
    """One stretch of time: what stayed (a state's code or an organisation) from when to when."""

    key: Any
    since: datetime
    until: datetime | None  # None: still

    def lasted(self, now: datetime) -> timedelta:
        return (self.until or now) - self.since

    def days(self, now: datetime, count: CountDays) -> int:
        """Working days, by the calendar that ``count`` knows."""
        first = timezone.localtime(self.since).date()
        return count(first, timezone.localtime(self.until or now).date())


def state_stays(moves: Iterable[CaseMove]) -> list[Stay]:
    """The states one after another; the last one of a closed case has no end and no duration."""
    return _stays(moves, lambda move: move.to_state)


def organisation_stays(moves: Iterable[CaseMove]) -> list[Stay]:
    """Who had the case in hand, one after another."""
    return _stays(moves, lambda move: move.org_unit_id)


def _stays(moves: Iterable[CaseMove], key: Callable[[CaseMove], Any]) -> list[Stay]:
    found: list[Stay] = []
    for move in moves:
        if found and found[-1].key == key(move):
            continue
        if found:
            found[-1] = Stay(found[-1].key, found[-1].since, move.at)
        found.append(Stay(key(move), move.at, None))
    return found


@dataclass(frozen=True)
class Average:
    """Over many cases: how often something held them, and for how long."""

    key: Any
    count: int
    days: float


def average_stays(
    cases: QuerySet, *, by: str = "to_state", count: CountDays | None = None
) -> list[Average]:
    """For each state (or, with ``by="org_unit_id"``, each organisation) how many stays there were
    and how many days they took on average: one query for all ``cases``.

    ``cases`` must have gone through ``visible_to``. ``count`` counts working days; without it the
    days are those of the calendar. A stay in a final state doesn't count.
    """
    days: dict[Any, list[float]] = defaultdict(list)
    now = clock.now()
    for key, since, until in _rows(cases, by):
        if count is None:
            days[key].append(((until or now) - since) / timedelta(days=1))
        else:
            days[key].append(Stay(key, since, until).days(now, count))
    return [Average(key, len(each), sum(each) / len(each)) for key, each in days.items()]


def _rows(cases: QuerySet, by: str) -> Iterator[tuple[Any, datetime, datetime | None]]:
    """(key, since, until) of each stay; neighbouring moves that change nothing are one stay."""
    moves = (
        CaseMove.objects.filter(case__in=cases.order_by().values("pk"))
        .order_by("case_id", "serial")
        .values_list("case_id", by, "at", "case__closed_at")
    )
    for _case, rows in groupby(moves.iterator(chunk_size=5000), key=itemgetter(0)):
        stays: list[tuple[Any, datetime]] = []
        ended = None
        for _case_id, key, at, closed_at in rows:
            ended = closed_at
            if not stays or stays[-1][0] != key:
                stays.append((key, at))
        if ended is not None and by == "to_state":
            ends = [at for _key, at in stays[1:]]
            stays.pop()  # a final state has no duration
        else:
            ends = [*(at for _key, at in stays[1:]), ended]
        for (key, since), until in zip(stays, ends, strict=True):
            yield key, since, until
