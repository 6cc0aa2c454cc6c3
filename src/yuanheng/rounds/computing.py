"""What a job does for a round, and how it tells the flow that it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel import flow
from yuanheng.kernel.jobs import enqueue
from yuanheng.kernel.models import Job
from yuanheng.kernel.models.job import JobStage

PREPARE, COMPUTE, EXPORT = "rounds.prepare", "rounds.compute", "rounds.export"
ENTER = "rounds.enter_areas"
_found: ContextVar[Any] = ContextVar("what a job of a round found", default=None)


@contextmanager
def done_by_job(found: Any) -> Iterator[None]:
    """While a job writes what it found into its round."""
    token = _found.set(found)
    try:
        yield
    finally:
        _found.reset(token)


class ForPurpose(flow.Behaviour):
    """An action of evaluations only, or of area lists only."""

    areas = False

    def __init__(self, *, areas: bool = False) -> None:
        self.areas = areas

    def offered(self, flow: Any, case: Any) -> bool:
        return bool(case.is_area_list) == self.areas


class ByJob(flow.Behaviour):
    """An action that only the round's own job takes; ``write`` gets the step and what it found."""

    def __init__(
        self, write: Callable[[flow.Step, Any], None], *, areas: bool | None = None
    ) -> None:
        self.write, self.areas = write, areas

    def offered(self, flow: Any, case: Any) -> bool:
        return self.areas is None or bool(case.is_area_list) == self.areas

    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        return "" if _found.get() is not None else _("The computation does this when it is done.")

    def turns(self, flow: Any, case: Any, turns: list[Any]) -> list[Any]:
        return []

    def apply(self, step: flow.Step) -> None:
        self.write(step, _found.get())


def job_under_way(case: Any) -> bool:
    """Whether a job of this round waits or runs."""
    if case.job is None:
        return False
    at_work = (JobStage.QUEUED, JobStage.RUNNING)
    return bool(Job.objects.filter(token=case.job, stage__in=at_work).exists())


def ask_for_job(step: flow.Step, code: str, title: str) -> None:
    """Have a worker do it in the name of who acts; the round remembers the job."""
    job = enqueue(code, acting_user=step.user, title=title, round=step.case.code)
    step.case.job = job.token


def working_sentence() -> str:
    """Why nothing can be begun now."""
    return _("A job of this round is under way; its page says how far it is.")
