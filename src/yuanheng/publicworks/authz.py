"""Who sees public projects, who keeps the list, who reports on one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, STAFF, PlacePolicy, Role, place_of
from yuanheng.kernel.dated import SettingPolicy
from yuanheng.kernel.policies import ARCHIVE, EDIT, EXPORT, IMPORT, VIEW, policy
from yuanheng.publicworks.models import OrderRule, PublicProject

KEEPERS = OFFICE | {Role.SUPERVISION_OFFICER, Role.PARK_REPORTER, Role.PARK_APPROVER}
REPORT = "report"
REPORTERS = STAFF - {Role.AUDITOR, Role.LEADER}


@policy(PublicProject)
class PublicProjectPolicy(PlacePolicy):
    """By the park's territory, or by its committee; the responsible unit's own people report on
    what they lead, wherever it lies."""

    code_path = "park__region__code"
    org_unit_path = "park__committee"
    looks_farther = True
    roles = {VIEW: STAFF, EDIT: KEEPERS, ARCHIVE: KEEPERS, IMPORT: KEEPERS, REPORT: KEEPERS}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        mine = self.place_filter(place) if place else Q(pk__in=())
        if action in (VIEW, EXPORT, REPORT) and not place.everything:
            mine |= Q(lead__in=place_of(user, REPORTERS).org_unit_ids)
        return queryset.filter(mine)

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return self.instances(user, action, queryset)

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        if action == REPORT:
            return _("Only the responsible unit and who keeps the list report on a project.")
        return _("Only the park's office and committee keep the list of projects.")


policy(OrderRule)(SettingPolicy)
