"""Submissions: the sheet, its marks and rounds, beside what every case has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.flow import CaseResource
from yuanheng.kernel.flow.filters import DueFilter, StateFilter
from yuanheng.kernel.flow.resource import light_badges, state_badges
from yuanheng.kernel.gathering import gathered
from yuanheng.kernel.navigation import FIGURES
from yuanheng.kernel.resources import (
    Badge,
    Button,
    Column,
    FieldsPanel,
    TemplatePanel,
    register,
)
from yuanheng.ledger.actions.drafts import may_fill
from yuanheng.ledger.actions.submissions import sheet_of
from yuanheng.ledger.choices import BearerKind, EntrySource
from yuanheng.ledger.flow.submissions import SubmissionFlow
from yuanheng.ledger.models import DraftFigure, Entry, Submission
from yuanheng.ledger.queries.progress import IS_DONE
from yuanheng.ledger.queries.sheet_drafts import A_PAGE, WHOLE, Cut, moment_of
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.resources.entries import standing_badge


def shown_sheet(row: Submission, request: HttpRequest) -> Sheet:
    """The sheet as the page shows it: an earlier round, or a page of enterprises."""
    kept = row.__dict__.get("_shown")
    if kept is None:
        asked = request.GET.get("round", "")
        round_ = int(asked) if asked.isdecimal() and 0 < int(asked) < row.round else 0
        cut = WHOLE
        if row.form.asks == BearerKind.ENTERPRISE:
            cut = replace(cut_of(request), subjects=row.__dict__.get("_only"))
        elif not round_:
            row.__dict__["_shown"] = sheet_of(row, request.user)
            return sheet_of(row, request.user)
        kept = row.__dict__["_shown"] = Sheet(row, round_, user=request.user, cut=cut)
    return kept


def cut_of(request: HttpRequest) -> Cut:
    """``?page=2&find=机械&open=1``"""
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and 0 < int(asked) < 10_000 else 1
    find = request.GET.get("find", "").strip()[:60]
    return Cut(page=page, find=find, is_open=request.GET.get("open") == "1")


def sheet_panel(row: Submission, request: HttpRequest) -> dict[str, Any]:
    """What ``_panel_sheet.html`` draws; ``row._only`` are the subjects that are shown, if not
    all."""
    only = row.__dict__.get("_only")
    sheet = shown_sheet(row, request)
    is_old = sheet.round != row.round
    if not is_old:
        sheet.judge(request.user)
    mine = only is not None or may_fill(request.user, row)
    fills = not is_old and row.state == "filling" and mine
    pages = max(1, -(-sheet.whole.subjects // A_PAGE)) if sheet.of_firms else 1
    return {
        "sheet": sheet,
        "row": row,
        "fills": fills,
        "is_own": only is not None,
        "one": len(sheet.subjects) == 1,
        "is_old": is_old,
        "rounds": list(range(1, row.round + 1)) if row.round > 1 else [],
        "problems": sheet.problems_shown if fills else [],
        "closed": row.form_period.is_closed,
        "note": row.form.note,
        "pages": pages,
        "query": _query(sheet.cut) if sheet.of_firms else "",
        "action": reverse("submission-keep", args=[row.code]),
    }


def _query(cut: Cut) -> str:
    """What the links to other pages keep."""
    return urlencode({**({"find": cut.find} if cut.find else {}),
                      **({"open": "1"} if cut.is_open else {})})  # fmt: skip


def _entries(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    lines = []
    for one in sorted(row.entries_read or (), key=lambda line: line["id"]):
        entry = Entry(standing=one["standing"], rows=one["rows"], corrections=one["corrections"],
                      known_at=moment_of(one["known_at"]))  # fmt: skip
        lines.append(
            {
                "entry": entry,
                "filled_by": one["filled_name"] or one["filled_user"] or "",
                "approved_by": one["approved_name"] or one["approved_user"] or "",
                "standing": standing_badge(entry),
                "href": reverse("entry-detail", args=[one["id"]]) if one["is_seen"] else "",
            }
        )
    return {"lines": lines, "total": len(lines)} if lines else None


_OF_AN_ENTRY = ("id", "standing", "rows", "corrections", "known_at", "is_seen")


def _entries_with(user: Any) -> QuerySet:
    """The entries of a submission, as its page shows them, for a subquery."""
    own = Entry.objects.filter(source=EntrySource.FORM, source_key=OuterRef("code"))
    seen = Entry.objects.visible_to(user).filter(pk=OuterRef("pk"))
    return gathered(
        own.annotate(is_seen=Case(When(Exists(seen.order_by()), then=1), default=0)),
        "source_key",
        **{name: name for name in _OF_AN_ENTRY},
        filled_name="filled_by__full_name", filled_user="filled_by__username",
        approved_name="approved_by__full_name", approved_user="approved_by__username",
    )  # fmt: skip


def _period(row: Submission) -> str:
    return row.period.label


@register
class SubmissionResource(CaseResource):
    flow, path, nav_order, icon = SubmissionFlow, "submissions", 41, "list-check"
    creatable = False  # issuing a form opens them
    nav_group, nav_for_staff = FIGURES, True
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
        "form_period__form__org_unit", "county", "reported_by",
    )  # fmt: skip
    empty_text = _("No form has asked for figures yet.")
    panels = [
        TemplatePanel(_("The sheet"), "ledger/_panel_sheet.html", sheet_panel, wide=True),
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
        left = DraftFigure.objects.filter(submission=OuterRef("pk"), round=OuterRef("round"))
        left = left.exclude(IS_DONE).order_by().values("submission").annotate(n=Count("pk"))
        return (
            super()
            .prepare_row(queryset)
            .select_related(*self.related, "form_period__form__region")
            .annotate(cells_open=Coalesce(Subquery(left.values("n")), 0))
        )

    def queryset(self, user: Any, *, many: bool = False) -> QuerySet:
        rows = super().queryset(user, many=many)
        return rows if many else rows.annotate(entries_read=Subquery(_entries_with(user)))

    def badges(self, row: Any) -> Sequence[Badge]:
        found = list(super().badges(row))
        if row.round > 1:
            found.append(Badge(_("round %(number)d") % {"number": row.round}, "secondary"))
        of_firms = row.form.asks == BearerKind.ENTERPRISE  # may be thousands of figures
        modified = 0 if of_firms or row.round == 1 else len(sheet_of(row).modified)
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
