"""Who may act on a case: roles in an organisation that has to do with it, or one person.

>>> in_charge("analyst") + opener()
(InCharge(roles=('analyst',)), Opener())
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import Case


@dataclass(frozen=True)
class Turn:
    """Who is expected: one of ``roles`` in an organisation, or a person."""

    org_unit_id: int | None = None
    roles: tuple[str, ...] = ()
    person_id: int | None = None


class Party:
    """Answers for one case: whether a person belongs to it, and who they are all together."""

    roles: tuple[str, ...] = ()

    def acting_for(self, user: Any, case: Case) -> int | None:
        """The organisation for which ``user`` acts; 0 for a person's own; ``None``: may not."""
        for org_unit_id in self.org_units(case):
            if directory().holds(user, self.roles, org_unit_id):
                return org_unit_id
        return None

    def org_units(self, case: Case) -> list[int]:
        """The organisations in which one of the roles counts."""
        raise NotImplementedError

    def turns(self, case: Case) -> list[Turn]:
        return [Turn(org_unit_id, self.roles) for org_unit_id in self.org_units(case)]

    def words(self) -> str:
        """Who that is, for a sentence."""
        raise NotImplementedError


@dataclass(frozen=True)
class InCharge(Party):
    roles: tuple[str, ...] = ()

    def org_units(self, case: Case) -> list[int]:
        return [case.org_unit_id]

    def words(self) -> str:
        return _("%(roles)s of the organisation in charge") % {"roles": role_words(self.roles)}


@dataclass(frozen=True)
class Leading(Party):
    """Those who lead the organisation in charge, or one above it; which roles lead, the directory
    says. It gives no further right to a case: only what names it."""

    def acting_for(self, user: Any, case: Case) -> int | None:
        leads = directory().holds(user, directory().leading(), case.org_unit_id)
        return case.org_unit_id if leads else None

    def org_units(self, case: Case) -> list[int]:
        return [case.org_unit_id]

    def turns(self, case: Case) -> list[Turn]:
        return [Turn(case.org_unit_id, tuple(directory().leading()))]

    def words(self) -> str:
        leading = role_words(directory().leading())
        return _("%(roles)s of the organisation in charge") % {"roles": leading}


@dataclass(frozen=True)
class CoUnits(Party):
    roles: tuple[str, ...] = ()

    def acting_for(self, user: Any, case: Case) -> int | None:
        """Its own people only: who has the case can't say a co-unit's word for it. Where nobody
        there has the role, those above."""
        posts = directory().posts(user)
        for org_unit_id in self.org_units(case):
            if any((role, org_unit_id) in posts for role in self.roles):
                return org_unit_id
        for one in self._busy(case):
            if not directory().holds(user, self.roles, one.org_unit_id):
                continue
            # A page reads this with the co-units; it is so for all of a flow's co-unit roles.
            staffed = getattr(one, "is_staffed", None)
            if staffed is None:
                staffed = directory().people(self.roles, one.org_unit_id).exists()
            if not staffed:
                return one.org_unit_id
        return None

    def org_units(self, case: Case) -> list[int]:
        return [one.org_unit_id for one in self._busy(case)]

    def _busy(self, case: Case) -> list[Any]:
        return [one for one in case.co_units.all() if one.is_busy]

    def words(self) -> str:
        return _("%(roles)s of a co-unit") % {"roles": role_words(self.roles)}


@dataclass(frozen=True)
class Superior(Party):
    roles: tuple[str, ...] = ()

    def org_units(self, case: Case) -> list[int]:
        """The organisation above; the one in charge itself where there is none above it."""
        kept = case.__dict__.get("_above")  # (of which organisation, the one above it)
        if kept is None or kept[0] != case.org_unit_id:
            read = case._state.fields_cache.get("org_unit")
            kept = (case.org_unit_id, directory().superior(case.org_unit_id, read))
            case.__dict__["_above"] = kept
        return [kept[1] or case.org_unit_id]

    def words(self) -> str:
        return _("%(roles)s of the superior organisation") % {"roles": role_words(self.roles)}


@dataclass(frozen=True)
class Opener(Party):
    def acting_for(self, user: Any, case: Case) -> int | None:
        return (user.org_unit_id or 0) if user.pk and user.pk == case.opened_by_id else None

    def org_units(self, case: Case) -> list[int]:
        return []

    def turns(self, case: Case) -> list[Turn]:
        return [Turn(person_id=case.opened_by_id)]

    def words(self) -> str:
        return _("who opened the case")


def in_charge(*roles: str) -> tuple[Party, ...]:
    """These roles in the organisation that has the case, or above it."""
    return (InCharge(roles),)


def leading() -> tuple[Party, ...]:
    """Those who lead the organisation that has the case, or one above it."""
    return (Leading(),)


def co_unit(*roles: str) -> tuple[Party, ...]:
    """These roles in an organisation that works on the case and has not given its word yet."""
    return (CoUnits(roles),)


def superior(*roles: str) -> tuple[Party, ...]:
    """These roles in the organisation above the one in charge."""
    return (Superior(roles),)


def co_unit_roles(actions: Iterable[Any]) -> tuple[str, ...]:
    """The roles that speak for a co-unit in any of a flow's actions."""
    parties = [party for one in actions for party in one.may if isinstance(party, CoUnits)]
    return tuple(dict.fromkeys(role for one in parties for role in one.roles))


def opener() -> tuple[Party, ...]:
    """The person who opened the case."""
    return (Opener(),)


def role_words(roles: Iterable[str]) -> str:
    """``分析员、管理员``"""
    titles = directory().roles()
    return _(", ").join(str(titles.get(one, one)) for one in roles)


def parties_in_words(parties: Iterable[Party]) -> str:
    """Everybody who may, for a sentence or a table."""
    return _("; ").join(one.words() for one in parties)
