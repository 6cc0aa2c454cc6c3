"""Who sees what an office asks, who keeps it, and when units see each other's answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, STAFF, PlacePolicy, Role, place_of
from yuanheng.consultation.flow.parties import UNIT
from yuanheng.consultation.models import (
    Answer,
    Comment,
    CommentSheet,
    Consultation,
    Draft,
    Reply,
    StudyVisit,
)
from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import (
    ARCHIVE,
    EDIT,
    EXPORT,
    IMPORT,
    VIEW,
    Policy,
    Refused,
    policy,
    policy_for,
)

KEEPERS = OFFICE | {Role.SUPERVISION_OFFICER}
_KEPT = {VIEW: STAFF, EDIT: KEEPERS, ARCHIVE: KEEPERS, IMPORT: frozenset()}


def own_units(user: Any) -> set[int]:
    """The organisations of the person's own posts."""
    return {org for _role, org in directory().posts(user)}


def office_of_keeper(user: Any, model: type[models.Model]) -> int:
    """The organisation for which the person asks. Refused without one."""
    may = policy_for(model).roles_for(EDIT)  # type: ignore[attr-defined]
    held = [org for role, org in directory().posts(user) if role in may]
    if user.org_unit_id and (user.org_unit_id in held or user.is_superuser):
        return int(user.org_unit_id)
    if not held:
        raise Refused(policy_for(model).refusal(EDIT))
    return min(held)


class AskedPolicy(PlacePolicy):
    """The asking office and who works above it; and the units that are asked."""

    org_unit_path = "owner"
    roles = _KEPT
    cases: ClassVar[Any] = None  # the model of the units' cases
    path: ClassVar[str] = ""  # from a case to what was asked

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        place = self.place(user, action)
        mine = self.place_filter(place) if place else Q(pk__in=())
        if action in (VIEW, EXPORT) and not place.everything:
            own = place_of(user, STAFF).org_unit_ids
            asked = self.cases.objects.filter(unit__in=own).order_by()
            mine |= Q(pk__in=asked.values(self.path))
        return queryset.filter(mine)

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        return self.instances(user, action, queryset)

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only the asking office changes what it has asked.")


@policy(Consultation)
class ConsultationPolicy(AskedPolicy):
    cases, path = Reply, "consultation"


@policy(Answer)
class AnswerPolicy(Policy):
    """As the case of the unit; answers of other units once the office has opened them. The unit
    writes while it is its turn."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in (VIEW, EXPORT):
            return queryset.none()
        mine = Q(reply__in=Reply.objects.visible_to(user).order_by().values("pk"))
        own = place_of(user, STAFF)
        if own and not own.everything:
            asked = Reply.objects.filter(unit__in=own.org_unit_ids).order_by()
            mine |= Q(
                reply__consultation__is_open=True,
                reply__consultation__in=asked.values("consultation"),
            ) & ~Q(given="")
        return queryset.filter(mine)

    def can(self, user: Any, action: str, row: models.Model | None = None) -> bool:
        if action == EDIT and isinstance(row, Answer):
            return may_write(user, row.reply)
        return super().can(user, action, row)

    def anywhere(self, user: Any, action: str) -> bool:
        return action in (VIEW, EXPORT) and bool(place_of(user, STAFF))

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only the unit that is asked writes its answers, until it has handed them in.")


@policy(Draft)
class DraftPolicy(AskedPolicy):
    cases, path = CommentSheet, "draft"


HANDED_IN = ("commented", "settled")


@policy(Comment)
class CommentPolicy(Policy):
    """What has been handed in: as the case of the unit; of other units once the office has opened
    the comments. What is being written only the unit itself sees."""

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        if action not in (VIEW, EXPORT):
            return queryset.none()
        seen = CommentSheet.objects.visible_to(user).order_by().values("pk")
        found = Q(sheet__in=seen, sheet__state__in=HANDED_IN)
        found |= Q(sheet__unit__in=own_units(user))
        own = place_of(user, STAFF)
        if own and not own.everything:
            asked = CommentSheet.objects.filter(unit__in=own.org_unit_ids).order_by()
            found |= Q(
                sheet__state__in=HANDED_IN,
                sheet__draft__is_open=True,
                sheet__draft__in=asked.values("draft"),
            )
        return queryset.filter(found)

    def anywhere(self, user: Any, action: str) -> bool:
        return action in (VIEW, EXPORT) and bool(place_of(user, STAFF))

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only the unit that is asked writes its comments, until it has handed them in.")


@policy(StudyVisit)
class StudyVisitPolicy(PlacePolicy):
    """The office that went, who works above it, and the bureaus that serve it; a leader of it
    writes down what was learned, too."""

    org_unit_path = "owner"
    looks_farther = True
    roles = {**_KEPT, EDIT: KEEPERS | {Role.LEADER}}

    def refusal(self, action: str) -> str:
        if action in (VIEW, EXPORT):
            return super().refusal(action)
        return _("Only the office that went writes about its study visit.")


def may_write(user: Any, case: Any) -> bool:
    """Whether the person writes what the unit says, as things stand."""
    return case.state == "asked" and any(one.acting_for(user, case) is not None for one in UNIT)


def is_of_unit(user: Any, case: Any) -> bool:
    """Whether the person belongs to the unit itself, so that they see what it is writing."""
    return case.unit_id in own_units(user) or user.org_unit_id == case.unit_id
