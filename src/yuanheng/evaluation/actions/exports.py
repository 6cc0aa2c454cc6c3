"""Every export leaves a trace: who took what."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.workbook import results_chosen, write_results
from yuanheng.kernel.actions import action, record_export


@action("evaluation.export_results")
def export_results(*, acting_user: Any, run: Run, query: str, path: Path) -> int:
    """Write the results that an address chooses into ``path``, and write down that this was done;
    how many there were."""
    chosen = list(
        results_chosen(run, acting_user, query)
        .order_by("position")
        .select_related("park", "region")
    )
    write_results(path, run, chosen, acting_user)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    record_export(
        acting_user=acting_user,
        resource=Result,
        subject=run,
        query=query,
        rows=len(chosen),
        sha256=digest,
        format="xlsx",
    )
    return len(chosen)
