from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.audit import AuditEvent
from yuanheng.kernel.models.upload import Upload

__all__ = ["Archivable", "AuditEvent", "Upload"]
