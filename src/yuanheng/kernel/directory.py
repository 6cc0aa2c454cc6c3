"""Who holds which office where. The kernel asks; ``accounts`` answers (see ``use``).

The kernel knows no organisations and no roles of its own: an organisation is a number, a role a
word. So a flow or a clock can be declared with roles without an import that goes up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from django.db.models import Exists, Q, QuerySet


class Directory(Protocol):
    """What the kernel may ask about people and organisations."""

    def holds(self, user: Any, roles: Collection[str] | None, org_unit_id: int | None) -> bool:
        """Whether ``user`` has one of ``roles`` (with ``None``, any role) in the organisation or
        above it, today."""

    def people(
        self, roles: Collection[str] | None, org_unit_id: int | None, *, above: bool = False
    ) -> QuerySet:
        """Active users who have one of ``roles`` (with ``None``, any role) in exactly this
        organisation today; with ``above``, also those who have it in an organisation above."""

    def leading(self) -> Collection[str]:
        """The roles that lead an organisation."""

    def is_inside(self, user: Any) -> bool:
        """Whether ``user`` is staff of an office: one who may read what is internal."""

    def acting(
        self, person_path: str, org_unit_path: str, roles: Collection[str] | None
    ) -> Exists:
        """An expression for a query: the row's person at ``person_path`` is active and has one of
        ``roles`` (with ``None``, any role) in exactly the row's organisation today."""

    def staffed(self, org_unit_path: str, roles: Collection[str] | None) -> Exists:
        """An expression for a query: somebody active has one of ``roles`` in exactly the row's
        organisation today."""

    def superior(self, org_unit_id: int, known: Any = None) -> int | None:
        """The organisation above, if there is one; ``known`` is its row where it has been read."""

    def above(self, user: Any) -> Collection[int]:
        """The organisations above those in which ``user`` has a role today."""

    def holds_anywhere(self, user: Any, roles: Collection[str] | None) -> bool:
        """Whether ``user`` has one of ``roles`` (any role with ``None``) in some organisation."""

    def mine(self, user: Any, roles: Collection[str] | None, path: str) -> Q:
        """A filter: rows whose ``path`` is an organisation in which (or above which) ``user`` has
        one of ``roles``; with ``None``, any role."""

    def everywhere(self, user: Any, roles: Collection[str] | None) -> bool:
        """Whether ``user`` has one of ``roles`` (any role with ``None``) over every organisation
        there is; asked before a filter that would leave nothing out."""

    def posts(self, user: Any) -> Collection[tuple[str, int]]:
        """(role, organisation) of each of the person's own posts today, without what lies below:
        whose turn it is goes by these."""

    def reachable(self, org_unit_id: int) -> Mapping[int, str]:
        """Organisations to which a matter can be handed from here, with their names: everything
        under the organisation above, and that one."""

    def roles(self) -> Mapping[str, Any]:
        """Every role with its title."""

    def administers(self, user: Any, org_unit_id: int | None) -> bool:
        """Whether ``user`` sets the rules of this organisation; with ``None``, of all of them."""

    def administers_somewhere(self, user: Any) -> bool:
        """Whether ``user`` sets the rules of any organisation."""

    def administered(self, user: Any, path: str) -> Q:
        """A filter: rows whose ``path`` is an organisation whose rules ``user`` sets."""


_directory: list[Directory] = []


def use(directory: Directory) -> None:
    """Called once, when the application starts."""
    _directory[:] = [directory]


def directory() -> Directory:
    """The one in use."""
    if not _directory:
        raise LookupError("no directory: an application must call kernel.directory.use()")
    return _directory[0]
