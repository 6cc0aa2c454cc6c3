"""What takes seconds on many subjects: computed at once for few, else by a job that keeps it.

A page that asks for it gets the finding, or ``Waiting`` with the job that looks for it; the job's
page leads back to the same address, where it then stands. Findings are kept in files that may be
deleted at any time: they can always be computed again. What a person may see of one is for the
page to decide, each time; a job only computes what its person may ask for.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng import __version__
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.kernel import clock
from yuanheng.kernel.jobs import JobFailed, JobResult, RunningJob, enqueue, job
from yuanheng.kernel.models import Job
from yuanheng.kernel.models.job import JobStage

LOOK = "evaluation.look"
FEW = 2000
"""Subjects up to which nobody waits for longer than a second."""
KEPT_DAYS = 7
Work = Callable[..., Any]
_works: dict[str, Work] = {}


class Waiting(Exception):  # noqa: N818  named for what it says
    """A job is looking; its page says how far it is and leads back."""

    def __init__(self, row: Job) -> None:
        super().__init__(str(row))
        self.job = row


@dataclass(frozen=True, slots=True)
class _Faulty:
    """What was asked can't be done, and why."""

    faults: list[Fault]


def look(what: str) -> Callable[[Work], Work]:
    """Declare what may be looked for: a function of the person and of plain arguments."""

    def register(work: Work) -> Work:
        _works[what] = work
        return work

    return register


def found_or_asked(
    what: str, user: Any, *, subjects: int, title: str, back: str, **given: Any
) -> Any:
    """The finding. Raises ``Waiting`` where a job must look for it first, FaultyInput where it
    can't be had. ``back`` is the address that shows it."""
    if subjects <= FEW:
        return _works[what](user, **given)
    key = _mark(what, given)
    kept = _read(key)
    if isinstance(kept, _Faulty):
        raise FaultyInput(kept.faults)
    if kept is not None:
        return kept
    raise Waiting(_under_way(user, key) or enqueue(
        LOOK, acting_user=user, title=title, what=what, key=key, back=back, given=given
    ))  # fmt: skip


@job(LOOK, title=gettext_lazy("A look in depth"))
def look_for(
    running: RunningJob, *, what: str, key: str, back: str, given: dict[str, Any]
) -> JobResult:
    """Computes what was asked for and keeps it."""
    running.progress(0, 1, _("Computing"))
    found: Any
    try:
        found = _works[what](running.acting_user, **given)
    except FaultyInput as error:
        found = _Faulty(list(error.faults))
    except LookupError:
        raise JobFailed(
            _("This evaluation is no longer there, or you may not see it any more.")
        ) from None
    running.progress(1, 1, _("Computing"))
    _write(key, found)
    return JobResult(_("It has been found; the page shows it."), link=back)


def keep_text(text: str) -> str:
    """Keep a draft while a job works on it; the name by which ``kept_text`` finds it again."""
    name = hashlib.sha256(text.encode()).hexdigest()
    _forget_old()
    _put(_folder() / f"{name}.yaml", text.encode())
    return name


def kept_text(name: str) -> str:
    """The draft of this name; LookupError where it is gone."""
    if len(name) != 64 or not name.isalnum():
        raise LookupError(name)
    try:
        return (_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    except OSError:
        raise LookupError(name) from None


def _under_way(user: Any, key: str) -> Job | None:
    rows = Job.objects.filter(
        code=LOOK, requested_by=user, stage__in=[JobStage.QUEUED, JobStage.RUNNING]
    )
    return next((row for row in rows[:50] if row.arguments.get("key") == key), None)


def _mark(what: str, given: dict[str, Any]) -> str:
    told = json.dumps([__version__, what, given], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _folder() -> Path:
    return Path(settings.UPLOAD_ROOT) / "looks"


def _read(key: str) -> Any:
    try:
        # Only this program writes there; a file of another version of it counts for nothing.
        return pickle.loads((_folder() / f"{key}.found").read_bytes())  # noqa: S301
    except (OSError, pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError):
        return None


def _write(key: str, found: Any) -> None:
    _put(_folder() / f"{key}.found", pickle.dumps(found))


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _forget_old() -> None:
    oldest = clock.now().timestamp() - KEPT_DAYS * 86_400
    for path in _folder().glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
