"""Consultations, and the answers of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.models import OrgUnit
from yuanheng.consultation.actions import add_consultation
from yuanheng.consultation.authz import is_of_unit, may_write, own_units
from yuanheng.consultation.flow.replies import ReplyFlow
from yuanheng.consultation.models import Answer, Consultation, Reply
from yuanheng.consultation.resources.asked import AskedResource, OfUnit, came, until
from yuanheng.kernel.flow import CaseResource
from yuanheng.kernel.flow.filters import DueFilter, HandsFilter, StateFilter
from yuanheng.kernel.models import Attachment
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


def questions_panel(row: Consultation, request: HttpRequest) -> dict[str, Any] | None:
    found = list(row.questions.all())
    return {"questions": found, "total": len(found)} if found else {"questions": []}


@register
class ConsultationResource(AskedResource):
    cases, path_to = Reply, "consultation"
    name, path, model, icon = "consultation", "consultations", Consultation, "users"
    nav_order, nav_group = 59, SUPERVISION
    columns = [
        Column("title", link=True),
        Column("said_by", phone=False),
        Column("asked_on", kind="day", phone=False),
        Column("deadline", value=until),
        Column("given_count", gettext_lazy("Answered / asked"), value=came, sort=False),
        Column("owner__name", phone=False),
        Column("code", kind="code", phone=False),
    ]
    more_columns = ()
    filters = [DayRangeFilter("asked_on")]
    search = ["title", "said_by", "code"]
    search_hint = gettext_lazy("Title or who put it")
    related = ["owner"]
    ordering = ["-asked_on", "-pk"]
    form_fields = ["title", "said_by", "asked_on", "deadline", "background"]
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("Begin a consultation, paste its questions, put them to units.")
    panels = [
        TemplatePanel(gettext_lazy("Questions"), "consultation/_panel_questions.html",
                      questions_panel, wide=True),
        FieldsPanel(
            gettext_lazy("Particulars"),
            ["said_by", Column("asked_on", kind="day"), Column("deadline", value=until),
             Column("owner__name", gettext_lazy("asking office")), "background"],
        ),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return self.prepare(queryset)

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(Reply._meta.verbose_name_plural, reverse("reply-list"), "file-text")]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Consultation:
        return add_consultation(acting_user=acting_user, values=values)

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        def to(page: str) -> str:
            return reverse(f"consultation-{page}", args=[row.code])

        found = []
        mine = row.replies.filter(unit__in=own_units(user)).first()
        if mine is not None:
            address = reverse("reply-detail", args=[mine.code])
            found.append(Button(_("Our answers"), address, "file-text"))
        if row.asked_count:
            found.append(
                Button(_("Compare the answers"), to("compare"), "columns-3", is_main=True)
            )
        if row.source_link:
            found.append(Button(_("Tasks made of it"), row.source_link, "list-check"))
        if EDIT in rights_on(user, row, [EDIT]):
            if not row.asked_count:
                found.append(Button(_("Paste the questions"), to("questions"), "edit"))
            found.append(Button(_("Put to units"), to("units"), "users"))
            found += self.time_button(row)
        return found


def answers_panel(row: Reply, request: HttpRequest) -> dict[str, Any]:
    """Question by question. What is being written only the unit itself sees."""
    own = is_of_unit(request.user, row) or may_write(request.user, row)
    answers = list(row.answers.all())  # read with the row
    files: dict[str, list[Attachment]] = {}
    keys = [str(one.pk) for one in answers]
    for one in Attachment.objects.filter(
        subject_model=Answer._meta.label, subject_pk__in=keys, archived_at=None
    ):
        files.setdefault(one.subject_pk, []).append(one)
    lines = [
        {
            "question": one.question,
            "answer": one,
            "words": one.words if own and row.state == "asked" else one.given,
            "files": [f for f in files.get(str(one.pk), []) if own or one.was_given(f)],
        }
        for one in answers
    ]
    return {"lines": lines, "total": len(lines), "row": row, "own": own,
            "is_draft": own and row.state == "asked"}  # fmt: skip


@register
class ReplyResource(OfUnit, CaseResource):
    flow, path, icon = ReplyFlow, "replies", "file-text"
    creatable = False  # questions are put to units
    nav_group, write_text = SUPERVISION, gettext_lazy("Write the answers")
    more_columns = (
        Column("consultation__title", gettext_lazy("consultation")),
        *OfUnit.of_office,
    )
    filters = [
        StateFilter(ReplyFlow),
        DueFilter(),
        HandsFilter(),
        RelationFilter("consultation", Consultation, text="title"),
        RelationFilter("unit", OrgUnit),
    ]
    related = ("org_unit", "opened_by", "assignee", "unit", "office", "consultation", "given_by")
    empty_text = gettext_lazy("No question has been put to a unit yet.")
    panels = [
        TemplatePanel(gettext_lazy("Questions and answers"), "consultation/_panel_answers.html",
                      answers_panel, wide=True),
    ]  # fmt: skip

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        found = super().prepare_row(queryset).select_related(*self.related)
        return found.prefetch_related("answers__question")

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        whole = row.consultation
        return [(whole.title, reverse("consultation-detail", args=[whole.code]))]
