"""Writes of the rounds, beside what their flows do."""

from yuanheng.rounds.actions.answers import confirm_sheets, object_to, release_sheet
from yuanheng.rounds.actions.exports import export_annex, export_publicity, export_sheets
from yuanheng.rounds.actions.sheets import make_sheets

__all__ = [
    "confirm_sheets",
    "export_annex",
    "export_publicity",
    "export_sheets",
    "make_sheets",
    "object_to",
    "release_sheet",
]
