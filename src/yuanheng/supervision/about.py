"""The open tasks about some parks, enterprises or names, as other rooms show them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from yuanheng.kernel import clock
from yuanheng.kernel.flow.case_clocks import keep_clocks, with_clocks_inside
from yuanheng.kernel.flow.lights import CaseLight, Lights
from yuanheng.supervision.models import Task

MOST = 300
_BACK = 366  # days in which the turning of a light is looked for


@dataclass(frozen=True, slots=True)
class About:
    """What tasks are asked for: their figure is of one of these parks or enterprises, one of these
    organisations leads them, they come of one of these sources, or their words name one."""

    parks: Collection[int] = ()
    enterprises: Collection[int] = ()
    leads: Collection[int] = ()
    names: Collection[str] = ()
    sources: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One open task that has been issued; ``red_since`` is the day on which its light turned red,
    as far as that follows from what is known today."""

    title: str
    href: str
    lead: str
    due_on: date | None
    progress: int
    light: CaseLight | None
    is_late: bool
    red_since: date | None
    words: str
    park_id: int | None
    enterprise_id: int | None
    lead_id: int | None
    source_code: str

    def is_about(self, about: About) -> bool:
        """Whether it fits what was asked for."""
        return (
            (self.park_id is not None and self.park_id in about.parks)
            or (self.enterprise_id is not None and self.enterprise_id in about.enterprises)
            or (self.lead_id is not None and self.lead_id in about.leads)
            or self.source_code in about.sources
            or any(name in self.words for name in about.names if name)
        )


def open_tasks_about(user: Any, about: About) -> list[TaskLine]:
    """Those that the person sees, what is due first before the others; one query."""
    wanted = Q(pk__in=())
    for path, values in (
        ("subject__park__in", about.parks), ("subject__enterprise__in", about.enterprises),
        ("lead__in", about.leads), ("source__code__in", about.sources),
    ):  # fmt: skip
        if values:
            wanted |= Q(**{path: list(values)})
    for name in about.names:
        if name:
            wanted |= Q(title__contains=name) | Q(quote__contains=name)
    rows = Task.objects.visible_to(user).filter(wanted, closed_at=None, issued_on__isnull=False)
    rows = with_clocks_inside(rows).select_related("lead", "source", "subject")
    today = clock.today()
    lights = Lights(today)
    found = rows.order_by("due_on", "serial")[:MOST]
    return [_line(keep_clocks(one), lights, today) for one in found]


def _line(row: Task, lights: Lights, today: date) -> TaskLine:
    light = lights.of(row)
    is_red = light is not None and light.colour == "red"
    last = row.finish_on
    return TaskLine(
        title=row.title,
        href=reverse("task-detail", args=[row.code]),
        lead=str(row.lead or ""),
        due_on=last,
        progress=row.progress,
        light=light,
        is_late=last is not None and last < today and row.state in ("issued", "working"),
        red_since=_red_since(row, today) if is_red else None,
        words=f"{row.title}\n{row.quote}",
        park_id=row.subject.park_id if row.subject else None,
        enterprise_id=row.subject.enterprise_id if row.subject else None,
        lead_id=row.lead_id,
        source_code=row.source.code,
    )


def _red_since(row: Task, today: date) -> date:
    """Halving the days since it was issued: with time alone a light only gets graver."""
    assert row.issued_on is not None
    first, last = max(row.issued_on, today - timedelta(days=_BACK)), today
    while first < last:
        middle = first + (last - first) // 2
        light = Lights(middle).of(row)
        if light is not None and light.colour == "red":
            last = middle
        else:
            first = middle + timedelta(days=1)
    return last
