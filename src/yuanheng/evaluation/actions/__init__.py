"""Writes of the evaluation."""

from yuanheng.evaluation.actions.exports import export_results
from yuanheng.evaluation.actions.runs import publish_run, start_run
from yuanheng.evaluation.actions.schemes import adopt_scheme, store_version

__all__ = ["adopt_scheme", "export_results", "publish_run", "start_run", "store_version"]
