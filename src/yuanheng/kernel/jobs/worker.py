"""Takes one job after the other. Any number of workers may run, in any number of processes; each
works in a lane, so that what takes minutes doesn't hold up what takes seconds."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from yuanheng.calc.faults import FaultyInput
from yuanheng.kernel import clock
from yuanheng.kernel.importing.base import CannotImport
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.jobs.asking import wake
from yuanheng.kernel.jobs.kinds import (
    LEASE,
    JobFailed,
    JobResult,
    JobStopped,
    Lane,
    RunningJob,
    codes_in,
    job_folder,
    kind_of,
)
from yuanheng.kernel.models import Job
from yuanheng.kernel.models.job import ENDED, JobStage
from yuanheng.kernel.notices import notify

log = logging.getLogger("yuanheng.jobs")

_ATTEMPTS = 3
_POLL = 1.0  # seconds between two looks
_BEAT = LEASE.total_seconds() / 4
_FILES_KEPT = timedelta(days=7)
_IN_ORDER = (Lane.QUICK, Lane.USUAL, Lane.HEAVY)
_TOLD_AFTER = timedelta(seconds=5)  # shorter jobs end before their page is left


def claim(worker: str, lane: Lane = Lane.USUAL) -> Job | None:
    """Take the oldest job of the lane that waits, or whose worker died. Two workers never take the
    same one: only one of two updates of the same old state finds it. In the usual lane quick jobs
    are taken too, so that one that needs its whole time does not hold up the next."""
    now = clock.now()
    # A lease that ends later than any can was written before the clock was set back.
    over = Q(leased_until__lt=now) | Q(leased_until__gt=now + 2 * LEASE)
    free = Q(stage=JobStage.QUEUED) | (Q(stage=JobStage.RUNNING) & over)
    waiting = Job.objects.filter(free).order_by("requested_at", "pk")
    if lane is Lane.USUAL:
        waiting = waiting.exclude(code__in=codes_in(Lane.HEAVY))
    else:
        waiting = waiting.filter(code__in=codes_in(lane))
    for pk, lease in waiting.values_list("pk", "lease")[:20]:
        taken = Job.objects.filter(free, pk=pk, lease=lease).update(
            stage=JobStage.RUNNING,
            lease=f"{worker}:{uuid.uuid4().hex[:12]}"[-64:],
            leased_until=now + LEASE,
            started_at=now,
            attempts=F("attempts") + 1,
        )
        if taken:
            return Job.objects.select_related("requested_by").get(pk=pk)
    return None


def work_once(worker: str = "", *, beating: bool = False, lane: Lane = Lane.USUAL) -> bool:
    """Do one job, if there is one. ``beating`` keeps its lease from another thread."""
    row = claim(worker or _name(), lane)
    if row is None:
        return False
    with _beating(row) if beating else contextlib.nullcontext():
        run(row)
    return True


def work_off() -> int:
    """Do every job that waits, the quick ones first and the heavy ones last; how many there were.
    For ``yh work --once`` and ``yh tick``."""
    done = 0
    beating = connections["default"].vendor != "sqlite" or _is_file()
    while any(work_once(beating=beating, lane=lane) for lane in _IN_ORDER):
        done += 1
    return done


def run(row: Job) -> None:
    """Do a claimed job in the name of the person who asked, and say how it ended."""
    with translation.override(row.language or None):
        if row.attempts > _ATTEMPTS:
            said = _("The job was interrupted %(count)d times and is given up. Ask again.")
            _end(row, JobStage.FAILED, JobResult(said % {"count": _ATTEMPTS}))
            return
        try:
            result = _do(row)
        except JobStopped:
            _end(row, JobStage.CANCELLED, JobResult(_("The job was cancelled.")))
        except (JobFailed, CannotImport, PermissionDenied, ValidationError, FaultyInput) as error:
            _end(row, JobStage.FAILED, JobResult(_sentence(error)))
        except Exception:
            log.exception("job %s (%s) failed", row.token, row.code)
            said = _("Something went wrong on our side and nothing was changed. Ask again; if it "
                     "stays, give your administrator the number %(number)s.")  # fmt: skip
            _end(row, JobStage.FAILED, JobResult(said % {"number": str(row.token)[:8]}))
        else:
            _end(row, JobStage.DONE, result)


def _do(row: Job) -> JobResult:
    kind = kind_of(row.code)
    if kind is None:
        raise JobFailed(_("This kind of job is no longer there."))
    user = row.requested_by
    if not user.is_active:
        raise JobFailed(_("Who asked for this job can no longer sign in."))
    if row.cancel_asked:
        raise JobStopped
    return kind.work(RunningJob(row, user), **row.arguments)


def _sentence(error: Exception) -> str:
    if isinstance(error, FaultyInput):
        return "\n".join(fault.text(language()) for fault in error.faults)
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error)


def _end(row: Job, stage: JobStage, result: JobResult) -> None:
    """Write the outcome, unless another worker has taken the job in the meantime."""
    now = clock.now()
    with transaction.atomic():
        mine = Job.objects.filter(pk=row.pk, lease=row.lease, stage=JobStage.RUNNING)
        if not mine.update(
            stage=stage,
            ended_at=now,
            leased_until=None,
            message=result.message,
            link=result.link[:300],
            file_name=result.file_name[:255],
        ):
            log.warning("job %s was taken by another worker", row.token)
            return
        if stage != JobStage.CANCELLED and now - row.requested_at > _TOLD_AFTER:
            text = _("%(job)s: %(outcome)s") % {
                "job": row.title,
                "outcome": result.message.splitlines()[0] if result.message else stage.label,
            }
            link = reverse("job-detail", args=[row.token])
            notify(people=[row.requested_by], code="kernel.job", text=text, link=link)


@contextlib.contextmanager
def _beating(row: Job) -> Iterator[None]:
    """Keeps the lease of a job while it runs."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(_BEAT):
            try:
                mine = Job.objects.filter(pk=row.pk, lease=row.lease, stage=JobStage.RUNNING)
                mine.update(leased_until=clock.now() + LEASE)
            except DatabaseError:  # locked by the job's own long transaction: again later
                continue
        connections.close_all()

    thread = threading.Thread(target=beat, name="job-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def work_until(over: threading.Event, lane: Lane = Lane.USUAL) -> None:
    """The life of a worker: job after job of its lane until ``over`` is set."""
    worker, tidied = _name(), 0.0
    while not over.is_set():
        try:
            close_old_connections()
            if work_once(worker, beating=True, lane=lane):
                continue
            if lane is Lane.USUAL and time.monotonic() - tidied > 3600:
                tidied = time.monotonic()
                tidy()
        except DatabaseError:
            log.exception("the worker can't reach the database")
            over.wait(5)
        wake.clear()
        wake.wait(_POLL)
    connections.close_all()


@contextlib.contextmanager
def working(lanes: Iterable[Lane] = _IN_ORDER) -> Iterator[None]:
    """A worker for each lane in a thread of this process, as long as the block lasts."""
    over = threading.Event()
    threads = [
        threading.Thread(
            target=work_until, args=[over, lane], name=f"jobs-{lane.value}", daemon=True
        )
        for lane in lanes
    ]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        over.set()
        wake.set()
        until = time.monotonic() + 10
        for one in threads:
            one.join(timeout=max(until - time.monotonic(), 0))


def tidy() -> int:
    """Remove the files of jobs that ended a week ago; how many jobs."""
    old = Job.objects.filter(stage__in=ENDED, ended_at__lt=clock.now() - _FILES_KEPT)
    count = 0
    for row in old.exclude(file_name="").iterator():
        for path in job_folder().glob(f"{row.token}.*"):
            path.unlink(missing_ok=True)
        Job.objects.filter(pk=row.pk).update(file_name="")
        count += 1
    return count


def _name() -> str:
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{threading.get_ident() % 100000}"


def _is_file() -> bool:
    name: Any = connections["default"].settings_dict["NAME"]
    return "memory" not in str(name)
