"""Writes of the evaluation."""

from yuanheng.evaluation.actions.runs import publish_run, start_run
from yuanheng.evaluation.actions.schemes import adopt_scheme, store_version

__all__ = ["adopt_scheme", "publish_run", "start_run", "store_version"]
