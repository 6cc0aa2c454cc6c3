"""Where parks and enterprises stand in published evaluations, as other rooms show it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from yuanheng.calc.faults import FaultyInput
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.depth import diagnosed
from yuanheng.evaluation.models import Result
from yuanheng.kernel.figures import brief, measured

MOST = 2000


@dataclass(frozen=True, slots=True)
class Position:
    """One subject in one published run; ``places`` won (positive) against the run before."""

    subject_kind: str
    subject_code: str
    scheme: str
    scheme_id: int
    period: str
    published_on: date
    rank: int | None
    places: int | None
    score: float | None
    grade: str
    href: str
    result: Result


@dataclass(frozen=True, slots=True)
class LargestGap:
    """The item that costs a subject most points against the mean of its class."""

    name: str
    value: str
    reference: str
    points: float
    rank_if_closed: int | None
    href: str


def positions_of(user: Any, codes: Collection[str]) -> list[Position]:
    """The published results of these parks' codes and enterprises' credit codes that the person
    sees, latest first; one query."""
    if not codes:
        return []
    rows = Result.objects.visible_to(user).filter(
        subject_id__in=list(codes), run__stage=RunStage.PUBLISHED
    )
    rows = rows.select_related("run__scheme_version__scheme", "run__previous")
    return [_position(one) for one in rows.order_by("-run__period", "-run__published_at")[:MOST]]


def _position(row: Result) -> Position:
    scheme = row.run.scheme_version.scheme
    return Position(
        subject_kind=scheme.subject_kind,
        subject_code=row.subject_id,
        scheme=scheme.name,
        scheme_id=scheme.pk,
        period=row.run.period,
        published_on=timezone.localtime(row.run.published_at).date(),
        rank=row.rank,
        places=row.places,
        score=row.score,
        grade=row.grade,
        href=reverse("subject-detail", args=[row.run.code, row.subject_id]),
        result=row,
    )


def largest_gap(position: Position, user: Any) -> LargestGap | None:
    """Of the items whose figures the person may see; none where nothing is behind the mean. Read
    from the run's files, which are kept in memory."""
    try:
        found = diagnosed(position.result, user, "mean")
    except (FaultyInput, OSError):
        return None
    behind = [
        one for one in found.gaps
        if not one["masked"] and one["points_gap"] is not None and one["points_gap"] < -1e-9
    ]  # fmt: skip
    if not behind:
        return None
    worst = min(behind, key=lambda one: one["points_gap"])
    run = position.result.run
    href = reverse("subject-diagnosis", args=[run.code, position.subject_code])
    return LargestGap(
        worst["name"],
        measured(brief(worst["value"]), worst["measure"]),
        measured(brief(worst["reference"]), worst["measure"]),
        worst["points_gap"],
        worst["rank_if_closed"],
        href,
    )
