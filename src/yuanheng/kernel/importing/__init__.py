"""Tables come in: read, planned row by row, shown to a person, then written in one transaction."""

from yuanheng.kernel.importing.base import Importer, RegisterImporter, RowFault
from yuanheng.kernel.importing.plan import Outcome, Plan, RowPlan
from yuanheng.kernel.importing.reading import read_rows
from yuanheng.kernel.importing.registry import all_importers, importer_for, register

__all__ = [
    "Importer",
    "Outcome",
    "Plan",
    "RegisterImporter",
    "RowFault",
    "RowPlan",
    "all_importers",
    "importer_for",
    "read_rows",
    "register",
]
