"""Who sees a case: who has it or had it, who works on it, who opened it; and all above these."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.declaration import Flow, all_flows, roles_of
from yuanheng.kernel.models import Case, CoUnit, PastHolder
from yuanheng.kernel.policies import CREATE, EDIT, EXPORT, VIEW, Policy, policy


@policy(Case)
class CasePolicy(Policy):
    """One for all case types. What may be done is the flow's to say; nobody edits a case."""

    def __init__(self, flow: Flow | None = None) -> None:
        self.flow = flow  # none for cases of every type

    @property
    def flows(self) -> list[Flow]:
        """Those whose cases it answers for."""
        return all_flows() if self.flow is None else [self.flow]

    def can(self, user: Any, action: str, row: models.Model | None = None) -> bool:
        """Most often the case lies with the person's own organisation, or under it: that is known
        without asking the database."""
        if isinstance(row, Case) and row.pk and action in (VIEW, EDIT, EXPORT):
            roles = roles_of(self.flows) if action == EDIT else None
            if directory().holds(user, roles, row.org_unit_id):
                return True
            if user.is_authenticated and user.is_active and user.pk == row.opened_by_id:
                return True
            parts = getattr(row, "_prefetched_objects_cache", {}).get("co_units")
            if any(directory().holds(user, roles, one.org_unit_id) for one in parts or ()):
                return True
            if parts is not None and getattr(row, "was_elsewhere", True) is False:
                return False  # all that ``instances`` asks has been read with the row
        return super().can(user, action, row)

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in (VIEW, EDIT, EXPORT):
            return queryset.none()
        roles = roles_of(self.flows) if action == EDIT else None
        if directory().everywhere(user, roles):
            return queryset
        mine = directory().mine(user, roles, "org_unit")
        # Short lists, each read once: a query over 50,000 cases looks into them, not through them.
        others = [Q(pk__in=keys) for keys in self._elsewhere(mine)]
        return queryset.filter(mine | Q(opened_by=user) | others[0] | others[1])

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        """One list of keys, each part of which an index gives: four alternatives would each be
        tried on every case there is."""
        if action not in (VIEW, EXPORT) or directory().everywhere(user, None):
            return self.instances(user, action, queryset)
        mine = directory().mine(user, None, "org_unit")
        cases = Case.objects.order_by()
        parts = [cases.filter(one).values("pk") for one in (mine, Q(opened_by=user))]
        return queryset.filter(pk__in=parts[0].union(parts[1], *self._elsewhere(mine)))

    def _elsewhere(self, mine: Q) -> list[models.QuerySet]:
        """Keys of cases in which the person's organisations have or had a part."""
        parts = (CoUnit.objects, PastHolder.objects)
        return [rows.filter(mine).order_by().values("case") for rows in parts]

    def anywhere(self, user: Any, action: str) -> bool:
        """Whether there is a flow in which the person might open a case, or see one."""
        if action in (VIEW, EXPORT):
            return True
        if action not in (CREATE, EDIT):
            return False
        return any(may_open(user, one.opening.may) for one in self.flows)

    def refusal(self, action: str) -> str:
        if action in (CREATE, EDIT):
            return _("You may not open a case here. Ask your administrator for a role that may.")
        return super().refusal(action)


def may_open(user: Any, roles: Any) -> bool:
    """Whether the person holds one of the roles anywhere."""
    return user.is_superuser or any(role in roles for role, _org in directory().posts(user))
