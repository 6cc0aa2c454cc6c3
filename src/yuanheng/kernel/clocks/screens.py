"""What the generic screens show of clocks, slips, terms and calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import home
from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.clocks.calendar import recent_calendars
from yuanheng.kernel.clocks.panels import OwnPanel, left_badge, state_badge
from yuanheng.kernel.clocks.provisional import missing_years, year_is_due
from yuanheng.kernel.clocks.years import enter_year
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import CalendarDay, CalendarYear, Clock, Slip, TermRule
from yuanheng.kernel.models.calendar import DayKind
from yuanheng.kernel.models.clocks import ClockState, Counting, SlipColour
from yuanheng.kernel.navigation import SETTINGS, SUPERVISION
from yuanheng.kernel.policies import EDIT, VIEW, can
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    HistoryPanel,
    RelatedPanel,
    Resource,
    register,
    resource_of,
)

SLIP_TONES = {"blue": "blue", "yellow": "yellow", "orange": "orange", "red": "red"}


def subject_url(clock: Clock) -> str | None:
    """The page of what a clock is about, where it has one."""
    try:
        model = apps.get_model(clock.subject_model)
        resource = resource_of(model)
        row = model._base_manager.filter(pk=clock.subject_pk).first() if resource else None
        return resource.link(row) if resource and row else None
    except (LookupError, NoReverseMatch, ValueError):
        return None


def _left(clock: Clock) -> list[Badge]:
    return [left_badge(clock, recent_calendars())]


def _due(clock: Clock) -> list[Badge]:
    provisional = [Badge(_("provisional"), "yellow")] if clock.is_provisional else []
    return [Badge(clock.due_on.isoformat()), *provisional]


@register
class ClockResource(Resource):
    name, path, model, icon, nav_order = "clock", "clocks", Clock, "history", 52
    lookup, nav_group = "token", SUPERVISION
    columns = [
        Column("title", value=lambda one: one.shown_title, link=True),
        Column("subject_label", sort=False),
        Column("responsible__name", phone=False),
        Column("holder", sort=False, phone=False),
        Column("left", _("Time left"), kind="badges", value=_left, sort=False),
        Column("due_on", kind="badges", value=_due, sort="due_on", phone=False),
        Column("state", kind="badges", value=lambda one: [state_badge(one)]),
    ]
    filters = [ChoiceFilter("state", ClockState)]
    search = ["title", "subject_label", "responsible__name"]
    search_hint = _("Term, matter or organisation")
    related = ["responsible", "holder"]
    ordering = ["due_on", "pk"]
    empty_text = _("Clocks start with the cases that have a term.")
    panels = [
        OwnPanel(_("Deadline")),
        RelatedPanel(
            _("Supervision slips"),
            "slip",
            lambda row, user: Slip.objects.visible_to(user).filter(clock=row),
        ),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return row.subject_label

    def row_title(self, row: Any) -> str:
        return str(row.shown_title)

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        href = subject_url(row)
        return [Button(_("Show the matter"), href, "file-text")] if href else []


@register
class SlipResource(Resource):
    name, path, model, icon, nav_order = "slip", "slips", Slip, "alert-triangle", 53
    lookup, nav_group = "token", SUPERVISION
    paper = "kernel/clocks/slip_paper.html"
    columns = [
        Column("number", link=True, value=str),
        Column(
            "colour",
            kind="badges",
            value=lambda one: [Badge(one.get_colour_display(), SLIP_TONES[one.colour])],
        ),
        Column("clock__subject_label", _("Matter"), sort=False),
        Column("text", sort=False, phone=False),
        Column("addressee", sort=False),
        Column("responsible__name", phone=False),
        Column("issued_at", kind="moment"),
        Column("closed_at", kind="moment", phone=False),
    ]
    filters = [ChoiceFilter("colour", SlipColour)]
    search = ["text", "addressee", "responsible__name"]
    search_hint = _("Matter, addressee or organisation")
    related = ["clock", "responsible"]
    ordering = ["-year", "-number"]
    empty_text = _("No slip has been given: nothing is late.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "text",
                "addressee",
                Column("responsible__name"),
                Column("issued_at", kind="moment"),
                Column("closed_at", kind="moment"),
            ],
        ),
    ]

    def subtitle(self, row: Any) -> Any:
        return row.clock.subject_label

    def badges(self, row: Any) -> Sequence[Badge]:
        return [Badge(row.get_colour_display(), SLIP_TONES[row.colour])]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        return [Button(_("Show the clock"), ClockResource().link(row.clock), "history")]


@register
class TermRuleResource(Resource):
    name, path, model, icon, nav_order = "termrule", "terms", TermRule, "adjustments", 84
    lookup, nav_group, nav_action = "pk", SETTINGS, EDIT
    columns = [
        Column("title", link=True),
        Column("code", kind="code", phone=False),
        Column("org_unit__name"),
        Column("days", kind="count"),
        Column("counting"),
        Column("valid_from", kind="day"),
        Column("valid_until", kind="day", phone=False),
    ]
    filters = [ChoiceFilter("counting", Counting)]
    search = ["title", "code", "clause"]
    related = ["org_unit"]
    ordering = ["code", "-valid_from", "pk"]
    form_fields = [
        "code",
        "title",
        "org_unit",
        "counting",
        "days",
        "ladder",
        "clause",
        "valid_from",
        "valid_until",
    ]
    empty_text = _("Cases run by the terms of their kind until an office sets its own here.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            ["code", "org_unit__name", "counting", "days", "ladder", "clause"],
        ),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return row.code


@register
class CalendarDayResource(Resource):
    name, path, model, icon, nav_order = (
        "calendarday",
        "calendar/days",
        CalendarDay,
        "list-check",
        85,
    )
    lookup, nav_group, nav_action = "pk", SETTINGS, EDIT
    columns = [
        Column("day", kind="day", link=True),
        Column("kind"),
        Column("name"),
        Column("year"),
        Column("clause", phone=False),
    ]
    filters = [ChoiceFilter("kind", DayKind)]
    search = ["name", "clause"]
    ordering = ["-day"]
    form_fields = ["day", "kind", "name", "year", "clause"]
    importer_code = "calendar_days"
    empty_text = _(
        "The program knows the days off to the end of its last published year. Enter or import "
        "those of the next when the State Council publishes them."
    )
    panels = [
        FieldsPanel(_("Particulars"), [Column("day", kind="day"), "kind", "name", "clause"]),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return row.clause

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("Confirmed years"), CalendarYearResource().url("list"), "circle-check")]


@register
class CalendarYearResource(Resource):
    name, path, model = "calendaryear", "calendar/years", CalendarYear
    lookup, editable = "pk", False
    columns = [Column("year", link=True), Column("clause"), Column("note", phone=False)]
    ordering = ["-year"]
    form_fields = ["year", "clause", "note"]
    empty_text = _("Enter the days off of a year, then confirm here that they are complete.")
    panels = [FieldsPanel(_("Particulars"), ["clause", "note"]), HistoryPanel(_("History"))]

    def subtitle(self, row: Any) -> Any:
        return row.clause

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Any:
        return enter_year(acting_user=acting_user, values=values)


def _home_warning(user: Any) -> dict[str, Any] | None:
    """For those who can enter a year: that one is missing."""
    if not (directory().administers(user, None) and can(user, VIEW, CalendarYear)):
        return None
    found, coming = missing_years(), year_is_due()
    years = sorted({*found.years, *([coming] if coming else [])})
    if not years:
        return None
    return {"years": "、".join(map(str, years)), "clocks": found.clocks}


home.add(home.HomePanel("kernel/clocks/_home_provisional.html", _home_warning, order=1))
for _code, _label in {
    "start_clock": _("Clock started"),
    "pause_clock": _("Clock paused"),
    "resume_clock": _("Clock resumed"),
    "extend_clock": _("Clock extended"),
    "stop_clock": _("Clock ended"),
    "tick_clock": _("Steps of the ladder taken"),
    "correct_clock": _("Date counted anew"),
    "enter_year": _("Year of the calendar confirmed"),
}.items():
    name_action(f"kernel.{_code}", _label)
