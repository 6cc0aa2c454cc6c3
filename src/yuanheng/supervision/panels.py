"""What the pages of tasks and sources show beside what every case has."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.kernel.figures import day, exact
from yuanheng.kernel.flow.case_clocks import with_clocks
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.formulas import source_words
from yuanheng.kernel.models import CaseMove
from yuanheng.supervision.actions import may_plan
from yuanheng.supervision.flow.tasks import TaskFlow
from yuanheng.supervision.gantt import gantt_of
from yuanheng.supervision.models import ScoreRule, Source, Task

MOST = 300  # tasks of one source on its page
_STATES = {one.code: one for one in TaskFlow.states}


def support_words(row: Task) -> str:
    """The supporting units, before they have been asked."""
    return _(", ").join(str(one.org_unit) for one in row.supporting.all())


def task_line(row: Task) -> dict[str, Any]:
    """One task in a table or on a card; its clocks have been read with it."""
    return {
        "task": row,
        "href": reverse("task-detail", args=[row.code]),
        "light": lights().of(row),
        "state": _STATES[row.state],
        "finish_on": row.finish_on,
    }


def lines_of(rows: Any) -> list[dict[str, Any]]:
    """Tasks of a query with all that a line shows: three queries for any number."""
    read = rows.select_related("lead", "source").prefetch_related(with_clocks())
    return [task_line(one) for one in read]


def tasks_of_source(row: Source, request: HttpRequest) -> dict[str, Any] | None:
    """The tasks in the order of the paragraphs: the report back follows the speech."""
    tasks = Task.objects.visible_to(request.user).filter(source=row)
    said = tasks.annotate(last_words=_last_words())
    lines = lines_of(said.order_by("paragraph", "serial")[:MOST])
    for one in lines:
        one["words"] = one["task"].last_words or ""
    groups = [
        {
            "paragraph": paragraph,
            "lines": found,
            "quotes": list(dict.fromkeys(one["task"].quote for one in found if one["task"].quote)),
        }
        for paragraph, found in (
            (key, list(group))
            for key, group in groupby(lines, key=lambda one: one["task"].paragraph)
        )
    ]
    return {"groups": groups, "total": len(lines), "row": row}


def _last_words() -> Subquery:
    """What was said last of a task: a progress report, a finish report, a finding."""
    moves = CaseMove.objects.filter(
        case=OuterRef("pk"), action__in=["report", "finish", "close", "reject"]
    )
    return Subquery(moves.order_by("-serial").values("reason")[:1])


def parts_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    if getattr(row, "has_parts", True) is False:
        return None
    parts = Task.objects.visible_to(request.user).filter(parent_case=row)
    lines = lines_of(parts.order_by("serial")[:MOST])
    return {"lines": lines, "total": len(lines)} if lines else None


def plan_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    may = may_plan(request.user, row)
    found = gantt_of(row)
    if found is None and not may:
        return None
    href = reverse("task-plan", args=[row.code]) if may else ""
    return {"gantt": found, "edit_href": href, "row": row}


def score_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    if row.score is None:
        return None
    facts, asked = row.score_basis.get("facts", {}), ScoreRule.facts
    return {
        "score": row.score,
        "formula": asked.shown(row.score_basis.get("formula", "")),
        "source": source_words(row.score_basis.get("source", "")),
        "facts": [(asked.label(code), exact(facts.get(code))) for code in asked.names],
        "finished_on": day(row.finished_on),
        "finish_on": day(row.finish_on),
    }
