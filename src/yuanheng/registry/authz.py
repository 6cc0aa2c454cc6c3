"""Who may see and change regions, parks and enterprises."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from yuanheng.accounts.api import EVERYBODY, OFFICE, Place, PlacePolicy, Role, place_of
from yuanheng.kernel.policies import ADMINISTER, ARCHIVE, CREATE, EDIT, IMPORT, VIEW, policy
from yuanheng.registry.models import Enterprise, Park, Region

_KEEPERS = OFFICE | {Role.PARK_REPORTER}
_CONTACT = frozenset({"address", "contact_name", "contact_phone"})


@policy(Region)
class RegionPolicy(PlacePolicy):
    """A person sees the regions of their area, those above it and those of their parks."""

    code_path = "code"
    looks_farther = True

    def place_filter(self, place: Place) -> Q:
        inside = super().place_filter(place)
        if place.everything:
            return inside
        parks = Park.objects.filter(committee__in=place.org_unit_ids)
        return inside | Q(code__in=place.codes_above) | Q(pk__in=parks.values("region"))


@policy(Park)
class ParkPolicy(PlacePolicy):
    """By the park's territory, or by its committee."""

    code_path = "region__code"
    org_unit_path = "committee"
    looks_farther = True


@policy(Enterprise)
class EnterprisePolicy(PlacePolicy):
    """By the enterprise's territory, or by the committee of its park.

    A park's reporter keeps the register of their own park's enterprises. An enterprise's own
    people see it alone, and keep its address and contacts up to date.
    """

    code_path = "region__code"
    org_unit_path = "park__committee"
    credit_code_path = "credit_code"
    looks_farther = True
    masked_fields = {
        "personal": frozenset({"legal_representative", "contact_name", "contact_phone"})
    }
    roles = {
        VIEW: EVERYBODY,
        CREATE: _KEEPERS,
        EDIT: _KEEPERS | {Role.ENTERPRISE_USER},
        IMPORT: _KEEPERS,
        ARCHIVE: OFFICE,
        ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    }

    def open_fields(self, user: Any, row: models.Model | None = None) -> frozenset[str] | None:
        """An enterprise's own people may change how to reach it, and nothing else."""
        if row is None or row.pk is None:
            return None if place_of(user, _KEEPERS) else _CONTACT
        place = place_of(user, _KEEPERS)
        if _lies_in(place, row):
            return None
        kept = self.place_filter(place)
        rows = models.QuerySet(Enterprise).filter(kept, pk=row.pk)
        return None if rows.exists() else _CONTACT


def _lies_in(place: Place, row: Any) -> bool:
    """Whether an enterprise surely lies there, as far as that can be told without a query."""
    if place.everything:
        return True
    read = row._state.fields_cache
    region, park = read.get("region"), read.get("park")
    return place.covers(
        division_code=region.code if region else "",
        org_unit_id=park.committee_id if park else None,
    )
