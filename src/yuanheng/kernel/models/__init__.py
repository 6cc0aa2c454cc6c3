from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.audit import AuditEvent, AuditHead, LogIsFinal, RowChange
from yuanheng.kernel.models.calendar import CalendarDay, CalendarVersion, CalendarYear
from yuanheng.kernel.models.case import Case, CaseCounter
from yuanheng.kernel.models.case_rows import CaseMove, CaseTurn, CoUnit, Extension, PastHolder
from yuanheng.kernel.models.channel import ChannelKind, NoticeChannel, NoticeSettings
from yuanheng.kernel.models.clocks import (
    Clock,
    ClockEvent,
    ClockExtension,
    ClockPause,
    ClockStep,
    Slip,
    SlipYear,
    TermRule,
    TickLease,
)
from yuanheng.kernel.models.delivery import Delivery, DeliveryState
from yuanheng.kernel.models.lights import LightRule
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.upload import Upload

__all__ = [
    "Archivable",
    "AuditEvent",
    "AuditHead",
    "CalendarDay",
    "CalendarVersion",
    "CalendarYear",
    "Case",
    "CaseCounter",
    "CaseMove",
    "CaseTurn",
    "ChannelKind",
    "Clock",
    "ClockEvent",
    "ClockExtension",
    "ClockPause",
    "ClockStep",
    "CoUnit",
    "Delivery",
    "DeliveryState",
    "Extension",
    "LightRule",
    "LogIsFinal",
    "Notice",
    "NoticeChannel",
    "NoticeSettings",
    "PastHolder",
    "RowChange",
    "Slip",
    "SlipYear",
    "TermRule",
    "TickLease",
    "Upload",
]
