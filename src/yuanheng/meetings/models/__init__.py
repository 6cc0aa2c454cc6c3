from yuanheng.meetings.models.meeting import AskedUnit, Meeting, SignIn

__all__ = ["AskedUnit", "Meeting", "SignIn"]
