"""Reporting and approval: reporter, park approver, county, the office that issued the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import Role, place_of
from yuanheng.kernel import flow
from yuanheng.kernel.clocks import Term
from yuanheng.kernel.clocks.terms import FIXED
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import timing
from yuanheng.kernel.flow.generic import hand_to
from yuanheng.kernel.flow.parties import Party, role_words
from yuanheng.kernel.models import PastHolder
from yuanheng.kernel.policies import EXPORT, VIEW, Policy, policy
from yuanheng.ledger.actions.drafts import FILLERS, own_subjects
from yuanheng.ledger.actions.forms import (
    KEEPERS,
    closed_sentence,
    copy_cells,
    freeze_when_complete,
    make_cells,
)
from yuanheng.ledger.actions.submissions import (
    endorse,
    final_standing,
    report,
    reported_twice,
    why_not_reported,
)
from yuanheng.ledger.choices import BearerKind, Standing
from yuanheng.ledger.models import DraftFigure, FigureMark, Submission
from yuanheng.ledger.queries.asking import asked_of, county_of

FILL = flow.in_charge(*FILLERS)
APPROVE = flow.in_charge("park_approver", "administrator")
OFFICE = flow.in_charge("analyst", "administrator")
REVIEW = flow.in_charge("park_approver", "analyst", "administrator")


@dataclass(frozen=True)
class Committee(Party):
    """The reporting organisation, whoever has the case now."""

    roles: tuple[str, ...] = ()

    def org_units(self, case: Any) -> list[int]:
        return [case.committee_id]

    def words(self) -> str:
        return _("%(roles)s of the reporting organisation") % {"roles": role_words(self.roles)}


class _Report(flow.Behaviour):
    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        return " ".join(why_not_reported(case, user))

    def apply(self, step: flow.Step) -> None:
        case = step.case
        reason = reported_twice(case)
        report(acting_user=step.user, submission=case, reason=reason)
        case.reported_by, case.reported_at = step.user, step.at


class _Approve(flow.Behaviour):
    """The park's own approval; by somebody else than who reported."""

    def __init__(self, *, to_county: bool) -> None:
        self.to_county = to_county

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if self.to_county != (case.county_id is not None):
            return (
                _("No county approves in between here.")
                if self.to_county
                else _("%(county)s approves first.") % {"county": case.county}
            )
        if case.reported_by_id == user.pk:
            return _("You have reported this yourself; somebody else approves it.")
        return ""

    def apply(self, step: flow.Step) -> None:
        case = step.case
        endorse(
            acting_user=step.user, submission=case, standing=Standing.APPROVED, note=step.reason
        )
        hand_to(step, case.county_id or case.form.org_unit_id)


class _County(flow.Behaviour):
    def apply(self, step: flow.Step) -> None:
        case = step.case
        endorse(acting_user=step.user, submission=case, standing=Standing.COUNTY, note=step.reason)
        hand_to(step, case.form.org_unit_id)


class _Accept(flow.Behaviour):
    def apply(self, step: flow.Step) -> None:
        standing = final_standing(step.case)
        endorse(acting_user=step.user, submission=step.case, standing=standing, note=step.reason)


def _freeze(step: flow.Step) -> None:
    step.case.save()
    freeze_when_complete(step.case.form_period, step.user)


class _SendBack(flow.Behaviour):
    """Back to the reporter, with the figures that have to be mended."""

    def inputs(self, flow: flow.Flow, case: Any, user: Any) -> dict[str, forms.Field]:
        of_firms = case.form.asks == BearerKind.ENTERPRISE
        field = forms.MultipleChoiceField(
            label=_("Enterprises to be mended") if of_firms else _("Figures to be mended"),
            choices=_enterprises(case) if of_firms else _figures(case),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        return {"figures": field}

    def apply(self, step: flow.Step) -> None:
        case, chosen = step.case, step.values.get("figures", ())
        cells = case.cells.filter(round=case.round)
        if case.form.asks == BearerKind.ENTERPRISE:
            cells = cells.filter(subject__in=chosen)
        else:
            cells = cells.filter(pk__in=chosen)
        FigureMark.objects.bulk_create(
            FigureMark(submission=case, cell=one, by=step.user, at=step.at, note=step.reason[:300])
            for one in cells
        )
        hand_to(step, case.committee_id)


def _figures(case: Any) -> list[tuple[str, str]]:
    cells = case.cells.filter(round=case.round).select_related("subject", "indicator")
    return [(str(one.pk), str(one)) for one in cells if one.asked_by_id is None]


def _enterprises(case: Any) -> list[tuple[str, str]]:
    """A form of enterprises may have thousands of figures: an enterprise is marked as a whole."""
    cells = case.cells.filter(round=case.round, asked_by=None).order_by("subject__code")
    rows = cells.values_list("subject", "subject__name", "subject__code").distinct()
    return [(str(pk), f"{name} ({code})") for pk, name, code in rows]


class _Revise(flow.Behaviour):
    """A new round: the one that was accepted is kept."""

    def apply(self, step: flow.Step) -> None:
        case = step.case
        case.round += 1
        case.reopened_count += 1
        copy_cells(case, case.round)
        hand_to(step, case.committee_id)


def _committee(user: Any, values: Mapping[str, Any]) -> int:
    """Who is in charge at first: the committee, if this form asks it, and this person may."""
    row, committee = values.get("form_period"), values.get("committee")
    if row is None or committee is None:
        raise ValidationError(_("Choose the form's period and the reporting organisation."))
    form = row.form
    if not form.is_issued:
        raise ValidationError({"form_period": _("This form isn't issued; it asks for nothing.")})
    if row.is_closed:
        raise ValidationError({"form_period": closed_sentence(row)})
    if committee.pk not in asked_of(form, committee.pk).by_committee:
        text = _("The form “%(form)s” doesn't ask %(committee)s.")
        raise ValidationError({"committee": text % {"form": form, "committee": committee}})
    if row.submissions.filter(committee=committee).exists():
        text = _("%(committee)s has its submission for this period already.")
        raise ValidationError({"committee": text % {"committee": committee}})
    holds = directory().holds
    if not (holds(user, KEEPERS, form.org_unit_id) or holds(user, FILLERS, committee.pk)):
        text = _("You don't report for %(committee)s.")
        raise ValidationError({"committee": text % {"committee": committee}})
    return int(committee.pk)


def _begin(step: flow.Step) -> None:
    """Title, cells, who approves, and until when."""
    case: Any = step.case
    form = case.form
    bearers = asked_of(form, case.committee_id).by_committee[case.committee_id]
    case.title = f"{form.title} · {case.period.label} · {case.committee}"[:200]
    county = county_of(bearers, form)
    case.county = county
    case.save()
    make_cells(case, bearers, step.user)
    # Who approves later sees from the first day how far it is.
    for org_unit_id in {form.org_unit_id, county.pk if county else form.org_unit_id}:
        PastHolder.objects.get_or_create(case_id=case.pk, org_unit_id=org_unit_id)
    timing.start(step, ["report"])


@flow.flow
class SubmissionFlow(flow.Flow):
    """Filled in, reported, approved by park and county, accepted; a later change is a revision."""

    code, title, model = "submission", gettext_lazy("Submission"), Submission
    number = "填报〔{year}〕{serial}号"
    states = [
        flow.State("filling", gettext_lazy("being filled in"), "blue"),
        flow.State("reported", gettext_lazy("waiting for the park"), "yellow"),
        flow.State("approved", gettext_lazy("waiting for the county"), "azure"),
        flow.State("county", gettext_lazy("waiting for acceptance"), "cyan"),
        flow.State("accepted", gettext_lazy("accepted"), "green", final=True),
    ]
    clocks = [
        Term("report", gettext_lazy("Reporting"), counting=FIXED),
        Term("mend", gettext_lazy("Mending"), days=2),
        Term("park", gettext_lazy("Approval by the park"), days=2),
        Term("county", gettext_lazy("Approval by the county"), days=3),
        Term("accept", gettext_lazy("Acceptance"), days=5),
    ]
    opening = flow.Opening(
        ["form_period", "committee"],
        ["analyst", "administrator", "leader", "park_reporter"],
        title=gettext_lazy("Open a submission"),
        org_unit=_committee,
        effects=[_begin],
    )
    actions = [
        flow.Action(
            "report", gettext_lazy("Report"), ["filling"], "reported", FILL,
            behaviour=_Report(), stops=["report", "mend"], starts=["park"], icon="upload",
            hint=gettext_lazy("The figures go into the ledger as reported."),
        ),
        flow.Action(
            "take_report_back", gettext_lazy("Take the report back"), ["reported"], "filling",
            FILL, reason="required", stops=["park"], starts=["mend"], expected=False,
            icon="arrow-back-up",
        ),
        flow.Action(
            "approve", gettext_lazy("Approve"), ["reported"], "approved", APPROVE,
            behaviour=_Approve(to_county=True), reason="optional",
            reason_title=gettext_lazy("Remark"), stops=["park"], starts=["county"],
            icon="circle-check",
        ),
        flow.Action(
            "approve_directly", gettext_lazy("Approve and pass on"), ["reported"], "county",
            APPROVE, behaviour=_Approve(to_county=False), reason="optional",
            reason_title=gettext_lazy("Remark"), stops=["park"], starts=["accept"],
            icon="circle-check",
        ),
        flow.Action(
            "county_approve", gettext_lazy("Approve for the county"), ["approved"], "county",
            OFFICE, behaviour=_County(), reason="optional",
            reason_title=gettext_lazy("Remark"), stops=["county"], starts=["accept"],
            icon="circle-check",
        ),
        flow.Action(
            "accept", gettext_lazy("Accept and freeze"), ["county"], "accepted", OFFICE,
            behaviour=_Accept(), reason="optional", reason_title=gettext_lazy("Remark"),
            stops=["accept"], effects=[_freeze], icon="lock",
        ),
        flow.Action(
            "send_back", gettext_lazy("Send back"), ["reported", "approved", "county"], "filling",
            REVIEW, behaviour=_SendBack(), reason="required",
            stops=["park", "county", "accept"], starts=["mend"], expected=False,
            icon="arrow-back-up",
        ),
        flow.Action(
            "revise", gettext_lazy("Open a revision"), ["accepted"], "filling",
            (Committee(("park_reporter", "park_approver")), *OFFICE), behaviour=_Revise(),
            reason="required", starts=["mend"], expected=False, icon="git-branch",
            hint=gettext_lazy(
                "A new round begins with the accepted figures; these stay as they were. Until the "
                "revision is accepted, changed figures are shown as modified since approval."
            ),
        ),
    ]  # fmt: skip

    def due_on(self, case: Any, code: str) -> date | None:
        return case.form_period.due_on if code == "report" else None


@policy(DraftFigure)
class DraftFigurePolicy(Policy):
    """As the submission, and an enterprise's own people its figures; who may type, ``save_drafts``
    asks."""

    def instances(self, user: Any, action: str, queryset: QuerySet) -> QuerySet:
        if action not in (VIEW, EXPORT):
            return queryset.none()
        found = Q(submission__in=Submission.objects.visible_to(user).order_by().values("pk"))
        if place_of(user, frozenset({Role.ENTERPRISE_USER})):
            found |= Q(subject__in=own_subjects(user).order_by().values("pk"))
        return queryset.filter(found)

    def anywhere(self, user: Any, action: str) -> bool:
        return action in (VIEW, EXPORT) and directory().holds_anywhere(user, None)

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only reporters of a park, and administrators, fill in forms.")
