"""The light of a clock: its days, what its case knows besides, the rule that it started with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yuanheng.kernel import clock as wall
from yuanheng.kernel.clocks.calendar import Calendars
from yuanheng.kernel.clocks.terms import REMIND
from yuanheng.kernel.clocks.words import days_left_of
from yuanheng.kernel.lights.rules import Light
from yuanheng.kernel.lights.settings import light_for
from yuanheng.kernel.lights.shipped import shipped_rules
from yuanheng.kernel.models import Clock


def light_of(
    clock: Clock,
    facts: Mapping[str, Any] | None = None,
    on: date | None = None,
    calendars: Calendars | None = None,
    *,
    otherwise: str = "",
) -> Light | None:
    """``None`` for a clock that was started without a rule of lights, unless ``otherwise`` names
    the shipped rule to take. ``facts`` wins over what follows from the clock."""
    rule = clock.rule.get("light") or shipped_rules().get(otherwise)
    if rule is None:
        return None
    day = on or wall.today()
    left = days_left_of(clock, day, calendars)
    known = {"days_left": left, "closed": not clock.is_open, "near_due": _near_due(clock, left)}
    return light_for(rule, {**known, **(facts or {})}, day)


def _near_due(clock: Clock, left: int) -> bool:
    """Whether the first reminder before the end has come; how many days is the ladder's affair."""
    from yuanheng.kernel.clocks.terms import ladder_of_rule

    before = [-step.days for step in ladder_of_rule(clock.rule) if step.what == REMIND]
    return bool(before) and left <= max(before)
