"""Completeness and timeliness of the parks' reports: two things, and two rankings.

Complete is what has been reported at all; in time, what was known by its due day. Both follow from
the ledger alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from yuanheng.calc.periods import YEAR, Period
from yuanheng.kernel import clock
from yuanheng.ledger.expected import LENGTHS, Expected, expected_of
from yuanheng.ledger.models import Entry, Indicator, Observation
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.scopes import Member, Scope, parks_in


@dataclass(slots=True)
class Report:
    """How one park reports. ``judged`` are the figures whose due day has come since the ledger was
    begun; what lies before was entered afterwards and says nothing of punctuality."""

    code: str
    name: str
    expected: int = 0
    present: int = 0
    judged: int = 0
    in_time: int = 0
    complete_rank: int | None = None
    timely_rank: int | None = None
    by_month: dict[int, list[int]] = field(default_factory=dict)  # end month → [expected, present]
    missing: list[Expected] = field(default_factory=list)

    @property
    def completeness(self) -> float | None:
        """A share; None where nothing is expected."""
        return self.present / self.expected if self.expected else None

    @property
    def timeliness(self) -> float | None:
        return self.in_time / self.judged if self.judged else None

    def months(self) -> list[float | None]:
        """The share of each month of the year, where something was due to end in it."""
        found = (self.by_month.get(month) for month in range(12))
        return [None if one is None else one[1] / one[0] for one in found]


@dataclass(frozen=True, slots=True)
class Reports:
    """All parks; ``indicators`` is of how many indicators it speaks, ``begun`` when the ledger
    was."""

    rows: list[Report]
    indicators: int
    begun: date | None
    catalogue: Catalogue


def reports(user: Any, period: Period, members: Sequence[Member] | None = None) -> Reports:
    """Of every park that ``user`` sees, for a month (what ends with it) or a whole year;
    ``members`` are those parks where they have been read already."""
    if members is None:
        members = parks_in(Scope(), user)
    subjects = {one.subject_id: one.committee_id for one in members if one.subject_id}
    catalogue, used, begun = catalogue_in_use(list(subjects), period)
    periods = _ended(period)
    expected = expected_of(user, subjects, periods, used)
    first = _first_known(list(subjects), expected, periods)
    by_subject: dict[int, list[Expected]] = defaultdict(list)
    for one in expected:
        by_subject[one.subject_id].append(one)
    rows = [_report(one, by_subject, first, begun, len(used), periods) for one in members]
    _rank(rows, "completeness", "complete_rank")
    _rank(rows, "timeliness", "timely_rank")
    rows.sort(key=lambda one: (one.complete_rank or len(rows) + 1, one.code))
    return Reports(rows, len({one.indicator_id for one in expected}), begun, catalogue)


def catalogue_in_use(
    subjects: Sequence[int], period: Period
) -> tuple[Catalogue, list[Indicator], date | None]:
    """The catalogue; of it the reported indicators of parks that at least one of them gave in this
    year or the last (what nobody reports isn't asked for yet); and the day on which the ledger was
    begun. One query."""
    year = period.year * 12
    given = Observation.objects.filter(
        indicator=OuterRef("pk"), subject_id__in=subjects,
        period_start__gte=year - 12, period_start__lt=year + 12,
    )  # fmt: skip
    first = Entry.objects.order_by("known_at").values("known_at")[:1]
    rows = Indicator.objects.annotate(is_given=Exists(given), begun=Subquery(first))
    catalogue = Catalogue({one.pk: one for one in rows.order_by("position", "code")})
    used = [
        one
        for one in catalogue.by_id.values()
        if one.is_given  # type: ignore[attr-defined]
        and one.for_parks and not one.formula and not one.is_archived and not one.growth_of_id
    ]  # fmt: skip
    known = next((one.begun for one in catalogue.by_id.values()), None)  # type: ignore[attr-defined]
    return catalogue, used, None if known is None else timezone.localtime(known).date()


def _ended(period: Period) -> list[Period]:
    """Periods of every frequency that end inside ``period`` and are over."""
    last = min(period.end, clock.today().year * 12 + clock.today().month - 2)
    first = period.start if period.kind == YEAR else period.end
    return [
        Period(end - length + 1, length)
        for end in range(first, last + 1)
        for length in LENGTHS.values()
        if (end + 1) % length == 0
    ]


def _first_known(
    subjects: Sequence[int], expected: Sequence[Expected], periods: Sequence[Period]
) -> dict[tuple[int, int, int], date]:
    """When a figure that ends with a month was first known, by (subject, indicator, end month): a
    month reported as a cumulative figure has been reported."""
    if not periods:
        return {}
    ends = {one.end for one in periods}
    # A reporting period is never longer than a year.
    rows = Observation.objects.filter(
        subject_id__in=subjects,
        indicator_id__in={one.indicator_id for one in expected},
        period_start__gte=min(ends) - 11,
        period_start__lte=max(ends),
        value__isnull=False,
    ).order_by("id")
    first: dict[tuple[int, int, int], datetime] = {}
    columns = ("subject_id", "indicator_id", "period_start", "period_kind", "entry__known_at")
    for subject, indicator, start, kind, known in rows.values_list(*columns).iterator(5000):
        end = Period(start, kind).end
        if end in ends:
            first.setdefault((subject, indicator, end), known)
    return {key: timezone.localtime(known).date() for key, known in first.items()}


def _report(
    member: Member,
    by_subject: dict[int, list[Expected]],
    first: dict[tuple[int, int, int], date],
    begun: date | None,
    used: int,
    periods: Sequence[Period],
) -> Report:
    found = Report(member.code, member.name)
    if member.subject_id is None:  # nothing of it has ever been written
        found.expected = used if periods else 0
        return found
    today = clock.today()
    for one in by_subject.get(member.subject_id, []):
        at = first.get((member.subject_id, one.indicator_id, one.period.end))
        found.expected += 1
        found.present += at is not None
        month = found.by_month.setdefault(one.period.end % 12, [0, 0])
        month[0] += 1
        month[1] += at is not None
        if at is None:
            found.missing.append(one)
        if begun is not None and begun <= one.due < today:
            found.judged += 1
            found.in_time += at is not None and at <= one.due
    return found


def _rank(rows: list[Report], share: str, rank: str) -> None:
    """1, 1, 3: equal shares have equal ranks; what can't be said has none."""
    known = sorted((one for one in rows if getattr(one, share) is not None),
                   key=lambda one: -getattr(one, share))  # fmt: skip
    for place, one in enumerate(known):
        before = known[place - 1] if place else None
        same = before is not None and getattr(before, share) == getattr(one, share)
        setattr(one, rank, getattr(before, rank) if same else place + 1)
