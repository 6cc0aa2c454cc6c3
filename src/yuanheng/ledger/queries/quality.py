"""The quality of what is in the ledger: its figures as the rules see them, remarks and flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, Period
from yuanheng.ledger.models import FigureRemark
from yuanheng.ledger.queries.believed import believed
from yuanheng.ledger.queries.checks import Examination, Proposed, examine


def spans_of(period: Period) -> list[Period]:
    """The periods of which a page of ``period`` speaks: its own months, and for a month also the
    quarter, the half year and the cumulative period that end with it."""
    if period.kind != MONTH:
        kinds = {period.kind, CUMULATIVE + period.length} if period.start % 12 == 0 else set()
        return [Period(period.start, kind) for kind in sorted(kinds | {period.kind})]
    found = [period, period.from_january()]
    month = period.end % 12 + 1
    found += [Period(period.end - kind + 1, kind) for kind in (QUARTER, HALF) if month % kind == 0]
    return found


def figures_of(subject_ids: Sequence[int], period: Period) -> list[Proposed]:
    """What is believed of these subjects for a period, as the rules take it."""
    spans = spans_of(period)
    wanted = {(one.start, one.kind) for one in spans}
    rows = believed(
        subject_ids, min(one.start for one in spans), max(one.start for one in spans),
        kinds={one.kind for one in spans},
    )  # fmt: skip
    return [
        Proposed(subject, indicator, Period(start, kind), value)
        for subject, start, kind, indicator, _id, value in rows
        if (start, kind) in wanted
    ]


def examined(
    subject_ids: Sequence[int], period: Period, user: Any, *, with_undecided: bool = False
) -> tuple[Examination, int]:
    """The rules over what is believed of these subjects for a period, and of how many figures."""
    figures = figures_of(subject_ids, period)
    return examine(figures, acting_user=user, with_undecided=with_undecided), len(figures)


def flagged(user: Any) -> Any:
    """The remark that put each flag up which is still up, latest first."""
    rows = FigureRemark.objects.visible_to(user)
    last = rows.order_by().values("subject_id", "indicator_id", "period_start", "period_kind")
    newest = last.annotate(newest=Max("pk")).values("newest")
    found = FigureRemark.objects.visible_to(user).filter(pk__in=newest, follow_up=True)
    return found.select_related("subject", "indicator", "by").order_by("-pk")


def remarks_on(
    user: Any, subject_id: int, indicator_ids: Sequence[int] | None = None
) -> dict[tuple[int, Period], list[FigureRemark]]:
    """What was remarked on the figures of a subject, by (indicator, period), latest first."""
    rows = FigureRemark.objects.visible_to(user).filter(subject_id=subject_id)
    if indicator_ids is not None:
        rows = rows.filter(indicator_id__in=indicator_ids)
    found: dict[tuple[int, Period], list[FigureRemark]] = {}
    for one in rows.select_related("by").order_by("-pk"):
        found.setdefault((one.indicator_id, one.period), []).append(one)
    return found
