"""The flows of the room: answers of units, comments of units."""

from yuanheng.consultation.flow import replies, sheets  # noqa: F401
