"""A draft of a scheme tried on a frozen table: nothing is stored."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yuanheng.calc.faults import FaultyInput
from yuanheng.engine import RunDirectory, assess_run, evaluate_files
from yuanheng.evaluation.loading import result_lines
from yuanheng.evaluation.models import Run
from yuanheng.evaluation.queries import results_of
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.importing.reading import language
from yuanheng.ledger.api import Snapshot, table_of

SHOWN = 100
FEW = 400
REPLICATES = 100


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft came to: the first rows, who moved against a run, where weights lie, how stable
    the ranks are."""

    record: dict[str, Any]
    rows: list[dict[str, Any]]
    more: bool
    moved: int
    compared: int
    largest: list[dict[str, Any]]
    weights: list[tuple[str, str, float]]
    stability: list[str]
    warnings: list[str]


def try_out(text: str, snapshot: Snapshot, period: str, against: Run | None, user: Any) -> Trial:
    """Evaluate a draft in a folder that is gone afterwards. Raises FaultyInput with all faults."""
    with tempfile.TemporaryDirectory(prefix="trial-") as folder, table_of(snapshot) as table:
        scheme, out = Path(folder) / "draft.yaml", Path(folder) / "run"
        scheme.write_text(text, encoding="utf-8")
        done = evaluate_files(
            scheme, table, out, period=period or None, sheet=snapshot.sheet or None
        )
        lines = result_lines(out)
        with RunDirectory(out) as run:
            program = run.built.program
            names = program.group_names
            weights = [(names[one.group], one.name, one.weight) for one in program.items]
        stability = _stability(out, done.record["rated"])
    ranks: dict[str, tuple[str, int]] = {}
    if against is not None:
        rows = results_of(against, user).filter(rank__isnull=False)
        listed = rows.values_list("subject_id", "group_code", "rank")
        ranks = {subject: (group, rank) for subject, group, rank in listed}
    told = [{**_line(line, ranks), "group_name": names.get(line[2], "")} for line in lines]
    moved = [one for one in told if one["places"]]
    largest = sorted(moved, key=lambda one: -abs(one["places"]))[:10]
    compared = sum(1 for one in told if one["places"] is not None)
    return Trial(
        done.record, told[:SHOWN], len(told) > SHOWN, len(moved), compared, largest, weights,
        stability, [_said(one["zh"], one["en"]) for one in done.record["warnings"]],
    )  # fmt: skip


def _line(line: tuple[Any, ...], ranks: dict[str, tuple[str, int]]) -> dict[str, Any]:
    subject, name, group, _rated, score, rank, grade = line[:7]
    before = ranks.get(subject)
    places = None
    if before is not None and rank is not None and before[0] == group:
        places = before[1] - rank
    return {
        "id": subject,
        "name": name or subject,
        "group": group,
        "score": score,
        "rank": rank,
        "grade": grade,
        "before": before[1] if before else None,
        "places": places,
    }


def _stability(out: Path, rated: int) -> list[str]:
    """In short how sure the ranks would be; of a few subjects only, since somebody waits."""
    if not 2 <= rated <= FEW:
        return []
    try:
        found = assess_run(out, replicates=REPLICATES, with_sensitivity=False)
    except FaultyInput:
        return []
    return [_said(zh, en) for zh, en in found.sentences]


def _said(zh: str, en: str) -> str:
    return en if language() == "en" else full_width(zh)
