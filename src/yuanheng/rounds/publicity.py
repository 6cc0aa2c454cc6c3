"""公示: what is before the public, with or without ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Case as SqlCase
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from yuanheng.evaluation.api import Result
from yuanheng.rounds.choices import Shows
from yuanheng.rounds.models import EvaluationRound

SETTLED = ("final", "published")
LINES_A_PART = 1000
"""Of the list on paper; more are in the next part."""


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
    case: EvaluationRound, group: str | None, *, grade: str = "", search: str = ""
) -> QuerySet:
    """The results of a group (of all, one group after the other, with None) in the order of the
    publicity: by rank where ranks are shown, otherwise by grade and then by code, which says
    nothing of the rank."""
    run = public_run(case)
    codes = [one["code"] for one in run.summary["groups"]] if group is None else [group]
    rows = Result.objects.filter(run=run, group_code__in=codes)
    first = [_in_order("group_code", codes)] if group is None else []
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(subject_id__icontains=search))
    if grade and case.shows != Shows.NAMES:
        rows = rows.filter(grade=grade)
    if case.shows == Shows.RANKS:
        return rows.order_by(*first, F("rank").asc(nulls_last=True), "subject_id")
    if case.shows == Shows.NAMES:
        return rows.order_by(*first, "subject_id")
    return rows.order_by(*first, _in_order("grade", [*run.summary["grades"], ""]), "subject_id")


def _in_order(field: str, values: Sequence[str]) -> SqlCase:
    """By the place of a column's value in a list."""
    return SqlCase(
        *(When(**{field: one}, then=Value(at)) for at, one in enumerate(values)),
        default=Value(len(values)),
        output_field=IntegerField(),
    )


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """What a part of the paper list holds of a group: its lines as cells, how many lines of the
    group stand in earlier parts, and how many it has in all."""

    name: str
    before: int
    size: int
    lines: list[list[Any]]


@dataclass(frozen=True, slots=True)
class PaperPart:
    """One part of the list on paper: lines ``first`` to ``last`` of ``whole``. A list of twenty
    thousand would keep whoever asks waiting, and anybody may ask."""

    number: int
    parts: int
    first: int
    last: int
    whole: int
    groups: list[PaperGroup]


def paper_part(case: EvaluationRound, asked: str) -> PaperPart:
    """The part with this number (the first where there is none such): two queries."""
    rows, named = public_rows(case, None), public_run(case).summary["groups"]
    sizes = dict(rows.order_by().values_list("group_code").annotate(Count("pk")))
    whole = sum(sizes.values())
    parts = max(1, -(-whole // LINES_A_PART))
    number = int(asked) if asked.isdecimal() and 1 <= int(asked[:9]) <= parts else 1
    start = (number - 1) * LINES_A_PART
    chosen = iter(rows[start : start + LINES_A_PART])
    stop, at, groups = min(start + LINES_A_PART, whole), 0, []
    for group in named:
        size = sizes.get(group["code"], 0)
        low, high = max(start - at, 0), min(stop - at, size)
        at += size
        if high > low or (size == 0 and parts == 1):
            lines = [cells(case, public_line(case, row)) for row in islice(chosen, high - low)]
            groups.append(PaperGroup(group["name"], low, size, lines))
    return PaperPart(number, parts, min(start + 1, whole), stop, whole, groups)


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
