"""How far the submissions of a form's periods are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q

from yuanheng.ledger.models import DraftFigure, Form, FormPeriod, Submission
from yuanheng.ledger.queries.believed import Key
from yuanheng.ledger.queries.modified import modified_since_approval


@dataclass(slots=True)
class PeriodLine:
    """One period: how many submissions are in each state."""

    row: FormPeriod
    states: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def reported(self) -> int:
        return self.total - self.states["filling"]

    @property
    def accepted(self) -> int:
        return self.states["accepted"]


def periods_of(form: Form, user: Any) -> list[PeriodLine]:
    """The periods of a form, the latest first; of submissions those that the person sees."""
    lines = {one.pk: PeriodLine(one) for one in form.periods.select_related("freeze")}
    seen = Submission.objects.visible_to(user).filter(form_period__in=list(lines))
    for pk, state, number in (
        seen.order_by().values_list("form_period", "state").annotate(n=Count("pk", distinct=True))
    ):
        lines[pk].states[state] += number
    return list(lines.values())


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
            done=Count(
                "pk",
                filter=~Q(text="")
                | Q(confirmed_value__isnull=False)
                | ~Q(reason="")
                | Q(asked_by__state="issued"),
            ),
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
