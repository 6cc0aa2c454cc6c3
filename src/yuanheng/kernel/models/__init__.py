from yuanheng.kernel.models.api_call import ApiCall
from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.models.attachment import Attachment, StoredFile
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
from yuanheng.kernel.models.companion import Companion
from yuanheng.kernel.models.delivery import Delivery, DeliveryState
from yuanheng.kernel.models.exchange import MatchDecision
from yuanheng.kernel.models.final import FinalQuerySet, FinalRow, RowIsFinal
from yuanheng.kernel.models.job import Job
from yuanheng.kernel.models.lights import LightRule
from yuanheng.kernel.models.link import Link, LinkKind
from yuanheng.kernel.models.note import Note, NoteKind
from yuanheng.kernel.models.notice import Notice
from yuanheng.kernel.models.saved_list import SavedList
from yuanheng.kernel.models.search import SearchEntry
from yuanheng.kernel.models.tag import Tag, TagUse
from yuanheng.kernel.models.ticket import FormTicket
from yuanheng.kernel.models.upload import Upload

__all__ = [
    "ApiCall",
    "Archivable",
    "Attachment",
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
    "Companion",
    "Delivery",
    "DeliveryState",
    "Extension",
    "FinalQuerySet",
    "FinalRow",
    "FormTicket",
    "Job",
    "LightRule",
    "Link",
    "LinkKind",
    "LogIsFinal",
    "MatchDecision",
    "Note",
    "NoteKind",
    "Notice",
    "NoticeChannel",
    "NoticeSettings",
    "PastHolder",
    "RowChange",
    "RowIsFinal",
    "SavedList",
    "SearchEntry",
    "Slip",
    "SlipYear",
    "StoredFile",
    "Tag",
    "TagUse",
    "TermRule",
    "TickLease",
    "Upload",
]
