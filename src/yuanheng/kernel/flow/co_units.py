"""Organisations that work on a case beside the one in charge, each with its clock and its word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.behaviour import Behaviour, Step
from yuanheng.kernel.flow.declaration import OPEN, Action, Flow
from yuanheng.kernel.flow.generic import Parties, States, organisation_field
from yuanheng.kernel.flow.parties import Turn, co_unit
from yuanheng.kernel.models import Case, CoUnit


def busy(case: Case) -> list[CoUnit]:
    """The co-units whose word is awaited."""
    return [one for one in case.co_units.all() if one.is_busy]


class _Add(Behaviour):
    def __init__(self, term: Any) -> None:
        self.term = term

    def inputs(self, flow: Flow, case: Case, user: Any) -> dict[str, forms.Field]:
        leave_out = [case.org_unit_id, *(one.org_unit_id for one in busy(case))]
        return {
            "co_unit": organisation_field(case, _("Co-unit"), leave_out),
            "task": forms.CharField(
                label=_("What it is to do"), max_length=500, widget=forms.Textarea
            ),
        }

    def apply(self, step: Step) -> None:
        step.about = step.values["co_unit"]
        part = CoUnit.objects.create(
            case_id=step.case.pk, org_unit_id=step.about, task=step.values["task"]
        )
        part.due_on = timing.start_part(step, part, self.term)
        part.save()


class _GiveWord(Behaviour):
    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        return "" if busy(case) else _("No co-unit has been asked.")

    def apply(self, step: Step) -> None:
        part = next(one for one in busy(step.case) if one.org_unit_id == step.acting_for)
        part.closing_word = step.reason
        part.answered_at = step.at
        part.answered_by = step.user
        part.save()
        step.about = part.org_unit_id
        timing.stop_of(step, part)


class _Release(Behaviour):
    def inputs(self, flow: Flow, case: Case, user: Any) -> dict[str, forms.Field]:
        choices = [(one.org_unit_id, str(one.org_unit)) for one in busy(case)]
        return {"co_unit": forms.TypedChoiceField(label=_("Co-unit"), choices=choices, coerce=int)}

    def why_not(self, flow: Flow, case: Case, user: Any) -> str:
        return "" if busy(case) else _("There is no co-unit whose word is missing.")

    def turns(self, flow: Flow, case: Case, turns: list[Turn]) -> list[Turn]:
        return []

    def apply(self, step: Step) -> None:
        part = next(one for one in busy(step.case) if one.org_unit_id == step.values["co_unit"])
        part.released_at = step.at
        part.release_reason = step.reason[:500]
        part.save()
        step.about = part.org_unit_id
        step.outcome = "void"
        timing.stop_of(step, part)


def co_units(
    may: Parties, roles: Sequence[str], term: Any, sources: States = OPEN
) -> tuple[Action, ...]:
    """``may`` add co-units and release them; ``roles`` of a co-unit give its closing word within
    ``term``. The case can't be closed while one is missing."""
    lead = {"sources": sources, "may": tuple(may), "expected": False, "quiet": True}
    return (
        Action(
            code="add_co_unit",
            title=gettext_lazy("Add a co-unit"),
            behaviour=_Add(term),
            icon="plus",
            **lead,
        ),
        Action(
            code="give_word",
            title=gettext_lazy("Give the closing word"),
            sources=sources,
            may=co_unit(*roles),
            behaviour=_GiveWord(),
            reason="required",
            reason_title=gettext_lazy("Closing word"),
            quiet=True,
            icon="circle-check",
        ),
        Action(
            code="release_co_unit",
            title=gettext_lazy("Release a co-unit"),
            behaviour=_Release(),
            reason="required",
            icon="x",
            **lead,
        ),
    )
