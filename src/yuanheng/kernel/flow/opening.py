"""How a case begins."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock
from yuanheng.kernel.actions import action as kernel_action
from yuanheng.kernel.actions import record, snapshot
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.behaviour import Step
from yuanheng.kernel.flow.declaration import Action, Flow
from yuanheng.kernel.flow.engine import add_move, finish
from yuanheng.kernel.flow.filling import fill, missing_at
from yuanheng.kernel.flow.policy import may_open
from yuanheng.kernel.models import Case, CaseCounter, CaseMove
from yuanheng.kernel.policies import VIEW, Refused, can

OPENED = "open"


def open_case(
    *,
    acting_user: Any,
    flow: Flow,
    values: Mapping[str, Any],
    parent_case: Case | None = None,
    token: uuid.UUID | str | None = None,
) -> Any:
    """A new case in the flow's first state. ``values`` are the opening's fields and, where the
    flow doesn't say who is in charge, ``org_unit``. The same token opens one case only.

    Raises Refused (no role that opens one, or none there) and ValidationError.
    """
    token = uuid.UUID(str(token)) if token else None
    with transaction.atomic():
        year, serial = _next_number(flow)
        if token:
            kept = CaseMove.objects.filter(token=token, by=acting_user, serial=1).first()
            if kept is not None:
                _give_back(flow, year, serial)
                return flow.model._base_manager.get(pk=kept.case_id)
        return _open(
            acting_user=acting_user,
            flow=flow,
            values=values,
            parent_case=parent_case,
            token=token,
            year=year,
            serial=serial,
        )


@kernel_action("flow.open")
def _open(
    *,
    acting_user: Any,
    flow: Flow,
    values: Mapping[str, Any],
    parent_case: Case | None,
    token: uuid.UUID | None,
    year: int,
    serial: int,
) -> Any:
    opening = flow.opening
    if not may_open(acting_user, opening.may):
        raise Refused(
            _("You may not open a case here. Ask your administrator for a role that may.")
        )
    case: Any = flow.model(
        flow_code=flow.code,
        year=year,
        serial=serial,
        code=f"{flow.code}-{year}-{serial}",
        number=flow.number.format(flow=flow.code, year=year, serial=serial),
        state=flow.first.code,
        opened_by=acting_user,
        opened_at=clock.now(),
        parent_case=parent_case,
    )
    values = dict(values)
    case.org_unit_id = _in_charge(flow, acting_user, values)
    fill(case, values, allowed=opening.fields, flow_title=opening_title(flow))
    missing_at(flow, case, flow.first.code)
    case.save()
    step = Step(
        flow,
        opening_action(flow),
        case,
        acting_user,
        acting_user.org_unit_id,
        clock.now(),
        clock.today(),
        values,
    )
    add_move(step, "", token)
    timing.start(step, opening.starts)
    for effect in opening.effects:
        effect(step)
    finish(step)
    record(case, code=f"flow.{flow.code}.{OPENED}", after=snapshot(case))
    if not can(acting_user, VIEW, case):
        raise Refused(_("With these values the case would lie outside what you may see."))
    return case


def opening_action(flow: Flow) -> Action:
    """The opening in the shape of an action, for the first row of the history."""
    return Action(OPENED, opening_title(flow), (), flow.first.code)


def opening_title(flow: Flow) -> Any:
    return flow.opening.title or gettext_lazy("Open a case")


def opening_org_units(flow: Flow, user: Any) -> dict[int, str]:
    """The organisations for which a person may open a case of this flow."""
    held = [org for role, org in directory().posts(user) if role in flow.opening.may]
    found: dict[int, str] = {}
    for org_unit_id in sorted(held):
        found |= directory().reachable(org_unit_id)
    if user.is_superuser or not held:
        model = Case._meta.get_field("org_unit").related_model
        rows = model._default_manager.visible_to(user)
        found |= dict(rows.values_list("pk", "name"))
    return found


def _in_charge(flow: Flow, user: Any, values: dict[str, Any]) -> int:
    given = values.pop("org_unit", None)
    if flow.opening.org_unit is not None:
        return flow.opening.org_unit(user, values)
    if given in (None, ""):
        raise ValidationError({"org_unit": _("Choose the organisation that gets the case.")})
    org_unit_id = int(getattr(given, "pk", given))
    if org_unit_id not in opening_org_units(flow, user):
        raise ValidationError({"org_unit": _("A case can't be opened there from here.")})
    return org_unit_id


def _next_number(flow: Flow) -> tuple[int, int]:
    """The next number of this year; who comes second waits for the first's transaction."""
    year = clock.today().year
    CaseCounter.objects.get_or_create(flow_code=flow.code, year=year)
    mine = CaseCounter.objects.filter(flow_code=flow.code, year=year)
    mine.update(last=F("last") + 1)
    return year, mine.values_list("last", flat=True).get()


def _give_back(flow: Flow, year: int, serial: int) -> None:
    CaseCounter.objects.filter(flow_code=flow.code, year=year, last=serial).update(last=serial - 1)
