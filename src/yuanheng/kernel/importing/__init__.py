"""Tables come in: read, planned row by row, shown to a person, then written in one transaction."""

from yuanheng.kernel.importing.base import CannotImport, Importer, TableImporter
from yuanheng.kernel.importing.batch import CLEAR, Batch
from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.kernel.importing.plan import Outcome, Plan, PlanLine
from yuanheng.kernel.importing.registry import all_importers, importer_for, register
from yuanheng.kernel.importing.relations import Finder
from yuanheng.kernel.importing.words import ImportWords, PreviewPanel, Tile

__all__ = [
    "CLEAR",
    "Batch",
    "CannotImport",
    "ExchangeField",
    "Finder",
    "ImportWords",
    "Importer",
    "Outcome",
    "Plan",
    "PlanLine",
    "PreviewPanel",
    "TableImporter",
    "Tile",
    "all_importers",
    "importer_for",
    "register",
]
