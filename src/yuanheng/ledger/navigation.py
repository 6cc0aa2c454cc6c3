"""The ledger's own entries in the navigation, and names of its actions."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.flow.inbox import TO_DO, WorkItem, contribute, source_of_rows
from yuanheng.kernel.navigation import NavItem, add
from yuanheng.kernel.policies import VIEW, can
from yuanheng.ledger.choices import DraftStage
from yuanheng.ledger.models import FigureDraft, Observation, PublishedFigure


def _drafts(user: Any, tab: str) -> QuerySet | None:
    """Own tables of figures that were looked at and neither frozen nor discarded."""
    if tab != TO_DO:
        return None
    waiting = FigureDraft.objects.visible_to(user).filter(stage=DraftStage.PREVIEWED)
    return waiting.filter(uploaded_by=user.pk).order_by("uploaded_at", "pk")


def _draft(row: FigureDraft) -> WorkItem:
    link = reverse("figure-draft", args=[row.token])
    return WorkItem(row.title or row.file_name, link, row.file_name, state=row.get_stage_display())


contribute(source_of_rows("figures", _("Figures to confirm"), rows=_drafts, item=_draft, order=31))
add(
    NavItem(
        _("Published examples"),
        "published-figures",
        "file-text",
        65,
        shown_to=lambda user: can(user, VIEW, PublishedFigure),
    )
)
add(
    NavItem(
        _("City totals"),
        "city-totals",
        "sitemap",
        42,
        shown_to=lambda user: can(user, VIEW, Observation),
    )
)
name_action("ledger.write_figures", _("Figures entered"))
name_action("ledger.endorse_entry", _("Entry approved"))
name_action("ledger.define_indicator", _("Defined anew"))
name_action("ledger.load_catalogue", _("Catalogue loaded"))
name_action("ledger.freeze_figures", _("Frozen"))
name_action("ledger.make_frozen_table", _("Table made"))
name_action("ledger.freeze_snapshot", _("Frozen"))
name_action("ledger.met_snapshot_again", _("The same table was given again"))
