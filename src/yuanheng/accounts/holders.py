"""The other direction of a scope: from a place to the people who hold a role over it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yuanheng.accounts.choices import OrgKind
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.accounts.scope import LOOKING_FARTHER


@dataclass(frozen=True)
class Whereabouts:
    """Where a record lies."""

    division_code: str = ""
    org_unit_id: int | None = None
    credit_code: str = ""


def holders(
    roles: Collection[str], where: Whereabouts, *, looking_farther: bool = False
) -> QuerySet:
    """The active users who hold one of ``roles`` over a place today, and the superusers.

    Three queries at most. ``looking_farther`` counts the officers of bureaus and platform
    companies that serve the organisations over the place.
    """
    over = covering(where)
    held = Q(org_unit__in=over, role__in=roles)
    if looking_farther:
        serving = Q(org_unit__kind=OrgKind.BUREAU) | Q(
            org_unit__kind=OrgKind.PLATFORM, org_unit__parent__kind=OrgKind.COMMITTEE
        )
        far = set(roles) & LOOKING_FARTHER
        held |= Q(serving, org_unit__parent__in=over, role__in=far)
    if where.credit_code:
        kept_here = Q(org_unit__parent__in=over) | Q(org_unit__parent=None)
        own = Q(org_unit__kind=OrgKind.ENTERPRISE, org_unit__code=where.credit_code)
        held |= Q(own, kept_here, role__in=roles)
    grants = Grant.objects.in_force().filter(held, org_unit__archived_at=None)
    able = Q(is_superuser=True) | Q(pk__in=grants.values("user"))
    return User.objects.filter(able, is_active=True)


def covering(where: Whereabouts) -> set[int]:
    """The organisations whose area holds the place: its own, those that answer for its territory,
    and everything above these."""
    code = where.division_code
    at = Q(pk=where.org_unit_id) if where.org_unit_id else Q(pk__in=())
    if code:
        prefixes = [code[:size] for size in (2, 4, 6, 9) if size <= len(code)]
        at |= Q(division_code__in=prefixes)
    rows = OrgUnit.objects.without_tree_fields()
    parents = dict(rows.filter(at).values_list("pk", "parent"))
    found = set(parents)
    waiting = {parent for parent in parents.values() if parent} - found
    while waiting:
        found |= waiting
        above = rows.filter(pk__in=waiting).values_list("parent", flat=True)
        waiting = {parent for parent in above if parent} - found
    return found
