"""What each database does for the search: the only place that knows them apart.

SQLite keeps the grams in an FTS5 table beside the entries, PostgreSQL in a ``tsvector`` column
with a GIN index; neither needs an extension. Any other database compares texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from yuanheng.kernel.bulk import insert_rows
from yuanheng.kernel.models import SearchEntry
from yuanheng.kernel.search.words import Word

_TABLE = SearchEntry._meta.db_table
_GRAMS = "kernel_searchgrams"
_COLUMNS = ("register", "row_id", "code", "title", "context", "initials", "text", "is_current")
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to be kept."""

    register: str
    row_id: int
    code: str
    title: str
    context: str
    initials: str
    text: str
    is_current: bool
    grams: frozenset[str]

    def values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in _COLUMNS)


class TextIndex:
    """For a database without a text index: every search compares texts."""

    name = "comparison"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def make(self) -> None:
        """The text index beside the table of entries."""

    def drop(self) -> None:
        """The opposite of ``make``."""

    def store(self, entries: Sequence[Entry]) -> None:
        """Keep these rows, new or changed."""
        names = [name for name in _COLUMNS if name not in {"register", "row_id"}]
        SearchEntry.objects.bulk_create(
            [SearchEntry(**dict(zip(_COLUMNS, one.values(), strict=True))) for one in entries],
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["register", "row_id"],
            update_fields=names,
        )

    def clear(self) -> None:
        """Forget everything, before all of it is stored again with ``fill``."""
        SearchEntry.objects.all().delete()

    def fill(self, entries: Sequence[Entry]) -> None:
        """Keep rows that are certainly not there yet."""
        self.store(entries)

    def filled(self) -> None:
        """After the last ``fill``."""

    def forget(self, register: str, row_ids: Sequence[int] | None = None) -> None:
        """Leave out these rows, or all of a register."""
        found = SearchEntry.objects.filter(register=register)
        if row_ids is not None:
            found = found.filter(row_id__in=list(row_ids))
        found.delete()

    def condition(self, words: Sequence[Word], alias: str) -> tuple[str, list[Any]] | None:
        """SQL that is true for entries with the words' grams; ``None``: nothing to look up."""
        return None


class SqliteIndex(TextIndex):
    name = "fts5"

    def make(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {_GRAMS} USING fts5("
                "grams, detail=none, columnsize=0, "
                "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
            )

    def drop(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {_GRAMS}")

    def store(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        super().store(entries)
        by_register: dict[str, dict[int, Entry]] = {}
        for one in entries:
            by_register.setdefault(one.register, {})[one.row_id] = one
        with self.connection.cursor() as cursor:
            for register, rows in by_register.items():
                numbers = self._numbers(register, list(rows))
                gone = [(number,) for number, _row in numbers]
                cursor.executemany(f"DELETE FROM {_GRAMS} WHERE rowid = %s", gone)  # noqa: S608
                cursor.executemany(
                    f"INSERT INTO {_GRAMS}(rowid, grams) VALUES (%s, %s)",  # noqa: S608
                    [(number, " ".join(rows[row].grams)) for number, row in numbers],
                )

    def fill(self, entries: Sequence[Entry]) -> None:
        columns = {name: [getattr(one, name) for one in entries] for name in _COLUMNS}
        numbers = insert_rows(SearchEntry, columns, len(entries))
        with self.connection.cursor() as cursor:
            cursor.cursor.connection.executemany(
                f"INSERT INTO {_GRAMS}(rowid, grams) VALUES (?, ?)",  # noqa: S608
                [(n, " ".join(one.grams)) for n, one in zip(numbers, entries, strict=True)],
            )

    def clear(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_GRAMS}")  # noqa: S608
        super().clear()

    def forget(self, register: str, row_ids: Sequence[int] | None = None) -> None:
        numbers = self._numbers(register, row_ids)
        with self.connection.cursor() as cursor:
            cursor.executemany(
                f"DELETE FROM {_GRAMS} WHERE rowid = %s",  # noqa: S608
                [(number,) for number, _row in numbers],
            )
        super().forget(register, row_ids)

    def _numbers(self, register: str, row_ids: Sequence[int] | None) -> list[tuple[int, int]]:
        found = SearchEntry.objects.filter(register=register)
        if row_ids is None:
            return list(found.values_list("pk", "row_id"))
        numbers: list[tuple[int, int]] = []
        for start in range(0, len(row_ids), _BATCH):
            part = found.filter(row_id__in=row_ids[start : start + _BATCH])
            numbers += part.values_list("pk", "row_id")
        return numbers

    def condition(self, words: Sequence[Word], alias: str) -> tuple[str, list[Any]] | None:
        terms = " AND ".join(filter(None, map(_fts_term, words)))
        if not terms:
            return None
        found = f"SELECT rowid FROM {_GRAMS} WHERE {_GRAMS} MATCH %s"  # noqa: S608
        return f"{alias}.id IN ({found})", [terms]


class PostgresIndex(TextIndex):
    name = "gin"

    def make(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {_TABLE} ADD COLUMN IF NOT EXISTS grams tsvector")
            self.index(cursor)

    def index(self, cursor: Any) -> None:
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {_GRAMS} ON {_TABLE} USING gin(grams) "
            "WITH (fastupdate = off)"
        )

    def drop(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {_TABLE} DROP COLUMN IF EXISTS grams")

    def store(self, entries: Sequence[Entry]) -> None:
        columns = ", ".join(_COLUMNS)
        fresh = ", ".join(
            f"{name} = EXCLUDED.{name}"
            for name in (*_COLUMNS, "grams")
            if name not in {"register", "row_id"}
        )
        kinds = ["text", "bigint", "text", "text", "text", "text", "text", "bool"]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        sql = (
            f"INSERT INTO {_TABLE} ({columns}, grams) "  # noqa: S608
            f"SELECT {columns}, g::tsvector FROM unnest({arrays}, %s::text[]) "
            f"AS given({columns}, g) "
            f"ON CONFLICT (register, row_id) DO UPDATE SET {fresh}"
        )
        with self.connection.cursor() as cursor:
            for start in range(0, len(entries), _BATCH):
                part = entries[start : start + _BATCH]
                # Grams are letters, digits, Chinese and “_” only: they need no quoting.
                grams = [" ".join(one.grams) for one in part]
                by_column = map(list, zip(*(one.values() for one in part), strict=True))
                cursor.execute(sql, [*by_column, grams])

    def clear(self) -> None:
        # An index is made over many rows at once in a fraction of the time.
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {_GRAMS}")
            cursor.execute(f"TRUNCATE {_TABLE}")

    def fill(self, entries: Sequence[Entry]) -> None:
        columns = ", ".join((*_COLUMNS, "grams"))
        copy = f"COPY {_TABLE} ({columns}) FROM STDIN"
        with self.connection.cursor() as cursor, cursor.copy(copy) as stream:
            for one in entries:
                stream.write_row((*one.values(), " ".join(one.grams)))

    def filled(self) -> None:
        with self.connection.cursor() as cursor:
            self.index(cursor)
            cursor.execute(f"ANALYZE {_TABLE}")

    def condition(self, words: Sequence[Word], alias: str) -> tuple[str, list[Any]] | None:
        terms = " & ".join(filter(None, map(_ts_term, words)))
        return (f"{alias}.grams @@ %s::tsquery", [terms]) if terms else None


_KINDS: dict[str, type[TextIndex]] = {"sqlite": SqliteIndex, "postgresql": PostgresIndex}


def text_index(using: str = "default") -> TextIndex:
    """The one of the database in use."""
    connection = connections[using]
    return _KINDS.get(connection.vendor, TextIndex)(connection)


def _fts_term(word: Word) -> str:
    ways = [_joined(way, " AND ", _fts_gram) for way in (word.grams, word.initials) if way]
    return f"({' OR '.join(ways)})" if ways else ""


def _ts_term(word: Word) -> str:
    ways = [_joined(way, " & ", _ts_gram) for way in (word.grams, word.initials) if way]
    return f"({' | '.join(ways)})" if ways else ""


def _joined(grams: Sequence[str], link: str, write: Any) -> str:
    return "(" + link.join(write(gram) for gram in grams) + ")"


def _fts_gram(gram: str) -> str:
    return f'"{gram.rstrip("*")}"{"*" if gram.endswith("*") else ""}'


def _ts_gram(gram: str) -> str:
    return f"'{gram.rstrip('*')}'{':*' if gram.endswith('*') else ''}"
