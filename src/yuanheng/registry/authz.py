"""Who may see and change regions, parks and enterprises."""

from __future__ import annotations

from django.db.models import Q

from yuanheng.accounts.api import EVERYBODY, OFFICE, Place, PlacePolicy, Role
from yuanheng.kernel.policies import ADMINISTER, ARCHIVE, EDIT, IMPORT, VIEW, policy
from yuanheng.registry.models import Enterprise, Park, Region


@policy(Region)
class RegionPolicy(PlacePolicy):
    """A person sees the regions of their area, those above it and those of their parks."""

    code_path = "code"

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


@policy(Enterprise)
class EnterprisePolicy(PlacePolicy):
    """By the enterprise's territory, or by the committee of its park.

    A park's reporter keeps the register of their own park's enterprises.
    """

    code_path = "region__code"
    org_unit_path = "park__committee"
    roles = {
        VIEW: EVERYBODY,
        EDIT: OFFICE | {Role.PARK_REPORTER},
        IMPORT: OFFICE | {Role.PARK_REPORTER},
        ARCHIVE: OFFICE,
        ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    }
