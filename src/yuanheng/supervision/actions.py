"""Writes of the room beside the flow: sources, plans, calendar addresses."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, create_row, record
from yuanheng.kernel.flow.errors import NotNow
from yuanheng.kernel.flow.parties import Party
from yuanheng.kernel.policies import Refused
from yuanheng.supervision.flow.parties import KEEPERS, LEAD, office_for
from yuanheng.supervision.models import CalendarKey, PlanStep, Source, Task
from yuanheng.supervision.planning import Step, plan_faults

MOST_STEPS = 60


@action("supervision.add_source")
def add_source(*, acting_user: Any, values: Mapping[str, Any]) -> Source:
    """A meeting, a speech, a note … of the person's office, with the next code of its year."""
    owner = values.get("owner_id") or office_for(acting_user, values)
    year = (values.get("held_on") or clock.today()).year
    given = {**values, "owner_id": owner, "code": _next_code(year)}
    row: Any = create_row(acting_user=acting_user, model=Source, values=given)
    return row


def _next_code(year: int) -> str:
    begin = f"S{year}-"
    codes = Source.objects.filter(code__startswith=begin).values_list("code", flat=True)
    numbers = [int(one[len(begin) :]) for one in codes if one[len(begin) :].isdecimal()]
    return f"{begin}{max(numbers, default=0) + 1:03d}"


def may_plan(user: Any, task: Task) -> bool:
    """Who works on a task, and who prepares it, writes its plan."""
    parties: tuple[Party, ...] = (
        KEEPERS if task.state in ("draft", "checking", "approved") else LEAD
    )
    return task.is_open and any(one.acting_for(user, task) is not None for one in parties)


@action("supervision.set_plan")
def set_plan(
    *, acting_user: Any, task: Task, steps: Sequence[Mapping[str, Any]]
) -> list[PlanStep]:
    """The steps of a task's plan, all at once: number, title, days, after, who, begun, done.

    Raises Refused, NotNow for a task that isn't worked on, ValidationError with every fault.
    """
    if not may_plan(acting_user, task):
        if not task.is_open:
            raise NotNow(_("The task is closed; its plan stays as it is."))
        raise Refused(_("Only who works on the task writes its plan."))
    if len(steps) > MOST_STEPS:
        raise ValidationError(_("At most %(most)d steps.") % {"most": MOST_STEPS})
    rows = [PlanStep(task=task, **one) for one in steps]
    for row in rows:
        row.clean_fields(exclude=["task", "after"])
    faults = plan_faults([Step(one.number, one.days, tuple(one.after)) for one in rows])
    if faults:
        raise ValidationError(faults)
    before = list(task.plan_steps.values("number", "title", "days", "after", "done_on"))
    task.plan_steps.all().delete()
    PlanStep.objects.bulk_create(rows)
    after = [{"number": one.number, "title": one.title, "days": one.days} for one in rows]
    record(task, before={"plan": before}, after={"plan": after})
    return rows


@action("supervision.make_calendar_key")
def make_calendar_key(*, acting_user: Any) -> str:
    """A new secret for the address of the person's calendar; the old address opens nothing."""
    key = secrets.token_urlsafe(24)
    row, _is_new = CalendarKey.objects.update_or_create(
        user=acting_user, defaults={"digest": digest_of(key), "made_at": clock.now()}
    )
    record(row, after={"made": row.made_at})
    return key


@action("supervision.withdraw_calendar_key")
def withdraw_calendar_key(*, acting_user: Any) -> None:
    """The address of the person's calendar opens nothing any more. ValidationError without one."""
    row = CalendarKey.objects.filter(user=acting_user).first()
    if row is None:
        raise ValidationError(_("There is no address that could be withdrawn."))
    record(row, before={"made": row.made_at})
    row.delete()


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
