from __future__ import annotations

from typing import Any

from django.db import models

from yuanheng.kernel.models import Job, Upload
from yuanheng.kernel.policies import Policy, policy


@policy(Upload)
class UploadPolicy(Policy):
    """A person sees the files that they uploaded; who sees everything sees all of them."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if user.is_superuser else queryset.filter(uploaded_by=user)

    def anywhere(self, user: Any, action: str) -> bool:
        return True


@policy(Job)
class JobPolicy(Policy):
    """A person sees the jobs that they asked for; who sees everything sees all of them."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if user.is_superuser else queryset.filter(requested_by=user)

    def anywhere(self, user: Any, action: str) -> bool:
        return True
