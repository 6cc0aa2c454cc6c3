"""Study visits with their points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.consultation.actions import add_study_visit
from yuanheng.consultation.choices import Fate
from yuanheng.consultation.models import StudyVisit
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
from yuanheng.supervision.api import may_draft


def points_panel(row: StudyVisit, request: HttpRequest) -> dict[str, Any]:
    may_edit = EDIT in rights_on(request.user, row, [EDIT])
    points = list(row.points.all())
    return {"points": points, "total": len(points), "row": row, "may_edit": may_edit,
            "may_task": may_edit and may_draft(request.user)}  # fmt: skip


def _done(row: Any) -> str:
    return f"{row.taken_count} / {row.point_count}"


@register
class StudyVisitResource(Resource):
    name, path, model, icon = "study", "study-visits", StudyVisit, "map-2"
    nav_order, nav_group = 62, SUPERVISION
    columns = [
        Column("title", link=True),
        Column("place"),
        Column("began_on", kind="day"),
        Column("led_by", phone=False),
        Column("taken_count", gettext_lazy("Taken up / points"), value=_done, sort=False),
        Column("owner__name", phone=False),
        Column("code", kind="code", phone=False),
    ]
    more_columns = (Column("hosts"), Column("people"), Column("ended_on", kind="day"))
    filters = [DayRangeFilter("began_on")]
    search = ["title", "place", "hosts", "code"]
    search_hint = gettext_lazy("Title or place")
    related = ["owner"]
    ordering = ["-began_on", "-pk"]
    form_fields = [
        "title", "place", "hosts", "began_on", "ended_on", "led_by", "people", "summary",
    ]  # fmt: skip
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("Write down who went where, then what was learned.")
    panels = [
        TemplatePanel(gettext_lazy("What was learned"), "consultation/_panel_points.html",
                      points_panel, wide=True),
        FieldsPanel(
            gettext_lazy("Particulars"),
            ["place", "hosts", Column("began_on", kind="day"), Column("ended_on", kind="day"),
             "led_by", "people", "summary", Column("owner__name", gettext_lazy("our office"))],
        ),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def prepare(self, queryset: QuerySet) -> QuerySet:
        taken = Count("points", filter=Q(points__fate=Fate.TASK))
        return super().prepare(queryset).annotate(point_count=Count("points"), taken_count=taken)

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return self.prepare(queryset).prefetch_related("points")

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> StudyVisit:
        return add_study_visit(acting_user=acting_user, values=values)

    def badges(self, row: Any) -> Sequence[Badge]:
        left = sum(1 for one in row.points.all() if not one.fate)
        return [Badge(_("to be decided: %(n)d") % {"n": left}, "orange")] if left else []

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("By place"), reverse("study-by-place"), "map-2")]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = [
            Button(_("Report of the visit"), reverse("study-report", args=[row.code]), "printer")
        ]
        if row.source_link:
            found.append(Button(_("Tasks made of it"), row.source_link, "list-check"))
        if EDIT in rights_on(user, row, [EDIT]):
            address = reverse("study-points", args=[row.code])
            found.append(Button(_("Write down points"), address, "plus", is_main=True))
        return found
