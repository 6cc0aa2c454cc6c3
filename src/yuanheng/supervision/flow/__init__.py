"""The flow of supervision: registered, checked, issued, signed for, reported on, closed."""

from yuanheng.supervision.flow import tasks  # noqa: F401
