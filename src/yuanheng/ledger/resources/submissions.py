"""Submissions: the sheet, its marks and rounds, beside what every case has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.flow import CaseResource
from yuanheng.kernel.flow.filters import DueFilter, StateFilter
from yuanheng.kernel.flow.resource import light_badges, state_badges
from yuanheng.kernel.resources import (
    Badge,
    Button,
    Column,
    FieldsPanel,
    TemplatePanel,
    register,
)
from yuanheng.ledger.actions.drafts import may_fill
from yuanheng.ledger.actions.submissions import entries_of, sheet_of
from yuanheng.ledger.flow.submissions import SubmissionFlow
from yuanheng.ledger.models import Entry, Submission
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.resources.entries import standing_badge


def _sheet(row: Submission, request: HttpRequest) -> dict[str, Any]:
    asked = request.GET.get("round", "")
    round_ = int(asked) if asked.isdecimal() and 0 < int(asked) < row.round else 0
    sheet = Sheet(row, round_) if round_ else sheet_of(row)
    if not round_:
        sheet.judge(request.user)
    fills = not round_ and row.state == "filling" and may_fill(request.user, row)
    return {
        "sheet": sheet,
        "row": row,
        "fills": fills,
        "one": len(sheet.subjects) == 1,
        "is_old": bool(round_),
        "rounds": list(range(1, row.round + 1)) if row.round > 1 else [],
        "problems": sheet.problems if fills else [],
        "closed": row.form_period.is_closed,
        "note": row.form.note,
    }


def _entries(row: Submission, request: HttpRequest) -> dict[str, Any] | None:
    seen = set(Entry.objects.visible_to(request.user).filter(
        source_key=row.code).values_list("pk", flat=True))  # fmt: skip
    lines = [
        {"entry": one, "standing": standing_badge(one),
         "href": reverse("entry-detail", args=[one.pk]) if one.pk in seen else ""}
        for one in entries_of(row).select_related("filled_by", "approved_by")
    ]  # fmt: skip
    return {"lines": lines, "total": len(lines)} if lines else None


def _period(row: Submission) -> str:
    return row.period.label


@register
class SubmissionResource(CaseResource):
    flow, path, nav_order, icon = SubmissionFlow, "submissions", 41, "list-check"
    columns = (
        Column("title", link=True),
        Column("form_period", _("Period"), value=_period, sort="form_period__period_start"),
        Column("committee__name", _("Reporting organisation"), phone=False),
        Column("state", _("State"), kind="badges", value=state_badges),
        Column("due_on", _("Light"), kind="badges", value=light_badges),
        Column("due_on", kind="day", phone=False, sort=False),
        Column("round", kind="count", phone=False),
        Column("reported_at", kind="moment", phone=False),
    )
    filters = [StateFilter(SubmissionFlow), DueFilter()]
    search_hint = _("Form, period or committee")
    related = (
        "org_unit", "opened_by", "assignee", "committee", "form_period__form",
        "form_period__form__org_unit", "county",
    )  # fmt: skip
    empty_text = _("No form has asked for figures yet.")
    panels = [
        TemplatePanel(_("The sheet"), "ledger/_panel_sheet.html", _sheet, wide=True),
        TemplatePanel(_("In the ledger"), "ledger/_panel_entries.html", _entries, wide=True),
        FieldsPanel(
            _("Particulars"),
            [
                Column("form_period__form__title", _("reporting form")),
                Column("form_period", _("Period"), value=_period),
                Column("form_period__due_on", _("to be reported by"), kind="day"),
                "committee",
                "county",
                "round",
                "reported_by",
                Column("reported_at", kind="moment"),
            ],
        ),
    ]

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return super().prepare_row(queryset).select_related(*self.related)

    def badges(self, row: Any) -> Sequence[Badge]:
        found = list(super().badges(row))
        if row.round > 1:
            found.append(Badge(_("round %(number)d") % {"number": row.round}, "secondary"))
        modified = len(sheet_of(row).modified)
        if modified:
            found.append(
                Badge(_("%(count)d modified since approval") % {"count": modified}, "orange")
            )
        return found

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = [
            *super().buttons(row, user),
            Button(_("Workbook"), reverse("submission-workbook", args=[row.code]), "download"),
        ]
        if row.state == "filling" and may_fill(user, row):
            href = reverse("upload-create", args=["submission-sheet"])
            found.append(Button(_("Upload a workbook"), f"{href}?submission={row.code}", "upload"))
        return found

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        form, label = row.form, row.period.label
        return [(f"{form.title} {label}", reverse("form-period", args=[form.code, label]))]

    def extra_routes(self, router: Any) -> None:
        super().extra_routes(router)
        from yuanheng.ledger.rest import add_sheet  # only here: it needs ninja

        add_sheet(router, self)
