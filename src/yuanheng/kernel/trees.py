"""What lies under a row of a tree, in one query that walks down from it."""

from __future__ import annotations

from typing import Any

from django.db import connections, models, router


def rows_below(
    model: type[models.Model], key: int, column: str, *, parent: str = "parent"
) -> list[tuple[int, Any]]:
    """(key, value of ``column``) of the row ``key`` and of all rows under it by ``parent``.

    In no order. ``UNION`` and not ``UNION ALL``: a circle in the data ends. The statement is
    standard SQL, alike in SQLite, PostgreSQL and what is made after it.
    """
    connection = connections[router.db_for_read(model)]
    quote, meta = connection.ops.quote_name, model._meta
    table = quote(meta.db_table)
    pk, value, above = (
        quote(meta.get_field(name).column) for name in (meta.pk.name, column, parent)
    )
    statement = (
        f"WITH RECURSIVE below(number, given) AS ("
        f"SELECT {pk}, {value} FROM {table} WHERE {pk} = %s UNION "
        f"SELECT one.{pk}, one.{value} FROM {table} one JOIN below ON one.{above} = below.number"
        f") SELECT number, given FROM below"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return list(cursor.fetchall())
