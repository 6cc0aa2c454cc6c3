"""Targets, and by when figures are due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.figures import exact, measured
from yuanheng.kernel.lights.settings import rule_in_force
from yuanheng.kernel.lights.words import shipped_words
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    HistoryPanel,
    RelationFilter,
    Resource,
    Section,
    TemplatePanel,
    register,
)
from yuanheng.ledger.actions import add_target, revise_target
from yuanheng.ledger.choices import Frequency, TargetKind
from yuanheng.ledger.expected import forget_recent_dues
from yuanheng.ledger.models import DueDay, Indicator, Target, TargetVersion
from yuanheng.ledger.views.target_panels import children_panel, standing_panel


def unit_of(row: Target) -> str:
    """In which the aim is written."""
    if row.kind == TargetKind.FIGURE and row.indicator is not None:
        return str(row.indicator.unit_shown)
    return ""


def written_aim(row: Target) -> str:
    """``120亿元``; a dash for a heading."""
    return "—" if row.aim is None else measured(exact(row.aim), unit_of(row))


def whose(row: Target) -> str:
    """The region, park or enterprise; the office of a target of its own."""
    return str(row.bearer or row.owner or "—")


def _versions(row: Target, request: HttpRequest) -> dict[str, Any] | None:
    rows = TargetVersion.objects.visible_to(request.user).filter(target=row)
    return {"versions": list(rows.select_related("by").order_by("-number"))}


def _rule_name(row: Target) -> str:
    kept = row.__dict__.get("_standings")  # read for the panel above
    rule = kept[1][row.pk].rule if kept is not None else None
    try:
        found = rule or rule_in_force(row.light_rule, row.owner_id, clock.today())
        return shipped_words(found.name)
    except LookupError:
        return row.light_rule


@register
class TargetResource(Resource):
    name, path, model, icon, nav_order = "target", "targets", Target, "target-arrow", None
    columns = [
        Column("name", value=lambda row: row.shown_name, link=True),
        Column("year", kind="text"),
        Column("park", _("Whose"), value=whose, sort=False),
        Column("indicator", value=lambda row: row.indicator, phone=False),
        Column("aim", value=written_aim),
        Column("parent", value=lambda row: row.parent and row.parent.shown_name, phone=False),
        Column("lead", phone=False),
        Column("code", kind="code", phone=False),
    ]
    filters = [
        ChoiceFilter("kind", TargetKind),
        RelationFilter("indicator", Indicator),
    ]
    search = ["name", "code", "lead"]
    search_hint = _("Name, number or unit")
    ordering = ["-year", "position", "code"]
    related = ["parent__indicator", "indicator", "region", "park", "enterprise", "owner"]
    empty_text = _("Set the first target of the year; others can be put under it.")
    importable = False
    form_sections = [
        Section(_("Particulars"), ["name", "year", "parent", "lead", "source", "code"]),
        Section(
            _("What is counted"),
            ["kind", "indicator", "aim", "counted", "level", "members"],
            _("The actual is taken from the ledger; a list is kept by hand."),
        ),
        Section(
            _("Whose target"),
            ["region", "park", "enterprise"],
            _("At most one of these; none for a target of the office itself."),
        ),
        Section(
            _("Plan by month"),
            ["curve", "curve_figures", "light_rule"],
            _("Last year's shape counts where every month of it is known, else the year is even."),
        ),
        Section(_("Change of the aim"), ["reason", "memo", "position"]),
    ]
    panels = [
        TemplatePanel(
            _("Where it stands"), "ledger/_panel_target.html", standing_panel, wide=True
        ),
        TemplatePanel(_("Below it"), "ledger/_panel_below.html", children_panel, wide=True),
        FieldsPanel(
            _("Particulars"),
            [
                "kind",
                Column("park", _("Whose"), value=whose),
                Column("indicator", value=lambda row: row.indicator),
                Column("aim", value=written_aim),
                "lead",
                "source",
                "memo",
                Column("light_rule", value=_rule_name),
            ],
        ),
        TemplatePanel(_("Versions of the aim"), "ledger/_panel_aims.html", _versions),
        HistoryPanel(_("History")),
    ]

    def badges(self, row: Any) -> Sequence[Badge]:
        return [Badge(row.get_kind_display(), "azure")]

    def subtitle(self, row: Any) -> Any:
        return f"{row.year} · {whose(row)} · {row.code}"

    def row_title(self, row: Any) -> str:
        return str(row.shown_name)

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        found, above = [], row.parent
        while above is not None and len(found) < 8:
            found.append((above.shown_name, self.link(above)))
            above = above.parent
        return list(reversed(found))

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("Target tree"), reverse("target-tree"), "sitemap")]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> models.Model:
        return add_target(acting_user=acting_user, values=values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> models.Model:
        return revise_target(acting_user=acting_user, row=row, values=values)

    def revert(
        self, *, acting_user: Any, row: Any, values: dict[str, Any], reason: str
    ) -> models.Model:
        said = reason or str(values.get("reason", ""))
        return super().revert(
            acting_user=acting_user, row=row, values={**values, "reason": said}, reason=reason
        )


@register
class DueDayResource(Resource):
    name, path, model, icon, nav_order = "dueday", "due-days", DueDay, "calendar", None
    lookup = "pk"
    columns = [
        Column("frequency", link=True),
        Column("days", kind="count"),
        Column("org_unit__name"),
        Column("valid_from", kind="day"),
        Column("valid_until", kind="day", phone=False),
        Column("source", phone=False),
    ]
    filters = [ChoiceFilter("frequency", Frequency)]
    search = ["source"]
    ordering = ["frequency", "-valid_from", "pk"]
    related = ["org_unit"]
    empty_text = _("Without a due day of your own, the software's sample counts.")
    importable = False
    companions = False
    form_fields = ["frequency", "days", "org_unit", "valid_from", "valid_until", "source"]
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "frequency",
                Column("days", kind="count"),
                "org_unit__name",
                Column("valid_from", kind="day"),
                Column("valid_until", kind="day"),
                "source",
            ],
        ),
        HistoryPanel(_("History")),
    ]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> models.Model:
        row = super().create(acting_user=acting_user, values=values)
        forget_recent_dues()
        return row

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> models.Model:
        changed = super().update(acting_user=acting_user, row=row, values=values)
        forget_recent_dues()
        return changed
