"""The clocks of a row on its page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock as wall
from yuanheng.kernel.clocks.actions import clocks_of
from yuanheng.kernel.clocks.calendar import Calendars
from yuanheng.kernel.clocks.terms import ladder_of_rule
from yuanheng.kernel.clocks.words import (
    days_left_of,
    provisional_in_words,
    time_kept_in_words,
    time_left_in_words,
)
from yuanheng.kernel.figures import listed
from yuanheng.kernel.lights.of_clocks import light_of
from yuanheng.kernel.models import Clock, ClockEvent
from yuanheng.kernel.models.clocks import ClockState
from yuanheng.kernel.resources.panels import Panel
from yuanheng.kernel.tables import Badge

EVENT_WORDS = {
    "started": gettext_lazy("Started"),
    "paused": gettext_lazy("Paused"),
    "resumed": gettext_lazy("Resumed"),
    "extended": gettext_lazy("Extended"),
    "remind": gettext_lazy("Reminder sent"),
    "slip": gettext_lazy("Slip given"),
    "stopped": gettext_lazy("Ended"),
    "corrected": gettext_lazy("Date corrected by the published calendar"),
    "kept": gettext_lazy("Calendar published; the date stays"),
}
_TONES = {
    ClockState.RUNNING: "blue",
    ClockState.PAUSED: "secondary",
    ClockState.MET: "green",
    ClockState.MISSED: "red",
    ClockState.VOID: "secondary",
}


def state_badge(clock: Clock) -> Badge:
    """The state as a word in a frame."""
    return Badge(clock.get_state_display(), _TONES[ClockState(clock.state)])


def left_badge(clock: Clock, calendars: Calendars) -> Badge:
    """Days left in words; green, yellow from the first step of the ladder on, red when over."""
    left = days_left_of(clock, wall.today(), calendars)
    first = min((step.days for step in ladder_of_rule(clock.rule)), default=0)
    tone = "red" if left < 0 else "yellow" if left <= -first else "green"
    if not clock.is_open and left >= 0:
        return Badge(time_kept_in_words(clock.counting, left), "secondary")
    return Badge(time_left_in_words(clock.counting, left), tone)


class ClocksPanel(Panel):
    """Due date, days left, what happened; one section a clock."""

    template = "kernel/clocks/_panel.html"
    wide = True

    def __init__(self, title: Any = None) -> None:
        super().__init__(title or gettext_lazy("Deadlines"))

    def rows(self, row: Any) -> list[Clock]:
        """The clocks that are shown."""
        return clocks_of(row)

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any] | None:
        clocks = self.rows(row)
        if not clocks:
            return None
        calendars = Calendars()
        events: dict[int, list[ClockEvent]] = {clock.pk: [] for clock in clocks}
        found = ClockEvent.objects.filter(clock__in=events).select_related("acting_user")
        for event in found.order_by("-pk")[:500]:
            events[event.clock_id].append(event)
        return {"clocks": [shown(clock, events[clock.pk], calendars) for clock in clocks]}


class OwnPanel(ClocksPanel):
    """On a clock's own page: that clock."""

    def rows(self, row: Any) -> list[Clock]:
        return [row]


def shown(clock: Clock, events: list[ClockEvent], calendars: Calendars) -> dict[str, Any]:
    """What the template needs of one clock."""
    return {
        "clock": clock,
        "state": state_badge(clock),
        "left": left_badge(clock, calendars),
        "was_extended": clock.due_on != clock.first_due_on,
        "provisional": provisional_in_words(clock.provisional_years)
        if clock.is_provisional
        else "",
        "term": _term_in_words(clock),
        "light": light_of(clock, calendars=calendars),
        "ladder": clock.rule["ladder"].splitlines(),
        "events": [_event(event) for event in events],
    }


def _term_in_words(clock: Clock) -> str:
    counted = clock.get_counting_display()
    return _("%(n)d %(days)s") % {"n": clock.days, "days": counted} if clock.days else counted


def _event(event: ClockEvent) -> dict[str, Any]:
    details = event.details
    text = [event.reason] if event.reason else []
    if "earlier_due_on" in details:
        text.append(
            _("due %(before)s → %(after)s")
            % {"before": details["earlier_due_on"], "after": event.due_on}
        )
    if details.get("slip"):
        text.append(details["slip"])
    if "told" in details:
        told = listed(details["told"])
        text.append(_("told: %(who)s") % {"who": told} if told else _("nobody could be told"))
    return {
        "at": event.at,
        "title": EVENT_WORDS.get(event.kind, event.kind),
        "by": event.acting_user,
        "lines": text,
        "tone": "bad" if event.kind == "slip" else "",
    }
