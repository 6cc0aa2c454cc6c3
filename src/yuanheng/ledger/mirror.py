"""A copy of the observations beside the database, in columns, for reading millions of them.

Rows of the ledger are only added and their numbers rise with time (``LedgerHead``), so a copy of
the rows up to a number stays true for ever. It lies in Parquet segments under
``<home>/ledger/<token>/``; it may be thrown away at any time, and is made anew from the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from django.conf import settings
from django.db.models import Sum
from numpy.typing import NDArray

from yuanheng.engine.writing import quote
from yuanheng.kernel.arrays import read_array
from yuanheng.ledger.models import Entry, LedgerHead
from yuanheng.tabular import whole_file

_BATCH = 500_000
_MOST_SEGMENTS = 24
COLUMNS = {
    "id": np.int64,
    "subject_id": np.int32,
    "period_start": np.int16,
    "period_kind": np.int16,
    "indicator_id": np.int16,
    "value": np.float64,
    "entry_id": np.int32,
    "supersedes_id": np.int64,
}
_SELECT = (
    "SELECT id, subject_id, period_start, period_kind, indicator_id, value, entry_id, "
    "coalesce(supersedes_id, 0) FROM ledger_observation WHERE id > %s AND id <= %s"
)
_ROW = np.dtype(list(COLUMNS.items()))


def connect() -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that keeps the order of rows and never reaches for the network."""
    con = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )
    con.execute("SET preserve_insertion_order = true")
    return con


class Mirror:
    """The segments, brought up to the end of the ledger.

    ``up_to`` is the number of the last row that they hold.
    """

    def __init__(self, *, folder: Path | None = None) -> None:
        head = LedgerHead.objects.filter(pk=1).first()
        self.up_to = head.last_id if head else 0
        root = folder or Path(settings.HOME) / "ledger"
        self.folder = root / (head.token.hex if head else "empty")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.segments = self._usable()
        self._extend()

    @property
    def relation(self) -> str:
        """SQL of the rows, in the order of their numbers."""
        files = ", ".join(quote(str(path)) for _first, _last, path in self.segments)
        if not files:
            listed = ", ".join(f"NULL::{_sql_type(kind)} AS {n}" for n, kind in COLUMNS.items())
            return f"(SELECT {listed} WHERE false)"
        return f"read_parquet([{files}])"

    def _usable(self) -> list[tuple[int, int, Path]]:
        """Segments without gaps from the first row on; what comes after a gap, or holds more than
        the database, is from before a restore and is thrown away."""
        found, at = [], 0
        for path in sorted(self.folder.glob("*.parquet")):
            first, last = (int(part) for part in path.stem.split("-"))
            if first == at + 1 and last <= self.up_to:
                found.append((first, last, path))
                at = last
            else:
                path.unlink(missing_ok=True)
        return found if self._counts_agree(found) else self._thrown_away()

    def _counts_agree(self, found: list[tuple[int, int, Path]]) -> bool:
        if not found:
            return True
        entries = Entry.objects.filter(last_id__lte=found[-1][1], rows__gt=0)
        told = entries.aggregate(rows=Sum("rows"))["rows"] or 0
        listed = ", ".join(quote(str(path)) for _a, _b, path in found)
        with connect() as con:
            held = con.execute(f"SELECT count(*) FROM read_parquet([{listed}])").fetchone()
        return held is not None and held[0] == told

    def _thrown_away(self) -> list[tuple[int, int, Path]]:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        return []

    def _extend(self) -> None:
        if len(self.segments) >= _MOST_SEGMENTS:
            self._join()
        at = self.segments[-1][1] if self.segments else 0
        # One batch is written while the next is read: they wait for different things.
        with ThreadPoolExecutor(1) as writer:
            writing: Future[None] | None = None
            for last, rows in _batches(at, self.up_to):
                if writing is not None:
                    writing.result()
                path = self.folder / f"{at + 1:015d}-{last:015d}.parquet"
                writing = writer.submit(_write, rows, path)
                self.segments.append((at + 1, last, path))
                at = last
            if writing is not None:
                writing.result()

    def _join(self) -> None:
        """Many small segments as one."""
        first, last = self.segments[0][0], self.segments[-1][1]
        path = self.folder / f"{first:015d}-{last:015d}.parquet"
        with whole_file(path) as part, connect() as con:
            con.execute(f"COPY (SELECT * FROM {self.relation}) TO {quote(str(part))} {FORMAT}")
        for _first, _last, old in self.segments:
            if old != path:
                old.unlink(missing_ok=True)
        self.segments = [(first, last, path)]


FORMAT = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"


def _sql_type(kind: Any) -> str:
    return {"int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT"}.get(
        np.dtype(kind).name, "DOUBLE"
    )


def _batches(after: int, up_to: int) -> Iterator[tuple[int, NDArray[Any]]]:
    """Rows after a number in order, as many numbers at a time as a segment holds."""
    for first in range(after, up_to, _BATCH):
        rows = read_array(_SELECT, [first, min(first + _BATCH, up_to)], _ROW)
        if len(rows):
            rows = rows[np.argsort(rows["id"], kind="stable")]
            yield int(rows["id"][-1]), rows


def _write(rows: NDArray[Any], path: Path) -> None:
    with whole_file(path) as part, connect() as con:
        con.register("batch", {name: np.ascontiguousarray(rows[name]) for name in COLUMNS})
        listed = ", ".join(
            "CASE WHEN isnan(value) THEN NULL ELSE value END AS value" if name == "value" else name
            for name in COLUMNS
        )
        con.execute(f"COPY (SELECT {listed} FROM batch) TO {quote(str(part))} {FORMAT}")
