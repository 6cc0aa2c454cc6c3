"""What the generic screens show of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock
from yuanheng.kernel.navigation import SUPERVISION
from yuanheng.kernel.policies import EDIT, rights_on
from yuanheng.kernel.resources import (
    Badge,
    Button,
    Column,
    DayRangeFilter,
    FieldsPanel,
    HistoryPanel,
    Resource,
    TemplatePanel,
    register,
)
from yuanheng.meetings.actions import add_meeting
from yuanheng.meetings.authz import own_units
from yuanheng.meetings.models import AskedUnit, Meeting, SignIn


def agenda_panel(row: Meeting, request: HttpRequest) -> dict[str, Any] | None:
    return {"items": row.items, "total": len(row.items)} if row.items else None


def people_panel(row: Meeting, request: HttpRequest) -> dict[str, Any] | None:
    """By venue: who is asked, who has signed in."""
    asked = sorted(row.asked.all(), key=lambda one: one.org_unit.code)  # read with the row
    venues = [
        {**one, "asked": [unit for unit in asked if unit.venue == one["key"]]}
        for one in row.venues
    ]
    known = {one["key"] for one in venues}
    lost = [unit for unit in asked if unit.venue not in known]  # its branch has been renamed
    if lost:
        venues.append({"name": _("a venue that is gone"), "place": "", "key": "", "asked": lost})
    came = sum(1 for one in asked if one.signed.all())
    return {"venues": venues, "total": len(asked), "came": came, "row": row}


def _came(row: Any) -> str:
    return f"{row.came_count} / {row.asked_count}"


@register
class MeetingResource(Resource):
    name, path, model, icon, nav_order = "meeting", "meetings", Meeting, "calendar", 58
    nav_group = SUPERVISION
    columns = [
        Column("title", link=True),
        Column("held_at", kind="moment"),
        Column("place", phone=False),
        Column("chair", phone=False),
        Column("came_count", gettext_lazy("Came / asked"), value=_came, sort=False),
        Column("owner__name", phone=False),
        Column("code", kind="code", phone=False),
    ]
    more_columns = ()
    filters = [DayRangeFilter("held_at")]
    search = ["title", "place", "chair", "code"]
    search_hint = gettext_lazy("Name, place or chair")
    related = ["owner"]
    ordering = ["-held_at", "-pk"]
    form_fields = ["title", "held_at", "place", "branches", "chair", "agenda", "note"]
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("Announce a meeting, then ask the units to it.")
    panels = [
        FieldsPanel(
            gettext_lazy("Particulars"),
            [Column("held_at", kind="moment"), "place", "chair",
             Column("owner__name", gettext_lazy("organised by")), "note"],
        ),
        TemplatePanel(gettext_lazy("agenda"), "meetings/_panel_agenda.html", agenda_panel),
        TemplatePanel(gettext_lazy("Venues and sign-in"), "meetings/_panel_people.html",
                      people_panel, wide=True),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def prepare(self, queryset: QuerySet) -> QuerySet:
        signed = SignIn.objects.filter(asked__meeting=OuterRef("pk")).order_by()
        came = signed.values("asked__meeting").annotate(n=Count("asked", distinct=True))
        asked = AskedUnit.objects.filter(meeting=OuterRef("pk")).order_by()
        number = asked.values("meeting").annotate(n=Count("pk"))
        return super().prepare(queryset).annotate(
            came_count=_or_none(came), asked_count=_or_none(number)
        )  # fmt: skip

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Meeting:
        return add_meeting(acting_user=acting_user, values=values)

    def badges(self, row: Any) -> Sequence[Badge]:
        today = clock.today()
        if row.day == today:
            return [Badge(_("is today"), "green")]
        return [Badge(_("held"), "secondary") if row.day < today else Badge(_("to come"), "blue")]

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("My meetings"), reverse("meeting-mine"), "user")]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        may_edit = EDIT in rights_on(user, row, [EDIT])
        asked = {one.org_unit_id for one in row.asked.all()}
        found = []
        if row.source_link:
            found.append(Button(_("Tasks of this meeting"), row.source_link, "list-check"))
        if row.minutes_link and may_edit:
            found.append(Button(_("Minutes on the desk"), row.minutes_link, "file-text"))
        if may_edit:
            found.append(Button(_("Ask units"), reverse("meeting-ask", args=[row.code]), "users"))
            address = reverse("meeting-minutes", args=[row.code])
            found.append(Button(_("Add minutes"), address, "upload"))
        if row.is_today and asked and (may_edit or asked & own_units(user)):
            address = reverse("meeting-sign-in", args=[row.code])
            found.append(Button(_("Sign in here"), address, "checkbox", is_main=True))
        return found

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return super().prepare_row(queryset).prefetch_related("asked__org_unit", "asked__signed")


def _or_none(counted: QuerySet) -> Any:
    return Coalesce(Subquery(counted.values("n")), Value(0), output_field=IntegerField())
