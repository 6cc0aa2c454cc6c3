"""Who acts on a task: the office that supervises it, and the unit that leads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.kernel import flow
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.parties import Party, role_words

# Who supervises, in the office that has registered the task; a bureau or a committee does so for
# the parts into which it breaks down its own task.
OFFICE_ROLES = (
    "supervision_officer", "analyst", "administrator", "leader", "bureau_officer", "park_approver",
)  # fmt: skip
# Who works on it in the lead unit.
LEAD_ROLES = (
    "bureau_officer", "park_reporter", "park_approver", "platform_company", "investment_officer",
    "analyst", "administrator", "leader",
)  # fmt: skip
KEEPERS = flow.in_charge(*OFFICE_ROLES)
LEAD = flow.in_charge(*LEAD_ROLES)


@dataclass(frozen=True)
class Office(Party):
    """The supervising office, whoever has the case now."""

    roles: tuple[str, ...] = ()

    def org_units(self, case: Any) -> list[int]:
        return [case.office_id]

    def words(self) -> str:
        return _("%(roles)s of the supervising office") % {"roles": role_words(self.roles)}


OFFICE = (Office(OFFICE_ROLES),)


def office_for(user: Any, values: Mapping[str, Any]) -> int:
    """The office that registers: the person's own organisation if they supervise there."""
    held = [org for role, org in directory().posts(user) if role in OFFICE_ROLES]
    if user.org_unit_id and (user.org_unit_id in held or user.is_superuser):
        return int(user.org_unit_id)
    source = values.get("source")
    if not held and user.is_superuser and source is not None:
        return int(source.owner_id)
    if not held:
        raise ValidationError(_("You work for no office that supervises tasks."))
    return min(held)
