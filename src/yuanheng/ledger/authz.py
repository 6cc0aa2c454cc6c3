"""Who may see and freeze figures."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.db.models import Q

from yuanheng.accounts.api import (
    ADMINISTRATORS,
    EVERYBODY,
    OFFICE,
    STAFF,
    OrgKind,
    Place,
    PlacePolicy,
    Role,
    covers_everything,
    grants_of,
    holds_all,
    place_of,
    sight_of,
)
from yuanheng.kernel.policies import (
    ADMINISTER,
    ARCHIVE,
    CREATE,
    EDIT,
    EXPORT,
    IMPORT,
    VIEW,
    Policy,
    policy,
)
from yuanheng.ledger.choices import Standing
from yuanheng.ledger.models import (
    CheckRule,
    DueDay,
    Entry,
    FigureRemark,
    Freeze,
    Indicator,
    Observation,
    PublishedFigure,
    SensitiveWord,
    Snapshot,
    Subject,
    Target,
    TargetVersion,
)


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
        return covers_everything(user, ADMINISTRATORS)


ENDORSE = "endorse"
OWN_FIGURES = "own_figures"  # write figures of the indicators that one's bureau owns
FILL = "fill"  # type an enterprise's own figures into a form
_REPORTERS = OFFICE | {Role.PARK_REPORTER, Role.PARK_APPROVER}


@policy(Indicator)
class IndicatorPolicy(Policy):
    """The catalogue counts everywhere: everybody reads it, the offices at the top keep it."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return queryset if self.anywhere(user, action) else queryset.none()

    def anywhere(self, user: Any, action: str) -> bool:
        if action in {VIEW, EXPORT}:
            return bool(place_of(user))
        return covers_everything(user, OFFICE)


def _in_the_registers(place: Place) -> Q:
    """Rows of the regions, parks and enterprises of a place."""
    found = Q(region__isnull=False) & place.filter(code_path="region__code")
    found |= Q(park__isnull=False) & place.filter(
        code_path="park__region__code", org_unit_path="park__committee"
    )
    return found | Q(enterprise__isnull=False) & place.filter(
        code_path="enterprise__region__code",
        org_unit_path="enterprise__park__committee",
        credit_code_path="enterprise__credit_code",
    )


@policy(Subject)
class SubjectPolicy(PlacePolicy):
    """By the register in which the subject stands; what documents have published, everybody with
    a role sees."""

    looks_farther = True
    roles = {
        VIEW: EVERYBODY,
        EDIT: _REPORTERS,
        IMPORT: _REPORTERS,
        FILL: frozenset({Role.ENTERPRISE_USER}),
        OWN_FIGURES: frozenset({Role.BUREAU_OFFICER}),
        ARCHIVE: frozenset(),
        ADMINISTER: ADMINISTRATORS,
    }

    def place_filter(self, place: Place) -> Q:
        if place.everything:
            return Q()
        return place.filter(org_unit_path="org_unit") | _in_the_registers(place)

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        if place.everything:
            return queryset
        if not place:
            return queryset.none()
        inside = self.place_filter(place)
        if action in {VIEW, EXPORT}:
            inside |= Q(is_public=True)
        return queryset.filter(inside)

    def place(self, user: Any, action: str) -> Place:
        if action == OWN_FIGURES:  # the area that the bureau looks over: that of its government
            return sight_of(user, self.roles_for(action))
        return super().place(user, action)


def indicators_owned(user: Any) -> frozenset[int]:
    """The indicators whose owner bureau is one in which this person is an officer: the bureau's
    name ends with the name in the catalogue (娄底市统计局, 统计局)."""
    if not _bureaus(user):
        return frozenset()
    rows = Indicator.objects.current().exclude(bureau="").only("bureau")
    return frozenset(one.pk for one in rows if owns(user, one))


def owns(user: Any, indicator: Indicator) -> bool:
    """The same of one indicator."""
    names = [one.strip() for one in re.split("[、，,]", indicator.bureau) if one.strip()]
    return any(office.endswith(name) for office in _bureaus(user) for name in names)


def _bureaus(user: Any) -> list[str]:
    return [
        one.org_unit.name
        for one in grants_of(user)
        if one.role == Role.BUREAU_OFFICER and one.org_unit.kind == OrgKind.BUREAU
    ]


@policy(Observation)
class ObservationPolicy(Policy):
    """As the subject; figures are never changed."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in {VIEW, EXPORT}:
            return queryset.none()
        return queryset.filter(subject__in=Subject.objects.visible_to(user))

    def anywhere(self, user: Any, action: str) -> bool:
        return action in {VIEW, EXPORT} and bool(place_of(user))


@policy(Entry)
class EntryPolicy(PlacePolicy):
    """The office that wrote it, and who works above it."""

    code_path = "territory"
    org_unit_path = "owner"
    roles = {
        VIEW: STAFF,
        EDIT: _REPORTERS,
        ENDORSE: OFFICE | {Role.PARK_APPROVER},
        ARCHIVE: frozenset(),
        ADMINISTER: ADMINISTRATORS,
    }

    def may_endorse(self, user: Any, entry: Entry, standing: int) -> bool:
        """Beyond the park's own approval only an office."""
        if not self.can(user, ENDORSE, entry):
            return False
        if standing <= Standing.APPROVED or user.is_superuser:
            return True
        place = place_of(user, OFFICE)
        # A county whose park's committee stands under the city: by where the parks lie.
        return place.covers(org_unit_id=entry.owner_id, division_code=entry.territory)


@policy(Freeze)
class FreezePolicy(PlacePolicy):
    """The office that froze the figures, and who works above it; leaders may look."""

    org_unit_path = "owner"
    roles = SnapshotPolicy.roles


@policy(CheckRule)
class CheckRulePolicy(IndicatorPolicy):
    """Rules count everywhere, as the catalogue does: everybody reads them, the offices at the top
    keep them."""


@policy(FigureRemark)
class FigureRemarkPolicy(Policy):
    """As the subject; a remark is added by who may report the subject's figures, never changed."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in {VIEW, EXPORT}:
            return queryset.none()
        return queryset.filter(subject__in=Subject.objects.visible_to(user))

    def anywhere(self, user: Any, action: str) -> bool:
        if action in {VIEW, EXPORT}:
            return bool(place_of(user))
        return action in {CREATE, EDIT} and bool(place_of(user, _REPORTERS))


@policy(Target)
class TargetPolicy(PlacePolicy):
    """By whose target it is, and by the office that set it; an enterprise sees its own."""

    looks_farther = True
    roles = {
        VIEW: EVERYBODY,
        EDIT: OFFICE,
        ARCHIVE: OFFICE,
        ADMINISTER: ADMINISTRATORS,
    }

    def place_filter(self, place: Place) -> Q:
        if place.everything:
            return Q()
        found = Q(region__isnull=True, park__isnull=True, enterprise__isnull=True)
        return (found & place.filter(org_unit_path="owner")) | _in_the_registers(place)


@policy(TargetVersion)
class TargetVersionPolicy(Policy):
    """As the target; rows are never changed."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in {VIEW, EXPORT}:
            return queryset.none()
        return queryset.filter(target__in=Target.objects.visible_to(user))

    def anywhere(self, user: Any, action: str) -> bool:
        return action in {VIEW, EXPORT} and bool(place_of(user))


@policy(DueDay)
class DueDayPolicy(PlacePolicy):
    """What counts for all is set at the top; an office sets its own. Everybody on the staff reads
    what counts for them."""

    org_unit_path = "org_unit"
    roles = {VIEW: STAFF, EDIT: OFFICE, ADMINISTER: ADMINISTRATORS}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        if holds_all(place, user):
            return queryset
        if not place:
            return queryset.none()
        found = self.place_filter(place)
        if action in {VIEW, EXPORT}:
            found |= Q(org_unit__isnull=True)
        return queryset.filter(found)
