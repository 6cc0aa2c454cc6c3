"""Writes of accounts: users, organisations, grants."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.guards import (
    require_may_grant,
    require_over,
    require_territory,
    require_unheld,
)
from yuanheng.accounts.models import Grant, OrgUnit, Post, User
from yuanheng.accounts.scope import forget_scope
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record, snapshot, update_row
from yuanheng.kernel.policies import CREATE, EDIT, Refused, can, require


@action("accounts.create_orgunit")
def create_org_unit(*, acting_user: Any, values: dict[str, Any]) -> OrgUnit:
    """An organisation under one that the person administers."""
    require(acting_user, CREATE, OrgUnit)
    _check_parent(acting_user, values.get("parent"))
    require_territory(acting_user, None, values)
    org_unit = OrgUnit(**values)
    org_unit.full_clean()
    org_unit.save()
    forget_scope(acting_user)  # it lies in their area from now on
    _recheck(acting_user, org_unit)
    record(org_unit, after=snapshot(org_unit))
    return org_unit


@action("accounts.update_orgunit")
def update_org_unit(*, acting_user: Any, org_unit: OrgUnit, values: dict[str, Any]) -> OrgUnit:
    """Particulars of an organisation; it may move only within the person's area."""
    parent = values.get("parent")
    if parent is None or parent.pk != org_unit.parent_id:
        _check_parent(acting_user, parent, is_root=org_unit.parent_id is None)
    require_territory(acting_user, org_unit, values)
    require_unheld(acting_user, org_unit, values)
    changed = update_row(acting_user=acting_user, row=org_unit, values=values)
    forget_scope(acting_user)
    return changed


def _check_parent(acting_user: Any, parent: OrgUnit | None, *, is_root: bool = False) -> None:
    if parent is not None:
        require(acting_user, EDIT, parent)
    elif not (is_root or acting_user.is_superuser):
        raise ValidationError({"parent": _("Choose the superior organisation.")})


@action("accounts.create_user")
def create_user(
    *,
    acting_user: Any,
    username: str,
    password: str,
    full_name: str = "",
    org_unit: OrgUnit | None = None,
    phone: str = "",
) -> User:
    """A person who can sign in, and may do nothing until they get a grant."""
    require(acting_user, CREATE, User)
    if org_unit is not None:
        require(acting_user, EDIT, org_unit)
    elif not acting_user.is_superuser:
        raise ValidationError({"org_unit": _("Choose the organisation this person belongs to.")})
    user = User(username=username, full_name=full_name, org_unit=org_unit, phone=phone)
    user.set_password(password)
    user.full_clean()
    user.save()
    _recheck(acting_user, user)
    record(user, after=snapshot(user))
    return user


@action("accounts.update_user")
def update_user(
    *, acting_user: Any, user: User, values: dict[str, Any], new_password: str = ""
) -> User:
    """Particulars of a person, and a new password if one is given."""
    require(acting_user, EDIT, user)
    require_over(acting_user, user)
    changed = update_row(acting_user=acting_user, row=user, values=values)
    if new_password:
        changed.set_password(new_password)
        changed.save(update_fields=["password"])
        record(changed, code="accounts.set_password")
    return changed


@action("accounts.grant_role")
def grant_role(
    *,
    acting_user: Any,
    user: User,
    org_unit: OrgUnit,
    role: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    post: Post | None = None,
    reason: str = "",
) -> Grant:
    """A role for a person in an organisation and everything under it.

    ``Refused`` for an organisation or a person outside the area that one administers, for oneself,
    and for an auditor of one's own organisation.
    """
    require_may_grant(acting_user, user, org_unit, role)
    grant = Grant(
        user=user,
        org_unit=org_unit,
        role=role,
        valid_from=valid_from or clock.today(),
        valid_until=valid_until,
        post=post,
        reason=reason,
    )
    grant.full_clean()
    grant.save()
    forget_scope(user)
    _recheck(acting_user, grant)
    record(grant, after=snapshot(grant), reason=reason)
    return grant


@action("accounts.end_grant")
def end_grant(
    *, acting_user: Any, grant: Grant, last_day: date | None = None, reason: str = ""
) -> Grant:
    """A grant ends with a day; what was done under it stays.

    Ending is never lengthening: to go on longer takes a new grant.
    """
    require(acting_user, EDIT, grant)
    last_day = last_day or clock.today()
    if grant.valid_until is not None and last_day > grant.valid_until:
        raise ValidationError(
            {"last_day": _("This grant ends on %(day)s already.") % {"day": grant.valid_until}}
        )
    before = snapshot(grant)
    grant.valid_until = last_day
    grant.full_clean()
    grant.save(update_fields=["valid_until"])
    forget_scope(grant.user)
    record(grant, before=before, after=snapshot(grant), reason=reason)
    return grant


@action("accounts.create_post")
def create_post(*, acting_user: Any, values: dict[str, Any]) -> Post:
    """What somebody is in an organisation, from a day to a day. It gives no right by itself."""
    require(acting_user, CREATE, Post)
    require(acting_user, EDIT, values["org_unit"])
    require(acting_user, EDIT, values["user"])
    post = Post(**values)
    post.full_clean()
    post.save()
    _recheck(acting_user, post)
    record(post, after=snapshot(post))
    return post


def _recheck(acting_user: Any, row: Any) -> None:
    """Looked at again after the write, as every write is."""
    if not can(acting_user, EDIT, row):
        raise Refused(_("With these values the record would lie outside the area you manage."))
