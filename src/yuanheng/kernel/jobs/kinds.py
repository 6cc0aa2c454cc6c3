"""What kinds of jobs there are, and what one may do while it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import Job
from yuanheng.kernel.models.job import JobStage

LEASE = timedelta(seconds=90)
"""How long a job belongs to a worker that doesn't say that it lives."""
_WRITTEN_EVERY = 0.3  # seconds


class JobFailed(ValueError):  # noqa: N818  named for what it says
    """The job can't be done; the text says why and what to do."""


class JobStopped(RuntimeError):  # noqa: N818  named for what it says
    """Somebody cancelled the job, or another worker has taken it: nothing more may be written."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job hands over: a sentence, a page, and the name of the file it wrote, if any."""

    message: str
    link: str = ""
    file_name: str = ""


class _Work(Protocol):
    def __call__(self, running: RunningJob, **arguments: Any) -> JobResult: ...


class Lane(Enum):
    """Who works a kind of job, so that no kind waits behind another that takes minutes.

    ``QUICK`` ends within seconds, whatever it is given; ``HEAVY`` may take minutes of a processor
    by the content of a single file and can wait; ``USUAL`` is everything else.
    """

    QUICK = "quick"
    USUAL = "usual"
    HEAVY = "heavy"


@dataclass(frozen=True, slots=True)
class JobKind:
    """A declared job."""

    code: str
    work: _Work
    title: Any
    lane: Lane = Lane.USUAL


_kinds: dict[str, JobKind] = {}


def job(code: str, *, title: Any, lane: Lane = Lane.USUAL) -> Callable[[_Work], _Work]:
    """Declare a job. The function gets a ``RunningJob`` and its arguments by name.

    It may run twice, when a worker dies; what it writes must be one transaction that ends with
    ``running.confirm()``, and it must notice that this has been done before.
    """

    def register(work: _Work) -> _Work:
        _kinds[code] = JobKind(code, work, title, lane)
        return work

    return register


def kind_of(code: str) -> JobKind | None:
    return _kinds.get(code)


def codes_in(lane: Lane) -> list[str]:
    """The kinds that are worked in a lane."""
    return [one.code for one in _kinds.values() if one.lane is lane]


def job_folder() -> Path:
    """Where progress and files lie."""
    return Path(settings.UPLOAD_ROOT) / "jobs"


def file_of(row: Job) -> Path:
    """Where the file of a job lies. Its name there is ours."""
    return job_folder() / f"{row.token}{Path(row.file_name).suffix.lower()}"


@dataclass(slots=True)
class RunningJob:
    """What a job that runs knows of itself."""

    row: Job
    acting_user: Any
    _last: float = field(default=0.0)

    def progress(self, done: int, total: int, text: Any = "") -> None:
        """How far it is. Kept in a file: while a job writes to the database in one transaction,
        nobody would see a row of it."""
        now = time.monotonic()
        if now - self._last < _WRITTEN_EVERY and done < total:
            return
        self._last = now
        path = job_folder() / f"{self.row.token}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps({"done": done, "total": total, "text": str(text)}), "utf-8")
        part.replace(path)

    def confirm(self) -> None:
        """The last words of a transaction: it holds only if the job is still this worker's and
        nobody has cancelled it. Raises ``JobStopped``."""
        mine = Job.objects.filter(
            pk=self.row.pk, lease=self.row.lease, stage=JobStage.RUNNING, cancel_asked=False
        )
        if not mine.update(leased_until=clock.now() + LEASE):
            raise JobStopped(_("The job was cancelled."))

    def file(self, name: str) -> Path:
        """Where to write the file that is handed over as ``name``."""
        path = job_folder() / f"{self.row.token}{Path(name).suffix.lower()}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def progress_of(row: Job) -> dict[str, Any]:
    """``done``, ``total``, ``text`` and ``percent`` as last told."""
    try:
        told = json.loads((job_folder() / f"{row.token}.json").read_text("utf-8"))
    except (OSError, ValueError):
        told = {"done": 0, "total": 0, "text": ""}
    total = max(int(told.get("total") or 0), 0)
    done = min(max(int(told.get("done") or 0), 0), total)
    return {**told, "percent": int(100 * done / total) if total else None}
