"""Answers the kernel's questions about people and organisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from yuanheng.accounts.choices import INSIDE, LEADING, Role
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.accounts.scope import covers_everything, grants_of, place_of, posts_of


class GrantDirectory:
    """By the grants in force today."""

    def holds(self, user: Any, roles: Collection[str] | None, org_unit_id: int | None) -> bool:
        if org_unit_id is None:
            return place_of(user, roles).everything
        return place_of(user, roles).covers(org_unit_id=org_unit_id)

    def people(
        self, roles: Collection[str] | None, org_unit_id: int | None, *, above: bool = False
    ) -> QuerySet:
        grants = _working(roles)
        if org_unit_id is None:
            return User.objects.none()
        if above:
            within = OrgUnit.objects.ancestors(org_unit_id, include_self=True)
            grants = grants.filter(org_unit__in=[one.pk for one in within])
        else:
            grants = grants.filter(org_unit=org_unit_id)
        return User.objects.filter(is_active=True, pk__in=grants.values("user"))

    def leading(self) -> Collection[str]:
        return LEADING

    def is_inside(self, user: Any) -> bool:
        if not (user.is_authenticated and user.is_active):
            return False
        if user.is_superuser:
            return True
        # The grants first: with them the person's own organisation is most often read, too.
        at = {one.org_unit.kind for one in grants_of(user) if one.role != Role.ENTERPRISE_USER}
        at_home = user.org_unit is None or user.org_unit.kind in INSIDE
        return at_home and not INSIDE.isdisjoint(at)

    def acting(
        self, person_path: str, org_unit_path: str, roles: Collection[str] | None
    ) -> Exists:
        here = {"user": OuterRef(person_path), "org_unit": OuterRef(org_unit_path)}
        return Exists(_working(roles).filter(**here, user__is_active=True).order_by())

    def staffed(self, org_unit_path: str, roles: Collection[str] | None) -> Exists:
        here = _working(roles).filter(org_unit=OuterRef(org_unit_path), user__is_active=True)
        return Exists(here.order_by())

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

    def everywhere(self, user: Any, roles: Collection[str] | None) -> bool:
        return covers_everything(user, roles)

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


def _working(roles: Collection[str] | None) -> QuerySet:
    """The grants in force with one of ``roles``; with ``None``, of all who work there."""
    grants = Grant.objects.in_force().filter(org_unit__archived_at__isnull=True)
    # An auditor looks on; who works there has another role.
    return grants.filter(Q(role__in=roles) if roles is not None else ~Q(role=Role.AUDITOR))
