"""The quality of what is in the ledger: its figures as the rules see them, remarks and flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Max, Q

from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, Period
from yuanheng.ledger.choices import BearerKind
from yuanheng.ledger.models import FigureRemark, Subject
from yuanheng.ledger.queries.around import Of, facts_of
from yuanheng.ledger.queries.scopes import Scope, whole_parks
from yuanheng.registry.api import ParkFacts

_FIGURE = ("subject_id", "indicator_id", "period_start", "period_kind")


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


def checked_subjects(user: Any) -> tuple[list[ParkFacts], dict[int, Of]]:
    """Whose figures the page of quality judges: the parks, those of a zone left out, and with them
    the regions that figures have been written of."""
    parks = whole_parks(Scope(), user)
    rows = Subject.objects.visible_to(user).filter(
        Q(kind=BearerKind.PARK, code__in=[one.code for one in parks])
        | Q(kind=BearerKind.REGION, region__isnull=False)
    )
    return parks, facts_of(rows)


def remarks_and_flags(
    user: Any, subject_ids: Collection[int], spans: Sequence[Period]
) -> tuple[list[FigureRemark], Counter[int]]:
    """The remarks on these subjects' figures of these periods, and by subject how many flags are
    up, of every period and every subject that the person sees; in one query."""
    seen = FigureRemark.objects.visible_to(user)
    figures = seen.order_by().values(*_FIGURE)
    newest = figures.annotate(newest=Max("pk")).values("newest")
    here = Q(
        subject__in=list(subject_ids),
        period_start__in={one.start for one in spans},
        period_kind__in={one.kind for one in spans},
    )
    is_up = Q(pk__in=newest, follow_up=True)
    rows = list(
        seen.filter(here | is_up)
        .annotate(is_up=ExpressionWrapper(is_up, BooleanField()))
        .select_related("by")
    )
    return rows, Counter(one.subject_id for one in rows if one.is_up)


def flagged(user: Any) -> Any:
    """The remark that put each flag up which is still up, latest first."""
    seen = FigureRemark.objects.visible_to(user)
    newest = seen.order_by().values(*_FIGURE).annotate(newest=Max("pk")).values("newest")
    found = seen.filter(pk__in=newest, follow_up=True)
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
