"""More time: asked for before the end by who has the case, decided by somebody else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock, figures
from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.behaviour import Behaviour, Step
from yuanheng.kernel.flow.declaration import OPEN, Action, Flow
from yuanheng.kernel.flow.generic import Parties, States
from yuanheng.kernel.flow.parties import Turn
from yuanheng.kernel.models import Case, Extension


def pending(case: Case) -> Extension | None:
    """The request that nobody has decided yet."""
    return next((one for one in case.extensions.all() if one.granted is None), None)


class _Ask(Behaviour):
    def __init__(self, code: str) -> None:
        self.code = code

    def inputs(self, flow: Flow, case: Case, user: Any) -> dict[str, forms.Field]:
        return {"wanted_on": forms.DateField(label=_("Wanted date"))}

    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        running = timing.open_clock(flow, case, self.code)
        if running is None:
            return _("No clock is running that could be extended.")
        if pending(case):
            return _("A request for more time is waiting for its decision.")
        if clock.today() > running.due_on:
            return _("It was due on %(day)s. More time must be asked for before that.") % {
                "day": figures.day(running.due_on)
            }
        return ""

    def apply(self, step: Step) -> None:
        running = timing.open_clock(step.flow, step.case, self.code)
        wanted: date = step.values["wanted_on"]
        if wanted <= running.due_on:
            raise ValidationError(
                {
                    "wanted_on": _("It is due on %(day)s already. Choose a later day.")
                    % {"day": figures.day(running.due_on)}
                }
            )
        Extension.objects.create(
            case_id=step.case.pk,
            term_code=running.code,
            old_due_on=running.due_on,
            wanted_on=wanted,
            reason=step.reason[:500],
            asked_by=step.user,
            asked_at=step.at,
        )


class _Decide(Behaviour):
    def __init__(self, code: str, *, granted: bool) -> None:
        self.code = code
        self.granted = granted

    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        asked = pending(case)
        if asked is None:
            return _("No request for more time is waiting.")
        if asked.asked_by_id == user.pk:
            return _("You asked for it yourself. Somebody else has to decide.")
        return ""

    def turns(self, flow: Flow, case: Case, turns: list[Turn]) -> list[Turn]:
        return turns if pending(case) else []

    def apply(self, step: Step) -> None:
        asked = step.case.extensions.get(granted__isnull=True)
        asked.granted = self.granted
        asked.decided_at = step.at
        asked.decided_by = step.user
        asked.decision_reason = step.reason[:500]
        asked.save()
        running = timing.open_clock(step.flow, step.case, asked.term_code)
        if self.granted and running is not None:
            timing.extend(step, running, asked.wanted_on, step.reason or asked.reason)


def extending(
    ask: Parties, decide: Parties, clock_code: str = "", sources: States = OPEN
) -> tuple[Action, ...]:
    """``ask`` for more time with a reason while there still is some; ``decide`` grants or refuses.

    Until then the old date counts. ``clock_code`` says which clock; else the one that ends first.
    """
    common: dict[str, Any] = {"sources": sources, "quiet": True}
    return (
        Action(
            code="ask_extension",
            title=gettext_lazy("Ask for more time"),
            may=tuple(ask),
            behaviour=_Ask(clock_code),
            reason="required",
            expected=False,
            icon="history",
            **common,
        ),
        Action(
            code="grant_extension",
            title=gettext_lazy("Grant more time"),
            may=tuple(decide),
            behaviour=_Decide(clock_code, granted=True),
            reason="optional",
            icon="check",
            **common,
        ),
        Action(
            code="refuse_extension",
            title=gettext_lazy("Refuse more time"),
            may=tuple(decide),
            behaviour=_Decide(clock_code, granted=False),
            reason="required",
            icon="x",
            **common,
        ),
    )
