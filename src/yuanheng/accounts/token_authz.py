"""Who may see and revoke API tokens."""

from __future__ import annotations

from typing import Any

from django.db import models

from yuanheng.accounts.models import ApiToken, User
from yuanheng.kernel.policies import EDIT, VIEW, Policy, instances, policy


@policy(ApiToken)
class ApiTokenPolicy(Policy):
    """A person sees and revokes their own; administrators also those of their people."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        administered = instances(user, EDIT, User)
        mine = models.Q(user=user)
        return queryset.filter(mine | models.Q(user__in=administered.values("pk")))

    def anywhere(self, user: Any, action: str) -> bool:
        return action in {VIEW, EDIT}
