"""Triggers that refuse to change the log, also to one who writes SQL. Nothing else in the project
is particular to a database in this way."""

from __future__ import annotations

from typing import Any

_LOG = ("kernel_auditevent", "kernel_rowchange")
_CONTENT = (
    "id", "at", "acting_user_id", "action_code", "correlation", "subject_model", "subject_pk",
    "subject_label", "before", "after", "reason", "address",
)  # fmt: skip
_SAYS = "The audit log can only be added to."


def install_guards(connection: Any) -> None:
    """Refuse UPDATE and DELETE on the log (PostgreSQL: TRUNCATE too). A database of another make
    gets none; the chain of hashes shows a change there all the same."""
    write = {"sqlite": _sqlite, "postgresql": _postgresql}.get(connection.vendor)
    if write is None:
        return
    remove_guards(connection)
    with connection.cursor() as cursor:
        for statement in write():
            cursor.execute(statement)


def remove_guards(connection: Any) -> None:
    """For a test database, and for a migration that changes these tables."""
    with connection.cursor() as cursor:
        for table in _LOG:
            for kind in ("update", "delete", "truncate"):
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{kind}")
                elif connection.vendor == "postgresql":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{kind} ON {table}")


def _condition(table: str, is_same: str) -> str:
    """The one change that is let through: a new row gets its place in the chain, once, and nothing
    else of it changes."""
    if table != "kernel_auditevent":
        return ""
    same = " AND ".join(f'OLD."{name}" {is_same} NEW."{name}"' for name in _CONTENT)
    return f"WHEN (NOT (OLD.hash = '' AND NEW.hash <> '' AND {same}))"


def _sqlite() -> list[str]:
    found = []
    for table in _LOG:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        found += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"{_condition(table, 'IS')} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ]
    return found


def _postgresql() -> list[str]:
    found = [
        "CREATE OR REPLACE FUNCTION kernel_audit_is_final() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
    ]
    for table in _LOG:
        call = "EXECUTE FUNCTION kernel_audit_is_final()"
        found += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
            f"{_condition(table, 'IS NOT DISTINCT FROM')} {call}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {call}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT {call}",
        ]
    return found
