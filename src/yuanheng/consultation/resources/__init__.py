"""What the generic screens show of the room."""

from yuanheng.consultation.resources import drafts, questions, studies  # noqa: F401
