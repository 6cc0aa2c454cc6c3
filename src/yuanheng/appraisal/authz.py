"""Who keeps what counts for the units, and who reads it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, STAFF, PlacePolicy, Role
from yuanheng.appraisal.models import ListedMatter, ParkLink, UnitReckoning
from yuanheng.kernel.policies import ADMINISTER, ARCHIVE, EDIT, IMPORT, VIEW, policy

KEEPERS = OFFICE | {Role.SUPERVISION_OFFICER}


class _OfUnit(PlacePolicy):
    """By the organisation: an office all those under it, a unit its own."""

    org_unit_path = "org_unit"
    roles = {
        VIEW: STAFF, EDIT: KEEPERS, IMPORT: KEEPERS, ARCHIVE: KEEPERS,
        ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    }  # fmt: skip

    def refusal(self, action: str) -> str:
        if action in (EDIT, IMPORT, ARCHIVE):
            return _("Only the office that appraises the units keeps what counts for them.")
        return super().refusal(action)


@policy(ParkLink)
class ParkLinkPolicy(_OfUnit):
    """See ``_OfUnit``."""


@policy(ListedMatter)
class ListedMatterPolicy(_OfUnit):
    """See ``_OfUnit``."""


@policy(UnitReckoning)
class UnitReckoningPolicy(_OfUnit):
    """A row stays as it was put together."""

    roles = {VIEW: STAFF, EDIT: KEEPERS, IMPORT: frozenset(), ARCHIVE: frozenset()}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action == EDIT:
            return queryset.none()
        return super().instances(user, action, queryset)
