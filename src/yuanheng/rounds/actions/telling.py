"""Tell the people of the subjects of a round."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from yuanheng.accounts.api import Role
from yuanheng.accounts.models import Grant, User
from yuanheng.kernel.notices import notify
from yuanheng.rounds.authz import OF_UNITS
from yuanheng.rounds.models import EvaluationRound, Sheet


def tell_subjects(case: EvaluationRound, text: str) -> None:
    """A notice to each enterprise's own people and to the people of their parks; one query."""
    sheets = Sheet.objects.filter(round=case).order_by()
    firms = Q(role=Role.ENTERPRISE_USER, org_unit__code__in=sheets.values("subject_code"))
    parks = Q(
        role__in=(Role.PARK_REPORTER, Role.PARK_APPROVER),
        org_unit__in=sheets.filter(park__isnull=False).values("park__committee"),
    )
    units = Q(
        role__in=OF_UNITS, org_unit__in=sheets.filter(org_unit__isnull=False).values("org_unit")
    )
    grants = Grant.objects.in_force().filter(firms | parks | units)
    people: Any = User.objects.filter(pk__in=grants.values("user"), is_active=True)
    link = f"{reverse('sheet-list')}?round={case.code}"
    notify(people=people, code="rounds.asked", text=text, link=link)
