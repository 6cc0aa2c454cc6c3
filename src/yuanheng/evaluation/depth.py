"""A subject of a run looked at in depth: held against others, and its shortest way up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.diagnosis import Gap
from yuanheng.calc.improvement import Goal, Rules
from yuanheng.engine import (
    DiagnosedSubject,
    LoadedRun,
    RunDirectory,
    Way,
    diagnose_run,
    load_run,
    way_of,
)
from yuanheng.engine.own_moves import OWN_NAMES
from yuanheng.evaluation.looking import found_or_asked, look
from yuanheng.evaluation.models import Result, Run
from yuanheng.evaluation.queries import results_of
from yuanheng.evaluation.sensitive import Sensitive, masked_items
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.importing.reading import language

WAYS = ("mean", "best", "ideal", "previous")
_NOBODY = "*"
"""A subject that there isn't: what is hidden for it is hidden for somebody in the run."""
_KEPT = 4
SAME_AS_BEFORE = ("（与上期相同）", " (as last time)")


@lru_cache(maxsize=_KEPT)
def _loaded(directory: Path, run_hash: str) -> LoadedRun:
    with RunDirectory(directory) as run:
        loaded = load_run(run)
        loaded.columns  # noqa: B018  computed once, for all who look at this run
        return loaded


def loaded_run(run: Run) -> LoadedRun:
    """The run in memory; a run never changes, so the last few are kept."""
    return _loaded(run.directory, run.run_hash)


@lru_cache(maxsize=256)
def _found(
    directory: Path, run_hash: str, subject: str, against: str, previous: Path | None
) -> DiagnosedSubject:
    """Against its own past a subject is evaluated many times over: once for all who look."""
    return diagnose_run(directory, subject, against, previous, _loaded(directory, run_hash))


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to hold a subject against."""

    key: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A diagnosis as a page shows it; items whose figures the person may not see are masked."""

    found: DiagnosedSubject
    against: str
    reference: str
    sentences: list[str]
    gaps: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    total_score: float
    total_places: float


def best_of(row: Result, user: Any) -> Result | None:
    """The first in the ranking beside the subject, if the person sees it."""
    others = Result.objects.filter(run=row.run, group_code=row.group_code, rank__isnull=False)
    first = others.exclude(pk=row.pk).order_by("rank", "subject_id").values("pk")[:1]
    return results_of(row.run, user).filter(pk=first).first()


def own_before(row: Result, user: Any) -> Result | None:
    """The subject in the run before, if the person sees it there."""
    if row.run.previous is None:
        return None
    before = Run.objects.visible_to(user).filter(pk=row.run.previous_id)
    return results_of(row.run.previous, user).filter(
        run__in=before, subject_id=row.subject_id
    ).first()  # fmt: skip


def choices_for(row: Result, user: Any, chosen: str) -> list[Choice]:
    """What the person may hold the subject against, rivals of the group apart."""
    names = {
        "mean": _("the mean of its class"),
        "best": _("the best"),
        "ideal": _("the best of each item"),
        "previous": _("itself in the period before"),
    }
    offered = ["mean"]
    if best_of(row, user) is not None:
        offered.append("best")
    offered.append("ideal")
    if own_before(row, user) is not None:
        offered.append("previous")
    return [Choice(key, str(names[key]), key == chosen) for key in offered]


def rivals_of(row: Result, user: Any, limit: int = 300) -> list[Result]:
    """Others of the group that the person sees, in the order of the ranking."""
    rows = results_of(row.run, user).filter(group_code=row.group_code, rated=True)
    return list(rows.exclude(pk=row.pk).order_by("position")[:limit])


@look("own past")
def _own_past(user: Any, *, run: str, run_hash: str, subject: str) -> DiagnosedSubject:
    """A subject against its own past. LookupError where the person doesn't see both."""
    seen = Run.objects.visible_to(user).select_related("previous").filter(code=run).first()
    row = None if seen is None else results_of(seen, user).filter(subject_id=subject).first()
    if seen is None or row is None or seen.previous is None or own_before(row, user) is None:
        raise LookupError(subject)
    return _found(seen.directory, run_hash, subject, "previous", seen.previous.directory)


@look("way up")
def _way_up(
    user: Any, *, run: str, run_hash: str, subject: str, goal: dict[str, Any], rules: list[Any]
) -> Way:
    """The shortest way up. LookupError where the person may not ask for it."""
    seen = Run.objects.visible_to(user).filter(code=run, run_hash=run_hash).first()
    row = None if seen is None else results_of(seen, user).filter(subject_id=subject).first()
    if seen is None or row is None or hidden_items(row, user):
        raise LookupError(subject)
    return way_of(loaded_run(seen), subject, Goal(**goal), Rules(*rules))


def way_for(row: Result, user: Any, goal: Goal, rules: Rules, back: str) -> Way:
    """The shortest way up for a subject. Raises ``Waiting`` and FaultyInput."""
    said = [rules.limits, rules.costs, list(rules.fixed)]
    found: Way = found_or_asked(
        "way up", user, subjects=_size(row.run), back=back,
        title=_("Shortest way up: %(subject)s") % {"subject": row},
        run=row.run.code, run_hash=row.run.run_hash, subject=row.subject_id,
        goal={"rank": goal.rank, "grade": goal.grade, "score": goal.score}, rules=said,
    )  # fmt: skip
    return found


def _size(run: Run) -> int:
    return int(run.record.get("subjects", 0))


def diagnosed(row: Result, user: Any, against: str, back: str = "") -> Diagnosed:
    """The subject against ``mean``, ``best``, ``ideal``, ``previous`` or another subject's code.

    The caller has made sure that the person sees what it is held against. Its own past is many
    evaluations: of a large run a job finds it, which then leads to the address ``back``. Raises
    ``Waiting`` and FaultyInput."""
    run = row.run
    found: DiagnosedSubject
    if against == "previous":
        found = found_or_asked(
            "own past", user, subjects=_size(run), back=back,
            title=_("Diagnosis: %(subject)s") % {"subject": row},
            run=run.code, run_hash=run.run_hash, subject=row.subject_id,
        )  # fmt: skip
    else:
        found = _found(run.directory, run.run_hash, row.subject_id, against, None)
    compared = [row]
    if found.found.reference.row is not None:
        rival = loaded_run(run).ids[found.found.reference.row]
        compared += Result.objects.filter(run=run, subject_id=rival)
    hidden = hidden_items(row, user, compared, anybody=against == "ideal")
    spoken = [_said(*pair) for pair in found.sentences]
    if hidden:
        # The figures stand in the sentences about items: only those on the whole are left.
        spoken = [*spoken[:2], *([spoken[-1]] if found.places_by else [])]
    reference = found.found.reference
    return Diagnosed(
        found,
        against,
        _said(reference.zh, reference.en),
        spoken,
        [_gap(gap, gap.item.item in hidden) for gap in found.found.gaps],
        _moves(found),
        sum(found.score_by.values()),
        sum(found.places_by.values()),
    )


def hidden_items(
    row: Result, user: Any, compared: Sequence[Result] = (), *, anybody: bool = False
) -> set[str]:
    """Codes of the items whose figures this person may not see, for the subject or for those that
    it is held against (``anybody``: for anyone of the run)."""
    rows = list(compared) or [row]
    sensitive = Sensitive(user, row.run, rows)
    if not sensitive.hidden:
        return set()
    subjects = [one.subject_id for one in rows] + ([_NOBODY] if anybody else [])
    items = masked_items(loaded_run(row.run).built, sensitive)
    return {
        code
        for code, names in items.items()
        if any(sensitive.hides(subject, *names) for subject in subjects)
    }


def _said(zh: str, en: str) -> str:
    return en if language() == "en" else full_width(zh)


def _gap(gap: Gap, masked: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": gap.item.item,
        "name": gap.item.name,
        "measure": gap.item.measure,
        "lower": gap.item.better == "lower",
        "weight": gap.item.weight,
        "masked": masked,
        "ahead": gap.ahead,
        "points": gap.points,
        "reference_points": gap.reference_points,
        "points_gap": gap.points_gap,
        "places": gap.places,
        "rank_if_closed": gap.rank_if_closed,
        "tone": _tone(gap.points_gap),
        "value": None,
        "reference": None,
        "gap": None,
        "share": None,
    }
    if not masked:
        told |= {
            "value": gap.value, "reference": gap.reference, "gap": gap.gap, "share": gap.share
        }  # fmt: skip
    return told


def _tone(points_gap: float | None) -> str:
    if points_gap is None or abs(points_gap) < 1e-9:
        return ""
    return "green" if points_gap > 0 else "red"


def _moves(found: DiagnosedSubject) -> list[dict[str, Any]]:
    """What moved score and rank since last time, part by part; the parts add up. What is as it was
    last time is said to be."""
    moved = {*found.score_by, *found.places_by}
    if not moved:
        return []
    at = 1 if language() == "en" else 0
    return [
        {
            "name": names[at] if part in moved else f"{names[at]}{SAME_AS_BEFORE[at]}",
            "score": found.score_by.get(part, 0.0),
            "places": found.places_by.get(part, 0.0) if found.places_by else None,
        }
        for part, names in OWN_NAMES.items()
    ]
