"""What the generic screens show of the room."""

from yuanheng.consultation.resources import drafts, questions  # noqa: F401
