"""Asking for a job, and taking that back."""

from __future__ import annotations

import threading
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions.core import action, record
from yuanheng.kernel.jobs.kinds import JobFailed, kind_of
from yuanheng.kernel.models import Job
from yuanheng.kernel.models.job import JobStage

# Wakes a worker of this process; those of others look every second.
wake = threading.Event()


def enqueue(code: str, *, acting_user: Any, title: str = "", **arguments: Any) -> Job:
    """Ask for a job; ``arguments`` must be plain values. It begins when the transaction holds."""
    return _enqueue(acting_user=acting_user, code=code, title=title, arguments=arguments)


@action("kernel.enqueue_job")
def _enqueue(*, acting_user: Any, code: str, title: str, arguments: dict[str, Any]) -> Job:
    kind = kind_of(code)
    if kind is None:
        raise LookupError(f"no job is called {code}")
    row = Job.objects.create(
        code=code,
        title=(title or str(kind.title))[:200],
        arguments=arguments,
        requested_by=acting_user,
        language=get_language() or "",
    )
    record(row, after={"job": code, "arguments": arguments})
    transaction.on_commit(wake.set)
    return row


@action("kernel.cancel_job")
def cancel(*, acting_user: Any, job: Job) -> Job:
    """A job that waits is cancelled at once, one that runs when it next asks."""
    waiting = Job.objects.filter(pk=job.pk, stage=JobStage.QUEUED)
    if not waiting.update(stage=JobStage.CANCELLED, ended_at=clock.now(), cancel_asked=True):
        running = Job.objects.filter(pk=job.pk, stage=JobStage.RUNNING)
        if not running.update(cancel_asked=True):
            raise JobFailed(_("This job has ended already."))
    record(job)
    job.refresh_from_db()
    return job
