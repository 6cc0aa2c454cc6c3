"""Which figures have been changed since they were approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yuanheng.ledger.choices import Standing
from yuanheng.ledger.models import Entry, Observation
from yuanheng.ledger.queries.believed import Key

FINAL = Standing.COUNTY  # approval by an office, not by the park itself


@dataclass(frozen=True, slots=True)
class Modified:
    """A figure whose latest row stands lower than an earlier one: what had been approved."""

    approved_value: float | None
    standing: Standing
    approved_at: datetime | None
    changed_at: datetime


def modified_since_approval(keys: Sequence[Key]) -> dict[Key, Modified]:
    """Of these figures those whose latest row has not been approved as far as an earlier one."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Observation.objects.filter(
        subject_id__in={key[0] for key in wanted},
        period_start__gte=min(key[1] for key in wanted),
        period_start__lte=max(key[1] for key in wanted),
        period_kind__in={key[2] for key in wanted},
        supersedes_id__isnull=False,
    ).values_list("subject_id", "period_start", "period_kind", "indicator_id")
    changed = {row for row in rows if row in wanted}
    if not changed:
        return {}
    lines: dict[Key, list[tuple[int, float | None, int]]] = {}
    every = Observation.objects.filter(
        subject_id__in={key[0] for key in changed},
        period_start__in={key[1] for key in changed},
        period_kind__in={key[2] for key in changed},
        indicator_id__in={key[3] for key in changed},
    ).order_by("pk")
    for row in every.values_list(
        "subject_id", "period_start", "period_kind", "indicator_id", "pk", "value", "entry_id"
    ):
        if row[:4] in changed:
            lines.setdefault(row[:4], []).append(row[4:])
    entries = Entry.objects.in_bulk({one[2] for rows in lines.values() for one in rows})
    found = {}
    for key, own in lines.items():
        told = modified_in([(pk, value, entries[entry]) for pk, value, entry in own])
        if told is not None:
            found[key] = told
    return found


def modified_in(rows: Sequence[tuple[int, float | None, Any]]) -> Modified | None:
    """The same of one figure whose rows (number, value, entry) have been read, oldest first."""
    if len(rows) < 2:
        return None
    now, last = rows[-1][1:]
    _pk, value, was = max(rows[:-1], key=lambda one: (one[2].standing, one[0]))
    if value != now and was.standing >= FINAL and last.standing < was.standing:
        return Modified(value, Standing(was.standing), was.approved_at, last.known_at)
    return None
