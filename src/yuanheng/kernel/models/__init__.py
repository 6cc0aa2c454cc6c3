from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.audit import AuditEvent, RowChange
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.saved_list import SavedList
from yuanheng.kernel.models.search import SearchEntry
from yuanheng.kernel.models.upload import Upload

__all__ = ["Archivable", "AuditEvent", "Notice", "RowChange", "SavedList", "SearchEntry", "Upload"]
