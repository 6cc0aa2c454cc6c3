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
from yuanheng.accounts.offices import office_of, territory_of
from yuanheng.accounts.scope import Place, forget_scope, place_of, sight_of

__all__ = [
    "ADMINISTRATORS",
    "CONTROL",
    "EVERYBODY",
    "OFFICE",
    "STAFF",
    "Committees",
    "OrgKind",
    "Place",
    "PlacePolicy",
    "Role",
    "create_user",
    "end_grant",
    "forget_scope",
    "grant_role",
    "office_of",
    "place_of",
    "sight_of",
    "territory_of",
]
