"""Who acts: the office that asks, and the unit that answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.kernel import flow
from yuanheng.kernel.clocks import Step
from yuanheng.kernel.clocks.terms import HOLDER, REMIND, SLIP, SUPERIOR
from yuanheng.kernel.flow.parties import Party, role_words

OFFICE_ROLES = ("supervision_officer", "analyst", "administrator")
# Who answers in a unit, and who answers for the office if it asks itself.
UNIT_ROLES = (
    "bureau_officer", "park_reporter", "park_approver", "platform_company", "investment_officer",
    "analyst", "administrator",
)  # fmt: skip
UNIT = flow.in_charge(*UNIT_ROLES)
LADDER = (
    Step(-2, HOLDER, REMIND),
    Step(1, HOLDER, SLIP, "yellow"),
    Step(3, HOLDER, SLIP, "red"),
    Step(5, SUPERIOR, SLIP, "red", every=5),
)
OWN_LADDER = (Step(0, HOLDER, REMIND), Step(1, HOLDER, SLIP, "yellow"))


@dataclass(frozen=True)
class Office(Party):
    """The asking office, whoever has the case now."""

    roles: tuple[str, ...] = ()

    def org_units(self, case: Any) -> list[int]:
        return [case.office_id]

    def words(self) -> str:
        return _("%(roles)s of the asking office") % {"roles": role_words(self.roles)}


OFFICE = (Office(OFFICE_ROLES),)
