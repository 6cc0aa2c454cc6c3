"""The drafts of a submission, or of a part of it, with everything that has been written
and said of each: one query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from yuanheng.calc.periods import Period
from yuanheng.kernel.gathering import gathered
from yuanheng.ledger.models import (
    Entry,
    FigureMark,
    FigureRemark,
    Observation,
    Subject,
    Submission,
)
from yuanheng.ledger.queries.modified import modified_in
from yuanheng.ledger.queries.progress import IS_DONE

A_PAGE = 30  # enterprises


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a sheet is wanted: these subjects, these cells, or the enterprises of a page,
    of those that ``find`` fits (name or code) and, with ``is_open``, that still lack figures."""

    subjects: Collection[int] | None = None
    cells: Collection[int] | None = None
    page: int = 0
    find: str = ""
    is_open: bool = False


WHOLE = Cut()


ENTRY = {
    "source": F("entry__source"),
    "name": F("entry__source_name"),
    "title": F("entry__title"),
    "key": F("entry__source_key"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """That a figure is to be mended: what was said, and by whom."""

    note: str
    by: str


def read_drafts(submission: Submission, round_: int, cut: Cut, user: Any) -> list[Any]:
    """The cells, each with what has been written of its figure (``told``), with remarks and marks
    on it, and how far the whole submission, or who fills it in, is: one query."""
    at = submission.period
    every = submission.cells.filter(round=round_)
    here = {"subject": OuterRef("subject"), "indicator": OuterRef("indicator")}
    here |= {"period_start": at.start, "period_kind": at.kind}
    entry = {name: one.name for name, one in ENTRY.items()}
    entry |= {name: f"entry__{name}" for name in ("standing", "approved_at", "known_at")}
    told = Observation.objects.filter(**here)
    remarks = FigureRemark.objects.filter(**here).exclude(comment="")
    marks = FigureMark.objects.filter(cell=OuterRef("pk"), mended_at__isnull=True)
    marked = {"note": "note", "full_name": "by__full_name", "username": "by__username"}
    # An enterprise is told how far it is itself, and nothing of the others.
    own = every if cut.subjects is None else every.filter(subject__in=list(cut.subjects))
    fitting = _fitting(every, cut)
    rows = _cut(every, fitting, cut).annotate(
        told=Subquery(gathered(told, "subject", id="id", value="value", **entry)),
        remarked=Subquery(gathered(remarks, "subject", value="value", comment="comment")),
        marked=Subquery(gathered(marks, "cell", **marked)),
        whole_total=_number(own, "pk"),
        whole_done=_number(own.filter(IS_DONE), "pk"),
        whole_subjects=_number(fitting, "subject"),
    )
    if user is not None:
        seen = Subject.objects.visible_to(user).filter(pk=OuterRef("subject"))
        rows = rows.annotate(is_seen=Exists(seen.order_by()))
    found = list(
        rows.select_related(
            "subject__region", "subject__park__region", "subject__enterprise__region",
            "subject__enterprise__park", "asked_by", "changed_by",
        ).order_by("position", "subject__code")
    )  # fmt: skip
    for one in found:
        _complete(one, at)
    return found


def _complete(one: Any, at: Period) -> None:
    """What came as JSON, as the page takes it."""
    one.marks_read = [
        Mark(row["note"], row["full_name"] or row["username"]) for row in one.marked or ()
    ]
    one.remarks_read = [
        FigureRemark(
            pk=0, subject_id=one.subject_id, indicator_id=one.indicator_id, value=row["value"],
            period_start=at.start, period_kind=at.kind, comment=row["comment"],
        )
        for row in one.remarked or ()
    ]  # fmt: skip
    rows = sorted(one.told or (), key=lambda row: row["id"])
    one.modified = modified_in(
        [
            (
                row["id"],
                row["value"],
                Entry(
                    standing=row["standing"],
                    approved_at=moment_of(row["approved_at"]),
                    known_at=moment_of(row["known_at"]),
                ),
            )
            for row in rows
        ]
    )


def moment_of(text: str | None) -> datetime | None:
    found = parse_datetime(text) if text else None
    return timezone.make_aware(found, UTC) if found and timezone.is_naive(found) else found


def _fitting(every: QuerySet, cut: Cut) -> QuerySet:
    """The cells of the subjects that are looked for."""
    if cut.subjects is not None:
        every = every.filter(subject__in=list(cut.subjects))
    if cut.find:
        named = Q(subject__name__icontains=cut.find) | Q(subject__code__icontains=cut.find)
        every = every.filter(named)
    if cut.is_open:
        every = every.filter(subject__in=every.exclude(IS_DONE).order_by().values("subject"))
    return every


def _cut(every: QuerySet, fitting: QuerySet, cut: Cut) -> QuerySet:
    if cut.cells is not None:
        return fitting.filter(pk__in=list(cut.cells))
    if not cut.page:
        return fitting
    start = (cut.page - 1) * A_PAGE
    subjects = Subject.objects.filter(pk__in=fitting.order_by().values("subject"))
    return every.filter(subject__in=subjects.order_by("code").values("pk")[start : start + A_PAGE])


def _number(rows: QuerySet, what: str) -> Any:
    counted = rows.order_by().values("submission").annotate(n=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)
