"""The door of the room: projects added and reported on, by other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yuanheng.kernel.actions import create_row
from yuanheng.publicworks.actions import report_progress
from yuanheng.publicworks.models import PublicProject

__all__ = ["add_project", "has_projects", "projects_called", "report_progress"]


def has_projects() -> bool:
    """Whether the list holds anything."""
    return PublicProject.objects.exists()


def projects_called(words: str) -> list[PublicProject]:
    """Those in whose name the words stand, by code; none for no words."""
    if not words:
        return []
    rows: Any = PublicProject.objects.filter(archived_at=None, name__contains=words)
    return list(rows.order_by("code"))


def add_project(*, acting_user: Any, values: Mapping[str, Any]) -> PublicProject:
    """A project; ``values`` as on its form. Raises Refused and ValidationError."""
    row: Any = create_row(acting_user=acting_user, model=PublicProject, values=dict(values))
    return row
