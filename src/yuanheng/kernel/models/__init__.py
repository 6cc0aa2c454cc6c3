from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.audit import AuditEvent, AuditHead, LogIsFinal, RowChange
from yuanheng.kernel.models.channel import ChannelKind, NoticeChannel, NoticeSettings
from yuanheng.kernel.models.delivery import Delivery, DeliveryState
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.saved_list import SavedList
from yuanheng.kernel.models.search import SearchEntry
from yuanheng.kernel.models.upload import Upload

__all__ = [
    "Archivable",
    "AuditEvent",
    "AuditHead",
    "ChannelKind",
    "Delivery",
    "DeliveryState",
    "LogIsFinal",
    "Notice",
    "NoticeChannel",
    "NoticeSettings",
    "RowChange",
    "SavedList",
    "SearchEntry",
    "Upload",
]
