"""A draft of a scheme tried on a frozen table: nothing is stored."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.faults import FaultyInput
from yuanheng.engine import RunDirectory, assess_run, evaluate_files
from yuanheng.evaluation.loading import result_lines
from yuanheng.evaluation.looking import found_or_asked, keep_text, kept_text, look
from yuanheng.evaluation.models import Run
from yuanheng.evaluation.queries import results_of
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.policies import EDIT, instances
from yuanheng.ledger.api import Snapshot, table_of

SHOWN = 100
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


@dataclass(frozen=True, slots=True)
class _Tried:
    """What evaluating a draft gave, the same for whoever asks; sentences in both languages."""

    record: dict[str, Any]
    lines: list[tuple[Any, ...]]
    names: dict[str, str]
    weights: list[tuple[str, str, float]]
    stability: list[tuple[str, str]]


@look("trial")
def _evaluate(user: Any, *, draft: str, snapshot: str, period: str) -> _Tried:
    """Evaluates a draft in a folder that is gone afterwards; LookupError without the figures."""
    figures = instances(user, EDIT, Snapshot.objects.visible_to(user)).filter(code=snapshot)
    chosen = figures.first()
    if chosen is None:
        raise LookupError(snapshot)
    with tempfile.TemporaryDirectory(prefix="trial-") as folder, table_of(chosen) as table:
        scheme, out = Path(folder) / "draft.yaml", Path(folder) / "run"
        scheme.write_text(kept_text(draft), encoding="utf-8")
        done = evaluate_files(
            scheme, table, out, period=period or None, sheet=chosen.sheet or None
        )
        lines = result_lines(out)
        with RunDirectory(out) as run:
            program = run.built.program
            names = program.group_names
            weights = [(names[one.group], one.name, one.weight) for one in program.items]
        stability = _stability(out, done.record["rated"])
    return _Tried(done.record, lines, names, weights, stability)


def try_out(
    text: str, snapshot: Snapshot, period: str, against: Run | None, user: Any, back: str = ""
) -> Trial:
    """A draft on frozen figures; on many subjects a job evaluates it. Raises ``Waiting``, and
    FaultyInput with all faults."""
    tried: _Tried = found_or_asked(
        "trial", user, subjects=snapshot.rows_usable, back=back,
        title=_("Trial on %(figures)s") % {"figures": snapshot},
        draft=keep_text(text), snapshot=snapshot.code, period=period,
    )  # fmt: skip
    ranks: dict[str, tuple[str, int]] = {}
    if against is not None:
        rows = results_of(against, user).filter(rank__isnull=False)
        listed = rows.values_list("subject_id", "group_code", "rank")
        ranks = {subject: (group, rank) for subject, group, rank in listed}
    told = [{**_line(line, ranks), "group_name": tried.names.get(line[2], "")}
            for line in tried.lines]  # fmt: skip
    moved = [one for one in told if one["places"]]
    largest = sorted(moved, key=lambda one: -abs(one["places"]))[:10]
    compared = sum(1 for one in told if one["places"] is not None)
    return Trial(
        tried.record, told[:SHOWN], len(told) > SHOWN, len(moved), compared, largest,
        tried.weights, [_said(*pair) for pair in tried.stability],
        [_said(one["zh"], one["en"]) for one in tried.record["warnings"]],
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


def _stability(out: Path, rated: int) -> list[tuple[str, str]]:
    """In short how sure the ranks would be; nothing where nobody is ranked against another."""
    if rated < 2:
        return []
    try:
        return assess_run(out, replicates=REPLICATES, with_sensitivity=False).sentences
    except FaultyInput:
        return []


def _said(zh: str, en: str) -> str:
    return en if language() == "en" else full_width(zh)
