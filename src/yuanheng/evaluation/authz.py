"""Who may see drafts, publish, and see whose results."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import EVERYBODY, OFFICE, Place, PlacePolicy, place_of, sight_of
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.models import (
    Assessment,
    RankInterval,
    Result,
    Run,
    Scheme,
    SchemeVersion,
)
from yuanheng.kernel.policies import EDIT, VIEW, Policy, instances, policy, policy_for

PUBLISH = "publish"
_OFFICE_ONLY = {VIEW: EVERYBODY, EDIT: OFFICE, PUBLISH: OFFICE}


class _SchemePolicy(Policy):
    """A method is no secret: everybody with a role reads it. Its office changes it."""

    owner_path = "owner"

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action == VIEW:
            return queryset if place_of(user) else queryset.none()
        return queryset.filter(place_of(user, OFFICE).filter(org_unit_path=self.owner_path))

    def anywhere(self, user: Any, action: str) -> bool:
        return bool(place_of(user) if action == VIEW else place_of(user, OFFICE))

    def refusal(self, action: str) -> str:
        if action == EDIT:
            return _("Only an analyst of the office that keeps this scheme may change it.")
        return super().refusal(action)


@policy(Scheme)
class SchemePolicy(_SchemePolicy):
    """See ``_SchemePolicy``."""


@policy(SchemeVersion)
class SchemeVersionPolicy(_SchemePolicy):
    """As its scheme."""

    owner_path = "scheme__owner"


def _published_for(user: Any, path: str = "") -> Q:
    """Published runs of the person's own office, or of one whose territory holds theirs."""
    place = place_of(user)
    if place.everything:
        return Q(**{f"{path}stage": RunStage.PUBLISHED})
    near = (
        Q(**{f"{path}owner__in": place.org_unit_ids})
        | Q(**{f"{path}territory__in": place.codes_above})
        | Q(**{f"{path}owner__isnull": True})
    )
    return Q(**{f"{path}stage": RunStage.PUBLISHED}) & near


@policy(Run)
class RunPolicy(PlacePolicy):
    """Drafts are seen by the analysts of their office; what is published by everybody under it."""

    org_unit_path = "owner"
    roles = _OFFICE_ONLY

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        office = self.place(user, EDIT)
        own = self.place_filter(office)
        if action != VIEW:
            return queryset.filter(own)
        if office.everything:  # an empty filter, joined by “or” to another, would say nothing
            return queryset
        return queryset.filter(own | _published_for(user)) if place_of(user) else queryset.none()

    def refusal(self, action: str) -> str:
        sentences = {
            EDIT: _("Only an analyst of the office may evaluate. Ask one of them."),
            PUBLISH: _("Only an analyst of the office that evaluated may publish the result."),
        }
        return sentences.get(action) or super().refusal(action)


@policy(Result)
class ResultPolicy(PlacePolicy):
    """A city's office sees every result of its runs; a county, a park and an enterprise see those
    of their own part."""

    code_path = "region__code"
    org_unit_path = "park__committee"
    credit_code_path = "subject_id"
    looks_farther = True
    roles = _OFFICE_ONLY

    def place_filter(self, place: Place) -> Q:
        """A bureau or a town sees its own, too."""
        found = super().place_filter(place)
        return found if place.everything else found | Q(org_unit__in=place.org_unit_ids)

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action != VIEW:
            return queryset.filter(place_of(user, OFFICE).filter(org_unit_path="run__owner"))
        place = sight_of(user)
        if place.everything:
            return queryset
        drafts = Q(run__owner__in=place_of(user, OFFICE).org_unit_ids)
        of_own_runs = Q(run__owner__in=place.org_unit_ids)
        part = of_own_runs | self.place_filter(place)
        return queryset.filter(drafts | (_published_for(user, "run__") & part))


class _AsItsParent(Policy):
    """Seen and changed by whoever may see and change what it belongs to."""

    parent: type[models.Model]
    path: str

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        allowed = instances(user, action, self.parent).order_by().values("pk")
        return queryset.filter(**{f"{self.path}__in": allowed})

    def anywhere(self, user: Any, action: str) -> bool:
        return policy_for(self.parent).anywhere(user, action)


@policy(Assessment)
class AssessmentPolicy(_AsItsParent):
    """As its run."""

    parent, path = Run, "run"


@policy(RankInterval)
class RankIntervalPolicy(_AsItsParent):
    """As its result."""

    parent, path = Result, "result"


def sees_whole_run(user: Any, run: Run) -> bool:
    """Whether nothing of a run is hidden from this person."""
    place: Place = sight_of(user)
    return place.everything or run.owner_id in place.org_unit_ids


__all__ = ["PUBLISH", "ResultPolicy", "RunPolicy", "SchemePolicy", "sees_whole_run"]
