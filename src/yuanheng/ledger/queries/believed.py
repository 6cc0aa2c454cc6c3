"""What is believed of figures, now or at an earlier moment.

Everything goes through the one index of the observations: a year of a subject is one stretch of
it, in which the last row of each key counts. What was believed at a moment is the same with a
number as the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from yuanheng.ledger.models import Entry, Observation

Key = tuple[int, int, int, int]  # subject, first month, kind of period, indicator
Row = tuple[int, int, int, int, int, float | None]  # the same, number of the row, value
_COLUMNS = ("subject_id", "period_start", "period_kind", "indicator_id", "id", "value")
_CHUNK = 500


def moment_of(text: str) -> datetime:
    """The end of a day (``2024-03-01``) or a moment (``2024-03-01T12:00``), as people ask for
    what was known then. ValueError for anything else."""
    day = parse_date(text)
    found = datetime.combine(day, time.max) if day else parse_datetime(text.replace(" ", "+"))
    if found is None:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def known_up_to(moment: datetime | None) -> int | None:
    """The number of the last figure that was known at ``moment``; None for now, 0 for nothing."""
    if moment is None:
        return None
    entries = Entry.objects.filter(known_at__lte=moment).order_by("-known_at", "-id")
    return entries.values_list("last_id", flat=True).first() or 0


def rows_within(
    subject_ids: Sequence[int],
    first: int,
    last: int,
    indicator_ids: Collection[int] | None = None,
    up_to: int | None = None,
) -> QuerySet[Observation]:
    """Every row of these subjects of periods that begin in the months ``first`` to ``last``."""
    rows = Observation.objects.filter(
        subject_id__in=subject_ids, period_start__gte=first, period_start__lte=last
    )
    if indicator_ids is not None:
        rows = rows.filter(indicator_id__in=indicator_ids)
    return rows if up_to is None else rows.filter(id__lte=up_to)


def believed(
    subject_ids: Sequence[int],
    first: int,
    last: int,
    *,
    indicator_ids: Collection[int] | None = None,
    kinds: Collection[int] | None = None,
    up_to: int | None = None,
) -> Iterator[Row]:
    """The figures of these subjects whose periods begin in the months ``first`` to ``last``.

    ``up_to`` is the last number that counts (``known_up_to``). A figure that has been withdrawn is
    left out.
    """
    for start in range(0, len(subject_ids), _CHUNK):
        rows = rows_within(subject_ids[start : start + _CHUNK], first, last, indicator_ids, up_to)
        if kinds is not None:
            rows = rows.filter(period_kind__in=kinds)
        found: dict[Key, Row] = {}
        for row in rows.order_by(*_COLUMNS[:5]).values_list(*_COLUMNS):
            found[row[:4]] = row  # a later row of the same key takes its place
        yield from (row for row in found.values() if row[5] is not None)


def latest(keys: Sequence[Key]) -> dict[Key, tuple[int, float | None]]:
    """(number, value) of the last row of each of these keys; those without one are left out. A
    withdrawn figure is there with None."""
    wanted = set(keys)
    if not wanted:
        return {}
    subjects = sorted({key[0] for key in wanted})
    starts = [key[1] for key in wanted]
    found: dict[Key, tuple[int, float | None]] = {}
    for start in range(0, len(subjects), _CHUNK):
        rows = Observation.objects.filter(
            subject_id__in=subjects[start : start + _CHUNK],
            period_start__gte=min(starts),
            period_start__lte=max(starts),
        )
        for row in rows.order_by(*_COLUMNS[:5]).values_list(*_COLUMNS):
            if row[:4] in wanted:
                found[row[:4]] = row[4], row[5]
    return found


def history(key: Key, user: Any) -> list[Observation]:
    """Every row that was ever written of one figure, latest first, with its entry, and in
    ``entry_is_seen`` whether the person may look at that."""
    subject, start, kind, indicator = key
    rows = Observation.objects.filter(
        subject_id=subject, period_start=start, period_kind=kind, indicator_id=indicator
    )
    seen = Entry.objects.visible_to(user).filter(pk=OuterRef("entry_id"))
    rows = rows.annotate(entry_is_seen=Exists(seen.order_by()))
    return list(rows.select_related("entry__filled_by", "entry__approved_by").order_by("-id"))
