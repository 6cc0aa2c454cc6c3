from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from yuanheng.kernel.models import Notice, SavedList, Upload
from yuanheng.kernel.policies import VIEW, Policy, policy


@policy(Upload)
class UploadPolicy(Policy):
    """A person sees the files that they uploaded; who sees everything sees all of them."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if user.is_superuser else queryset.filter(uploaded_by=user)

    def anywhere(self, user: Any, action: str) -> bool:
        return True


@policy(Notice)
class NoticePolicy(Policy):
    """What is said to a person is for that person only."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(recipient=user)

    def anywhere(self, user: Any, action: str) -> bool:
        return True


@policy(SavedList)
class SavedListPolicy(Policy):
    """A person's own views, and to look at those that are shared with their organisation.

    Whoever saved a view changes it.
    """

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if user.is_superuser and action != VIEW:
            return queryset  # somebody must be able to put away what a colleague left behind
        found = Q(owner=user)
        org_unit = getattr(user, "org_unit_id", None)
        if action == VIEW and org_unit:
            found |= Q(org_unit=org_unit)
        return queryset.filter(found)

    def anywhere(self, user: Any, action: str) -> bool:
        return True
