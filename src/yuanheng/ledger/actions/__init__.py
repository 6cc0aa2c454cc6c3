"""Every write of the ledger."""

from yuanheng.ledger.actions.entries import FigureColumns, NewFigure, endorse_entry, write_figures
from yuanheng.ledger.actions.freezes import CannotFreeze, freeze_figures, make_table
from yuanheng.ledger.actions.indicators import add_indicator, load_catalogue, revise_indicator
from yuanheng.ledger.actions.published import enter_published
from yuanheng.ledger.actions.remarks import remark_figure
from yuanheng.ledger.actions.rules import load_check_rules
from yuanheng.ledger.actions.snapshots import (
    freeze_path,
    same_snapshot,
    write_published_figures,
)
from yuanheng.ledger.actions.subjects import add_public_subject, subjects_of
from yuanheng.ledger.actions.targets import add_target, revise_target

__all__ = [
    "CannotFreeze",
    "FigureColumns",
    "NewFigure",
    "add_indicator",
    "add_public_subject",
    "add_target",
    "endorse_entry",
    "enter_published",
    "freeze_figures",
    "freeze_path",
    "load_catalogue",
    "load_check_rules",
    "make_table",
    "remark_figure",
    "revise_indicator",
    "revise_target",
    "same_snapshot",
    "subjects_of",
    "write_figures",
    "write_published_figures",
]
