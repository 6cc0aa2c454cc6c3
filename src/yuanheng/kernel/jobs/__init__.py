"""Long things are done by a worker, in the name of the person who asked, with progress to see.

``@job("room.word", title=…)`` declares one, ``enqueue`` asks for it, a worker of ``yh serve`` or
``yh work`` does it. It survives a restart: a job whose worker died is taken up again.
"""

from yuanheng.kernel.jobs.asking import cancel, enqueue
from yuanheng.kernel.jobs.kinds import JobFailed, JobResult, Lane, RunningJob, job

__all__ = ["JobFailed", "JobResult", "Lane", "RunningJob", "cancel", "enqueue", "job"]
