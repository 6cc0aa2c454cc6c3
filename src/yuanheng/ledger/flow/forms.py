"""Issuing a reporting form: one person asks, another decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import STAFF, office_of, place_of, territory_of
from yuanheng.kernel import clock, flow
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.policy import CasePolicy
from yuanheng.kernel.policies import EXPORT, VIEW, Policy, policy
from yuanheng.ledger.actions.forms import issue_version, open_period
from yuanheng.ledger.models import Form, FormPeriod
from yuanheng.ledger.queries.asking import first_period_of, indicators_named, last_ended

KEEPERS = flow.in_charge("analyst", "administrator")
DECIDERS = flow.in_charge("leader", "analyst", "administrator")
FIELDS = (
    "title", "form_code", "frequency", "asks", "rank", "region", "only_above_scale", "industry",
    "due_days", "first_period", "indicator_names", "note",
)  # fmt: skip


class _Ask(flow.Behaviour):
    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        faults = indicators_named(case.indicator_names, kind=case.asks)[1]
        return " ".join(faults[:3])

    def apply(self, step: flow.Step) -> None:
        step.case.asked_by = step.user


class _Issue(_Ask):
    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if case.asked_by_id == user.pk:
            return _("You have asked for this form to be issued; somebody else decides.")
        return super().why_not(flow, case, user)

    def apply(self, step: flow.Step) -> None:
        issue_version(step.case, step.user)


def _territory(step: flow.Step) -> None:
    step.case.territory = territory_of(step.case.org_unit)


def _open_first(step: flow.Step) -> None:
    """The period that is over is asked for at once, unless the form begins later."""
    form: Any = step.case
    form.save()
    period = last_ended(form.frequency, clock.today())
    first = first_period_of(form)
    if first is not None and first.start > period.start:
        period = first
    if period.last_day < clock.today():
        open_period(acting_user=step.user, form=form, period=period)


def _office(user: Any, values: Mapping[str, Any]) -> int:
    office = office_of(user)
    if office is None:
        raise ValidationError(_("You work for no office that issues forms."))
    return int(office.pk)


@flow.flow
class FormFlow(flow.Flow):
    """Draft, asked for, issued, retired."""

    code, title, model = "form", gettext_lazy("Reporting form"), Form
    number = "报表〔{year}〕{serial}号"
    states = [
        flow.State("draft", gettext_lazy("being drafted"), "secondary"),
        flow.State("asked", gettext_lazy("waiting for its issuing"), "orange"),
        flow.State("issued", gettext_lazy("issued"), "green"),
        flow.State("retired", gettext_lazy("retired"), "secondary", final=True),
        flow.State("withdrawn", gettext_lazy("withdrawn"), "secondary", final=True, aside=True),
    ]
    opening = flow.Opening(
        FIELDS,
        ["analyst", "administrator"],
        title=gettext_lazy("Draft a form"),
        org_unit=_office,
        effects=[_territory],
    )
    actions = [
        flow.Action(
            "ask", gettext_lazy("Ask for issuing"), ["draft"], "asked", KEEPERS,
            behaviour=_Ask(), icon="chevron-right",
        ),
        flow.Action(
            "issue", gettext_lazy("Issue"), ["asked"], "issued", DECIDERS,
            behaviour=_Issue(), effects=[_open_first], icon="circle-check",
            hint=gettext_lazy(
                "Look first at how many of its figures exist already. The period that is over is "
                "asked for at once."
            ),
        ),
        flow.sending_back("draft", DECIDERS, ["asked"]),
        flow.Action(
            "change", gettext_lazy("Change the draft"), ["draft"], may=KEEPERS, fields=FIELDS,
            expected=False, icon="edit",
        ),
        flow.Action(
            "revise", gettext_lazy("Draw up a new version"), ["issued"], "draft", KEEPERS,
            reason="required", expected=False, icon="git-branch",
            hint=gettext_lazy(
                "What has been opened goes on as it is; until the new version is issued no "
                "further period is asked for."
            ),
        ),
        flow.Action(
            "retire", gettext_lazy("Retire"), ["issued"], "retired", KEEPERS,
            reason="required", expected=False, icon="archive",
        ),
        flow.withdrawing("withdrawn", KEEPERS, ["draft"]),
    ]  # fmt: skip


@policy(Form)
class FormPolicy(CasePolicy):
    """As all cases; and who works under the office that issued a form reads it."""

    def __init__(self) -> None:
        super().__init__(flow.flow_for(Form))

    def can(self, user: Any, action: str, row: Any = None) -> bool:
        if super().can(user, action, row):
            return True
        return action in (VIEW, EXPORT) and row is not None and Policy.can(self, user, action, row)

    def instances(self, user: Any, action: str, queryset: QuerySet) -> QuerySet:
        found = super().instances(user, action, queryset)
        if action not in (VIEW, EXPORT) or not place_of(user, STAFF):
            return found
        above = directory().above(user)
        issued = Q(issued_at__isnull=False, org_unit__in=above)
        for code in place_of(user, STAFF).home_codes:
            issued |= Q(issued_at__isnull=False, territory__in=_line(code))
        return found | queryset.filter(issued)


@policy(FormPeriod)
class FormPeriodPolicy(Policy):
    """As the form; who may open, close and freeze one, its actions ask."""

    def instances(self, user: Any, action: str, queryset: QuerySet) -> QuerySet:
        if action not in (VIEW, EXPORT):
            return queryset.none()
        return queryset.filter(form__in=Form.objects.visible_to(user))

    def anywhere(self, user: Any, action: str) -> bool:
        return action in (VIEW, EXPORT) and bool(place_of(user, STAFF))


def _line(code: str) -> list[str]:
    """The divisions above a code, and itself."""
    return [code[:size] for size in (2, 4, 6, 9) if size <= len(code)]
