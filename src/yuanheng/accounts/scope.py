"""Where a person has which role: from dated grants to organisations and division codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from yuanheng.accounts.choices import Role
from yuanheng.accounts.models import Grant, OrgUnit
from yuanheng.kernel import clock

_STEPS = (2, 4, 6, 9)


@dataclass(frozen=True)
class Place:
    """A part of the world: some organisations, and the territory of those that have one.

    ``home_codes`` are the territories in which the organisations lie, for showing where one is.
    """

    everything: bool = False
    org_unit_ids: frozenset[int] = frozenset()
    prefixes: frozenset[str] = frozenset()
    home_codes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.org_unit_ids)

    def __or__(self, other: Place) -> Place:
        return Place(
            self.everything or other.everything,
            self.org_unit_ids | other.org_unit_ids,
            self.prefixes | other.prefixes,
            self.home_codes | other.home_codes,
        )

    def covers(self, *, division_code: str = "", org_unit_id: int | None = None) -> bool:
        """Whether something in this division, or of this organisation, lies here."""
        return (
            self.everything
            or org_unit_id in self.org_unit_ids
            or any(division_code.startswith(prefix) for prefix in self.prefixes)
        )

    def filter(self, *, code_path: str = "", org_unit_path: str = "") -> Q:
        """The same as a filter; everything outside is left out, and so is what has neither."""
        if self.everything:
            return Q()
        found = Q(pk__in=())
        if code_path:
            for prefix in sorted(self.shortest_prefixes):
                found |= Q(**{f"{code_path}__startswith": prefix})
        if org_unit_path:
            found |= Q(**{f"{org_unit_path}__in": self.org_unit_ids})
        return found

    @property
    def shortest_prefixes(self) -> set[str]:
        """Without those that lie inside another."""
        return {
            one
            for one in self.prefixes
            if not any(other != one and one.startswith(other) for other in self.prefixes)
        }

    @property
    def codes_above(self) -> set[str]:
        """Division codes of everything above: to show a county with its city and province."""
        return {
            code[:step]
            for code in self.prefixes | self.home_codes
            for step in _STEPS
            if step <= len(code)
        }


def place_of(user: Any, roles: Collection[str] | None = None) -> Place:
    """Where ``user`` has one of ``roles`` today (any role without them)."""
    if not (user.is_authenticated and user.is_active):
        return Place()
    if user.is_superuser:
        return Place(everything=True)
    place = Place()
    for role, found in _places(user).items():
        if roles is None or role in roles:
            place |= found
    return place


def forget_scope(user: Any) -> None:
    """Read this person's grants again next time."""
    user.__dict__.pop("_scope", None)
    user.__dict__.pop("_posts", None)


def _places(user: Any) -> dict[str, Place]:
    """By role; read once for each object of a user, that is once for a request."""
    kept: tuple[date, dict[str, Place]] | None = user.__dict__.get("_scope")
    today = clock.today()
    if kept is None or kept[0] != today:
        kept = (today, _read(user))
        user.__dict__["_scope"] = kept
    return kept[1]


def _read(user: Any) -> dict[str, Place]:
    places: dict[str, Place] = defaultdict(Place)
    living = Grant.objects.in_force().filter(user=user, org_unit__archived_at__isnull=True)
    grants = list(living.select_related("org_unit"))
    found = {grant.org_unit_id: grant.org_unit for grant in grants}
    areas = {pk: _area(org_unit) for pk, org_unit in found.items()}
    for grant in grants:
        places[Role(grant.role)] |= areas[grant.org_unit_id]
    return dict(places)


def _area(org_unit: OrgUnit) -> Place:
    below = list(OrgUnit.objects.descendants(org_unit, include_self=True))
    home = org_unit.division_code
    if not home:
        above = OrgUnit.objects.ancestors(org_unit).exclude(division_code="")
        home = max((one.division_code for one in above), key=len, default="")
    return Place(
        org_unit_ids=frozenset(one.pk for one in below),
        prefixes=frozenset(one.division_code for one in below if one.division_code),
        home_codes=frozenset([home] if home else []),
    )
