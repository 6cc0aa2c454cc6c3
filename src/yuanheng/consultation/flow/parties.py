"""Who acts: the office that asks, and the unit that answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel.clocks import Step
from yuanheng.kernel.clocks.terms import HOLDER, REMIND, SLIP, SUPERIOR
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.parties import InCharge, Party, role_words

OFFICE_ROLES = ("supervision_officer", "analyst", "administrator")
# Who answers in a unit.
UNIT_ROLES = (
    "bureau_officer", "park_reporter", "park_approver", "platform_company", "investment_officer",
    "analyst", "administrator",
)  # fmt: skip
LADDER = (
    Step(-2, HOLDER, REMIND),
    Step(1, HOLDER, SLIP, "yellow"),
    Step(3, HOLDER, SLIP, "red"),
    Step(5, SUPERIOR, SLIP, "red", every=5),
)
OWN_LADDER = (Step(0, HOLDER, REMIND), Step(1, HOLDER, SLIP, "yellow"))


@dataclass(frozen=True)
class Unit(InCharge):
    """The unit that is asked, whoever has the case now: its own people, so that nobody above it
    reads what it is writing or speaks for it. Where nobody there has a role, those above."""

    def acting_for(self, user: Any, case: Any) -> int | None:
        unit: int = case.unit_id
        posts = directory().posts(user)
        if any((role, unit) in posts for role in self.roles):
            return unit
        if not directory().holds(user, self.roles, unit):
            return None
        return None if directory().people(self.roles, unit).exists() else unit

    def org_units(self, case: Any) -> list[int]:
        return [case.unit_id]

    def words(self) -> str:
        return _("%(roles)s of the unit that is asked") % {"roles": role_words(self.roles)}


@dataclass(frozen=True)
class Office(Party):
    """The asking office, whoever has the case now."""

    roles: tuple[str, ...] = ()

    def org_units(self, case: Any) -> list[int]:
        return [case.office_id]

    def words(self) -> str:
        return _("%(roles)s of the asking office") % {"roles": role_words(self.roles)}


UNIT = (Unit(UNIT_ROLES),)
OFFICE = (Office(OFFICE_ROLES),)
