"""What the page of every case shows beside the fields of its type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock, figures
from yuanheng.kernel.clocks.words import days_left_of, time_left_in_words
from yuanheng.kernel.components import TimelineEntry
from yuanheng.kernel.flow.assigning import assignee_of
from yuanheng.kernel.flow.case_clocks import clocks_kept
from yuanheng.kernel.flow.declaration import Flow, flow_for
from yuanheng.kernel.flow.diagram import diagram_of
from yuanheng.kernel.flow.forms import marked_fields
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.flow.opening import OPENED, opening_title
from yuanheng.kernel.flow.spans import Stay, organisation_stays, state_stays
from yuanheng.kernel.models import Case, CaseMove
from yuanheng.kernel.resources.panels import FieldsPanel, Panel
from yuanheng.kernel.tables import Column


def all_panels(declared: Sequence[Panel] | None, own: Sequence[str]) -> list[Panel]:
    """The cards of a case in their order; without declared ones, all fields of the type."""
    about = FieldsPanel(
        gettext_lazy("About the case"),
        [
            "number",
            Column("org_unit__name", gettext_lazy("In hands of")),
            Column("assignee", value=assignee_of),
            "opened_by",
            Column("opened_at", kind="moment"),
            Column("due_on", kind="day"),
            Column("closed_at", kind="moment"),
        ],
    )
    fields = (
        [FieldsPanel(gettext_lazy("Particulars"), list(own))] if declared is None else declared
    )
    return [
        ActionsPanel(gettext_lazy("What can be done")),
        *fields,
        DiagramPanel(gettext_lazy("Where the case is")),
        MovesPanel(gettext_lazy("The way so far")),
        about,
        ClocksPanel(gettext_lazy("Clocks")),
        StaysPanel(gettext_lazy("How long it stayed where")),
        CoUnitsPanel(gettext_lazy("Co-units")),
        ExtensionsPanel(gettext_lazy("Requests for more time")),
    ]


class ActionsPanel(Panel):
    """Buttons for what this person may do; the others with the reason why not; marked fields."""

    template = "kernel/flow/_panel_actions.html"
    on_paper = False

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any]:
        from yuanheng.kernel.resources.base import resource_of

        resource: Any = resource_of(type(row))
        found = resource.possible(row, request.user)
        names = {one.name: one.verbose_name for one in row._meta.concrete_fields}
        marks = marked_fields(row, moves_of(row)) if row.is_open else {}
        return {
            "now": [
                (one.action, resource.action_url(row, one.action.code))
                for one in found
                if one.is_possible
            ],
            "others": [(one.action, one.why_not) for one in found if not one.is_possible],
            "marks": [names.get(name, name) for name in marks],
            "marked_by": next(iter(marks.values()), None),
            "is_closed": not row.is_open,
        }


class DiagramPanel(Panel):
    """The flow, with the case's place and the way it went."""

    template = "kernel/flow/_panel_diagram.html"

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any]:
        return {"diagram": diagram_of(flow_for(type(row)), row, moves_of(row))}


class MovesPanel(Panel):
    """Every move, the last one first."""

    template = "kernel/flow/_panel_moves.html"

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any]:
        flow = flow_for(type(row))
        names = {one.attname: one.verbose_name for one in row._meta.concrete_fields}
        moves = moves_of(row)
        entries = [entry_of(flow, move, names) for move in reversed(moves)]
        return {"entries": entries, "total": len(entries)}


def moves_of(row: Any) -> list[CaseMove]:
    """The moves of a case with who and for whom; read once for a page."""
    kept = row.__dict__.get("_moves_read")
    if kept is None:
        related = ("by", "on_behalf_of", "org_unit", "about", "person")
        kept = list(row.moves.select_related(*related).order_by("serial"))
        row.__dict__["_moves_read"] = kept
    return kept


def entry_of(flow: Flow, move: CaseMove, names: dict[str, Any]) -> TimelineEntry:
    """One move in words."""
    action = flow.actions_by_code.get(move.action)
    title = action.title if action else opening_title(flow) if move.action == OPENED else ""
    lines = []
    if move.from_state != move.to_state:
        lines.append(_("State: %(state)s") % {"state": _state_title(flow, move.to_state)})
    if move.about_id:
        lines.append(_("Organisation: %(name)s") % {"name": move.about})
    if "assignee_id" in move.changes:
        given = move.changes["assignee_id"][1] is not None
        words = _("Assigned to: %(name)s") if given else _("No longer assigned to: %(name)s")
        lines.append(words % {"name": move.person})
    if move.marked_fields:
        marked = _(", ").join(str(names.get(one, one)) for one in move.marked_fields)
        lines.append(_("To be mended: %(fields)s") % {"fields": marked})
    changes = [
        (names.get(name, name), before, after)
        for name, (before, after) in move.changes.items()
        if name not in ("org_unit_id", "assignee_id") and move.from_state
    ]
    by = f"{move.by} · {move.on_behalf_of}" if move.on_behalf_of_id else str(move.by)
    return TimelineEntry(
        title or move.action, move.at, by, move.reason, lines=lines, changes=changes
    )


def _state_title(flow: Flow, code: str) -> Any:
    state = flow.states_by_code.get(code)
    return state.title if state else code


class ClocksPanel(Panel):
    """The clocks of the case: when they end, how they ended."""

    template = "kernel/flow/_panel_clocks.html"

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any] | None:
        shown = lights()
        lines = []
        for one in clocks_kept(row):
            words = ""
            if one.state == "running":
                left = days_left_of(one, shown.today, shown.calendars)
                words = time_left_in_words(one.counting, left)
            lines.append({"clock": one, "words": words, "moved": one.due_on != one.first_due_on})
        return {"lines": lines} if lines else None


class StaysPanel(Panel):
    """Working days in each state and in each organisation's hands, from the moves."""

    template = "kernel/flow/_panel_stays.html"
    wide = True

    def context(self, row: Any, request: HttpRequest) -> dict[str, Any]:
        flow, moves = flow_for(type(row)), moves_of(row)
        shown, now = lights(), row.closed_at or clock.now()

        def line(stay: Stay, title: Any) -> dict[str, Any]:
            first, last = figures.day(stay.since), figures.day(stay.until)
            days = stay.days(now, shown.between)
            return {"title": title, "since": first, "until": last, "days": days}

        names = {move.org_unit_id: move.org_unit for move in moves}
        states = state_stays(moves)
        if states and flow.state(states[-1].key).final:
            states = states[:-1]
        hands = organisation_stays(moves)
        return {
            "states": [line(one, _state_title(flow, one.key)) for one in states],
            "hands": [line(one, names[one.key]) for one in hands],
        }


class CoUnitsPanel(Panel):
    """Who works on the case besides, with each one's date and closing word."""

    template = "kernel/flow/_panel_co_units.html"
    wide = True

    def context(self, row: Case, request: HttpRequest) -> dict[str, Any] | None:
        shown = lights()
        parts = list(row.co_units.all())
        lines = [(one, shown.of(row, one.due_on, one) if one.is_busy else None) for one in parts]
        return {"lines": lines, "total": len(lines)} if lines else None


class ExtensionsPanel(Panel):
    """Requests for more time and their decisions."""

    template = "kernel/flow/_panel_extensions.html"
    wide = True

    def context(self, row: Case, request: HttpRequest) -> dict[str, Any] | None:
        lines = list(row.extensions.all())
        return {"lines": lines, "total": len(lines)} if lines else None
