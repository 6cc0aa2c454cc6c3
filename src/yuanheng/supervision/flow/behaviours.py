"""What the actions of a task do beside moving it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from yuanheng.kernel import clock, figures, flow
from yuanheng.kernel.clocks import Term
from yuanheng.kernel.clocks.terms import FIXED
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.generic import hand_to, organisation_field
from yuanheng.kernel.models import CoUnit
from yuanheng.supervision.models import SupportingUnit, Task
from yuanheng.supervision.scoring import score_of

UNCHECKED = ("draft", "checking")
REOPEN_DAYS = 90


def parts_of(task: Any) -> Any:
    """The sub-tasks that have not been withdrawn."""
    return Task.objects.filter(parent_case=task.pk).exclude(state="withdrawn").order_by("serial")


def with_parts(step: flow.Step) -> None:
    """What is done with a task is done with its parts, too: submitted, checked and issued as one
    tree."""
    step.case.save()
    sources = step.flow.sources_of(step.action)
    for part in parts_of(step.case).filter(state__in=sources, office=step.case.office_id):
        try:
            flow.perform(acting_user=step.user, case=part, action=step.action.code)
        except ValidationError as error:
            said = {"part": part.title, "why": " ".join(error.messages)}
            raise flow.NotNow(_("Part “%(part)s”: %(why)s") % said) from error


class Arrange(flow.Behaviour):
    """Which units support the lead."""

    def inputs(self, flow: flow.Flow, case: Any, user: Any) -> dict[str, forms.Field]:
        units = directory().reachable(case.org_unit_id)
        chosen = [one.org_unit_id for one in case.supporting.all()] if case.pk else []
        field = forms.TypedMultipleChoiceField(
            label=_("Supporting units"),
            choices=list(units.items()),
            coerce=int,
            required=False,
            initial=chosen,
            widget=forms.CheckboxSelectMultiple,
        )
        return {"supporting": field}

    def apply(self, step: flow.Step) -> None:
        case = step.case
        chosen = step.values.get("supporting") or []
        if case.lead_id in chosen:
            text = _("“%(name)s” leads; it doesn't support itself as well.")
            raise ValidationError({"supporting": text % {"name": case.lead}})
        before = sorted(one.org_unit_id for one in case.supporting.all())
        if before != sorted(chosen):
            case.supporting.exclude(org_unit__in=chosen).delete()
            for pk in chosen:
                SupportingUnit.objects.get_or_create(task=case, org_unit_id=pk)
            step.changes["supporting"] = [before, sorted(chosen)]


class Submit(flow.Behaviour):
    def apply(self, step: flow.Step) -> None:
        step.case.submitted_by = step.user


class Check(flow.Behaviour):
    """By somebody else than who submitted it; a part of a checked task needs no second look."""

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if case.submitted_by_id != user.pk:
            return ""
        if case.parent_case_id and case.parent_case.state not in UNCHECKED:
            return ""
        return _("You have submitted this task yourself; somebody else checks it.")


class Split(flow.Behaviour):
    """One part of the task, as a task of its own under it."""

    def inputs(self, flow: flow.Flow, case: Any, user: Any) -> dict[str, forms.Field]:
        return {
            "part_title": forms.CharField(label=_("Part of the task"), max_length=200),
            "part_result": forms.CharField(
                label=_("Measurable result"), max_length=1000, widget=forms.Textarea
            ),
            "part_lead": organisation_field(case, _("Lead unit"), []),
            "part_deadline": forms.DateField(label=_("deadline"), initial=case.finish_on),
        }

    def apply(self, step: flow.Step) -> None:
        case, given = step.case, step.values
        kept = ("source", "paragraph", "quote", "frequency", "indicator", "subject")
        values = {name: getattr(case, name) for name in kept}
        values |= {
            "title": given["part_title"],
            "result": given["part_result"],
            "deadline": given["part_deadline"],
        }
        try:
            part = flow.open_case(
                acting_user=step.user, flow=step.flow, values=values, parent_case=case
            )
        except ValidationError as error:
            _to_inputs(error)
        part.lead_id = given["part_lead"]
        part.save(update_fields=["lead"])
        if case.state not in UNCHECKED:
            part = flow.perform(acting_user=step.user, case=part, action="submit")
            flow.perform(acting_user=step.user, case=part, action="check")
        step.about = given["part_lead"]


def _to_inputs(error: ValidationError) -> None:
    """The fields of the part as the form of the whole calls them."""
    named = {f"part_{name}": found for name, found in error.message_dict.items()}
    raise ValidationError(named) from error


class Issue(flow.Behaviour):
    """Into the hands of the lead; each supporting unit gets its own clock."""

    def apply(self, step: flow.Step) -> None:
        case = step.case
        if case.finish_on < step.today:
            text = _("The deadline, %(day)s, is over. Set another one before issuing.")
            raise flow.NotNow(text % {"day": figures.day(case.finish_on)})
        case.issued_on = step.today
        hand_to(step, case.lead_id)
        for one in case.supporting.all():
            part = CoUnit.objects.create(
                case_id=case.pk, org_unit_id=one.org_unit_id, task=case.title[:500]
            )
            part.due_on = timing.start_part(step, part, SUPPORT_BY_DATE, case.finish_on)
            part.save()


class Decline(flow.Behaviour):
    """Back to the office, with the co-units let go."""

    def apply(self, step: flow.Step) -> None:
        case = step.case
        for part in case.co_units.filter(answered_at__isnull=True, released_at__isnull=True):
            part.released_at, part.release_reason = step.at, step.reason[:500]
            part.save()
            timing.stop_of(step, part)
        step.outcome = "void"
        case.issued_on = None
        hand_to(step, case.office_id)


class Progress(flow.Behaviour):
    def apply(self, step: flow.Step) -> None:
        step.case.reported_on = step.today


class Finish(flow.Behaviour):
    """The lead says that it is done; its parts must be closed."""

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if getattr(case, "has_parts", True) is False:
            return ""
        waiting = [one.title for one in parts_of(case).filter(closed_at__isnull=True)[:3]]
        if not waiting:
            return ""
        text = _("Parts of it are not closed yet: %(names)s.")
        return text % {"names": _(", ").join(waiting)}

    def apply(self, step: flow.Step) -> None:
        case = step.case
        case.progress, case.finished_by, case.finished_on = 100, step.user, step.today
        case.reported_on = step.today
        hand_to(step, case.office_id)


class Return(flow.Behaviour):
    """The verification wasn't passed: back to the lead."""

    def apply(self, step: flow.Step) -> None:
        hand_to(step, step.case.lead_id)


class Close(flow.Behaviour):
    """By somebody else than who reported the finish; the score is worked out and kept."""

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if case.finished_by_id == user.pk:
            return _("You have reported the finish yourself; somebody else verifies it.")
        return ""

    def apply(self, step: flow.Step) -> None:
        step.case.score, step.case.score_basis = score_of(step.case, step.today)


class Reopen(flow.Behaviour):
    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        last = timezone.localtime(case.closed_at).date() + timedelta(days=REOPEN_DAYS)
        if clock.today() <= last:
            return ""
        return _("It could be reopened until %(day)s. Open a new task instead.") % {
            "day": figures.day(last)
        }

    def apply(self, step: flow.Step) -> None:
        step.case.reopened_count += 1
        hand_to(step, step.case.lead_id)


def lead_follows(step: flow.Step) -> None:
    """Who has been given the task leads it from now on."""
    step.case.lead_id = step.case.org_unit_id


def date_follows(step: flow.Step) -> None:
    """A granted extension is the date that counts."""
    granted = step.case.extensions.filter(granted=True).order_by("-decided_at").first()
    if granted is not None:
        step.case.extended_to = granted.wanted_on


SUPPORT = Term("support", _("Support"), days=10)
SUPPORT_BY_DATE = SUPPORT.changed(counting=FIXED, days=None)
