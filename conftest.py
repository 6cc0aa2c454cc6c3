"""A browser and a server for the tests that need them, and a test database that can be emptied."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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
    names = ("YUANHENG_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    source = {"PYTHONPATH": str(Path(__file__).parent / "src"), "YUANHENG_HOME": str(making)}
    words = [sys.executable, "-m", "yuanheng", "migrate"]
    subprocess.run(words, env=kept | source, check=True, capture_output=True)  # noqa: S603
    return making.rename(place)


@pytest.fixture
def installed(installation, tmp_path) -> Path:
    """A copy of the installation that belongs to the test alone."""
    return shutil.copytree(installation, tmp_path / "home")


def chromium_path() -> str | None:
    return os.environ.get("YUANHENG_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="session")
def _one_answer_at_a_time():
    """The threads of a live server share one connection to the database in memory: two requests
    at once would get into each other's transactions. Stopping, the server waits for its threads,
    which otherwise would close that connection when it isn't theirs any more."""
    from django.test.testcases import LiveServerThread

    class Server(LiveServerThread.server_class):
        daemon_threads = False

        def set_app(self, app):
            turn = threading.Lock()

            def answer(environ, start_response):
                with turn:
                    return app(environ, start_response)

            super().set_app(answer)

    LiveServerThread.server_class = Server


@pytest.fixture(scope="session")
def live_server(_one_answer_at_a_time, live_server):
    return live_server


def _let_answers_end(live_server):
    """Waits for the requests that a closed page left behind, before its tables are emptied."""
    for thread in list(live_server.thread.httpd._threads):
        thread.join(timeout=30)


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium, or the test is skipped."""
    path = chromium_path()
    if not path:
        pytest.skip("Chromium isn't installed")
    api = pytest.importorskip("playwright.sync_api")
    api.expect.set_options(timeout=30_000)  # as all other waiting: a machine may be busy
    # The sync API of Playwright runs a loop in this thread, which Django would mistake for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """Opens a page in a browser context of the given options; it is closed after the test."""
    contexts = []

    def opened(**options):
        contexts.append(chromium.new_context(**options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()
    _let_answers_end(live_server)


@pytest.fixture
def page(open_page):
    """A fresh page; a script error or a request to another host fails the test."""
    page = open_page(viewport={"width": 1280, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if message.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://localhost", "http://127.0.0.1", "data:"))
            else wrong.append(request.url)
        ),
    )
    yield page
    page.close()
    assert wrong == []


@pytest.fixture
def fits():
    """``fits(page, 390)`` waits until the whole page stands there, no wider than that."""

    def waits(page, width):
        page.wait_for_function(
            "width => document.readyState === 'complete'"
            " && document.documentElement.scrollWidth <= width",
            arg=width,
        )

    return waits
