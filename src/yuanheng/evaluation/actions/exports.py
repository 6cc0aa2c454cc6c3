"""Every export leaves a trace: who took what."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from yuanheng.evaluation.assessment_workbook import write_assessment
from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.queries import results_of
from yuanheng.evaluation.workbook import results_chosen, write_results
from yuanheng.kernel.actions import action, record_export
from yuanheng.kernel.policies import VIEW, require
from yuanheng.tabular import Sheet, write_xlsx


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
    _told(acting_user, run, path, len(chosen), query)
    return len(chosen)


@action("evaluation.export_assessment")
def export_assessment(*, acting_user: Any, run: Run, path: Path) -> int:
    """Write the rank intervals that a person sees into ``path``; how many there were."""
    rows = list(
        results_of(run, acting_user)
        .filter(interval__isnull=False)
        .select_related("interval")
        .order_by("position")
    )
    write_assessment(path, run, rows)
    _told(acting_user, run, path, len(rows), "robustness")
    return len(rows)


@action("evaluation.export_subject")
def export_subject(
    *, acting_user: Any, run: Run, row: Result, sheets: list[Sheet], path: Path, what: str
) -> None:
    """Write a page about one subject (its diagnosis, its way up) into ``path``."""
    require(acting_user, VIEW, row)
    write_xlsx(path, sheets)
    _told(acting_user, run, path, 1, f"{what} {row.subject_id}")


def _told(user: Any, run: Run, path: Path, rows: int, query: str) -> None:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    record_export(
        acting_user=user,
        resource=Result,
        subject=run,
        query=query,
        rows=rows,
        sha256=digest,
        format="xlsx",
    )
