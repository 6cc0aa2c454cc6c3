"""Fixtures of the tests that open pages in Chromium, on a server that runs beside them."""

from __future__ import annotations

import os
import shutil
import threading

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
    begun = live_server.thread.httpd._threads
    for thread in list(begun) if isinstance(begun, list) else ():  # none before the first request
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
