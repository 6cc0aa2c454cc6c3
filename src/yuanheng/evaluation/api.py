"""The door of the evaluation: adopt a scheme, evaluate, publish, find a run."""

from __future__ import annotations

from typing import Any

from yuanheng.engine import assess_run
from yuanheng.evaluation.actions import (
    adopt_scheme,
    publish_run,
    start_run,
    store_assessment,
    store_version,
)
from yuanheng.evaluation.actions.runs import CannotPublish, hold_publication
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.columns import grade_badge
from yuanheng.evaluation.explanation import explain_subject
from yuanheng.evaluation.files import open_run
from yuanheng.evaluation.jobs import ask_for_assessment
from yuanheng.evaluation.models import Assessment, Result, Run, SchemeVersion
from yuanheng.evaluation.positions import LargestGap, Position, largest_gap, positions_of

__all__ = [
    "CannotPublish",
    "LargestGap",
    "Position",
    "Result",
    "Run",
    "SchemeVersion",
    "adopt_scheme",
    "ask_for_assessment",
    "assess_ranks_of",
    "explain_subject",
    "find_run",
    "grade_badge",
    "hold_publication",
    "largest_gap",
    "open_run",
    "positions_of",
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


def assess_ranks_of(run: Run, *, acting_user: Any, replicates: int = 1000) -> Assessment:
    """Find out at once how sure the ranks of a run are, and keep it; a large run is a job."""
    found = assess_run(run.directory, replicates=replicates)
    return store_assessment(acting_user=acting_user, run=run, assessed=found)
