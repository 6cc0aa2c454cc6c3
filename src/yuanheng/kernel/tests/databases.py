"""Fixtures of the tests that need a database: migrated once, then copied; worlds that are kept."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, request):
    """Where workers share the work, the database in memory begins as a copy of the installation:
    what is left to migrate are the made-up rooms of the tests."""
    from django.db import connection

    in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()
    if not in_memory or not os.environ.get("PYTEST_XDIST_WORKER"):
        return
    file = request.getfixturevalue("installation") / "yuanheng.sqlite3"
    create = connection.creation._create_test_db

    def create_and_fill(*args, **kwargs):
        name = create(*args, **kwargs)
        # Django renames it a moment later. Under the first name other connections (of threads, of
        # Playwright's loop) would not find what is written here.
        connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(file)) as source:
            source.backup(connection.connection)
        return name

    connection.creation._create_test_db = create_and_fill


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Without the guards of what is only added to: emptying the tables after a test with
    transactions of its own would be refused. The tests of the guards put them in again."""
    from django.db import connection

    from yuanheng.kernel.audit import remove_guards
    from yuanheng.kernel.final_tables import unguard_tables

    with django_db_blocker.unblock():
        remove_guards(connection)
        unguard_tables(connection)
        _fill_what_was_emptied(connection.creation.serialize_db_to_string())


def _fill_what_was_emptied(contents):
    """A test with transactions of its own empties all tables at its end, also those that a
    migration filled; with several workers an ordinary test may follow and would miss them."""
    from django.db import connection
    from django.test import TransactionTestCase

    empty = TransactionTestCase._fixture_teardown

    def empty_and_fill(self):
        # Without these two Django would make the content types anew, with new keys. The connection
        # is another object where Playwright's loop runs in the thread.
        type(self).serialized_rollback = True
        connection._test_serialized_contents = contents
        empty(self)
        connection.creation.deserialize_db_from_string(contents)

    TransactionTestCase._fixture_teardown = empty_and_fill


@pytest.fixture(scope="session")
def installation(tmp_path_factory) -> Path:
    """The folder of an installation with an empty database, to be copied: to make one takes
    seconds, so the workers share it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    place, making = root / "installation", root / "installation-making"
    try:
        (root / "installation-claimed").mkdir()  # stays, so that nobody makes a second one
    except FileExistsError:
        for _ in range(6000):  # ten minutes: a busy machine
            if place.exists():
                return place
            time.sleep(0.1)
        raise
    _migrate(YUANHENG_HOME=str(making))
    return making.rename(place)


def _migrate(**more: str) -> None:
    """``yh migrate`` as a person does it, without the settings of the tests."""
    names = ("YUANHENG_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    words = [sys.executable, "-m", "yuanheng", "migrate"]
    source = {"PYTHONPATH": str(ROOT / "src")}
    subprocess.run(words, env=kept | source | more, check=True, capture_output=True)


@pytest.fixture
def installed(installation, tmp_path) -> Path:
    """A copy of the installation that belongs to the test alone."""
    return shutil.copytree(installation, tmp_path / "home")


@dataclass(frozen=True)
class PostgresDatabase:
    """A migrated database of a PostgreSQL server: for the program, and for psycopg."""

    url: str
    conninfo: str


def _address(server: str, name: str) -> PostgresDatabase:
    import psycopg

    parts = psycopg.conninfo.conninfo_to_dict(server)
    word = f":{quote(str(parts['password']), safe='')}" if parts.get("password") else ""
    query = "&".join(f"{key}={quote(str(parts[key]), safe='')}" for key in ("host", "port")
                     if parts.get(key))  # fmt: skip
    url = f"postgresql://{quote(str(parts.get('user', '')), safe='')}{word}@/{name}?{query}"
    return PostgresDatabase(url, psycopg.conninfo.make_conninfo(server, dbname=name))


@contextlib.contextmanager
def _created(server: str, template: str = "template1") -> Iterator[str]:
    """A database of its own, gone afterwards; its name."""
    import psycopg

    name = f"yuanheng_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory) -> Iterator[str]:
    """The name of a migrated database that is only copied."""
    pytest.importorskip("psycopg")
    with _created(postgres_url) as name:
        _migrate(
            YUANHENG_HOME=str(tmp_path_factory.mktemp("postgres")),
            YUANHENG_DATABASE_URL=_address(postgres_url, name).url,
        )
        yield name


@pytest.fixture
def postgres_database(postgres_url: str, postgres_template: str) -> Iterator[PostgresDatabase]:
    """A migrated database on PostgreSQL that belongs to the test alone."""
    with _created(postgres_url, postgres_template) as name:
        yield _address(postgres_url, name)


@pytest.fixture(scope="module")
def kept_rows(
    django_db_setup, django_db_blocker
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """``with kept_rows():`` what a fixture of the module writes inside stays for all its tests.

    Each test still undoes what it writes itself. It gets a copy of the objects
    (``copy.deepcopy``), so that none sees what another did to them. Not for tests with
    transactions of their own, which empty the tables.
    """
    from django.db import transaction

    outer = transaction.atomic()
    outer._from_testcase = True  # as Django's: an action that must be outermost may run in it
    with django_db_blocker.unblock():
        outer.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries):
    """Counts queries of a page that has been asked for before. The calendars that it keeps for ten
    seconds are not read again because a busy machine took longer to come here."""
    from yuanheng.kernel.clocks.calendar import _recent

    def counted(number, **more):
        _recent[:] = [(time.monotonic(), kept) for _then, kept in _recent]
        return django_assert_max_num_queries(number, **more)

    return counted
