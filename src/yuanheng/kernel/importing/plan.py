"""Everything a file would do, before anything is done; kept beside the file until it is done."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from yuanheng.kernel.importing.batch import CLEAR, Values

_CLEAR_MARK = b""  # CLEAR, in the file of a plan


class Outcome(StrEnum):
    """What would happen to a row of the file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"
    ASKING = "asking"  # a person has to say whether it is a row that is there already
    SKIPPED = "skipped"  # a person has said that it is to be left out


@dataclass(slots=True)
class PlanLine:
    """One row of the preview."""

    line: int
    key: str
    label: str
    outcome: Outcome
    message: str = ""
    # (title of the column, value now, value in the file), for people
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    # rows of the register that this may be: {pk, key, label, score, reasons}
    candidates: list[dict[str, Any]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)  # codes of the columns at fault
    subject: str = ""  # under which a decision about this row is remembered


@dataclass(slots=True)
class Plan:
    """By column, one entry for each row of the file, in its order.

    ``changed`` and ``before`` hold for each changed row (by position) the new and the old values;
    ``values``, ``late`` and ``extras`` those of all rows.
    """

    importer_code: str
    file_name: str
    sha256: str
    lines: list[int]
    keys: list[str]
    labels: list[str]
    outcomes: list[Outcome]
    pks: list[Any]
    values: dict[str, Values] = field(default_factory=dict)
    late: dict[str, Values] = field(default_factory=dict)
    extras: dict[str, Values] = field(default_factory=dict)
    told: dict[int, dict[str, Any]] = field(default_factory=dict)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    source: dict[str, Any] = field(default_factory=dict)  # where its cells stand
    about: dict[str, Any] = field(default_factory=dict)  # what the importer says of the whole file
    fingerprint: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome; every outcome is present."""
        counted = Counter(self.outcomes)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    def places(self, outcome: Outcome) -> list[int]:
        """Positions of the rows with this outcome."""
        return [at for at, one in enumerate(self.outcomes) if one == outcome]

    def line(self, at: int) -> PlanLine:
        told = {"changes": [], **self.told.get(at, {})}
        told["changes"] = [tuple(change) for change in told["changes"]]
        return PlanLine(self.lines[at], self.keys[at], self.labels[at], self.outcomes[at], **told)

    def having(self, outcome: Outcome) -> list[PlanLine]:
        return [self.line(at) for at in self.places(outcome)]

    # Kept in a file ---------------------------------------------------------------------
    def save(self, path: Path) -> None:
        """Into one SQLite file, from which a page of the preview is read without the rest."""
        temporary = path.with_suffix(".part")
        temporary.unlink(missing_ok=True)
        names = self._names()
        columns = [f"c{n}" for n in range(len(names))]
        with closing(sqlite3.connect(temporary, isolation_level=None)) as store:
            store.execute("PRAGMA journal_mode = OFF")
            store.execute("PRAGMA synchronous = OFF")
            store.execute("BEGIN")
            store.execute("CREATE TABLE head (told TEXT)")
            store.execute("INSERT INTO head VALUES (?)", (self._head(names),))
            store.execute(
                "CREATE TABLE rows (at INTEGER PRIMARY KEY, line, key, label, outcome, pk, told, "
                f"change{''.join(f', {c}' for c in columns)})"
            )
            store.executemany(
                f"INSERT INTO rows VALUES ({', '.join('?' * (8 + len(columns)))})",  # noqa: S608
                self._rows(),
            )
            store.execute("CREATE INDEX by_outcome ON rows (outcome, at)")
            store.execute("COMMIT")
        temporary.replace(path)

    def _names(self) -> list[tuple[str, str]]:
        groups = (("values", self.values), ("late", self.late), ("extras", self.extras))
        return [(group, name) for group, columns in groups for name in columns]

    def _head(self, names: list[tuple[str, str]]) -> str:
        return json.dumps(
            {
                "importer_code": self.importer_code,
                "file_name": self.file_name,
                "sha256": self.sha256,
                "notes": self.notes,
                "fingerprint": self.fingerprint,
                "source": self.source,
                "about": self.about,
                "names": names,
                "counts": self.counts,
            },
            ensure_ascii=False,
        )

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        count = len(self.lines)
        told: list[Any] = [None] * count
        change: list[Any] = [None] * count
        for at, said in self.told.items():
            told[at] = json.dumps(said, ensure_ascii=False)
        for at, new in self.changed.items():
            change[at] = json.dumps([new, self.before.get(at, {})], ensure_ascii=False)
        columns = [
            [_CLEAR_MARK if v is CLEAR else v for v in column] if CLEAR in column else column
            for group in (self.values, self.late, self.extras)
            for column in group.values()
        ]
        outcomes = [outcome.value for outcome in self.outcomes]
        return zip(
            range(count), self.lines, self.keys, self.labels, outcomes, self.pks, told, change,
            *columns, strict=True,
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Plan:
        """The plan that was saved; ``FileNotFoundError`` if it is gone."""
        with closing(_open(path)) as store:
            head = json.loads(store.execute("SELECT told FROM head").fetchone()[0])
            rows = store.execute("SELECT * FROM rows ORDER BY at").fetchall()
        names = head.pop("names")
        head.pop("counts")
        columns = [list(one) for one in zip(*rows, strict=True)] or [[]] * (8 + len(names))
        plan = cls(
            **head,
            lines=columns[1],
            keys=columns[2],
            labels=columns[3],
            outcomes=[Outcome(one) for one in columns[4]],
            pks=columns[5],
            told={at: json.loads(said) for at, said in enumerate(columns[6]) if said},
        )
        for at, text in enumerate(columns[7]):
            if text:
                plan.changed[at], plan.before[at] = json.loads(text)
        for (group, name), column in zip(names, columns[8:], strict=True):
            if _CLEAR_MARK in column:
                column = [CLEAR if v == _CLEAR_MARK else v for v in column]
            getattr(plan, group)[name] = column
        return plan


def head_of(path: Path) -> dict[str, Any]:
    """What is said of the whole file: ``counts``, ``notes``, ``source``, ``about``."""
    with closing(_open(path)) as store:
        told: dict[str, Any] = json.loads(store.execute("SELECT told FROM head").fetchone()[0])
    return told


def lines_of(path: Path, outcome: Outcome, start: int, count: int) -> list[PlanLine]:
    """A page of the rows with one outcome, in the order of the file."""
    with closing(_open(path)) as store:
        rows = store.execute(
            "SELECT line, key, label, told FROM rows WHERE outcome = ? ORDER BY at "
            "LIMIT ? OFFSET ?",
            (outcome.value, count, start),
        ).fetchall()
    found = []
    for line, key, label, told in rows:
        said = json.loads(told) if told else {}
        said["changes"] = [tuple(change) for change in said.get("changes", ())]
        found.append(PlanLine(line, key, label, outcome, **said))
    return found


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise FileNotFoundError(path)
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
