"""Who sees a meeting, who keeps it, who signs in for whom."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, STAFF, PlacePolicy, Role, place_of
from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import ARCHIVE, EDIT, EXPORT, IMPORT, VIEW, policy
from yuanheng.meetings.models import AskedUnit, Meeting

KEEPERS = OFFICE | {Role.SUPERVISION_OFFICER}


@policy(Meeting)
class MeetingPolicy(PlacePolicy):
    """The organising office and who works above it; and the units that are asked."""

    org_unit_path = "owner"
    roles = {VIEW: STAFF, EDIT: KEEPERS, ARCHIVE: KEEPERS, IMPORT: frozenset()}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        mine = self.place_filter(place) if place else Q(pk__in=())
        if action in (VIEW, EXPORT) and not place.everything:
            own = place_of(user, STAFF).org_unit_ids
            asked = AskedUnit.objects.filter(org_unit__in=own).order_by()
            mine |= Q(pk__in=asked.values("meeting"))
        return queryset.filter(mine)

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return self.instances(user, action, queryset)

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only the office that organises the meeting changes it.")


def own_units(user: Any) -> set[int]:
    """The organisations for which somebody signs in: those of their own posts."""
    held = {org for _role, org in directory().posts(user)}
    return held | ({user.org_unit_id} if user.org_unit_id else set())
