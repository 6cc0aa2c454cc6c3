"""What the generic screens show of supervision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.models import OrgUnit
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import CaseResource
from yuanheng.kernel.flow.filters import DueFilter, HandsFilter, StateFilter
from yuanheng.kernel.flow.resource import light_badges, state_badges
from yuanheng.kernel.navigation import SUPERVISION
from yuanheng.kernel.policies import EDIT, rights_on
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    Filter,
    FormulaRules,
    Option,
    RelationFilter,
    Resource,
    TemplatePanel,
    register,
)
from yuanheng.supervision.actions import add_source
from yuanheng.supervision.choices import SourceKind
from yuanheng.supervision.course import figure_panel
from yuanheng.supervision.flow.tasks import TaskFlow
from yuanheng.supervision.models import ScoreRule, Source, Task
from yuanheng.supervision.panels import (
    parts_panel,
    plan_panel,
    score_panel,
    support_words,
    tasks_of_source,
)


class UnitFilter(Filter):
    """Led by my unit, supported by it, supervised by it."""

    def __init__(self) -> None:
        super().__init__("unit", gettext_lazy("My unit"))

    def options(self, user: Any, value: str) -> list[Option]:
        return [
            Option("leads", _("leads it")),
            Option("supports", _("supports it")),
            Option("supervises", _("supervises it")),
        ]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        mine = {org for _role, org in directory().posts(user)} | {user.org_unit_id}
        paths = {"leads": "lead__in", "supervises": "office__in"}
        if value in paths:
            return queryset.filter(**{paths[value]: mine})
        if value == "supports":
            return queryset.filter(pk__in=Task.objects.filter(
                supporting__org_unit__in=mine).values("pk"))  # fmt: skip
        return queryset.none()


def _progress(row: Task) -> str:
    return f"{row.progress}%"


@register
class TaskResource(CaseResource):
    flow, path, nav_order, icon = TaskFlow, "tasks", 54, "list-check"
    nav_group = SUPERVISION
    columns = (
        Column("number", kind="code", sort="serial", link=True, phone=False),
        Column("title", link=True),
        Column("due_on", gettext_lazy("Traffic light"), kind="badges", value=light_badges),
        Column("state", gettext_lazy("State"), kind="badges", value=state_badges),
        Column("lead__name", gettext_lazy("lead unit")),
        Column("progress", value=_progress, phone=False),
        Column("deadline", kind="day", value=lambda one: one.finish_on),
    )
    more_columns = (
        Column("source__title", gettext_lazy("source")),
        Column("paragraph"),
        Column("result"),
        Column("leader"),
        Column("weight", kind="count"),
        Column("frequency"),
        Column("office__name", gettext_lazy("supervising office")),
        Column("issued_on", kind="day"),
        Column("reported_on", kind="day"),
        Column("score", kind="figure"),
    )
    filters = [
        StateFilter(TaskFlow),
        DueFilter(),
        UnitFilter(),
        HandsFilter(),
        RelationFilter("source", Source, text="title"),
        RelationFilter("lead", OrgUnit),
    ]
    search = ("title", "number", "result")
    search_hint = gettext_lazy("Number, task or result")
    related = ("org_unit", "opened_by", "assignee", "lead", "office", "source", "parent_case")
    empty_text = gettext_lazy(
        "No task has been registered. Register a source first: a meeting, a note, a plan."
    )
    panels = [
        TemplatePanel(
            gettext_lazy("The task"), "supervision/_panel_task.html",
            lambda row, request: {"row": row, "support": support_words(row)}, wide=True,
        ),
        TemplatePanel(
            gettext_lazy("The indicator since"), "supervision/_panel_figure.html", figure_panel,
            wide=True,
        ),
        TemplatePanel(
            gettext_lazy("Parts of it"), "supervision/_panel_parts.html", parts_panel, wide=True
        ),
        TemplatePanel(
            gettext_lazy("Plan backwards from the deadline"), "supervision/_panel_plan.html",
            plan_panel, wide=True,
        ),
        TemplatePanel(gettext_lazy("Score"), "supervision/_panel_score.html", score_panel),
    ]  # fmt: skip

    def prepare_row(self, queryset: models.QuerySet) -> models.QuerySet:
        found = super().prepare_row(queryset).select_related(*self.related, "indicator", "subject")
        parts = Task.objects.filter(parent_case=models.OuterRef("pk")).order_by()
        found = found.annotate(has_parts=models.Exists(parts))
        return found.prefetch_related("supporting__org_unit")

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        found = [(row.source.title, reverse("source-detail", args=[row.source.code]))]
        if row.parent_case_id:
            found.append((row.parent_case.title, self.url_of(row.parent_case.code)))
        return found

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [
            Button(_("Board"), reverse("task-board"), "columns-3"),
            Button(_("Bulletin"), reverse("task-bulletin"), "file-text"),
            Button(_("Scores of the units"), reverse("task-scores"), "chart-bar"),
            Button(_("Calendar"), reverse("task-calendar"), "calendar"),
        ]


@register
class SourceResource(Resource):
    name, path, model, icon, nav_order = "source", "sources", Source, "file-text", 55
    nav_group = SUPERVISION
    columns = [
        Column("title", link=True),
        Column("kind"),
        Column("said_by", phone=False),
        Column("held_on", kind="day"),
        Column("document_number", phone=False),
        Column("owner__name", phone=False),
        Column("code", kind="code", phone=False),
    ]
    filters = [ChoiceFilter("kind", SourceKind)]
    search = ["title", "said_by", "document_number", "code"]
    search_hint = gettext_lazy("Title, leader or document number")
    related = ["owner"]
    ordering = ["-held_on", "-pk"]
    form_fields = ["kind", "title", "said_by", "held_on", "document_number", "note"]
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy(
        "Register a meeting, a speech, a leader's note or a plan; or drop its text on the "
        "document desk."
    )
    panels = [
        TemplatePanel(
            gettext_lazy("Tasks, by paragraph"), "supervision/_panel_source.html",
            tasks_of_source, wide=True,
        ),
        FieldsPanel(
            gettext_lazy("Particulars"),
            ["kind", "said_by", Column("held_on", kind="day"), "document_number", "note",
             Column("owner__name", gettext_lazy("office"))],
        ),
    ]  # fmt: skip

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Source:
        return add_source(acting_user=acting_user, values=values)

    def badges(self, row: Any) -> Sequence[Badge]:
        return [Badge(row.get_kind_display(), "blue")]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = [Button(_("History"), self.url("history", row), "history")]
        if row.link:
            found.append(Button(_("Document"), row.link, "file-text"))
        if EDIT in rights_on(user, row, [EDIT]):
            href = f"{reverse('task-create')}?source={row.pk}"
            found.append(Button(_("Register a task"), href, "plus", is_main=True))
        return found


@register
class ScoreRuleResource(FormulaRules):
    name, path, model, nav_order = "scorerule", "score-rules", ScoreRule, 86
    empty_text = gettext_lazy(
        "Tasks are scored by the usual formula until an office sets its own."
    )
