"""公示: what is before the public, with or without ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case as SqlCase
from django.db.models import F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from yuanheng.evaluation.api import Result
from yuanheng.rounds.choices import Shows
from yuanheng.rounds.models import EvaluationRound

SETTLED = ("final", "published")


def public_run(case: EvaluationRound) -> Any:
    """The run that the public sees: in publicity the one that was put there, at the end what is
    final."""
    if case.state in SETTLED:
        return case.last_run
    if case.final_run_id and case.given.get("shown_run") == case.final_run_id:
        return case.final_run
    return case.run


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One subject as the publicity shows it; what it doesn't show isn't here."""

    code: str
    name: str
    rank: int | None = None
    score: float | None = None
    grade: str = ""


def public_rows(
    case: EvaluationRound, group: str, *, grade: str = "", search: str = ""
) -> QuerySet:
    """The results of a group in the order of the publicity: by rank where ranks are shown,
    otherwise by grade and then by code, which says nothing of the rank."""
    run = public_run(case)
    rows = Result.objects.filter(run=run, group_code=group)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(subject_id__icontains=search))
    if grade and case.shows != Shows.NAMES:
        rows = rows.filter(grade=grade)
    if case.shows == Shows.RANKS:
        return rows.order_by(F("rank").asc(nulls_last=True), "subject_id")
    if case.shows == Shows.NAMES:
        return rows.order_by("subject_id")
    scale = [*run.summary["grades"], ""]
    order = SqlCase(
        *(When(grade=one, then=Value(at)) for at, one in enumerate(scale)),
        default=Value(len(scale)),
        output_field=IntegerField(),
    )
    return rows.order_by(order, "subject_id")


def public_line(case: EvaluationRound, row: Result) -> PublicLine:
    """What of a result the publicity shows."""
    if case.shows == Shows.NAMES:
        return PublicLine(row.subject_id, row.name)
    if case.shows == Shows.GRADES:
        return PublicLine(row.subject_id, row.name, grade=row.grade)
    return PublicLine(row.subject_id, row.name, row.rank, row.score, row.grade)


def headings(case: EvaluationRound) -> list[str]:
    """The columns of the printed and the downloaded list."""
    found = [_("Code"), _("Name")]
    if case.shows == Shows.RANKS:
        found = [_("Rank"), *found, _("Score")]
    has_grades = bool(public_run(case).summary["grades"])
    return [*found, _("Grade")] if case.shows != Shows.NAMES and has_grades else found


def cells(case: EvaluationRound, line: PublicLine) -> list[Any]:
    """The same line as a row of a table."""
    found: list[Any] = [line.code, line.name or line.code]
    if case.shows == Shows.RANKS:
        found = [line.rank, *found, line.score]
    has_grades = bool(public_run(case).summary["grades"])
    return [*found, line.grade or None] if case.shows != Shows.NAMES and has_grades else found
