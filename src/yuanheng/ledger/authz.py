"""Who may see and freeze figures."""

from __future__ import annotations

from typing import Any

from django.db import models

from yuanheng.accounts.api import (
    ADMINISTRATORS,
    OFFICE,
    PlacePolicy,
    Role,
    covers_everything,
    place_of,
)
from yuanheng.kernel.policies import ADMINISTER, ARCHIVE, EDIT, IMPORT, VIEW, Policy, policy
from yuanheng.ledger.models import PublishedFigure, SensitiveWord, Snapshot


@policy(Snapshot)
class SnapshotPolicy(PlacePolicy):
    """The office that froze a table, and who works above it; leaders may look at it."""

    org_unit_path = "owner"
    roles = {
        VIEW: OFFICE | {Role.LEADER, Role.AUDITOR},
        EDIT: OFFICE,
        IMPORT: OFFICE,
        ARCHIVE: frozenset(),
        ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    }


@policy(PublishedFigure)
class PublishedFigurePolicy(Policy):
    """What has been published is shown to everybody who has a role; nobody edits it here."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if self.anywhere(user, action) else queryset.none()

    def anywhere(self, user: Any, action: str) -> bool:
        if action == VIEW:
            return bool(place_of(user))
        return bool(place_of(user, frozenset({Role.ADMINISTRATOR})))


@policy(SensitiveWord)
class SensitiveWordPolicy(Policy):
    """The list counts everywhere, so only an administrator of everything keeps it; offices and
    auditors read it."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if self.anywhere(user, action) else queryset.none()

    def anywhere(self, user: Any, action: str) -> bool:
        if action == VIEW:
            return bool(place_of(user, OFFICE | {Role.AUDITOR}))
        return covers_everything(place_of(user, ADMINISTRATORS))
