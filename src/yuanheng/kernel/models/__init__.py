from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.audit import AuditEvent, AuditHead, LogIsFinal, RowChange
from yuanheng.kernel.models.exchange import MatchDecision
from yuanheng.kernel.models.job import Job
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.upload import Upload

__all__ = [
    "Archivable",
    "AuditEvent",
    "AuditHead",
    "Job",
    "LogIsFinal",
    "MatchDecision",
    "Notice",
    "RowChange",
    "Upload",
]
