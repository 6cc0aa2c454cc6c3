"""Actions that a flow gets by one line each: hand over, suspend, send back, withdraw, reopen …

Each function gives the actions of one line; co-units and extensions have modules of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock, figures
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.assigning import release
from yuanheng.kernel.flow.behaviour import Behaviour, Step
from yuanheng.kernel.flow.declaration import OPEN, Action, Flow
from yuanheng.kernel.flow.parties import Party, Turn
from yuanheng.kernel.models import Case, PastHolder

Parties = Sequence[Party]
States = Sequence[str] | str


def organisation_field(case: Case, label: Any, leave_out: Sequence[int]) -> forms.Field:
    """A choice among the organisations to which this case can be handed."""
    choices = [
        (pk, name)
        for pk, name in directory().reachable(case.org_unit_id).items()
        if pk not in leave_out
    ]
    return forms.TypedChoiceField(
        label=label, choices=[("", _("Choose …")), *choices], coerce=int, required=True
    )


def hand_to(step: Step, org_unit_id: int) -> None:
    """The case goes into the hands of another organisation, its clocks with it; who had it still
    sees it."""
    case = step.case
    if case.org_unit_id == org_unit_id:
        return
    PastHolder.objects.get_or_create(case_id=case.pk, org_unit_id=case.org_unit_id)
    step.changes["org_unit_id"] = [case.org_unit_id, org_unit_id]
    step.about = case.org_unit_id = org_unit_id
    release(step)  # whom it was given to works where it was
    for one in timing.open_clocks(case):
        one.responsible_id = org_unit_id
        one.save(update_fields=["responsible"])


class _HandOver(Behaviour):
    def inputs(self, flow: Flow, case: Case, user: Any) -> dict[str, forms.Field]:
        label = _("New organisation in charge")
        return {"to_org_unit": organisation_field(case, label, [case.org_unit_id])}

    def apply(self, step: Step) -> None:
        new = step.values["to_org_unit"]
        if step.case.co_units.filter(
            org_unit=new, answered_at__isnull=True, released_at__isnull=True
        ).exists():
            raise ValidationError(
                {"to_org_unit": _("This is a co-unit of the case. Release it first.")}
            )
        hand_to(step, new)


def handing_over(may: Parties, sources: States = OPEN, **changes: Any) -> tuple[Action, ...]:
    """Give the case to another organisation, with a reason. Its clocks run on."""
    return (
        _action(
            "hand_over",
            gettext_lazy("Hand over"),
            sources,
            may,
            behaviour=_HandOver(),
            reason="required",
            expected=False,
            icon="chevron-right",
            **changes,
        ),
    )


class _Suspend(Behaviour):
    def apply(self, step: Step) -> None:
        timing.pause_all(step)
        step.case.suspended_at = step.at


class _Resume(Behaviour):
    while_suspended = True

    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        return "" if case.is_suspended else _("The case isn't suspended.")

    def turns(self, flow: Flow, case: Case, turns: list[Turn]) -> list[Turn]:
        return turns if case.is_suspended else []

    def apply(self, step: Step) -> None:
        timing.resume_all(step)
        step.case.suspended_at = None


def suspending(may: Parties, sources: States = OPEN) -> tuple[Action, ...]:
    """Suspend with a reason, so that the clocks stand still, and resume."""
    return (
        _action(
            "suspend",
            gettext_lazy("Suspend"),
            sources,
            may,
            behaviour=_Suspend(),
            reason="required",
            expected=False,
            icon="lock",
            hint=gettext_lazy("The clocks stand still until the case is resumed."),
        ),
        _action(
            "resume",
            gettext_lazy("Resume"),
            sources,
            may,
            behaviour=_Resume(),
            reason="optional",
            icon="chevron-right",
        ),
    )


def sending_back(to: str, may: Parties, sources: States, **changes: Any) -> tuple[Action, ...]:
    """Send the case back with a reason and the fields that must be mended."""
    return (
        _action(
            "send_back",
            gettext_lazy("Send back"),
            sources,
            may,
            target=to,
            reason="required",
            marks=True,
            expected=False,
            icon="arrow-up",
            **changes,
        ),
    )


class _Withdraw(Behaviour):
    while_suspended = True

    def apply(self, step: Step) -> None:
        step.outcome = "void"

    def turns(self, flow: Flow, case: Case, turns: list[Turn]) -> list[Turn]:
        return []


def withdrawing(
    to: str, may: Parties, sources: States = OPEN, **changes: Any
) -> tuple[Action, ...]:
    """Take the case back, with a reason; its clocks end without a verdict."""
    return (
        _action(
            "withdraw",
            gettext_lazy("Withdraw"),
            sources,
            may,
            target=to,
            behaviour=_Withdraw(),
            reason="required",
            expected=False,
            icon="x",
            **changes,
        ),
    )


class _Reopen(Behaviour):
    def __init__(self, days: int) -> None:
        self.days = days

    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        if case.closed_at is None:
            return ""
        last = timezone.localtime(case.closed_at).date() + timedelta(days=self.days)
        if clock.today() <= last:
            return ""
        return _("It could be reopened until %(day)s. Open a new case instead.") % {
            "day": figures.day(last)
        }

    def apply(self, step: Step) -> None:
        step.case.reopened_count += 1


def reopening(
    to: str, may: Parties, sources: Sequence[str], days: int, **changes: Any
) -> tuple[Action, ...]:
    """Open a closed case again within ``days``, with a reason; the case counts how often."""
    return (
        _action(
            "reopen",
            gettext_lazy("Reopen"),
            sources,
            may,
            target=to,
            behaviour=_Reopen(days),
            reason="required",
            expected=False,
            icon="history",
            **changes,
        ),
    )


def closing(to: str, may: Parties, sources: States, **changes: Any) -> tuple[Action, ...]:
    """Close with a closing text; not before every co-unit has given its word or is released."""
    return (
        _action(
            "close",
            gettext_lazy("Close the case"),
            sources,
            may,
            target=to,
            reason="required",
            reason_title=gettext_lazy("Closing text"),
            icon="circle-check",
            **changes,
        ),
    )


def _action(code: str, title: Any, sources: States, may: Parties, **rest: Any) -> Action:
    return Action(**{"code": code, "title": title, "sources": sources, "may": tuple(may), **rest})
