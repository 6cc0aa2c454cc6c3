"""The door of the room: meetings announced and held, by other rooms."""

from __future__ import annotations

from yuanheng.meetings.actions import add_meeting, add_minutes, ask_units, sign_in
from yuanheng.meetings.models import Meeting

__all__ = ["add_meeting", "add_minutes", "ask_units", "has_meetings", "sign_in"]


def has_meetings() -> bool:
    """Whether any meeting has been announced."""
    return Meeting.objects.exists()
