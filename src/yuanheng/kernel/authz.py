from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from yuanheng.kernel.companions import companion_action, has_companions, model_called
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import (
    Attachment,
    Job,
    Link,
    Note,
    Notice,
    SavedList,
    Tag,
    TagUse,
    Upload,
)
from yuanheng.kernel.policies import EDIT, VIEW, Policy, all_policies, can, instances, policy


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


@policy(Notice)
class NoticePolicy(Policy):
    """What is said to a person is for that person only."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(recipient=user)

    def anywhere(self, user: Any, action: str) -> bool:
        return action in (VIEW, EDIT)  # to mark it as read; nobody writes one by hand


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


class CompanionPolicy(Policy):
    """Who sees a record sees what stands beside it; who may add to it may change that."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(_beside("subject", queryset, user, action))

    def anywhere(self, user: Any, action: str) -> bool:
        if action == VIEW:
            return True
        kinds = [model for model in all_policies() if has_companions(model)]
        return any(can(user, companion_action(model), model) for model in kinds)


for _kind in (Attachment, TagUse):
    policy(_kind)(CompanionPolicy)


@policy(Note)
class NotePolicy(CompanionPolicy):
    """Internal notes are for the staff of offices only."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        found = super().instances(user, action, queryset)
        return found if directory().is_inside(user) else found.filter(is_internal=False)


@policy(Link)
class LinkPolicy(CompanionPolicy):
    """A link is seen by those who see both its ends, and untied by who may add to one of them."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        seen = queryset.filter(
            _beside("subject", queryset, user, VIEW), _beside("other", queryset, user, VIEW)
        )
        if action == VIEW:
            return seen
        return seen.filter(
            _beside("subject", queryset, user, action) | _beside("other", queryset, user, action)
        )


@policy(Tag)
class TagPolicy(Policy):
    """An organisation's tags are seen there, above and below; its office keeps them."""

    keepers = ("administrator", "analyst")

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action == VIEW:
            mine = directory().mine(user, None, "org_unit")
            # An empty filter means everything, and would be lost in an "or".
            return queryset.filter(
                mine | Q(org_unit__in=directory().above(user)) if mine else mine
            )
        return queryset.filter(directory().mine(user, self.keepers, "org_unit"))

    def anywhere(self, user: Any, action: str) -> bool:
        roles = None if action == VIEW else self.keepers
        return directory().holds_anywhere(user, roles)


def _beside(end: str, queryset: models.QuerySet, user: Any, action: str) -> Q:
    """A filter: what stands beside a record on which ``user`` has ``action``."""
    found = Q(pk__in=())
    labels = queryset.order_by().values_list(f"{end}_model", flat=True).distinct()
    for label in labels:
        model = model_called(label)
        if model is None:
            continue
        asked = VIEW if action == VIEW else companion_action(model)
        rows = instances(user, asked, model).order_by()
        keys = rows.annotate(as_text=Cast("pk", CharField(max_length=64))).values("as_text")
        found |= Q(**{f"{end}_model": label, f"{end}_pk__in": keys})
    return found
