"""What other rooms show of a park or an enterprise: its targets of the year, and what is late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.urls import reverse

from yuanheng.kernel import clock
from yuanheng.kernel.figures import figure, measured
from yuanheng.kernel.gathering import gathered
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.policies import policy_for
from yuanheng.ledger.choices import BearerKind, TargetKind
from yuanheng.ledger.models import Subject, Submission, Target
from yuanheng.ledger.queries.targets import Standing, standings
from yuanheng.ledger.views.target_panels import percent, points

MOST = 400


@dataclass(frozen=True, slots=True)
class TargetPosition:
    """A target of a park or an enterprise as it stands; texts are in the unit that is shown and
    masked where the person may not see the figure. ``gap`` is in points, negative when behind.
    ``months`` of ``year`` are known; ``then`` is what had been reached in ``then_months``.
    """

    name: str
    href: str
    year: int
    park_id: int | None
    enterprise_id: int | None
    gap: float | None
    actual: str
    aim: str
    done: str
    due: str
    gap_text: str
    months: int
    then: str = ""
    then_months: int = 0


def target_positions(
    user: Any,
    *,
    park_ids: Collection[int],
    enterprise_ids: Collection[int],
    then: dict[tuple[str, int], date | None],
) -> list[TargetPosition]:
    """The targets of the latest year that has any, in whose bearer's own figures. ``then`` gives
    for ("park" or "enterprise", number) a day: what was reached in the month that had ended by it
    stands beside."""
    today = clock.today()
    wanted = Q(park__in=list(park_ids)) | Q(enterprise__in=list(enterprise_ids))
    rows = Target.objects.visible_to(user).current().filter(
        wanted, kind=TargetKind.FIGURE, year__in=[today.year, today.year - 1]
    )  # fmt: skip
    related = ("indicator", "park__region", "enterprise", "parent", "region")
    found = list(rows.select_related(*related).order_by("position", "code")[:MOST])
    latest: dict[tuple[str, int], int] = {}
    for one in found:
        latest[_bearer(one)] = max(latest.get(_bearer(one), 0), one.year)
    chosen = [one for one in found if one.year == latest[_bearer(one)]]
    hidden = _hidden(user, chosen)
    stand = standings(chosen, user, with_lights=False)
    return [_position(stand[one.pk], one.pk in hidden, then.get(_bearer(one))) for one in chosen]


def _bearer(one: Target) -> tuple[str, int]:
    if one.park_id is not None:
        return ("park", one.park_id)
    return ("enterprise", one.enterprise_id or 0)


def _hidden(user: Any, rows: list[Target]) -> set[int]:
    """Targets over masked figures of enterprises: a query for each group of data at most."""
    found: set[int] = set()
    policy: Any = policy_for(Subject)
    firms = [one for one in rows if one.enterprise_id and one.indicator is not None]
    for group in {one.indicator.data_group for one in firms if one.indicator.data_group}:  # type: ignore[union-attr]
        own = [one for one in firms if one.indicator and one.indicator.data_group == group]
        keys = {one.enterprise_id for one in own}
        subjects = Subject.objects.filter(kind=BearerKind.ENTERPRISE, enterprise__in=keys)
        seen = policy.unmasked(user, group, subjects)
        if seen is True:
            continue
        shown = set(seen.values_list("enterprise", flat=True)) if seen is not False else set()
        found |= {one.pk for one in own if one.enterprise_id not in shown}
    return found


def _position(standing: Standing, hides: bool, then: date | None) -> TargetPosition:
    target = standing.target
    one = target.indicator
    measure = one.unit_shown if one is not None else ""
    decimals = one.decimals if one is not None else 2

    def text(value: float | None) -> str:
        if value is None:
            return figure(None)
        return MASK if hides else measured(figure(value, decimals), measure)

    known = len(standing.reached)
    before = 0
    if then is not None and then.year >= target.year:
        before = known if then.year > target.year else min(known, then.month - 1)
        if before - 1 in standing.silent:
            before = 0
    return TargetPosition(
        name=target.shown_name,
        href=reverse("target-detail", args=[target.code]),
        year=target.year,
        park_id=target.park_id,
        enterprise_id=target.enterprise_id,
        gap=standing.gap,
        actual=text(standing.actual),
        aim=text(target.aim),
        done=percent(standing.done),
        due=percent(standing.due),
        gap_text=points(standing.gap),
        months=known,
        then=text(standing.reached[before - 1]) if before else "",
        then_months=before,
    )


def late_submissions(user: Any, committee: str) -> QuerySet:
    """For a ``Subquery`` beside other rows, whose path to a committee is ``committee``: what that
    has in its hands past its day, as one JSON array of title, code and due_on."""
    rows = Submission.objects.visible_to(user).filter(
        committee=OuterRef(committee), org_unit=OuterRef(committee), closed_at=None,
        due_on__lt=clock.today(),
    )  # fmt: skip
    return gathered(rows, "committee", title="title", code="code", due_on="due_on")
