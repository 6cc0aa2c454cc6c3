from yuanheng.documents.models.document import Document
from yuanheng.documents.models.folder import NoticedFile, WatchedFolder
from yuanheng.documents.models.mailbox import Mailbox
from yuanheng.documents.models.proposal import Proposal
from yuanheng.documents.models.word import OwnWord

__all__ = ["Document", "Mailbox", "NoticedFile", "OwnWord", "Proposal", "WatchedFolder"]
