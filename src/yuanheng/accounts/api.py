"""The door of accounts: who somebody is and where they may do what."""

from yuanheng.accounts.actions import create_user, end_grant, grant_role
from yuanheng.accounts.authz import (
    ADMINISTRATORS,
    CONTROL,
    EVERYBODY,
    OFFICE,
    STAFF,
    PlacePolicy,
)
from yuanheng.accounts.choices import OrgKind, Role
from yuanheng.accounts.committees import Committees
from yuanheng.accounts.models.post import Dated
from yuanheng.accounts.offices import lines_up, office_of, territory_of, unit_keys
from yuanheng.accounts.scope import (
    Place,
    covers_everything,
    forget_scope,
    grants_of,
    holds_all,
    place_of,
    sight_of,
)

__all__ = [
    "ADMINISTRATORS",
    "CONTROL",
    "EVERYBODY",
    "OFFICE",
    "STAFF",
    "Committees",
    "Dated",
    "OrgKind",
    "Place",
    "PlacePolicy",
    "Role",
    "covers_everything",
    "create_user",
    "end_grant",
    "forget_scope",
    "grant_role",
    "grants_of",
    "holds_all",
    "lines_up",
    "office_of",
    "place_of",
    "sight_of",
    "territory_of",
    "unit_keys",
]
