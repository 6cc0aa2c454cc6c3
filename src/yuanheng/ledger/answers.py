"""A submission's sheet as data: for programs, and for the grid in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yuanheng.kernel.figures import moment
from yuanheng.kernel.masking import MASK
from yuanheng.ledger.actions.drafts import Saved
from yuanheng.ledger.queries.sheet_cells import SheetCell
from yuanheng.ledger.queries.sheets import Sheet


def sheet_as_data(sheet: Sheet) -> dict[str, Any]:
    """Everything about a sheet; values in the indicator's own unit and in the one shown."""
    row = sheet.submission
    return {
        "submission": row.code,
        "form": row.form.form_code,
        "version": row.form_period.version,
        "period": sheet.period.label,
        "round": sheet.round,
        "state": row.state,
        "committee": row.committee.code,
        "cells": [cell_as_data(one) for one in sheet.cells],
        **_further(sheet),
    }


def cell_as_data(cell: SheetCell) -> dict[str, Any]:
    """One cell as it is now."""
    draft, mark = cell.draft, cell.mark
    return {
        "subject": cell.subject.code,
        "indicator": cell.indicator.code,
        "measure": cell.indicator.unit_shown,
        "text": MASK if cell.is_hidden and draft.text else draft.text,
        "shown": cell.shown,
        "value": None if cell.is_hidden else cell.value,
        "known": None if cell.is_hidden else cell.known.value,
        "source": str(cell.source),
        "reason": draft.reason,
        "state": cell.state,
        "note": cell.note,
        "open": cell.is_open,
        "needs_reason": cell.needs_reason and not cell.is_own,
        "version": draft.version,
        "changed_by": str(draft.changed_by) if draft.changed_by else "",
        "changed_at": moment(draft.changed_at) if draft.changed_at else "",
        "mark": mark.note if mark else None,
        "modified": cell.modified is not None,
        "findings": [
            {
                "rule": one.rule,
                "severity": str(one.severity),
                "text": one.text,
                "explained": cell.is_explained(one),
            }
            for one in cell.findings
        ],
    }


def saved_as_data(sheet: Sheet, saved: Sequence[Saved]) -> dict[str, Any]:
    """What became of the drafts that were sent, and each cell as it is now."""
    by_key = {(one.subject.code, one.indicator.code): one for one in sheet.cells}
    cells = []
    for one in saved:
        cell = by_key.get((one.subject, one.indicator))
        now = cell_as_data(cell) if cell else {"subject": one.subject, "indicator": one.indicator}
        cells.append({**now, "outcome": one.outcome, "said": one.said})
    return {"cells": cells, **_further(sheet)}


def _further(sheet: Sheet) -> dict[str, Any]:
    return {
        "computed": [
            {"subject": subject.code, "indicator": row.indicator.code, "text": text}
            for row in sheet.rows
            for subject, text in row.computed
        ],
        "problems": sheet.problems_shown,
        "counts": dict(sheet.counts),
        "done": sheet.done,
        "total": sheet.total,
    }
