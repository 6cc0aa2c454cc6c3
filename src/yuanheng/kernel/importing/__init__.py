"""Tables come in: read, planned row by row, shown to a person, then written in one transaction."""

from yuanheng.kernel.importing.base import CannotImport, Importer, TableImporter
from yuanheng.kernel.importing.batch import CLEAR, Batch
from yuanheng.kernel.importing.fields import ExchangeField
from yuanheng.kernel.importing.plan import Outcome, Plan, PlanLine
from yuanheng.kernel.importing.registry import all_importers, importer_for, register
from yuanheng.kernel.importing.relations import Finder

__all__ = [
    "CLEAR",
    "Batch",
    "CannotImport",
    "ExchangeField",
    "Finder",
    "Importer",
    "Outcome",
    "Plan",
    "PlanLine",
    "TableImporter",
    "all_importers",
    "importer_for",
    "register",
]
