from yuanheng.ledger.models.figure_draft import FigureDraft
from yuanheng.ledger.models.published_figure import PublishedFigure
from yuanheng.ledger.models.sensitive_word import SensitiveWord
from yuanheng.ledger.models.snapshot import Snapshot

__all__ = ["FigureDraft", "PublishedFigure", "SensitiveWord", "Snapshot"]
