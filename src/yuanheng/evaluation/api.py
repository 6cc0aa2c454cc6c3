"""The door of the evaluation: adopt a scheme, evaluate, publish, find a run."""

from __future__ import annotations

from yuanheng.evaluation.actions import adopt_scheme, publish_run, start_run, store_version
from yuanheng.evaluation.actions.runs import CannotPublish
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.models import Run, SchemeVersion

__all__ = [
    "CannotPublish",
    "Run",
    "SchemeVersion",
    "adopt_scheme",
    "find_run",
    "publish_run",
    "start_run",
    "store_version",
]


def find_run(scheme_code: str, period: str) -> Run | None:
    """The run of a scheme and a period that was published last."""
    runs = Run.objects.filter(
        scheme_version__scheme__code=scheme_code, period=period, stage=RunStage.PUBLISHED
    )
    return runs.order_by("-published_at").first()
