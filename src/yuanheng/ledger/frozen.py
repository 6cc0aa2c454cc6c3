"""Frozen figures: written out of the mirror, read back, made into a table for a scheme.

The file holds one row a figure: number, subject, indicator, first month, kind of period, value,
entry. What the numbers mean stands in the manifest beside it (JSON), with every definition as it
was. The same figures give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yuanheng.calc.periods import Period
from yuanheng.engine.writing import quote
from yuanheng.ledger import store
from yuanheng.ledger.mirror import FORMAT, Mirror, connect
from yuanheng.ledger.models import Entry, Freeze, Indicator
from yuanheng.ledger.queries.believed import Row
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.scopes import Member

FIGURES, MANIFEST = "figures.parquet", "manifest.json"
FORMAT_NAME = "yuanheng-figures/1"
_FILE = (
    "id", "subject_id", "indicator_id", "period_start", "period_kind", "value", "entry_id",
)  # fmt: skip
_KEPT = (
    "code", "name", "name_en", "synonyms", "measure", "shown_measure", "decimals", "direction",
    "over_time", "over_subjects", "weight_id", "growth_of_id", "is_real", "definition", "formula",
    "authority", "source", "reference", "alert_at", "excellent_at", "data_group",
    "for_parks", "for_enterprises",
)  # fmt: skip


def window_of(period: Period) -> tuple[int, int]:
    """The months that are frozen with a period: it, the one before and the same of last year."""
    first = min(period.last_year().start, period.before().start)
    return first, period.end


def write_figures_file(
    path: Path,
    period: Period,
    *,
    up_to: int,
    subject_ids: Sequence[int] | None = None,
    standing: int = 0,
    mirror: Mirror | None = None,
) -> int:
    """Write what was believed up to a number; how many figures.

    ``subject_ids`` None is everything; ``standing`` is the least that an entry must have."""
    first, last = window_of(period)
    columns = _believed_columns(
        (mirror or Mirror()).relation, first, last, up_to, subject_ids, standing
    )
    write_columns(path, columns)
    return len(columns["id"])


def write_columns(path: Path, columns: dict[str, np.ndarray]) -> None:
    """The file, in the order of the rows. How it is cut into pieces depends on neither the pieces
    of the mirror nor the number of threads: one source, and every piece but the last is full."""
    with connect() as con:
        con.register("figures", columns)
        con.execute(f"COPY (SELECT * FROM figures) TO {quote(str(path))} {FORMAT}")


def _believed_columns(
    source: str,
    first: int,
    last: int,
    up_to: int,
    subject_ids: Sequence[int] | None,
    standing: int,
) -> dict[str, np.ndarray]:
    """What was believed, as columns in the order of the numbers: rows up to a number that no other
    such row supersedes."""
    kept = [f"period_start BETWEEN {first} AND {last}", f"id <= {up_to}"]
    with connect() as con:
        if subject_ids is not None:
            con.register("chosen", {"subject_id": np.array(subject_ids, dtype=np.int32)})
            kept.append("subject_id IN (SELECT subject_id FROM chosen)")
        if standing:
            low = Entry.objects.filter(standing__lt=standing).values_list("pk", flat=True)
            con.register("low", {"entry_id": np.array(list(low), dtype=np.int32)})
            kept.append("entry_id NOT IN (SELECT entry_id FROM low)")
        rows = f"FROM {source} WHERE {' AND '.join(kept)}"
        found = con.execute(f"SELECT {', '.join(_FILE)} {rows} AND value IS NOT NULL").fetchnumpy()
        # A withdrawn figure supersedes too. They are few: found again by their numbers.
        later = con.execute(f"SELECT supersedes_id {rows} AND supersedes_id > 0").fetchnumpy()
    columns = {name: np.ascontiguousarray(np.ma.getdata(found[name])) for name in _FILE}
    ids = columns["id"]
    if np.any(ids[1:] < ids[:-1]):
        order = np.argsort(ids, kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
    gone = _places(columns["id"], np.ma.getdata(later["supersedes_id"]))
    return {name: np.delete(column, gone) for name, column in columns.items()}


def _places(ids: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where those of ``wanted`` that are there stand among ascending numbers."""
    if not len(ids):
        return np.empty(0, dtype=np.int64)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return places[ids[places] == wanted]


def manifest_of(
    *,
    kind: str,
    scope: dict[str, str],
    period: Period,
    sha256: str,
    figures: int,
    members: Sequence[Member],
    catalogue: Catalogue,
) -> dict[str, Any]:
    """What the numbers of the file mean; nothing that changes from one freezing to the next."""
    return {
        "format": FORMAT_NAME,
        "kind": kind,
        "scope": scope,
        "period": period.label,
        "figures": figures,
        "sha256": sha256,
        "subjects": [
            [one.subject_id, one.code, one.name, one.facts]
            for one in members
            if one.subject_id is not None
        ],
        "indicators": {
            str(pk): {name: getattr(one, name) for name in _KEPT}
            for pk, one in sorted(catalogue.by_id.items())
        },
    }


@dataclass(frozen=True, slots=True)
class Frozen:
    """Frozen figures as read back."""

    manifest: dict[str, Any]
    figures: Path

    @classmethod
    def of(cls, freeze: Freeze) -> Frozen:
        path = store.stored_path(freeze.manifest_sha256, MANIFEST)
        return cls(json.loads(path.read_text("utf-8")), store.stored_path(freeze.sha256, FIGURES))

    @property
    def period(self) -> Period:
        return Period.parse(self.manifest["period"])

    @property
    def members(self) -> list[Member]:
        return [Member(*row) for row in self.manifest["subjects"]]

    def catalogue(self) -> Catalogue:
        """The indicators as they were defined when the figures were frozen."""
        rows = {
            int(pk): Indicator(id=int(pk), **values)
            for pk, values in self.manifest["indicators"].items()
        }
        return Catalogue(rows)

    def reading(self) -> Reading:
        """The figures, ready to be put together."""
        ids = [one.subject_id for one in self.members if one.subject_id is not None]
        return Reading(ids, 0, 0, catalogue=self.catalogue(), rows=self.rows())

    def rows(self) -> Iterator[Row]:
        with connect() as con:
            found = con.execute(
                "SELECT subject_id, period_start, period_kind, indicator_id, id, value "
                f"FROM read_parquet({quote(str(self.figures))})"
            )
            while batch := found.fetchmany(100_000):
                yield from batch


def frozen_holds(sha256: str, observations: Sequence[int]) -> bool:
    """Whether any of these very rows is in the file with this hash."""
    path = store.stored_path(sha256, FIGURES)
    numbers = ", ".join(str(int(one)) for one in observations)
    with connect() as con:
        found = con.execute(
            f"SELECT 1 FROM read_parquet({quote(str(path))}) WHERE id IN ({numbers}) LIMIT 1"
        ).fetchone()
    return found is not None
