"""Every export leaves a trace: who took what."""

from __future__ import annotations

from typing import Any

from yuanheng.evaluation.models import Run
from yuanheng.kernel.actions import action, record


@action("evaluation.export_results")
def record_export(*, acting_user: Any, run: Run, query: str, row_count: int, sha256: str) -> None:
    """The audit row of a download of results."""
    record(run, after={"filter": query, "rows": row_count, "sha256": sha256})
