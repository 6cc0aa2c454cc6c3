"""The door of the room: leaders added and linked, visits recorded, by other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yuanheng.leaders.actions import Found, add_leader, add_link, record_visit
from yuanheng.leaders.choices import LinkKind
from yuanheng.leaders.models import Leader, LeaderLink

__all__ = ["Found", "LinkKind", "add_leader", "has_leaders", "link_leader", "record_visit"]


def has_leaders() -> bool:
    """Whether any leading post has been added."""
    return Leader.objects.exists()


def link_leader(*, acting_user: Any, leader: Leader, values: Mapping[str, Any]) -> LeaderLink:
    """A link of a leader; ``values`` as on its form. Raises Refused and ValidationError."""
    return add_link(acting_user=acting_user, values={**values, "leader": leader})
