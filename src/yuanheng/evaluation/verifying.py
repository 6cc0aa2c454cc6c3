"""Published runs once more, each from its frozen table."""

from __future__ import annotations

from collections.abc import Iterator

from yuanheng.calc.faults import Fault
from yuanheng.engine import Verification, verify_run
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.models import Run
from yuanheng.ledger.api import table_of


def published_runs(code: str = "") -> list[Run]:
    """Every published run in the order of publication, or the one with this number."""
    runs = Run.objects.filter(stage=RunStage.PUBLISHED).select_related("snapshot", "previous")
    if code:
        runs = runs.filter(code=code)
    return list(runs.order_by("published_at", "pk"))


def verify_published(runs: list[Run]) -> Iterator[tuple[Run, Verification]]:
    """Each run again from the frozen table of its snapshot; compared byte by byte."""
    for run in runs:
        yield run, _verified(run)


def _verified(run: Run) -> Verification:
    try:
        with table_of(run.snapshot) as table:
            previous = run.previous.directory if run.previous else None
            return verify_run(run.directory, table=table, previous=previous)
    except OSError as error:
        gone = Fault(
            "table_gone",
            f"冻结的数据表读不出来（{error.strerror}）。请从备份中找回 {run.snapshot.sha256}。",
            f"The frozen table can't be read ({error.strerror}). Bring "
            f"{run.snapshot.sha256} back from a backup.",
        )
        return Verification(run.directory, run.run_hash, (gone,))
