"""Reads of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.models import Result, Run


@dataclass(frozen=True, slots=True)
class Spread:
    """How the scores of a group lie."""

    scores: list[float]
    grades: dict[str, int]

    @property
    def count(self) -> int:
        return len(self.scores)

    @property
    def mean(self) -> float | None:
        return sum(self.scores) / len(self.scores) if self.scores else None

    @property
    def median(self) -> float | None:
        return median(self.scores) if self.scores else None

    @property
    def highest(self) -> float | None:
        return max(self.scores, default=None)


def results_of(run: Run, user: Any) -> QuerySet:
    """What ``user`` may see of a run."""
    return Result.objects.visible_to(user).filter(run=run)


def spread_of(rows: QuerySet) -> Spread:
    """Scores and grades of the ranked, in one query."""
    scores, grades = [], {}
    for score, grade in rows.filter(rated=True).order_by().values_list("score", "grade"):
        if score is not None:
            scores.append(score)
        if grade:
            grades[grade] = grades.get(grade, 0) + 1
    return Spread(scores, grades)


def movers_of(rows: QuerySet, limit: int = 5) -> list[Result]:
    """Those who won most places, then those who lost most, in one query."""
    moved = rows.filter(places__isnull=False).exclude(places=0).order_by()
    chosen = moved.only("subject_id", "name", "places", "rank")
    # The other order is a subquery each, since SQLite sorts only the whole of a union.
    won = moved.filter(places__gt=0).order_by(F("places").desc(), "position").values("pk")
    lost = moved.filter(places__lt=0).order_by("places", "position").values("pk")
    found = chosen.filter(pk__in=won[:limit]) | chosen.filter(pk__in=lost[:limit])
    return sorted(found, key=lambda row: -(row.places or 0))


def neighbours_of(row: Result, user: Any) -> tuple[Result | None, Result | None]:
    """The subject before and the one after in the same group, as far as visible."""
    rows = results_of(row.run, user).filter(group_code=row.group_code)
    before = rows.filter(position__lt=row.position).order_by("-position").first()
    after = rows.filter(position__gt=row.position).order_by("position").first()
    return before, after


def history_of(row: Result, user: Any) -> list[Result]:
    """The subject in every published run that the person sees, latest first."""
    rows = Result.objects.visible_to(user).filter(subject_id=row.subject_id)
    rows = rows.filter(run__stage=RunStage.PUBLISHED) | rows.filter(run=row.run)
    related = ("run__scheme_version__scheme",)
    return list(rows.select_related(*related).order_by("-run__period", "-run__published_at")[:12])


def latest_published(user: Any) -> list[Run]:
    """For each scheme the run published last, newest first."""
    runs = Run.objects.visible_to(user).filter(stage=RunStage.PUBLISHED)
    runs = runs.select_related("scheme_version__scheme").order_by("-period", "-published_at")
    latest: dict[int, Run] = {}
    for run in runs[:200]:
        latest.setdefault(run.scheme_version.scheme_id, run)
    return list(latest.values())


def leaders_of(groups: Mapping[int, str], user: Any, limit: int = 3) -> dict[int, list[Result]]:
    """The first places, as far as ``user`` sees them, of one group of each run: one query.

    ``groups`` gives the group's code for a run's number. A person who sees no first place sees
    the first of their own part."""
    found: dict[int, list[Result]] = {run: [] for run in groups}
    wanted = Q(pk__in=())
    for run, group in groups.items():
        wanted |= Q(run=run, group_code=group)
    place = Window(RowNumber(), partition_by="run", order_by=["rank", "position"])
    rows = Result.objects.visible_to(user).filter(wanted, rank__isnull=False)
    for one in rows.annotate(place=place).filter(place__lte=limit).order_by("run", "place"):
        found[one.run_id].append(one)
    return found
