from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What would happen to a row of the file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


@dataclass(slots=True)
class RowPlan:
    """One row of the file: what it would change, or why it can't be used."""

    line: int
    key: str
    label: str
    outcome: Outcome
    values: dict[str, Any] = field(default_factory=dict)
    # (name of the field, value now, value in the file), for people
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    message: str = ""
    existing: Any = None
    row: dict[str, Any] = field(default_factory=dict)  # as read, for what hangs on the row


@dataclass(slots=True)
class Plan:
    """Everything a file would do, before anything is done."""

    importer_code: str
    file_name: str
    sha256: str
    rows: list[RowPlan]
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome; every outcome is present."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    def having(self, outcome: Outcome) -> list[RowPlan]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def digest(self) -> str:
        """The same for the same file over the same database: a preview that still holds."""
        told = hashlib.sha256(self.sha256.encode())
        for row in self.rows:
            line = [row.line, row.key, row.outcome.value, row.changes]
            told.update(json.dumps(line, ensure_ascii=False, default=str).encode())
        return told.hexdigest()

    def summary(self, limit: int = 300) -> dict[str, Any]:
        """What the preview page shows, small enough to keep."""

        def lines(outcome: Outcome) -> list[dict[str, Any]]:
            return [
                {
                    "line": row.line,
                    "key": row.key,
                    "label": row.label,
                    "changes": row.changes,
                    "message": row.message,
                }
                for row in self.having(outcome)[:limit]
            ]

        return {
            "counts": self.counts,
            "digest": self.digest,
            "notes": self.notes,
            "faulty": lines(Outcome.FAULTY),
            "changed": lines(Outcome.CHANGED),
            "new": lines(Outcome.NEW),
            "limit": limit,
        }
