"""What the generic screens show of public projects and of the rule of their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.models import OrgUnit
from yuanheng.kernel.figures import day
from yuanheng.kernel.policies import can
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    DayRangeFilter,
    FieldsPanel,
    FormulaRules,
    HistoryPanel,
    RelationFilter,
    Resource,
    Section,
    register,
)
from yuanheng.ledger.api import Gap, task_offers
from yuanheng.publicworks.authz import REPORT
from yuanheng.publicworks.choices import Urgency, WorkKind, WorkStage
from yuanheng.publicworks.models import OrderRule, PublicProject
from yuanheng.registry.models import Park

_TONES = {Urgency.URGENT: "red", Urgency.SOON: "orange", Urgency.USUAL: "secondary"}
_STAGES = {WorkStage.PLANNED: "secondary", WorkStage.WORKING: "blue", WorkStage.DONE: "green"}


def _urgency(row: PublicProject) -> list[Badge]:
    return [Badge(row.get_urgency_display(), _TONES[Urgency(row.urgency)])]


def _stage(row: PublicProject) -> list[Badge]:
    found = [Badge(row.get_stage_display(), _STAGES[WorkStage(row.stage)])]
    return [*found, Badge(_("late"), "red")] if row.is_late else found


@register
class PublicProjectResource(Resource):
    name, path, model = "publicproject", "public-projects", PublicProject
    icon = "building-community"
    columns = [
        Column("code", kind="code", phone=False),
        Column("name", link=True),
        Column("urgency", kind="badges", value=_urgency),
        Column("stage", kind="badges", value=_stage),
        Column("park__name", phone=False),
        Column("lead__name", gettext_lazy("responsible unit"), phone=False),
        Column("deadline", kind="day"),
        Column("budget_yuan", kind="figure", total=True, phone=False),
        Column("progress", kind="count", phone=False),
    ]
    filters = [
        ChoiceFilter("urgency", Urgency),
        ChoiceFilter("kind", WorkKind),
        ChoiceFilter("stage", WorkStage),
        RelationFilter("park", Park),
        RelationFilter("lead", OrgUnit),
        DayRangeFilter("deadline"),
    ]
    search = ["name", "code", "batch", "area"]
    search_hint = gettext_lazy("Name, code or batch")
    search_context = ["park__name"]
    related = ["park__region", "lead"]
    ordering = ["-urgency", "deadline", "code"]
    form_sections = [
        Section(gettext_lazy("Project"),
                ["code", "name", "park", "area", "kind", "batch", "urgency"]),
        Section(gettext_lazy("Who, when, with what"),
                ["lead", "begins_on", "deadline", "budget_yuan", "funded_yuan"]),
        Section(gettext_lazy("State of the work"), ["stage", "progress", "words", "done_on"]),
    ]  # fmt: skip
    empty_text = gettext_lazy("Add the projects of the park, or import the list.")
    panels = [
        FieldsPanel(
            gettext_lazy("Project"),
            ["park__name", "area", "kind", "batch",
             Column("urgency", kind="badges", value=_urgency)],
        ),
        FieldsPanel(
            gettext_lazy("Who, when, with what"),
            [Column("lead__name", gettext_lazy("responsible unit")),
             Column("begins_on", kind="day"), Column("deadline", kind="day"),
             Column("budget_yuan", kind="figure"), Column("funded_yuan", kind="figure")],
        ),
        FieldsPanel(
            gettext_lazy("State of the work"),
            [Column("stage", kind="badges", value=_stage), Column("progress", kind="count"),
             "words", Column("reported_on", kind="day"), Column("done_on", kind="day")],
        ),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def badges(self, row: Any) -> Sequence[Badge]:
        return [*_urgency(row), *_stage(row)]

    def list_buttons(self, user: Any) -> Sequence[Button]:
        href = reverse("publicproject-ordered")
        return [Button(_("In order of urgency"), href, "list-check")]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = []
        if row.is_late:
            gap = Gap(
                title=_("Finish “%(project)s”") % {"project": row.name},
                words=_("It was due on %(day)s and stands at %(share)d%%.")
                % {"day": day(row.deadline), "share": row.progress},
                href=self.link(row),
                lead_id=row.lead_id,
            )
            found += [Button(one.text, one.href, "flag") for one in task_offers(user, gap)]
        if row.archived_at is None and can(user, REPORT, row):
            href = reverse("publicproject-report", args=[row.code])
            found.append(Button(_("Report on it"), href, "chart-bar", is_main=True))
        return found


@register
class OrderRuleResource(FormulaRules):
    name, path, model, nav_order = "orderrule", "order-rules", OrderRule, 88
    empty_text = gettext_lazy(
        "Projects are ordered by the usual formula until an office sets its own."
    )
