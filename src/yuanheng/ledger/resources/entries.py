"""Entries of figures: what came when, by which way, through whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.navigation import FIGURES
from yuanheng.kernel.resources import (
    Badge,
    ChoiceFilter,
    Column,
    DayRangeFilter,
    FieldsPanel,
    HistoryPanel,
    Resource,
    register,
)
from yuanheng.ledger.choices import EntrySource, Standing
from yuanheng.ledger.models import Entry

STANDING_TONES = {
    Standing.REPORTED: "yellow",
    Standing.APPROVED: "azure",
    Standing.COUNTY: "cyan",
    Standing.ACCEPTED: "green",
}


def standing_badge(entry: Entry) -> Badge:
    """How far an entry has been endorsed."""
    return Badge(entry.get_standing_display(), STANDING_TONES[Standing(entry.standing)])


@register
class EntryResource(Resource):
    name, path, model, icon, nav_order = "entry", "entries", Entry, "database-import", 43
    nav_group = FIGURES
    lookup = "pk"
    columns = [
        Column("title", link=True),
        Column("source"),
        Column("source_name", phone=False),
        Column("rows", kind="count"),
        Column("corrections", kind="count", phone=False),
        Column("standing", kind="badges", value=lambda row: [standing_badge(row)]),
        Column("filled_by__full_name", phone=False),
        Column("known_at", kind="moment", phone=False),
    ]
    filters = [
        ChoiceFilter("source", EntrySource),
        DayRangeFilter("known_at"),
    ]
    search = ["title", "source_name"]
    search_hint = _("Title, file or document")
    ordering = ["-id"]
    related = ["filled_by", "approved_by", "owner"]
    empty_text = _("Nothing has been entered yet.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "source",
                "source_name",
                "source_key",
                Column("known_at", kind="moment"),
                "filled_by",
                "owner",
                "reason",
            ],
        ),
        FieldsPanel(
            _("Figures"),
            [
                Column("rows", kind="count"),
                Column("corrections", kind="count"),
                Column("unchanged", kind="count"),
                "standing",
                "approved_by",
                Column("approved_at", kind="moment"),
            ],
        ),
        HistoryPanel(_("History")),
    ]

    def badges(self, row: Any) -> Sequence[Badge]:
        return [standing_badge(row)]

    def subtitle(self, row: Any) -> Any:
        return f"{row.get_source_display()} · {row.source_name}" if row.source_name else ""
