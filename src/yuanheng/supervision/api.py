"""The door of supervision: a source registered, tasks drafted, by other rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from yuanheng.kernel import flow
from yuanheng.kernel.flow.policy import may_open
from yuanheng.supervision.about import About, TaskLine, open_tasks_about
from yuanheng.supervision.actions import add_source, set_plan
from yuanheng.supervision.choices import ReportFrequency, SourceKind
from yuanheng.supervision.flow.parties import OFFICE_ROLES
from yuanheng.supervision.models import Source, SupportingUnit, Task
from yuanheng.supervision.panels import lines_of

__all__ = [
    "About",
    "PlannedStep",
    "ReportFrequency",
    "SourceKind",
    "TaskDraft",
    "TaskLine",
    "UnitTask",
    "draft_tasks",
    "has_tasks",
    "may_draft",
    "open_tasks_about",
    "register_source",
    "tasks_of",
    "tasks_of_units",
    "write_plan",
]


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """One task as another room proposes it; ``parts`` become tasks under it."""

    title: str
    quote: str = ""
    paragraph: int | None = None
    result: str = ""
    lead_id: int | None = None
    leader: str = ""
    supporting: Sequence[int] = ()
    deadline: date | None = None
    frequency: str = ReportFrequency.MONTH
    parts: Sequence[TaskDraft] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class UnitTask:
    """A task as one whose lead is appraised by it: due when, closed in time or not, its light."""

    unit_id: int
    code: str
    title: str
    finish_on: date
    finished_on: date | None
    is_closed: bool
    light: str
    href: str

    @property
    def in_time(self) -> bool:
        """Closed, and its finish was reported by the day it was due."""
        return (
            self.is_closed and self.finished_on is not None
            and self.finished_on <= self.finish_on
        )  # fmt: skip


def tasks_of_units(user: Any, unit_ids: Sequence[int], first: date, last: date) -> list[UnitTask]:
    """The issued tasks that these organisations lead and that are due, or were closed, from
    ``first`` to ``last``, and those under way with a red light. Three queries at most."""
    rows = Task.objects.visible_to(user).filter(lead__in=unit_ids, issued_on__isnull=False)
    rows = (
        rows.exclude(state="withdrawn")
        .annotate(last_day=Coalesce("extended_to", "deadline"))
        .filter(
            Q(last_day__gte=first, last_day__lte=last)
            | Q(closed_at__date__gte=first, closed_at__date__lte=last)
            | Q(closed_at__isnull=True)
        )
    )
    found = []
    for line in lines_of(rows.order_by("last_day", "serial")):
        task = line["task"]
        light = line["light"].colour if line["light"] else ""
        closed_on = task.closed_at.astimezone().date() if task.closed_at else None
        in_term = any(day and first <= day <= last for day in (task.finish_on, closed_on))
        if task.finish_on is None or not (in_term or light == "red"):
            continue
        found.append(
            UnitTask(
                task.lead_id, task.code, task.title, task.finish_on, task.finished_on,
                task.state == "closed", light if task.closed_at is None else "", line["href"],
            )
        )  # fmt: skip
    return found


def may_draft(user: Any) -> bool:
    """Whether the person may register tasks anywhere."""
    return may_open(user, OFFICE_ROLES)


def tasks_of(source_code: str) -> list[Task]:
    """The tasks under a source, in their order."""
    return list(Task.objects.filter(source__code=source_code).order_by("serial"))


def has_tasks() -> bool:
    """Whether any task has ever been registered."""
    return Task.objects.exists()


def register_source(
    *, acting_user: Any, kind: str, title: str, said_by: str = "", held_on: date | None = None,
    link: str = "",
) -> str:  # fmt: skip
    """A source without tasks yet; its page, whose last part is its code."""
    values: dict[str, Any] = {"kind": kind, "title": title[:200], "said_by": said_by[:100]}
    values |= {"link": link, **({"held_on": held_on} if held_on else {})}
    source = add_source(acting_user=acting_user, values=values)
    return reverse("source-detail", args=[source.code])


@transaction.atomic
def draft_tasks(
    *,
    acting_user: Any,
    kind: str,
    title: str,
    drafts: Sequence[TaskDraft],
    said_by: str = "",
    held_on: date | None = None,
    link: str = "",
    document_number: str = "",
    source_code: str = "",
) -> tuple[str, list[Task]]:
    """Register a source (or take the one called ``source_code``) and a draft for each task with
    its parts; the page of the source, and the tasks. Raises Refused and ValidationError."""
    source = Source.objects.filter(code=source_code).first() if source_code else None
    if source is None:
        values = {"kind": kind, "title": title[:200], "said_by": said_by[:100], "link": link,
                  "document_number": document_number}  # fmt: skip
        if held_on:
            values["held_on"] = held_on
        source = add_source(acting_user=acting_user, values=values)
    made: list[Task] = []
    for one in drafts:
        _draft(acting_user, source, one, None, made)
    return reverse("source-detail", args=[source.code]), made


def _draft(
    user: Any, source: Source, one: TaskDraft, above: Task | None, made: list[Task]
) -> None:
    values: dict[str, Any] = {
        "title": one.title[:200],
        "source": source,
        "quote": one.quote[:2000],
        "paragraph": one.paragraph,
        "result": one.result[:1000],
        "lead_id": one.lead_id,
        "deadline": one.deadline,
        "frequency": one.frequency,
        "leader": one.leader[:60],
    }
    lead = values.pop("lead_id")
    task = flow.open_case(
        acting_user=user, flow=flow.flow_for(Task), values=values, parent_case=above
    )
    if lead is not None:
        task.lead_id = lead
        task.save(update_fields=["lead"])
    for pk in one.supporting:
        if pk != lead:
            SupportingUnit.objects.get_or_create(task=task, org_unit_id=pk)
    made.append(task)
    for part in one.parts:
        _draft(user, source, part, task, made)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan: working days, and the numbers of the steps before it."""

    title: str
    days: int
    after: Sequence[int] = ()
    who: str = ""


def write_plan(*, acting_user: Any, task: Task, steps: Sequence[PlannedStep]) -> None:
    """The plan of a task, worked out backwards from its deadline. See ``set_plan``."""
    rows = [
        {"number": number, "title": one.title, "days": one.days, "after": list(one.after),
         "who": one.who}
        for number, one in enumerate(steps, 1)
    ]  # fmt: skip
    set_plan(acting_user=acting_user, task=Task.objects.get(pk=task.pk), steps=rows)
