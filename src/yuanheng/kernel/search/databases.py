"""What each database does for the search: the only place that knows them apart.

SQLite keeps the grams in an FTS5 table beside the entries, PostgreSQL in a ``tsvector`` column
with a GIN index; neither needs an extension. Any other database compares texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
_MANY = 5000  # rows from which PostgreSQL's grams are worth gathering
_PENDING_KILOBYTES = 2_000_000


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
        """Keep these rows of one register, new or changed. What is as it was is left alone."""
        for start in range(0, len(entries), _BATCH):
            part = entries[start : start + _BATCH]
            known = self._known(part)
            fresh = [one for one in part if one.row_id not in known]
            changed = [
                (known[one.row_id][0], one)
                for one in part
                if one.row_id in known and known[one.row_id][1:] != one.values()[2:]
            ]
            if fresh:
                self.fill(fresh)
            if changed:
                self.overwrite(changed)

    def _known(self, entries: Sequence[Entry]) -> dict[int, tuple[Any, ...]]:
        """Row → number and values of its entry."""
        found = SearchEntry.objects.filter(
            register=entries[0].register, row_id__in=[one.row_id for one in entries]
        )
        return {row[0]: row[1:] for row in found.values_list("row_id", "pk", *_COLUMNS[2:])}

    def overwrite(self, entries: Sequence[tuple[int, Entry]]) -> None:
        """New values for entries, by their numbers."""
        rows = [
            SearchEntry(pk=number, **dict(zip(_COLUMNS, one.values(), strict=True)))
            for number, one in entries
        ]
        SearchEntry.objects.bulk_update(rows, list(_COLUMNS[2:]), batch_size=500)

    def clear(self) -> None:
        """Forget everything, before all of it is stored again with ``fill``."""
        SearchEntry.objects.all().delete()

    def fill(self, entries: Sequence[Entry]) -> None:
        """Keep rows that are certainly not there yet."""
        SearchEntry.objects.bulk_create(
            (SearchEntry(**dict(zip(_COLUMNS, one.values(), strict=True))) for one in entries),
            batch_size=_BATCH,
        )

    def filled(self) -> None:
        """After the last ``fill``."""

    def filling(self, count: int) -> AbstractContextManager[None]:
        """Around several ``fill`` of ``count`` rows together, inside a transaction."""
        return nullcontext()

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

    def overwrite(self, entries: Sequence[tuple[int, Entry]]) -> None:
        super().overwrite(entries)
        self._forget_grams(number for number, _one in entries)
        self._keep_grams(entries)

    def _keep_grams(self, entries: Iterable[tuple[int, Entry]]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {_GRAMS}(rowid, grams) VALUES (%s, %s)",  # noqa: S608
                [(number, " ".join(one.grams)) for number, one in entries],
            )

    def _forget_grams(self, numbers: Iterable[int]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(
                f"DELETE FROM {_GRAMS} WHERE rowid = %s",  # noqa: S608
                [(number,) for number in numbers],
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
        found = SearchEntry.objects.filter(register=register)
        if row_ids is not None:
            found = found.filter(row_id__in=list(row_ids))
        self._forget_grams(list(found.values_list("pk", flat=True)))
        super().forget(register, row_ids)

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

    def overwrite(self, entries: Sequence[tuple[int, Entry]]) -> None:
        names = _COLUMNS[2:]
        fresh = ", ".join(f"{name} = given.{name}" for name in names)
        kinds = ["bigint", *["text"] * (len(names) - 1), "bool", "text"]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        sql = (
            f"UPDATE {_TABLE} AS kept SET {fresh}, grams = given.g::tsvector "  # noqa: S608
            f"FROM unnest({arrays}) AS given(id, {', '.join(names)}, g) WHERE kept.id = given.id"
        )
        # Grams are letters, digits, Chinese and “_” only: they need no quoting.
        rows = [(number, *one.values()[2:], " ".join(one.grams)) for number, one in entries]
        with self.connection.cursor() as cursor:
            cursor.execute(sql, list(map(list, zip(*rows, strict=True))))

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
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            self.index(cursor)
            cursor.execute(f"ANALYZE {_TABLE}")

    def filling(self, count: int) -> AbstractContextManager[None]:
        return self._gathered() if count >= _MANY else nullcontext()

    @contextmanager
    def _gathered(self) -> Iterator[None]:
        """The grams wait in the index's own list and are sorted in together: a fifth of the time.

        Nobody who searches is kept waiting. One transaction at a time does so; whoever comes
        second writes gram by gram.
        """
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [_GRAMS])
            if not cursor.fetchone()[0]:
                yield
                return
            limit = f"gin_pending_list_limit = {_PENDING_KILOBYTES}"
            cursor.execute(f"ALTER INDEX {_GRAMS} SET (fastupdate = on, {limit})")
            yield
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [_GRAMS])
            cursor.execute(f"ALTER INDEX {_GRAMS} SET (fastupdate = off)")
            cursor.execute(f"ALTER INDEX {_GRAMS} RESET (gin_pending_list_limit)")

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
