"""For which organisation somebody works when they write something that belongs to an office."""

from __future__ import annotations

from typing import Any

from yuanheng.accounts.authz import OFFICE
from yuanheng.accounts.models import Grant, OrgUnit
from yuanheng.accounts.scope import place_of


def office_of(user: Any) -> OrgUnit | None:
    """The person's own organisation if they are an analyst or administrator there, otherwise the
    first in which they are; for a superuser without one the office at the top."""
    own = user.org_unit
    if own is not None and place_of(user, OFFICE).covers(org_unit_id=own.pk):
        return own
    if user.is_superuser:
        tops = OrgUnit.objects.without_tree_fields().filter(parent=None, archived_at=None)
        return tops.exclude(division_code="").order_by("code").first()
    grants = Grant.objects.in_force().filter(user=user, role__in=OFFICE)
    grant = grants.select_related("org_unit").order_by("valid_from", "pk").first()
    return grant.org_unit if grant else None


def territory_of(org_unit: OrgUnit | None) -> str:
    """The division code of an organisation, or of the nearest one above that has one."""
    if org_unit is None:
        return ""
    if org_unit.division_code:
        return org_unit.division_code
    above = OrgUnit.objects.ancestors(org_unit).exclude(division_code="")
    return max(above.values_list("division_code", flat=True), key=len, default="")


def unit_keys() -> dict[str, int]:
    """Every organisation's key by its code, for actions that write about all of them."""
    return dict(OrgUnit.objects.without_tree_fields().values_list("code", "pk"))


def lines_up() -> dict[int | None, list[int]]:
    """Every organisation with itself and those above it, nearest first; one query."""
    rows = OrgUnit.objects.without_tree_fields().order_by()
    above = dict(rows.values_list("pk", "parent_id"))
    found: dict[int | None, list[int]] = {}
    for one in above:
        line, at = [], one
        while at is not None and at not in line:
            line.append(at)
            at = above.get(at)
        found[one] = line
    return found
