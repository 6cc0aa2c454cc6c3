from yuanheng.documents.models.document import Document
from yuanheng.documents.models.proposal import Proposal
from yuanheng.documents.models.word import OwnWord

__all__ = ["Document", "OwnWord", "Proposal"]
