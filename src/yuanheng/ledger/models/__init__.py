from yuanheng.ledger.models.check import CheckRule, FigureRemark
from yuanheng.ledger.models.entry import Endorsement, Entry, LedgerHead
from yuanheng.ledger.models.form import Form, FormItem, FormPeriod
from yuanheng.ledger.models.freeze import Freeze, FrozenTable
from yuanheng.ledger.models.indicator import Indicator, IndicatorVersion
from yuanheng.ledger.models.observation import Observation
from yuanheng.ledger.models.published_figure import PublishedFigure
from yuanheng.ledger.models.sensitive_word import SensitiveWord
from yuanheng.ledger.models.snapshot import Snapshot
from yuanheng.ledger.models.subject import Subject
from yuanheng.ledger.models.submission import DraftFigure, FigureMark, Submission
from yuanheng.ledger.models.target import DueDay, Target, TargetVersion

__all__ = [
    "CheckRule",
    "DraftFigure",
    "DueDay",
    "Endorsement",
    "Entry",
    "FigureMark",
    "FigureRemark",
    "Form",
    "FormItem",
    "FormPeriod",
    "Freeze",
    "FrozenTable",
    "Indicator",
    "IndicatorVersion",
    "LedgerHead",
    "Observation",
    "PublishedFigure",
    "SensitiveWord",
    "Snapshot",
    "Subject",
    "Submission",
    "Target",
    "TargetVersion",
]
