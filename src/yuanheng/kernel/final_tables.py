"""Triggers that refuse to change rows that are only ever added (``FinalRow``), also to one who
writes SQL. A database of another make than SQLite and PostgreSQL gets none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from yuanheng.kernel.models import FinalRow

_SAYS = "Rows of this table can only be added."
_FUNCTION = "kernel_rows_are_final"


def final_tables() -> list[str]:
    """The tables of every model whose rows are final."""
    return [one._meta.db_table for one in apps.get_models() if issubclass(one, FinalRow)]


def guard_tables(connection: Any) -> None:
    """Refuse UPDATE and DELETE (PostgreSQL: TRUNCATE too) on the final tables that exist. SQLite
    loses triggers when a migration rebuilds a table, so this is called after each migration."""
    tables = [t for t in final_tables() if t in connection.introspection.table_names()]
    write = {"sqlite": _sqlite, "postgresql": _postgresql}.get(connection.vendor)
    if write is None or not tables:
        return
    unguard_tables(connection)
    with connection.cursor() as cursor:
        for statement in write(tables):
            cursor.execute(statement)


def unguard_tables(connection: Any) -> None:
    """For a test database that has to be emptied."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in final_tables():
            for kind in ("update", "delete", "truncate") if table in present else ():
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                if connection.vendor in {"sqlite", "postgresql"}:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{kind}{on}")


def _sqlite(tables: list[str]) -> Iterator[str]:
    for table in tables:
        for kind in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
            )


def _postgresql(tables: list[str]) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
    )
    for table in tables:
        for kind, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            yield (
                f"CREATE TRIGGER {table}_no_{kind} BEFORE {kind.upper()} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {_FUNCTION}()"
            )
