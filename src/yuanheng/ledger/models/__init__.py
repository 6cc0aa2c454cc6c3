from yuanheng.ledger.models.published_figure import PublishedFigure
from yuanheng.ledger.models.sensitive_word import SensitiveWord
from yuanheng.ledger.models.snapshot import Snapshot

__all__ = ["PublishedFigure", "SensitiveWord", "Snapshot"]
