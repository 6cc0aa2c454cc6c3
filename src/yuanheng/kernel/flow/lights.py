"""The light of a case, by the rule that its clock started with; never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.clocks.calendar import Calendars, recent_calendars
from yuanheng.kernel.clocks.words import days_left_of, time_left_in_words
from yuanheng.kernel.flow.case_clocks import clocks_kept
from yuanheng.kernel.flow.declaration import Flow, flow_of
from yuanheng.kernel.lights.of_clocks import light_of
from yuanheng.kernel.lights.rules import GRAVITY, Light
from yuanheng.kernel.lights.settings import light_for
from yuanheng.kernel.lights.shipped import shipped_rules
from yuanheng.kernel.models import Case, Clock

# The rule of clocks that name none: red when over, yellow once the first reminder is due.
USUAL_RULE = "deadline"
SOON = 3  # working days, for a date without a clock


def read_types(cases: Sequence[Case]) -> None:
    """Rows that were read as plain cases get beside them the row of their type, where its flow
    knows facts of its own for the light: one query for each such flow."""
    by_flow: dict[Any, list[Case]] = defaultdict(list)
    for case in cases:
        flow = flow_of(case)
        if type(case) is Case and type(flow).facts is not Flow.facts:
            by_flow[flow].append(case)
    for flow, plain in by_flow.items():
        typed = flow.model._base_manager.in_bulk([one.pk for one in plain])
        for case in plain:
            case.__dict__["_as_its_type"] = typed[case.pk]


@dataclass(frozen=True)
class CaseLight:
    """What ``kernel/components/light.html`` draws; ``clause`` says by which rule."""

    colour: str
    words: str
    clause: str = ""


def lights() -> Lights:
    """The lights of today."""
    return Lights(clock.today())


class Lights:
    """What light a case has on a day. The rows of a page have their clocks read already
    (``case_clocks.with_clocks``): a light asks the database for nothing."""

    def __init__(self, today: date) -> None:
        self.today = today

    @property
    def calendars(self) -> Calendars:
        """Read once in ten seconds, not for each row."""
        return recent_calendars()

    def of(self, case: Case, due_on: date | None = None, part: Any = None) -> CaseLight | None:
        """The light of a case, or of a co-unit's ``part`` of it; none without a date."""
        due_on = due_on or case.due_on
        if case.closed_at is not None or due_on is None:
            return None
        if case.suspended_at is not None:
            return CaseLight("grey", _("suspended"))
        running = [one for one in clocks_kept(part or case) if one.is_open]
        found = [self._of_clock(one, case, is_one_of_many=len(running) > 1) for one in running]
        return min(found, key=_gravity) if found else self._of_date(due_on)

    def days_left(self, due_on: date) -> int:
        """Working days to the date: 0 on the last one, negative when it is over."""
        left = self.between(self.today, due_on)
        return left or (-1 if due_on < self.today else 0)

    def between(self, first: date, last: date) -> int:
        """Working days after the first day, up to and with the last."""
        return self.calendars.current.count(first, last).days

    def _of_clock(self, one: Clock, case: Case, *, is_one_of_many: bool) -> CaseLight:
        """Of several terms it says which: beside a deadline in spring, 24 days would be taken for
        a slip where only the next report is due."""
        facts = flow_of(case).facts(case.__dict__.get("_as_its_type", case))
        light = light_of(one, facts, self.today, self.calendars, otherwise=USUAL_RULE)
        left = days_left_of(one, self.today, self.calendars)
        words = time_left_in_words(one.counting, left)
        term = one.shown_title if is_one_of_many else ""
        if term:
            words = _("%(term)s: %(left)s") % {"term": term, "left": words}
        return _drawn(light, words)

    def _of_date(self, due_on: date) -> CaseLight:
        left = self.days_left(due_on)
        facts = {"days_left": left, "near_due": left <= SOON, "closed": False}
        light = light_for(shipped_rules()[USUAL_RULE], facts, self.today)
        return _drawn(light, time_left_in_words("working", left))


def _drawn(light: Light | None, time_left: str) -> CaseLight:
    if light is None or not light.is_known:
        words = light.words if light else ""
        return CaseLight("grey", time_left, words)
    why = _("; ").join(one for one in (light.words, light.clause) if one)
    return CaseLight(light.colour, time_left, why)


def _gravity(light: CaseLight) -> int:
    return GRAVITY.index(light.colour) if light.colour in GRAVITY else len(GRAVITY)
