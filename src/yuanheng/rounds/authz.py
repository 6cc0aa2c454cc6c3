"""Who sees sheets and answers them, and who lays down the procedure."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, PlacePolicy, Role, place_of, sight_of
from yuanheng.kernel.dated import SettingPolicy
from yuanheng.kernel.models import CoUnit
from yuanheng.kernel.policies import EDIT, EXPORT, IMPORT, VIEW, policy
from yuanheng.rounds.models import (
    DynamicRule,
    EvaluationRound,
    GradeMeasure,
    Objection,
    ProcedureRule,
    Sheet,
    UtilityAccount,
)

ANSWER = "answer"
# Who answers for a bureau, a town or a committee that is appraised itself.
OF_UNITS = frozenset(
    {Role.BUREAU_OFFICER, Role.ANALYST, Role.ADMINISTRATOR, Role.PARK_REPORTER, Role.PARK_APPROVER}
)
ANSWERING = frozenset({Role.ENTERPRISE_USER, Role.PARK_REPORTER, Role.PARK_APPROVER})
CO_UNITS = frozenset({Role.ANALYST, Role.BUREAU_OFFICER, Role.PARK_APPROVER})
# A sheet shows tax and energy as they are: only for those before whom these are not masked.
READERS = OFFICE | ANSWERING | {Role.LEADER, Role.AUDITOR}
_LOOKING = (VIEW, EXPORT)


@policy(Sheet)
class SheetPolicy(PlacePolicy):
    """The round's office sees every sheet; once sent out, each subject and its park see theirs,
    and a bureau or town its own."""

    code_path = "region__code"
    org_unit_path = "park__committee"
    credit_code_path = "subject_code"
    looks_farther = True
    roles = {VIEW: READERS, EDIT: OFFICE, ANSWER: ANSWERING}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        office = place_of(user, OFFICE)
        own = Q() if office.everything else Q(round__org_unit__in=office.org_unit_ids)
        if action == EDIT:
            return queryset.filter(own) if office else queryset.none()
        if office.everything:
            return queryset
        sent = Q(round__sent_at__isnull=False)
        units = Q(org_unit__in=place_of(user, OF_UNITS).org_unit_ids)
        if action == ANSWER:
            answering = place_of(user, ANSWERING)
            mine = self.place_filter(answering) if answering else Q(pk__in=())
            return queryset.filter(own | (sent & (mine | units)))
        sight = sight_of(user, READERS)
        seen = self.place_filter(sight) if sight else Q(pk__in=())
        asked = Q(pk__in=_asked_about(user))
        return queryset.filter(own | (sent & (seen | units)) | asked)

    def anywhere(self, user: Any, action: str) -> bool:
        if action in (ANSWER, VIEW, EXPORT) and place_of(user, OF_UNITS):
            return True
        return super().anywhere(user, action)

    def refusal(self, action: str) -> str:
        if action == ANSWER:
            return _(
                "A sheet is answered by the subject's own people, by its park or, from paper, by "
                "the office of the round."
            )
        return super().refusal(action)


def _asked_about(user: Any) -> models.QuerySet:
    """The sheets about which the person's organisation is asked as a co-unit of an objection: it
    can't say a word about figures that it doesn't see."""
    units = place_of(user, CO_UNITS).org_unit_ids
    asked = CoUnit.objects.filter(org_unit__in=units, released_at__isnull=True)
    return Objection.objects.filter(pk__in=asked.values("case")).values("sheet")


policy(ProcedureRule)(SettingPolicy)
policy(DynamicRule)(SettingPolicy)
policy(GradeMeasure)(SettingPolicy)


@policy(UtilityAccount)
class UtilityAccountPolicy(PlacePolicy):
    """The office of the area keeps them; each enterprise reads its own."""

    code_path = "enterprise__region__code"
    org_unit_path = "enterprise__park__committee"
    credit_code_path = "enterprise__credit_code"
    roles = {
        VIEW: OFFICE | {Role.LEADER, Role.AUDITOR, Role.ENTERPRISE_USER},
        EDIT: OFFICE,
        IMPORT: OFFICE,
    }


SHOWN = ("publicity", "heard", "final", "published")
"""States in which a round's list is before the public."""


def publicities(user: Any) -> models.QuerySet:
    """The rounds whose list this person may read: those of their own office at any time, and those
    before the public of every office in whose territory they are."""
    place = place_of(user)
    if not place:
        return EvaluationRound.objects.none()
    rows = EvaluationRound.objects.filter(run__isnull=False)
    if place.everything:
        return rows
    office = place_of(user, OFFICE).org_unit_ids
    near = (
        Q(org_unit__in=place.org_unit_ids)
        | Q(run__territory__in=place.codes_above)
        | Q(run__owner__isnull=True)
    )
    return rows.filter(Q(org_unit__in=office) | (Q(state__in=SHOWN) & near))
