"""How far the submissions of a form's periods are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q

from yuanheng.ledger.models import DraftFigure, Form, FormPeriod, Submission
from yuanheng.ledger.queries.believed import Key
from yuanheng.ledger.queries.modified import modified_since_approval


def periods_of(form: Form, user: Any) -> list[FormPeriod]:
    """The periods of a form, the latest first, with how many submissions that the person sees
    there are (``total``), have been ``reported`` and ``accepted``; one query."""
    seen = Submission.objects.visible_to(user).order_by().values("pk")
    mine = Q(submissions__in=seen)
    rows = form.periods.select_related("freeze", "form").annotate(
        total=Count("submissions", filter=mine, distinct=True),
        reported=Count("submissions", filter=mine & ~_in("filling"), distinct=True),
        accepted=Count("submissions", filter=mine & _in("accepted"), distinct=True),
    )
    return list(rows)


# Typed, confirmed, explained, or asked by another form.
IS_DONE = (
    ~Q(text="") | Q(confirmed_value__isnull=False) | ~Q(reason="") | Q(asked_by__state="issued")
)


def _in(state: str) -> Q:
    return Q(submissions__state=state)


def typed_of(submissions: Sequence[Submission]) -> dict[int, tuple[int, int]]:
    """By submission: how many cells have been typed, confirmed or explained, of how many."""
    rows = (
        DraftFigure.objects.filter(
            submission__in=[one.pk for one in submissions], round=F("submission__round")
        )
        .order_by()
        .values("submission")
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=IS_DONE),
        )
    )
    return {one["submission"]: (one["done"], one["total"]) for one in rows}


def modified_of(submissions: Sequence[Submission]) -> Counter[int]:
    """By submission: how many of its figures have been changed since they were approved."""
    keys: dict[Key, int] = {}
    by_pk = {one.pk: one for one in submissions}
    cells = DraftFigure.objects.filter(submission__in=list(by_pk), round=F("submission__round"))
    for pk, subject, indicator in cells.values_list("submission", "subject", "indicator"):
        period = by_pk[pk].period
        keys[subject, period.start, period.kind, indicator] = pk
    return Counter(keys[key] for key in modified_since_approval(list(keys)))
