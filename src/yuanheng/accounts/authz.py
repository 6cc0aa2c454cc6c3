"""Policies by place: a role in an organisation counts for everything under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yuanheng.accounts.choices import Role
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.accounts.scope import Place, place_of
from yuanheng.kernel.policies import (
    ADMINISTER,
    ARCHIVE,
    EDIT,
    IMPORT,
    VIEW,
    Policy,
    policy,
)

EVERYBODY = frozenset(Role)
OFFICE = frozenset({Role.ADMINISTRATOR, Role.ANALYST})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class PlacePolicy(Policy):
    """A subclass names the paths to a division code and to an organisation, and the roles."""

    code_path: ClassVar[str] = ""
    org_unit_path: ClassVar[str] = ""
    roles: ClassVar[Mapping[str, frozenset[Role]]] = {
        VIEW: EVERYBODY,
        EDIT: OFFICE,
        ARCHIVE: OFFICE,
        IMPORT: OFFICE,
        ADMINISTER: ADMINISTRATORS,
    }

    def place(self, user: Any, capability: str) -> Place:
        """Where ``user`` has ``capability``."""
        return place_of(user, self.roles.get(capability, frozenset()))

    def place_filter(self, place: Place) -> Q:
        return place.filter(code_path=self.code_path, org_unit_path=self.org_unit_path)

    def instances(
        self, user: Any, queryset: models.QuerySet, capability: str = VIEW
    ) -> models.QuerySet:
        place = self.place(user, capability)
        return queryset.filter(self.place_filter(place)) if place else queryset.none()

    def anywhere(self, user: Any, capability: str) -> bool:
        return bool(self.place(user, capability))


_ADMINISTERED = {
    VIEW: ADMINISTRATORS,
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
    """Administrators see and change the people of their organisations."""

    org_unit_path = "org_unit"
    roles = _ADMINISTERED


@policy(Grant)
class GrantPolicy(PlacePolicy):
    """Administrators give and end roles in their organisations."""

    org_unit_path = "org_unit"
    roles = _ADMINISTERED


from yuanheng.accounts import token_authz  # noqa: E402, F401  # registers its policy
