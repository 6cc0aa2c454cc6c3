"""Answers the kernel's questions about people and organisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from yuanheng.accounts.choices import Role
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.accounts.scope import place_of, posts_of


class GrantDirectory:
    """By the grants in force today."""

    def holds(self, user: Any, roles: Collection[str] | None, org_unit_id: int | None) -> bool:
        if org_unit_id is None:
            return place_of(user, roles).everything
        return place_of(user, roles).covers(org_unit_id=org_unit_id)

    def people(
        self, roles: Collection[str] | None, org_unit_id: int | None, *, above: bool = False
    ) -> QuerySet:
        grants = Grant.objects.in_force().filter(org_unit__archived_at__isnull=True)
        # An auditor looks on; who works there has another role.
        wanted = Q(role__in=roles) if roles is not None else ~Q(role=Role.AUDITOR)
        grants = grants.filter(wanted)
        if org_unit_id is None:
            return User.objects.none()
        if above:
            within = OrgUnit.objects.ancestors(org_unit_id, include_self=True)
            grants = grants.filter(org_unit__in=[one.pk for one in within])
        else:
            grants = grants.filter(org_unit=org_unit_id)
        return User.objects.filter(is_active=True, pk__in=grants.values("user"))

    def superior(self, org_unit_id: int, known: Any = None) -> int | None:
        if known is not None and known.pk == org_unit_id:
            return known.parent_id
        rows = OrgUnit.objects.without_tree_fields().filter(pk=org_unit_id)
        return rows.values_list("parent", flat=True).first()

    def above(self, user: Any) -> Collection[int]:
        return place_of(user).above

    def holds_anywhere(self, user: Any, roles: Collection[str] | None) -> bool:
        return bool(place_of(user, roles))

    def mine(self, user: Any, roles: Collection[str] | None, path: str) -> Q:
        return place_of(user, roles).filter(org_unit_path=path)

    def posts(self, user: Any) -> Collection[tuple[str, int]]:
        return posts_of(user)

    def reachable(self, org_unit_id: int) -> Mapping[int, str]:
        top = self.superior(org_unit_id) or org_unit_id
        below = OrgUnit.objects.descendants(top, include_self=True)
        living = below.filter(archived_at__isnull=True)
        return dict(living.values_list("pk", "name"))

    def roles(self) -> Mapping[str, Any]:
        return dict(Role.choices)

    def administers(self, user: Any, org_unit_id: int | None) -> bool:
        place = place_of(user, [Role.ADMINISTRATOR])
        if org_unit_id is not None:
            return place.covers(org_unit_id=org_unit_id)
        # What counts for all is set at the top of the tree.
        tops = OrgUnit.objects.without_tree_fields().filter(parent__isnull=True)
        return place.everything or (
            bool(place) and tops.filter(pk__in=place.org_unit_ids).exists()
        )

    def administers_somewhere(self, user: Any) -> bool:
        return bool(place_of(user, [Role.ADMINISTRATOR]))

    def administered(self, user: Any, path: str) -> Q:
        return place_of(user, [Role.ADMINISTRATOR]).filter(org_unit_path=path)
