"""What an administrator may not do: reach beyond their own organisations, in any way."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.authz import ADMINISTRATORS
from yuanheng.accounts.choices import Role
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.accounts.scope import place_of
from yuanheng.kernel.policies import ADMINISTER, EDIT, Refused, require


def require_may_grant(acting_user: Any, user: User, org_unit: OrgUnit, role: str) -> None:
    """Raise unless ``acting_user`` may give ``user`` the role in that organisation.

    They administer the organisation and the person; it isn't themselves; and an auditor, who
    watches the administrators, is appointed from an organisation above.
    """
    require(acting_user, EDIT, org_unit)
    require(acting_user, EDIT, user)
    if acting_user.is_superuser:
        return
    if user.pk == acting_user.pk:
        raise Refused(_("Nobody gives a role to themselves. Ask another administrator."))
    require_over(acting_user, user)
    if role == Role.AUDITOR:
        place = place_of(acting_user, ADMINISTRATORS)
        if org_unit.parent_id is None or not place.covers(org_unit_id=org_unit.parent_id):
            raise Refused(
                _(
                    "An auditor also watches the administrators of the organisation, so an "
                    "administrator of the organisation above appoints them."
                )
            )


def require_over(acting_user: Any, user: User) -> None:
    """Raise unless everything that ``user`` may do lies where ``acting_user`` administers.

    Who could set the password of somebody with a role elsewhere could act there in their name.
    """
    if acting_user.is_superuser or user.pk == acting_user.pk:
        return
    if user.is_superuser:
        raise Refused(_("Only a superuser may change a superuser."))
    place = place_of(acting_user, ADMINISTRATORS)
    held = Grant.objects.not_over().filter(user=user).values_list("org_unit", "role")
    if not all(place.covers(org_unit_id=org_unit) for org_unit, _role in held):
        raise Refused(
            _(
                "This person also has a role outside the organisations that you administer. Ask "
                "an administrator of the organisation above."
            )
        )


def require_territory(acting_user: Any, org_unit: OrgUnit | None, values: dict[str, Any]) -> None:
    """Raise if an organisation would get a territory beyond what ``acting_user`` administers,
    which would open it to everybody in that organisation."""
    code = values.get("division_code") or ""
    if acting_user.is_superuser or not code or (org_unit and org_unit.division_code == code):
        return
    if not place_of(acting_user, ADMINISTRATORS).covers(division_code=code):
        raise ValidationError(
            {
                "division_code": _(
                    "%(code)s lies outside the territory that you administer. Ask an "
                    "administrator of the organisation above."
                )
                % {"code": code}
            }
        )


def require_unheld(acting_user: Any, org_unit: OrgUnit, values: dict[str, Any]) -> None:
    """Raise if the code or the kind of an organisation changes while people work under it there:
    an enterprise's people see the enterprise that has this code."""
    changed = [
        name
        for name in ("code", "kind")
        if values.get(name, getattr(org_unit, name)) != getattr(org_unit, name)
    ]
    if changed and Grant.objects.not_over().filter(org_unit=org_unit).exists():
        require(acting_user, ADMINISTER, org_unit)
        title = OrgUnit._meta.get_field(changed[0]).verbose_name
        if not acting_user.is_superuser:
            raise ValidationError(
                {
                    changed[0]: _(
                        "People have roles in this organisation: end these first, or ask a "
                        "superuser to change “%(field)s”."
                    )
                    % {"field": title}
                }
            )
