"""Every write is an action: one transaction, one named person, at least one audit row."""

from yuanheng.kernel.actions.core import ActionRecorder, action, record, record_rows, snapshot
from yuanheng.kernel.actions.exports import record_export
from yuanheng.kernel.actions.rows import (
    archive_row,
    create_row,
    restore_row,
    revert_row,
    revert_through,
    update_row,
)

__all__ = [
    "ActionRecorder",
    "action",
    "archive_row",
    "create_row",
    "record",
    "record_export",
    "record_rows",
    "restore_row",
    "revert_row",
    "revert_through",
    "snapshot",
    "update_row",
]
