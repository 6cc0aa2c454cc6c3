"""The targets of organisations: those whose responsible unit they are, those of their parks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from yuanheng.ledger.choices import TargetKind
from yuanheng.ledger.models import Target
from yuanheng.ledger.queries.targets import standings


@dataclass(frozen=True, slots=True)
class UnitTarget:
    """One target of one organisation: ``done`` and ``due`` are shares of the way to the aim as of
    ``day``; None where no figure is known."""

    unit_id: int
    code: str
    name: str
    aim: float | None
    actual: float | None
    measure: str
    done: float | None
    due: float | None
    day: date | None
    href: str

    @property
    def completion(self) -> float | None:
        """Actual against plan, from 0 to 1: what is gone of what should be gone by that day."""
        if self.done is None or self.due is None:
            return None
        if self.due <= 0:
            return 1.0
        return min(1.0, max(0.0, self.done / self.due))


def targets_of_units(
    user: Any, year: int, units: Mapping[int, str], *, on: date | None = None
) -> list[UnitTarget]:
    """``units``: key of the organisation → its name. A target is of the unit that it names as
    responsible (the whole name, or the end of it: 统计局 for 云泽市统计局), else of the committee
    of its park. A target with parts below it counts by its parts only."""
    rows = Target.objects.visible_to(user).current().filter(year=year)
    rows = rows.exclude(kind=TargetKind.HEADING).exclude(children__archived_at__isnull=True,
                                                         children__isnull=False)  # fmt: skip
    mine = Q(park__committee__in=list(units)) | ~Q(lead="")
    targets = list(
        rows.filter(mine).select_related("indicator", "park", "region", "enterprise").distinct()
    )
    owner = {one.pk: unit for one in targets if (unit := _unit_of(one, units)) is not None}
    chosen = [one for one in targets if one.pk in owner]
    found = standings(chosen, user, on=on) if chosen else {}
    return [
        UnitTarget(
            owner[one.pk], one.code, one.shown_name, one.aim, at.actual,
            one.indicator.unit_shown if one.indicator and one.kind == TargetKind.FIGURE else "",
            at.done, at.due, at.day, reverse("target-detail", args=[one.code]),
        )
        for one in chosen
        for at in [found[one.pk]]
    ]  # fmt: skip


def _unit_of(target: Target, units: Mapping[int, str]) -> int | None:
    lead = target.lead.strip()
    if lead:
        exact = [key for key, name in units.items() if name == lead]
        near = exact or [key for key, name in units.items() if name.endswith(lead)]
        if near:
            return near[0] if len(near) == 1 else None
    committee = target.park.committee_id if target.park is not None else None
    return committee if committee in units else None
