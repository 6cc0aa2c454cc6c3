"""Writes many rows at once. What a database does faster than Django is hidden here, and only
here: SQLite takes rows of bare values, PostgreSQL a COPY; any other gets ``bulk_create``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connections, models, router

from yuanheng.kernel import clock

_BATCH = 2000


def insert_rows(
    model: type[models.Model], columns: Mapping[str, Sequence[Any]], count: int
) -> list[Any]:
    """Add ``count`` rows and give their primary keys, in order.

    ``columns`` are values by database column; None and a column that is left out get the field's
    default. Values are spelled as in ``importing.known``: days and moments in ISO, decimals and
    JSON as text. Run it in a transaction.
    """
    connection = _connection(model)
    fields = [one for one in model._meta.concrete_fields if not one.primary_key]
    full = [_filled(one, columns.get(one.attname), count) for one in fields]
    write = {"sqlite": _into_sqlite, "postgresql": _copy}.get(connection.vendor, _bulk_create)
    return write(connection, model, fields, full, count) if count else []


def rows_of(rows: models.QuerySet, keys: Sequence[Any]) -> models.QuerySet:
    """Those of ``rows`` that have these primary keys. Numbers that follow one another, as those of
    ``insert_rows`` do, are asked for by the first and the last: a list is slow to write out."""
    first, last = keys[0], keys[-1]
    if isinstance(first, int) and all(
        a == b for a, b in zip(keys, range(first, first + len(keys)), strict=True)
    ):
        return rows.filter(pk__gte=first, pk__lte=last)
    return rows.filter(pk__in=keys)


def _filled(one: Any, column: Sequence[Any] | None, count: int) -> Sequence[Any]:
    """A column as the driver takes it, with the field's default where nothing is given."""
    if column is None:
        if callable(one.default) or getattr(one, "auto_now_add", False):
            return [_default(one) for _ in range(count)]
        return [_default(one)] * count
    if isinstance(one, models.DateTimeField | models.UUIDField):
        column = [_prepared(one, value, _connection(one.model)) for value in column]
    if None not in column:
        return column
    default = _default(one)
    return column if default is None else [default if v is None else v for v in column]


def _default(one: Any) -> Any:
    is_now = getattr(one, "auto_now", False) or getattr(one, "auto_now_add", False)
    value = clock.now() if is_now else one.get_default()
    if isinstance(value, str | int | float | bool | None):
        return value
    return one.get_db_prep_save(value, _connection(one.model))


def _connection(model: type[models.Model]) -> Any:
    return connections[router.db_for_write(model)]


def _into_sqlite(
    connection: Any, model: type[models.Model], fields: Sequence[Any], columns: Any, count: int
) -> list[Any]:
    quote = connection.ops.quote_name
    table, key = model._meta.db_table, model._meta.pk
    with connection.cursor() as cursor:
        # The transaction holds the only lock for writing, so nobody takes these numbers.
        cursor.execute(f"SELECT coalesce(max({quote(key.column)}), 0) FROM {quote(table)}")
        highest = cursor.fetchone()[0]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        used = cursor.fetchone()
        first = max(highest, used[0] if used else 0) + 1
        keys = range(first, first + count)
        names = ", ".join(quote(one.column) for one in (key, *fields))
        places = ", ".join("?" * (1 + len(fields)))
        # Django's cursor would rewrite the placeholders of every row.
        cursor.cursor.connection.executemany(
            f"INSERT INTO {quote(table)} ({names}) VALUES ({places})",
            zip(keys, *columns, strict=True),
        )
    return list(keys)


def _copy(
    connection: Any, model: type[models.Model], fields: Sequence[Any], columns: Any, count: int
) -> list[Any]:
    quote = connection.ops.quote_name
    table, key = model._meta.db_table, model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [quote(table), key.column, count],
        )
        keys = [one for (one,) in cursor.fetchall()]
        names = ", ".join(quote(one.column) for one in (key, *fields))
        with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
            for row in zip(keys, *columns, strict=True):
                copy.write_row(row)
    return keys


def _bulk_create(
    connection: Any, model: type[models.Model], fields: Sequence[Any], columns: Any, count: int
) -> list[Any]:
    names = [one.attname for one in fields]
    rows = (
        model(**{n: _python(f, v) for n, f, v in zip(names, fields, values, strict=True)})
        for values in zip(*columns, strict=True)
    )
    made = model._base_manager.bulk_create(rows, batch_size=_BATCH)
    return [row.pk for row in made]


def _python(one: Any, value: Any) -> Any:
    if isinstance(one, models.JSONField):
        return None if value is None else json.loads(value)
    return value if one.is_relation else one.to_python(value)


def update_rows(
    model: type[models.Model], changes: Iterable[tuple[Any, Mapping[str, Any]]]
) -> None:
    """Write (primary key, values by column) pairs; rows that change the same columns go together.

    Values are spelled as for ``insert_rows``. Run it in a transaction.
    """
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for pk, values in changes:
        names = tuple(sorted(values))
        groups[names].append((*(values[name] for name in names), pk))
    connection = _connection(model)
    quote = connection.ops.quote_name
    by_name = {one.attname: one for one in model._meta.concrete_fields}
    for names, rows in groups.items():
        fields = [by_name[name] for name in names]
        sets = ", ".join(f"{quote(one.column)} = %s" for one in fields)
        key = quote(model._meta.pk.column)
        statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {key} = %s"
        with connection.cursor() as cursor:
            for batch in _batches(rows):
                cursor.executemany(
                    statement,
                    [
                        (*(_prepared(f, v, connection) for f, v in zip(fields, row, strict=False)),
                         row[-1])
                        for row in batch
                    ],
                )  # fmt: skip


def _prepared(one: Any, value: Any, connection: Any) -> Any:
    """A value as the driver takes it."""
    if value is None or one.is_relation:
        return value
    return one.get_db_prep_save(one.to_python(value), connection)


def _batches(rows: list[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        yield batch
