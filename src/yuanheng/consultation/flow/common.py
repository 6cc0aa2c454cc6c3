"""What the answer to questions and the comment on a draft have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.consultation.flow.parties import LADDER, OFFICE_ROLES, OWN_LADDER, UNIT_ROLES
from yuanheng.kernel import flow
from yuanheng.kernel.clocks import ClockRefused, Term
from yuanheng.kernel.clocks.terms import FIXED
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.generic import hand_to
from yuanheng.kernel.models import PastHolder
from yuanheng.kernel.policies import EDIT, require


def unit_asked(user: Any, values: Mapping[str, Any], name: str) -> int:
    """The unit that is asked: by who keeps the consultation, within reach, once."""
    whole, unit = values.get(name), values.get("unit")
    if whole is None or unit is None:
        raise ValidationError(_("Choose what is asked, and the unit."))
    require(user, EDIT, whole)
    said = {"unit": unit}
    if unit.pk not in directory().reachable(whole.owner_id):
        text = _("%(unit)s lies outside what the asking office can ask.")
        raise ValidationError({"unit": text % said})
    if whole.has_asked(unit.pk):
        raise ValidationError({"unit": _("%(unit)s has been asked already.") % said})
    if whole.open_cases.filter(unit=unit.pk).exists():
        text = _("%(unit)s is still busy with the edition before: settle or call that off first.")
        raise ValidationError({"unit": text % said})
    if not whole.is_ready:
        raise ValidationError({name: _("Nothing has been written yet that could be asked.")})
    if whole.is_archived:
        raise ValidationError({name: _("It has been put away; nobody is asked any more.")})
    return int(unit.pk)


def begin(step: flow.Step, whole: Any) -> None:
    """Title, who sees it from the first day, and until when."""
    case: Any = step.case
    case.title = f"{whole.title} · {case.unit}"[:200]
    case.save()
    if case.office_id != case.org_unit_id:
        PastHolder.objects.get_or_create(case_id=case.pk, org_unit_id=case.office_id)
    timing.start(step, ["date" if whole.deadline else "answer"])


class HandIn(flow.Behaviour):
    """Into the hands of the asking office."""

    def apply(self, step: flow.Step) -> None:
        step.case.given_on, step.case.given_by = step.today, step.user
        hand_to(step, step.case.office_id)


class Back(flow.Behaviour):
    """Back to the unit; what it had handed in stays as it was until it hands in again."""

    def apply(self, step: flow.Step) -> None:
        hand_to(step, step.case.unit_id)


class _GiveTime(flow.Behaviour):
    """More time by the asking office, whether or not the unit has asked for it."""

    def inputs(self, flow: flow.Flow, case: Any, user: Any) -> dict[str, forms.Field]:
        return {"until": forms.DateField(label=_("New date"))}

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if timing.open_clock(flow, case) is None:
            return _("No clock is running that could be extended.")
        return ""

    def apply(self, step: flow.Step) -> None:
        running = timing.open_clock(step.flow, step.case)
        try:
            timing.extend(step, running, step.values["until"], step.reason)
        except ClockRefused as error:
            raise ValidationError({"until": str(error)}) from error
        step.case.extensions.filter(granted__isnull=True).update(
            granted=True, decided_at=step.at, decided_by=step.user,
            decision_reason=step.reason[:500],
        )  # fmt: skip


def giving_time(may: Any) -> flow.Action:
    """The office's own ``give_time``, while the unit answers."""
    return flow.Action(
        "give_time", gettext_lazy("Give more time"), ["asked"], "", may, behaviour=_GiveTime(),
        reason="required", expected=False, icon="history",
    )  # fmt: skip


def terms(answering: Any, by_date: Any, handling: tuple[str, Any, int]) -> list[Term]:
    """The clocks of a unit that is asked: within days, or by a date; when sent back; and the
    office's own (code, title, days)."""
    code, title, days = handling
    unit: dict[str, Any] = {"holder_roles": UNIT_ROLES, "superior_roles": OFFICE_ROLES}
    return [
        Term("answer", answering, days=10, ladder=LADDER, **unit),
        Term("date", by_date, counting=FIXED, ladder=LADDER, **unit),
        Term("mend", gettext_lazy("Mending"), days=3, ladder=LADDER, **unit),
        Term(code, title, days=days, ladder=OWN_LADDER, holder_roles=OFFICE_ROLES),
    ]
