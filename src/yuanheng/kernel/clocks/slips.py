"""Supervision slips: numbered through the year without a gap or a number given twice."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from yuanheng.kernel.clocks.terms import Step
from yuanheng.kernel.models import Clock, ClockStep, Slip, SlipYear


def give_slip(
    clock: Clock, taken: ClockStep, step: Step, text: str, addressee: str, now: datetime
) -> Slip:
    """A slip for a step that is being taken, inside the same transaction."""
    year = timezone.localtime(now).year
    return Slip.objects.create(
        year=year,
        number=_next_number(year),
        taken=taken,
        clock=clock,
        colour=step.colour,
        addressee=addressee,
        responsible_id=clock.responsible_id,
        text=text[:500],
        issued_at=now,
    )


def _next_number(year: int) -> int:
    SlipYear.objects.get_or_create(year=year)
    counter = SlipYear.objects.select_for_update().get(year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return counter.last_number
