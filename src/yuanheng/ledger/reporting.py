"""The door of reporting forms: what other rooms may do with forms and submissions."""

from yuanheng.ledger.actions.drafts import Draft, Saved, confirm_all, save_drafts
from yuanheng.ledger.actions.forms import (
    close_period,
    freeze_period,
    open_period,
    open_submission,
    reopen_period,
)
from yuanheng.ledger.models import Form, FormPeriod, Submission
from yuanheng.ledger.queries.asking import asked_elsewhere, asked_of, coverage_of
from yuanheng.ledger.queries.modified import Modified, modified_since_approval
from yuanheng.ledger.queries.sheet_cells import SheetCell
from yuanheng.ledger.queries.sheets import Sheet

__all__ = [
    "Draft",
    "Form",
    "FormPeriod",
    "Modified",
    "Saved",
    "Sheet",
    "SheetCell",
    "Submission",
    "asked_elsewhere",
    "asked_of",
    "close_period",
    "confirm_all",
    "coverage_of",
    "freeze_period",
    "modified_since_approval",
    "open_period",
    "open_submission",
    "reopen_period",
    "save_drafts",
]
