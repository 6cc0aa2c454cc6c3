"""Deputising and change of post: dated grants, written the short way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.guards import require_may_grant, require_over
from yuanheng.accounts.models import Grant, OrgUnit, Post, User
from yuanheng.accounts.scope import forget_scope
from yuanheng.kernel.actions import action, record, snapshot
from yuanheng.kernel.policies import EDIT, require


@dataclass(frozen=True)
class Move:
    """What a change of post did."""

    ended: list[Grant]
    given: list[Grant]
    post: Post


@action("accounts.deputise", reason_required=True)
def deputise(
    *,
    acting_user: Any,
    absent: User,
    deputy: User,
    first_day: date,
    last_day: date,
    reason: str,
) -> list[Grant]:
    """``deputy`` gets the roles that ``absent`` has of their own, from day to day.

    Each is a grant that says for whom; it never outlasts the grant that it stands in for. Roles
    that ``absent`` holds as somebody's deputy are not handed on.
    """
    require(acting_user, EDIT, absent)
    if absent.pk == deputy.pk:
        raise ValidationError({"deputy": _("Choose somebody else than the person who is away.")})
    if last_day < first_day:
        raise ValidationError({"last_day": _("The last day lies before the first.")})
    own = Grant.objects.filter(user=absent, deputising_for=None, org_unit__archived_at=None)
    own = own.not_over().filter(valid_from__lte=last_day).select_related("org_unit", "post")
    given = []
    for one in own.order_by("pk"):
        start = max(first_day, one.valid_from)
        end = min(last_day, one.valid_until or last_day)
        if start <= end:
            require_may_grant(acting_user, deputy, one.org_unit, one.role)
            given.append(_stand_in(one, deputy, start, end, reason))
    if not given:
        raise ValidationError(
            {"absent": _("This person has no role in these days that a deputy could take over.")}
        )
    Grant.objects.bulk_create(given)
    forget_scope(deputy)
    for grant in given:
        record(grant, after=snapshot(grant), reason=reason)
    return given


def _stand_in(one: Grant, deputy: User, start: date, end: date, reason: str) -> Grant:
    grant = Grant(
        user=deputy,
        org_unit=one.org_unit,
        role=one.role,
        valid_from=start,
        valid_until=end,
        deputising_for=one.user,
        reason=reason,
    )
    grant.full_clean()
    return grant


@action("accounts.change_post", reason_required=True)
def change_post(
    *,
    acting_user: Any,
    user: User,
    org_unit: OrgUnit,
    title: str,
    role: str,
    last_day: date,
    reason: str,
) -> Move:
    """The person's roles and posts end with ``last_day``; the new ones begin on the day after.

    What they do as somebody's deputy goes on: it has dates of its own. The person belongs to the
    new organisation at once, so that its administrators can prepare the change.
    """
    require_over(acting_user, user)
    require_may_grant(acting_user, user, org_unit, role)
    first_day = last_day + timedelta(days=1)
    ended = []
    for grant in Grant.objects.filter(user=user, deputising_for=None).not_over():
        ended += _end(grant, last_day, reason)
    for post in Post.objects.filter(user=user).not_over():
        _end(post, last_day, reason)
    post = Post(user=user, org_unit=org_unit, title=title, valid_from=first_day)
    post.full_clean()
    post.save()
    record(post, code="accounts.take_up_post", after=snapshot(post), reason=reason)
    grant = Grant(
        user=user, org_unit=org_unit, role=role, valid_from=first_day, post=post, reason=reason
    )
    grant.full_clean()
    grant.save()
    record(grant, code="accounts.grant_role", after=snapshot(grant), reason=reason)
    _move(user, org_unit, reason)
    forget_scope(user)
    return Move(ended, [grant], post)


def _end(row: Any, last_day: date, reason: str) -> list[Any]:
    """End a grant or a post that goes beyond ``last_day``."""
    if row.valid_until is not None and row.valid_until <= last_day:
        return []
    if row.valid_from > last_day:
        raise ValidationError(
            {
                "last_day": _(
                    "“%(row)s” begins after this day. End it first, or choose a later day."
                )
                % {"row": row}
            }
        )
    before = snapshot(row)
    row.valid_until = last_day
    row.save(update_fields=["valid_until"])
    word = "end_grant" if isinstance(row, Grant) else "leave_post"
    record(row, code=f"accounts.{word}", before=before, after=snapshot(row), reason=reason)
    return [row]


def _move(user: User, org_unit: OrgUnit, reason: str) -> None:
    if user.org_unit_id == org_unit.pk:
        return
    before = {"org_unit_id": user.org_unit_id}
    User.objects.filter(pk=user.pk).update(org_unit=org_unit)
    user.org_unit = org_unit
    after = {"org_unit_id": org_unit.pk}
    record(user, code="accounts.update_user", before=before, after=after, reason=reason)
