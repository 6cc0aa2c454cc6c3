"""Who sees which leader is linked to what, who keeps the links, who records visits."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, STAFF, PlacePolicy, Role, place_of
from yuanheng.kernel.policies import ARCHIVE, EDIT, EXPORT, IMPORT, VIEW, policy
from yuanheng.leaders.models import Leader, LeaderLink, Visit

KEEPERS = OFFICE | {Role.SUPERVISION_OFFICER}
RECORDERS = KEEPERS | {Role.LEADER}
_KEPT = {VIEW: STAFF, EDIT: KEEPERS, ARCHIVE: KEEPERS, IMPORT: frozenset()}


@policy(Leader)
class LeaderPolicy(PlacePolicy):
    """The office of the leader, who works above it, and the bureaus that serve it; a committee
    finds the leaders who are linked to its own parks."""

    org_unit_path = "owner"
    looks_farther = True
    roles = _KEPT

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        found = super().instances(user, action, queryset)
        if action not in (VIEW, EXPORT):
            return found
        mine = _own_links(user)
        return queryset.filter(
            Q(pk__in=found.order_by().values("pk")) | Q(pk__in=mine.values("leader"))
        )

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return self.instances(user, action, queryset)

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only who supervises for this office keeps its leaders and their links.")


def _own_links(user: Any) -> models.QuerySet:
    """Links in force to the parks of the person's own committees, to enterprises and projects
    there."""
    own = place_of(user, STAFF).org_unit_ids
    here = Q(park__committee__in=own) | Q(enterprise__park__committee__in=own)
    here |= Q(project__park__committee__in=own)
    return LeaderLink.objects.in_force().filter(here).order_by()


@policy(LeaderLink)
class LeaderLinkPolicy(PlacePolicy):
    """As the leader; of a leader of somebody else's office only what is linked to one's own."""

    org_unit_path = "leader__owner"
    looks_farther = True
    roles = _KEPT

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        mine = self.place_filter(place) if place else Q(pk__in=())
        if action in (VIEW, EXPORT) and not place.everything:
            mine |= Q(pk__in=_own_links(user).values("pk"))
        return queryset.filter(mine)

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return self.instances(user, action, queryset)

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only who supervises for this office keeps its leaders and their links.")


@policy(Visit)
class VisitPolicy(PlacePolicy):
    """The leader's own office and who works above it: what is written down there is internal."""

    org_unit_path = "link__leader__owner"
    roles = {VIEW: STAFF, EDIT: RECORDERS, ARCHIVE: KEEPERS, IMPORT: frozenset()}

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only the leader's own office records and changes visits.")
