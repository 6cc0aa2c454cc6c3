"""Writes of the evaluation."""

from yuanheng.evaluation.actions.assessing import store_assessment
from yuanheng.evaluation.actions.exports import (
    export_assessment,
    export_results,
    export_subject,
)
from yuanheng.evaluation.actions.runs import publish_run, start_run
from yuanheng.evaluation.actions.schemes import adopt_scheme, store_version

__all__ = [
    "adopt_scheme",
    "export_assessment",
    "export_results",
    "export_subject",
    "publish_run",
    "start_run",
    "store_assessment",
    "store_version",
]
