"""Chaining the log: each row carries its number and the hash of the row before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from yuanheng.kernel.audit.canonical import event_hash
from yuanheng.kernel.models.audit import AuditEvent, AuditHead

_CHAIN = ("rows_digest", "sequence", "previous_hash", "hash")


def seal(events: Sequence[AuditEvent]) -> None:
    """Give the new rows of an action their place at the end of the log.

    Called once, as the last thing before an action commits: the end of the log stays locked for
    the time of one commit, not for that of the action. Three queries, however many rows; rows
    that were written together are put in here, with their places.
    """
    head = _locked_head()
    for event in events:
        link(event, head)
    # Past the queryset that refuses to change the log: these columns are still empty.
    rows: Any = models.QuerySet(AuditEvent)
    there = [one for one in events if one.pk is not None]
    rows.bulk_create([one for one in events if one.pk is None], batch_size=500)
    if len(there) == 1:
        values = {name: getattr(there[0], name) for name in _CHAIN}
        written = rows.filter(pk=there[0].pk).update(**values)
    else:
        written = rows.bulk_update(there, _CHAIN, batch_size=100)
    if written != len(there):
        raise RuntimeError(
            "an audit row was written in a savepoint that was rolled back: let the action fail, "
            "or record outside the savepoint"
        )
    head.save(update_fields=["sequence", "hash"])


def link(event: Any, head: Any) -> None:
    """Make ``event`` the row after ``head``, and ``head`` point to it."""
    event.sequence = head.sequence + 1
    event.previous_hash = head.hash
    event.hash = event_hash(event, event.sequence, event.previous_hash)
    head.sequence, head.hash = event.sequence, event.hash


def _locked_head() -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        if AuditEvent.objects.exclude(sequence=None).exists():
            raise RuntimeError("the end of the audit log is missing: run yh verify-audit")
        head = AuditHead.objects.create(pk=1)  # an empty log
    return head
