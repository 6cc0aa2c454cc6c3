from yuanheng.kernel.models.api_call import ApiCall
from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.attachment import Attachment, StoredFile
from yuanheng.kernel.models.audit import AuditEvent, AuditHead, LogIsFinal, RowChange
from yuanheng.kernel.models.companion import Companion
from yuanheng.kernel.models.link import Link, LinkKind
from yuanheng.kernel.models.note import Note, NoteKind
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.tag import Tag, TagUse
from yuanheng.kernel.models.ticket import FormTicket
from yuanheng.kernel.models.upload import Upload

__all__ = [
    "ApiCall",
    "Archivable",
    "Attachment",
    "AuditEvent",
    "AuditHead",
    "Companion",
    "FormTicket",
    "Link",
    "LinkKind",
    "LogIsFinal",
    "Note",
    "NoteKind",
    "Notice",
    "RowChange",
    "StoredFile",
    "Tag",
    "TagUse",
    "Upload",
]
