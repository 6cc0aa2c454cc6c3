"""Who may see the desk's documents, check them, and teach it words."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, STAFF, PlacePolicy, Role
from yuanheng.documents.models import Document, OwnWord, Proposal, WatchedFolder
from yuanheng.kernel.policies import ARCHIVE, EDIT, EXPORT, IMPORT, VIEW, Policy, policy

READERS = OFFICE | {Role.SUPERVISION_OFFICER, Role.BUREAU_OFFICER, Role.PARK_REPORTER}


class _OfOffice(PlacePolicy):
    """Of the office and of who works above it."""

    org_unit_path = "owner"
    roles = {VIEW: STAFF, EDIT: READERS, ARCHIVE: READERS, IMPORT: frozenset()}

    def can(self, user: Any, action: str, row: models.Model | None = None) -> bool:
        """Whose desk it lies on is known from the row: nothing is asked."""
        if row is None or row.pk is None or not (user.is_authenticated and user.is_active):
            return super().can(user, action, row)
        return self.place(user, action).covers(org_unit_id=row.owner_id)  # type: ignore[attr-defined]


@policy(Document)
class DocumentPolicy(_OfOffice):
    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only who works with documents in this office may put them on the desk.")


@policy(OwnWord)
class OwnWordPolicy(_OfOffice):
    """As the documents."""


@policy(WatchedFolder)
class WatchedFolderPolicy(_OfOffice):
    """Set by the office; a folder feeds a whole desk."""

    roles = {VIEW: STAFF, EDIT: OFFICE, ARCHIVE: OFFICE, IMPORT: frozenset()}

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("A watched folder is set by the office whose desk it feeds.")


@policy(Proposal)
class ProposalPolicy(Policy):
    """As the document."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in (VIEW, EXPORT):
            return queryset.none()
        return queryset.filter(document__in=Document.objects.visible_to(user))

    def anywhere(self, user: Any, action: str) -> bool:
        return action in (VIEW, EXPORT)
