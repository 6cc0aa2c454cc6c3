"""Drafts for comment, and the comments of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.models import OrgUnit
from yuanheng.consultation.actions import add_draft
from yuanheng.consultation.authz import HANDED_IN, is_of_unit, may_write, own_units
from yuanheng.consultation.flow.sheets import SheetFlow
from yuanheng.consultation.models import Comment, CommentSheet, Draft
from yuanheng.consultation.resources.asked import AskedResource, OfUnit, came, until
from yuanheng.kernel.flow import CaseResource
from yuanheng.kernel.flow.filters import DueFilter, HandsFilter, StateFilter
from yuanheng.kernel.navigation import SUPERVISION
from yuanheng.kernel.policies import EDIT, rights_on
from yuanheng.kernel.resources import (
    Button,
    Column,
    DayRangeFilter,
    FieldsPanel,
    HistoryPanel,
    RelationFilter,
    TemplatePanel,
    register,
)


def words_panel(row: Draft, request: HttpRequest) -> dict[str, Any]:
    """The last edition, paragraph by paragraph."""
    editions = list(row.editions.all())
    last = editions[-1] if editions else None
    paragraphs = list(last.paragraphs.all()) if last else []
    return {"edition": last, "paragraphs": paragraphs, "total": len(paragraphs)}


@register
class DraftResource(AskedResource):
    cases, path_to = CommentSheet, "draft"
    this_round = Q(edition__number=OuterRef("asked_edition"))
    name, path, model, icon = "draft", "drafts", Draft, "notes"
    nav_order, nav_group = 60, SUPERVISION
    columns = [
        Column("title", link=True),
        Column("asked_on", kind="day", phone=False),
        Column("deadline", value=until),
        Column("given_count", gettext_lazy("Answered / asked"), value=came, sort=False),
        Column("owner__name", phone=False),
        Column("code", kind="code", phone=False),
    ]
    more_columns = ()
    filters = [DayRangeFilter("asked_on")]
    search = ["title", "code"]
    search_hint = gettext_lazy("Title")
    related = ["owner"]
    ordering = ["-asked_on", "-pk"]
    form_fields = ["title", "asked_on", "deadline", "background"]
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("Add a draft, paste its words, ask units for their comments.")
    panels = [
        TemplatePanel(gettext_lazy("Words of the draft"), "consultation/_panel_words.html",
                      words_panel, wide=True),
        FieldsPanel(
            gettext_lazy("Particulars"),
            [Column("asked_on", kind="day"), Column("deadline", value=until),
             Column("owner__name", gettext_lazy("asking office")), "background"],
        ),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return self.prepare(queryset).prefetch_related("editions")

    def list_buttons(self, user: Any) -> Sequence[Button]:
        title = CommentSheet._meta.verbose_name_plural
        return [Button(title, reverse("commentsheet-list"), "message-2")]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Draft:
        return add_draft(acting_user=acting_user, values=values)

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        def to(page: str) -> str:
            return reverse(f"draft-{page}", args=[row.code])

        editions = len(row.editions.all())
        found = []
        mine = row.sheets.filter(unit__in=own_units(user)).order_by("-edition__number").first()
        if mine is not None:
            address = reverse("commentsheet-detail", args=[mine.code])
            found.append(Button(_("Our comments"), address, "message-2"))
        if row.asked_count:
            text = _("Comments and their handling")
            found.append(Button(text, to("comments"), "columns-3", is_main=True))
        if editions > 1:
            found.append(Button(_("What has changed"), to("difference"), "history"))
        if EDIT in rights_on(user, row, [EDIT]):
            text = _("Next edition") if row.asked_count else _("Paste or upload the words")
            found.append(Button(text, to("words"), "edit"))
            if editions:
                again = row.asked_count and editions > row.asked_edition
                text = _("Ask again on this edition") if again else _("Put to units")
                found.append(Button(text, to("units"), "users"))
            found += self.time_button(row)
        return found


def comments_panel(row: CommentSheet, request: HttpRequest) -> dict[str, Any]:
    """Each comment; what became of it once the unit has been told, to the office from the start.
    What is being written only the unit itself sees."""
    own = is_of_unit(request.user, row) or may_write(request.user, row)
    comments = list(row.comments.all()) if own or row.state in HANDED_IN else []
    comments.sort(key=lambda one: one.paragraph.position if one.paragraph else 0)
    shows_decision = row.state == "settled" or not is_of_unit(request.user, row)
    return {
        "lines": comments,
        "total": len(comments),
        "row": row,
        "shows_decision": shows_decision,
        "is_draft": own and row.state == "asked",
    }


@register
class CommentSheetResource(OfUnit, CaseResource):
    flow, path, icon = SheetFlow, "comment-sheets", "message-2"
    creatable = False  # drafts are put to units
    nav_group, write_text = SUPERVISION, gettext_lazy("Write comments")
    more_columns = (
        Column("draft__title", gettext_lazy("draft for comment")),
        *OfUnit.of_office,
    )
    filters = [
        StateFilter(SheetFlow),
        DueFilter(),
        HandsFilter(),
        RelationFilter("draft", Draft, text="title"),
        RelationFilter("unit", OrgUnit),
    ]
    related = ("org_unit", "opened_by", "assignee", "unit", "office", "draft", "given_by")
    empty_text = gettext_lazy("No unit has been asked for comments yet.")
    panels = [
        TemplatePanel(gettext_lazy("Comments"), "consultation/_panel_comments.html",
                      comments_panel, wide=True),
    ]  # fmt: skip

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        found = super().prepare_row(queryset).select_related(*self.related)
        comments = Comment.objects.select_related("paragraph")
        return found.prefetch_related(Prefetch("comments", comments))

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        return [(row.draft.title, reverse("draft-detail", args=[row.draft.code]))]
