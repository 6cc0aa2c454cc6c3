"""The board in the navigation, names of the room's actions, tasks made of a gap."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.flow.policy import may_open
from yuanheng.kernel.navigation import SUPERVISION, NavItem, add
from yuanheng.kernel.policies import VIEW, can
from yuanheng.ledger.api import Gap, TaskOffer, make_tasks_by
from yuanheng.supervision.flow.parties import OFFICE_ROLES
from yuanheng.supervision.models import Task

add(
    NavItem(
        gettext_lazy("Board of tasks"),
        "task-board",
        "columns-3",
        53,
        group=SUPERVISION,
        shown_to=lambda user: can(user, VIEW, Task),
    )
)


def offer_task(user: Any, gap: Gap) -> TaskOffer | None:
    """The form of a new task with what is known of the gap; none for who supervises nothing."""
    if not may_open(user, OFFICE_ROLES):
        return None
    given = {
        "title": gap.title,
        "quote": gap.words,
        "indicator": gap.indicator_id,
        "subject": gap.subject_id,
        "value_then": gap.value,
        "period_then": gap.period,
        "aim": gap.aim,
        "made_of": gap.href,
        "lead": gap.lead_id,
    }
    query = urlencode({name: value for name, value in given.items() if value not in (None, "")})
    return TaskOffer(_("Make a task of it"), f"{reverse('task-from-gap')}?{query}")


make_tasks_by(offer_task)
for _code, _label in {
    "supervision.add_source": gettext_lazy("Source registered"),
    "supervision.set_plan": gettext_lazy("Plan written"),
    "supervision.make_calendar_key": gettext_lazy("Calendar address made"),
    "supervision.withdraw_calendar_key": gettext_lazy("Calendar address withdrawn"),
}.items():
    name_action(_code, _label)
