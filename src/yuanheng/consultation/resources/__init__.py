"""What the generic screens show of the room."""

from yuanheng.consultation.resources import questions  # noqa: F401
