"""Where a person has which role: from dated grants to organisations and division codes."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from yuanheng.accounts.choices import OrgKind, Role
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.kernel import clock
from yuanheng.kernel.lists.prefixes import begins_with

_STEPS = (2, 4, 6, 9)
# Read with a grant, so that where it lies is known without a further query.
_LINE = "org_unit__parent__parent__parent__parent"
# Roles that look over the area of the organisation above, where theirs serves all of it.
LOOKING_FARTHER = frozenset(
    {
        Role.BUREAU_OFFICER,
        Role.INVESTMENT_OFFICER,
        Role.SUPERVISION_OFFICER,
        Role.PLATFORM_COMPANY,
    }
)


@dataclass(frozen=True)
class Place:
    """A part of the world: some organisations, and the territory of those that have one.

    ``home_codes`` are the territories in which the organisations lie, for showing where one is.
    """

    everything: bool = False
    org_unit_ids: frozenset[int] = frozenset()
    prefixes: frozenset[str] = frozenset()
    home_codes: frozenset[str] = frozenset()
    # (credit code, the area in which that enterprise must lie), for an enterprise's own people
    enterprises: frozenset[tuple[str, Place | None]] = frozenset()
    above: frozenset[int] = frozenset()  # the organisations above these

    def __bool__(self) -> bool:
        return self.everything or bool(self.org_unit_ids)

    def __or__(self, other: Place) -> Place:
        return Place(
            self.everything or other.everything,
            self.org_unit_ids | other.org_unit_ids,
            self.prefixes | other.prefixes,
            self.home_codes | other.home_codes,
            self.enterprises | other.enterprises,
            self.above | other.above,
        )

    def covers(self, *, division_code: str = "", org_unit_id: int | None = None) -> bool:
        """Whether something in this division, or of this organisation, lies here."""
        return (
            self.everything
            or org_unit_id in self.org_unit_ids
            or any(division_code.startswith(prefix) for prefix in self.prefixes)
        )

    def filter(
        self, *, code_path: str = "", org_unit_path: str = "", credit_code_path: str = ""
    ) -> Q:
        """The same as a filter; everything outside is left out, and so is what has neither.

        With ``credit_code_path``, an enterprise's own people find their enterprise too, as long as
        it lies in the area of the organisation that keeps them.
        """
        if self.everything:
            return Q()
        found = Q(pk__in=())
        if code_path:
            for prefix in sorted(self.shortest_prefixes):
                found |= Q(**begins_with(code_path, prefix))
        if org_unit_path:
            found |= Q(**{f"{org_unit_path}__in": self.org_unit_ids})
        for credit_code, area in self.enterprises if credit_code_path else ():
            mine = Q(**{credit_code_path: credit_code})
            if area is not None:
                mine &= area.filter(code_path=code_path, org_unit_path=org_unit_path)
            found |= mine
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
    return _joined(user, roles, "_scope", _read)


def sight_of(user: Any, roles: Collection[str] | None = None) -> Place:
    """Where ``user`` may look with one of ``roles``: their place, and for the officers of a bureau
    or of a committee's platform company the area of the organisation above it."""
    return _joined(user, roles, "_sight", _read_sight)


def _memory(user: Any) -> dict[str, Any]:
    """Where what was read for this object of a user is kept; a request's lazy user has the same as
    the one it stands for."""
    _read_now = user.pk
    found: dict[str, Any] = getattr(user, "_wrapped", user).__dict__
    return found


def forget_scope(user: Any) -> None:
    """Read this person's grants again next time."""
    for name in ("_scope", "_sight", "_posts", "_grants", "_joined"):
        _memory(user).pop(name, None)


def _joined(
    user: Any, roles: Collection[str] | None, name: str, read: Callable[[Any], dict[str, Place]]
) -> Place:
    if not (user.is_authenticated and user.is_active):
        return Place()
    if user.is_superuser:
        return Place(everything=True)
    kept = _kept(user, name, read)
    wanted = None if roles is None else frozenset(roles)
    # One page asks some hundred times, in a few ways.
    joined: dict[Any, tuple[dict[str, Place], Place]] = _memory(user).setdefault("_joined", {})
    before = joined.get((name, wanted))
    if before is not None and before[0] is kept:
        return before[1]
    found = (one for role, one in kept.items() if wanted is None or role in wanted)
    place = functools.reduce(Place.__or__, found, Place())
    joined[name, wanted] = (kept, place)
    return place


def _kept(user: Any, name: str, read: Callable[[Any], dict[str, Place]]) -> dict[str, Place]:
    """By role; read once for each object of a user, that is once for a request."""
    kept: tuple[date, dict[str, Place]] | None = _memory(user).get(name)
    today = clock.today()
    if kept is None or kept[0] != today:
        kept = (today, read(user))
        _memory(user)[name] = kept
    return kept[1]


def posts_of(user: Any) -> frozenset[tuple[str, int]]:
    """(role, organisation) of each grant in force, without what lies below."""
    kept = _memory(user).get("_posts")
    if kept is None or kept[0] != clock.today():
        _grants(user)
    found: frozenset[tuple[str, int]] = _memory(user)["_posts"][1]
    return found


def grants_of(user: Any) -> list[Grant]:
    """The grants in force of a person, with organisation and who is deputised for; read once."""
    kept = _memory(user).get("_grants")
    return kept[1] if kept is not None and kept[0] == clock.today() else _grants(user)


def person_with_grants(user_id: Any) -> Any:
    """Who has this number, the grants in force read with them: one query for whoever has any."""
    person = "user__org_unit"
    grants = list(_living(user_id).select_related("user", person, _LINE, "deputising_for"))
    found = User.objects.select_related("org_unit").filter(pk=user_id)
    user = grants[0].user if grants else found.first()
    if user is not None:
        _keep(user, grants)
    return user


def _grants(user: Any) -> list[Grant]:
    return _keep(user, list(_living(user.pk).select_related(_LINE, "deputising_for")))


def _living(user_id: Any) -> QuerySet:
    grants = Grant.objects.in_force().filter(user=user_id, org_unit__archived_at__isnull=True)
    # For ``holds_all``; as text, since every request reads it. Sorted in ``_keep``.
    tops = RawSQL(_tops(), (), IntegerField())  # noqa: S611  names of columns, nothing given
    return grants.annotate(tops=tops).order_by()


@functools.cache
def _tops() -> str:
    """The number of organisations in force with none above."""
    table, parent, archived = (
        connection.ops.quote_name(name)
        for name in (
            OrgUnit._meta.db_table,
            OrgUnit._meta.get_field("parent").column,
            OrgUnit._meta.get_field("archived_at").column,
        )
    )
    return f"SELECT COUNT(*) FROM {table} WHERE {parent} IS NULL AND {archived} IS NULL"  # noqa: S608  names of columns


def _keep(user: Any, grants: list[Grant]) -> list[Grant]:
    grants.sort(key=lambda one: (-one.valid_from.toordinal(), one.pk))
    _memory(user)["_grants"] = (clock.today(), grants)
    posts = frozenset((str(one.role), one.org_unit_id) for one in grants)
    _memory(user)["_posts"] = (clock.today(), posts)
    for one in grants:  # read already: every page shows it beside the person's name
        if one.org_unit_id == user.org_unit_id:
            user.org_unit = one.org_unit
    return grants


def _read(user: Any) -> dict[str, Place]:
    places: dict[str, Place] = defaultdict(Place)
    grants = grants_of(user)
    found = {grant.org_unit_id: grant.org_unit for grant in grants}
    areas = {pk: _area(org_unit) for pk, org_unit in found.items()}
    for grant in grants:
        places[Role(grant.role)] |= areas[grant.org_unit_id]
    return dict(places)


def _read_sight(user: Any) -> dict[str, Place]:
    sights = dict(_kept(user, "_scope", _read))
    if not LOOKING_FARTHER & sights.keys():
        return sights
    for grant in grants_of(user):
        if grant.role in LOOKING_FARTHER and looks_farther(grant.org_unit):
            role = Role(grant.role)
            sights[role] = sights[role] | _area(grant.org_unit.parent)
    return sights


def covers_everything(user: Any, roles: Collection[str] | None = None) -> bool:
    """Whether ``user`` has one of ``roles`` (any role without them) over every organisation."""
    place = place_of(user, roles)
    return holds_all(place, user)


def holds_all(place: Place, user: Any) -> bool:
    """Whether a place of ``user`` holds every organisation there is."""
    if place.everything or not place:
        return place.everything
    grants = grants_of(user)
    # Whoever has an organisation without one above has that by a grant in it.
    own = {one.org_unit_id for one in grants if one.org_unit.parent_id is None}
    return bool(own) and len(own & place.org_unit_ids) == grants[0].tops


def looks_farther(org_unit: OrgUnit) -> bool:
    """Whether an organisation serves the whole area of the one above: a bureau its government or
    committee, a platform company its committee."""
    if org_unit.parent is None:
        return False
    return org_unit.kind == OrgKind.BUREAU or (
        org_unit.kind == OrgKind.PLATFORM and org_unit.parent.kind == OrgKind.COMMITTEE
    )


def _area(org_unit: OrgUnit) -> Place:
    below = OrgUnit.objects.below(org_unit.pk, "division_code")
    line = _line_above(org_unit)
    home = org_unit.division_code
    if not home:
        home = max((one.division_code for one in line), key=len, default="")
    return Place(
        org_unit_ids=frozenset(pk for pk, _code in below),
        prefixes=frozenset(code for _pk, code in below if code),
        home_codes=frozenset([home] if home else []),
        enterprises=_own_enterprise(org_unit),
        above=frozenset(one.pk for one in line),
    )


def _line_above(org_unit: OrgUnit) -> list[OrgUnit]:
    """The organisations above, the next first; read already by ``_LINE`` as far as that goes."""
    found = []
    while org_unit.parent_id is not None:
        org_unit = org_unit.parent
        found.append(org_unit)
    return found


def _own_enterprise(org_unit: OrgUnit) -> frozenset[tuple[str, Place | None]]:
    """What an organisation of kind enterprise stands for: the enterprise with its code.

    Only inside the area of the organisation above: who keeps the list of a committee's
    organisations can't open another committee's enterprise by writing down its code.
    """
    if org_unit.kind != OrgKind.ENTERPRISE:
        return frozenset()
    above = org_unit.parent
    return frozenset([(org_unit.code, _area(above) if above else None)])
