"""The door of the ledger: frozen tables of figures, and what others published."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from yuanheng.kernel.actions.imports import import_path
from yuanheng.ledger import store
from yuanheng.ledger.actions import write_published_figures
from yuanheng.ledger.choices import SubjectKind
from yuanheng.ledger.importers import FigureImporter
from yuanheng.ledger.layouts import TableLayout, offer
from yuanheng.ledger.models import Snapshot
from yuanheng.ledger.sensitive import is_named
from yuanheng.ledger.sensitive import words_by_group as sensitive_words

__all__ = [
    "Snapshot",
    "SubjectKind",
    "TableLayout",
    "freeze_file",
    "is_named",
    "load_published_figures",
    "offer",
    "sensitive_words",
    "table_of",
]

_PUBLISHED = {
    "地方": "place",
    "对象": "subject",
    "文件": "document",
    "媒体": "outlet",
    "日期": "published_on",
    "日期依据": "date_reason",
    "指标": "indicator",
    "期间": "period",
    "数值": "value",
    "单位": "measure",
    "同比(%)": "growth_percent",
    "说明": "note",
}


def freeze_file(
    path: Path | str, *, kind: str, scheme_text: str, title: str, acting_user: Any
) -> Snapshot:
    """Freeze a table as the scheme reads it; the same table twice is the same snapshot.

    Rows that can't be used are left out and listed with the snapshot. Raises ``FaultyInput`` for
    a table that the scheme can't use, ``CannotImport`` for one without a usable row, ``Refused``
    for a person who may not.
    """
    importer = FigureImporter.of(TableLayout("", title, kind, scheme_text), title)
    report = import_path(
        acting_user=acting_user, importer=importer, path=Path(path), leave_out_faulty=True
    )
    found: Snapshot = Snapshot.objects.get(code=report.made["snapshot"])
    return found


@contextmanager
def table_of(snapshot: Snapshot) -> Iterator[Path]:
    """The frozen file, under the name that it was given with."""
    path = store.stored_path(snapshot.sha256, snapshot.file_name)
    with store.under_own_name(path, snapshot.file_name) as named:
        yield named


def load_published_figures(path: Path | str, *, acting_user: Any) -> int:
    """Read a CSV of published figures (columns as in 公开数字 of the demonstration); how many
    were new."""
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        rows = [
            {ours: (row.get(theirs) or "").strip() for theirs, ours in _PUBLISHED.items()}
            for row in csv.DictReader(stream)
        ]
    for position, row in enumerate(rows, 1):
        row["published_on"] = (
            date.fromisoformat(row["published_on"]) if row["published_on"] else None
        )
        row["position"] = position
    return write_published_figures(acting_user=acting_user, rows=rows)
