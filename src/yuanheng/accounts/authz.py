"""Policies by place: a role in an organisation counts for everything under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yuanheng.accounts.choices import Role
from yuanheng.accounts.holders import Whereabouts, holders
from yuanheng.accounts.models import Grant, OrgUnit, Post, User
from yuanheng.accounts.nearby import by_keys
from yuanheng.accounts.scope import Place, holds_all, place_of, sight_of
from yuanheng.kernel.directory import directory
from yuanheng.kernel.history import INTERNAL
from yuanheng.kernel.models import AuditEvent, Delivery, NoticeChannel
from yuanheng.kernel.policies import (
    ADMINISTER,
    ARCHIVE,
    CREATE,
    EDIT,
    EXPORT,
    IMPORT,
    VIEW,
    Policy,
    policy,
)

EVERYBODY = frozenset(Role)
STAFF = EVERYBODY - {Role.ENTERPRISE_USER}
OFFICE = frozenset({Role.ADMINISTRATOR, Role.ANALYST})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
CONTROL = ADMINISTRATORS | {Role.AUDITOR}
NOBODY: frozenset[Role] = frozenset()

# Who sees the fields of a masked group, in their place. A room may say otherwise.
_KEEPERS = OFFICE | {
    Role.LEADER,
    Role.PARK_REPORTER,
    Role.PARK_APPROVER,
    Role.ENTERPRISE_USER,
    Role.AUDITOR,
}
UNMASKED_BY: Mapping[str, frozenset[Role]] = {
    "personal": _KEEPERS | {Role.INVESTMENT_OFFICER},
    "tax": _KEEPERS,
    "energy": _KEEPERS | {Role.BUREAU_OFFICER},
}


class PlacePolicy(Policy):
    """A subclass names the paths to a division code and to an organisation, and the roles.

    ``credit_code_path`` leads to an enterprise's code, if an enterprise's own people may come in.
    An action without roles of its own has those of ``FOLLOWS``.
    """

    FOLLOWS: ClassVar[Mapping[str, str]] = {CREATE: EDIT, EXPORT: VIEW}
    code_path: ClassVar[str] = ""
    org_unit_path: ClassVar[str] = ""
    credit_code_path: ClassVar[str] = ""
    # Officers of a bureau look over the area of the organisation above it.
    looks_farther: ClassVar[bool] = False
    roles: ClassVar[Mapping[str, frozenset[Role]]] = {
        VIEW: STAFF,
        EDIT: OFFICE,
        ARCHIVE: OFFICE,
        IMPORT: OFFICE,
        ADMINISTER: ADMINISTRATORS,
    }
    unmasked_by: ClassVar[Mapping[str, frozenset[Role]]] = UNMASKED_BY

    def roles_for(self, action: str) -> frozenset[Role]:
        """The roles that may do ``action`` in their place."""
        if action not in self.roles:
            action = self.FOLLOWS.get(action, action)
        return self.roles.get(action, NOBODY)

    def place(self, user: Any, action: str) -> Place:
        """Where ``user`` may do ``action``."""
        return self._place(user, self.roles_for(action), action)

    def place_filter(self, place: Place) -> Q:
        return place.filter(
            code_path=self.code_path,
            org_unit_path=self.org_unit_path,
            credit_code_path=self.credit_code_path,
        )

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        return queryset.filter(self.place_filter(place)) if place else queryset.none()

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        has_own_rules = type(self).instances is not PlacePolicy.instances
        if has_own_rules or self._own_place_filter or not place or place.everything:
            return self.instances(user, action, queryset)
        paths = (self.code_path, self.org_unit_path, self.credit_code_path)
        return queryset.filter(by_keys(queryset.model, place, *paths))

    def anywhere(self, user: Any, action: str) -> bool:
        return bool(self.place(user, action))

    def who_can(self, action: str, row: models.Model) -> models.QuerySet:
        if type(self).instances is not PlacePolicy.instances or self._own_place_filter:
            return super().who_can(action, row)  # its own rules: ask one person after another
        looking = self.looks_farther and self.FOLLOWS.get(action, action) == VIEW
        found = self.whereabouts(row)
        return holders(self.roles_for(action), found, looking_farther=looking)

    def whereabouts(self, row: models.Model) -> Whereabouts:
        """Where ``row`` lies: its division code, its organisation, the enterprise it is of."""
        paths = (self.code_path, self.org_unit_path, self.credit_code_path)
        wanted = [path for path in paths if path]
        values = models.QuerySet(type(row)).filter(pk=row.pk).values(*wanted).first() or {}
        return Whereabouts(
            division_code=values.get(self.code_path) or "",
            org_unit_id=values.get(self.org_unit_path),
            credit_code=values.get(self.credit_code_path) or "",
        )

    def unmasked(self, user: Any, group: str, queryset: models.QuerySet) -> models.QuerySet | bool:
        roles = self.unmasked_by.get(group, NOBODY) & self.roles_for(VIEW)
        place = self._place(user, roles, VIEW)
        if place.everything or (place and place == self.place(user, VIEW)):
            return True
        return queryset.filter(self.place_filter(place)) if place else False

    def _place(self, user: Any, roles: frozenset[Role], action: str) -> Place:
        looking = self.looks_farther and self.FOLLOWS.get(action, action) == VIEW
        return sight_of(user, roles) if looking else place_of(user, roles)

    @property
    def _own_place_filter(self) -> bool:
        return type(self).place_filter is not PlacePolicy.place_filter


_ADMINISTERED = {
    VIEW: CONTROL,
    EDIT: ADMINISTRATORS,
    ARCHIVE: ADMINISTRATORS,
    IMPORT: ADMINISTRATORS,
    ADMINISTER: ADMINISTRATORS,
}


@policy(OrgUnit)
class OrgUnitPolicy(PlacePolicy):
    """Everybody sees the organisations of their area; administrators change them."""

    org_unit_path = "pk"
    roles = {**_ADMINISTERED, VIEW: EVERYBODY}


@policy(User)
class UserPolicy(PlacePolicy):
    """Administrators see and change the people of their organisations; auditors see them."""

    org_unit_path = "org_unit"
    roles = _ADMINISTERED
    masked_fields = {"personal": frozenset({"phone", "email"})}


@policy(Grant)
class GrantPolicy(PlacePolicy):
    """Administrators give and end roles in their organisations."""

    org_unit_path = "org_unit"
    roles = _ADMINISTERED


@policy(Post)
class PostPolicy(GrantPolicy):
    """As the grants that go with it."""


@policy(AuditEvent)
class AuditEventPolicy(PlacePolicy):
    """Administrators and auditors read what the people of their organisations did. What nobody in
    particular did (a command) is read by those whose organisations are all there are."""

    org_unit_path = "acting_user__org_unit"
    roles = {VIEW: CONTROL}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        found = super().instances(user, action, queryset)
        place = self.place(user, action)
        if not place.everything and holds_all(place, user):
            found = queryset.filter(self.place_filter(place) | Q(acting_user__org_unit=None))
        if directory().is_inside(user):
            return found
        return found.exclude(action_code__in=INTERNAL.values())


@policy(NoticeChannel)
class NoticeChannelPolicy(PlacePolicy):
    """Administrators open the ways out of the installation for their organisations."""

    org_unit_path = "org_unit"
    roles = _ADMINISTERED


@policy(Delivery)
class DeliveryPolicy(PlacePolicy):
    """Administrators see what left by their channels, and what could not."""

    org_unit_path = "channel__org_unit"
    roles = _ADMINISTERED
