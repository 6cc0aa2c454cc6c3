from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.audit import AuditEvent, RowChange
from yuanheng.kernel.models.case import Case, CaseCounter
from yuanheng.kernel.models.case_rows import CaseMove, CaseTurn, CoUnit, Extension
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.upload import Upload

__all__ = [
    "Archivable",
    "AuditEvent",
    "Case",
    "CaseCounter",
    "CaseMove",
    "CaseTurn",
    "CoUnit",
    "Extension",
    "Notice",
    "RowChange",
    "Upload",
]
