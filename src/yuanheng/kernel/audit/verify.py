"""Reading the whole log and proving that no row was changed, removed or moved."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from yuanheng.kernel.audit.canonical import event_hash, rows_digest
from yuanheng.kernel.models.audit import AuditEvent, AuditHead, RowChange

_CHUNK = 2000


@dataclass(frozen=True)
class Problem:
    """What is wrong with the log, at which number; ``pk`` is the row's own number in its table."""

    kind: str  # changed, rows_changed, missing, reordered, truncated, unchained, head, noted
    sequence: int
    pk: int | None = None
    before: str = ""  # the row before, in words
    after: str = ""  # the row after


@dataclass(frozen=True)
class Verdict:
    """The result: how many rows, where the log ends, and the first problem if there is one."""

    rows: int
    sequence: int
    hash: str
    problem: Problem | None

    @property
    def holds(self) -> bool:
        return self.problem is None


def verify_log(
    noted: tuple[int, str] | None = None, tell: Callable[[int], None] = lambda count: None
) -> Verdict:
    """Walk the log from its first row. ``noted`` is an end (number, hash) that somebody wrote down
    earlier: the log must still contain it. ``tell`` hears how far the walk has come."""
    with transaction.atomic():  # one state of the log, though others go on writing
        head = AuditHead.objects.filter(pk=1).first()
        rows, last, problem = _walk(noted, tell)
        problem = problem or _end(head, last) or _outside()
    end = head or AuditHead(sequence=0, hash="")
    return Verdict(rows, end.sequence, end.hash, problem)


def _walk(
    noted: tuple[int, str] | None, tell: Callable[[int], None]
) -> tuple[int, AuditEvent | None, Problem | None]:
    """(rows seen, last good row, first problem)."""
    previous: AuditEvent | None = None
    digests = _digests()
    count = 0
    for event in _chained():
        found = _check(event, previous, digests)
        if found is None and noted and noted[0] == event.sequence and noted[1] != event.hash:
            found = _problem("noted", event.sequence, event.pk)
        if found:
            return count, previous, found
        previous = event
        count += 1
        if count % _CHUNK == 0:
            tell(count)
    if noted and noted[0] > (previous.sequence if previous else 0):
        return count, previous, _problem("truncated", noted[0])
    return count, previous, None


def _check(
    event: AuditEvent, previous: AuditEvent | None, digests: Callable[[int], str]
) -> Problem | None:
    expected = previous.sequence + 1 if previous else 1
    if event.sequence != expected:
        return _problem("missing", expected)
    if event.hash != event_hash(event, event.sequence, event.previous_hash):
        # A row that was moved still fits the place after the row that it names.
        place = AuditEvent.objects.filter(hash=event.previous_hash).first()
        moved = place and event.hash == event_hash(event, place.sequence + 1, place.hash)
        return _problem("reordered" if moved else "changed", event.sequence, event.pk)
    if event.previous_hash != (previous.hash if previous else ""):
        return _problem("reordered", event.sequence, event.pk)
    if event.rows_digest != digests(event.pk):
        return _problem("rows_changed", event.sequence, event.pk)
    return None


def _chained() -> Iterator[AuditEvent]:
    return AuditEvent.objects.exclude(sequence=None).order_by("sequence").iterator(_CHUNK)


def _digests() -> Callable[[int], str]:
    """Digests of changed rows, asked for event by event."""
    having = set(RowChange.objects.order_by().values_list("event", flat=True).distinct())

    def of(pk: int) -> str:
        if pk not in having:
            return ""
        rows = RowChange.objects.filter(event=pk).order_by("pk")
        names = ("subject_model", "subject_pk", "before", "after")
        return rows_digest(rows.values_list(*names).iterator(_CHUNK))

    return of


def _end(head: AuditHead | None, last: AuditEvent | None) -> Problem | None:
    number, text = (last.sequence, last.hash) if last else (0, "")
    if head is None or head.sequence < number:
        return _problem("head", number)
    if head.sequence > number:
        return _problem("truncated", number + 1)
    return _problem("head", number) if head.hash != text else None


def _outside() -> Problem | None:
    """A row that was put in beside the actions has no place in the chain."""
    event = AuditEvent.objects.filter(sequence=None).order_by("pk").first()
    return Problem("unchained", 0, event.pk, _words(event), "") if event else None


def _problem(kind: str, sequence: int, pk: int | None = None) -> Problem:
    before = AuditEvent.objects.filter(sequence__lt=sequence).order_by("-sequence").first()
    after = AuditEvent.objects.filter(sequence__gt=sequence).order_by("sequence").first()
    return Problem(kind, sequence, pk, _words(before), _words(after))


def _words(event: Any) -> str:
    if event is None:
        return ""
    words = (
        event.sequence,
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        event.action_code,
        event.subject_label,
    )
    return " ".join(str(word) for word in itertools.filterfalse(lambda one: one is None, words))
