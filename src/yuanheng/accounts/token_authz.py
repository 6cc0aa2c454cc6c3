"""Who may see and revoke API tokens."""

from __future__ import annotations

from typing import Any

from django.db import models

from yuanheng.accounts.models import ApiToken, User
from yuanheng.kernel.policies import EDIT, VIEW, Policy, policy, policy_for


@policy(ApiToken)
class ApiTokenPolicy(Policy):
    """A person sees and revokes their own; administrators also those of their people."""

    def instances(self, user: Any, *arguments: Any, **named: Any) -> models.QuerySet:
        queryset = next(
            one for one in (*arguments, *named.values()) if isinstance(one, models.QuerySet)
        )
        people = User.objects.all()
        administered = policy_for(User).instances(user, people, EDIT)
        mine = models.Q(user=user)
        return queryset.filter(mine | models.Q(user__in=administered.values("pk")))

    def anywhere(self, user: Any, action: str) -> bool:
        return action in {VIEW, EDIT}
