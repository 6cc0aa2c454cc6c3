from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.audit import AuditEvent, RowChange
from yuanheng.kernel.models.channel import ChannelKind, NoticeChannel, NoticeSettings
from yuanheng.kernel.models.delivery import Delivery, DeliveryState
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.upload import Upload

__all__ = [
    "Archivable",
    "AuditEvent",
    "ChannelKind",
    "Delivery",
    "DeliveryState",
    "Notice",
    "NoticeChannel",
    "NoticeSettings",
    "RowChange",
    "Upload",
]
